"""Experiments of the chapter *Vanishing moments*: equations learned from noisy solutions."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, seed_list, shaped
from lib.pde.advection_diffusion import (
    AdvectionDiffusion,
    random_equation,
    random_fields,
)
from lib.pde.identification import KINDS, RULES, Learned, learn

FloatArray = NDArray[np.float64]

UNSEEN = 2**20  # between the seeds of fields to learn from and of those to judge by

# The data: solutions on so many points along each axis, seen after so many steps of length DT.
SOLUTIONS, POINTS, TIMES, DT = 8, 32, 10, 0.02
SPACING = 2 * np.pi / POINTS
END = 2.0  # up to when new solutions are predicted


@dataclass(frozen=True)
class Identification:
    """Equations learned from noisy solutions.

    Parameters
    ----------
    error : (S, 5) array
        Learned minus true coefficients: two of advection, three of diffusion.
    prediction : (S,) array
        Relative error of new solutions, stepped forward to the end.
    amplification : (S,) array
        Largest factor by which a step multiplies a frequency of the grid.
    """

    error: FloatArray
    prediction: FloatArray
    amplification: FloatArray

    @property
    def diffusion(self) -> FloatArray:
        """Largest error of a coefficient of diffusion, (S,)."""
        return np.asarray(np.abs(self.error[:, 2:]).max(axis=1))

    @property
    def largest(self) -> FloatArray:
        """Largest error of any coefficient, (S,)."""
        return np.asarray(np.abs(self.error).max(axis=1))


def identify(seeds: NDArray[np.int64], noise: float) -> dict[tuple[str, str], Identification]:
    """Learn equations from solutions with noise by every rule and kind, and step beyond.

    Parameters
    ----------
    seeds : (S,) array of int
        Of equations, fields and noise.
    noise : float
        Its standard deviation; that of the initial fields is 1.

    Returns
    -------
    dict of (rule, kind) to Identification
        For all of `RULES` and `KINDS`.

    Raises
    ------
    ValueError
        If a seed is negative, or the noise negative or not finite.
    """
    found: dict[tuple[str, str], list[tuple[FloatArray, float, float]]] = {}
    for seed in map(int, seed_list("seeds", seeds)):
        equation, seen = _observations(seed, noise)
        new = random_fields(seed + UNSEEN, SOLUTIONS, POINTS, highest=4)
        truth = equation.solve(new, END)
        for key in product(RULES, KINDS):
            learned = learn(seen, SPACING, DT, kind=key[1], rule=key[0])
            error = learned.coefficients - equation.coefficients
            prediction = _relative(learned.march(new, round(END / DT)), truth)
            largest = float(np.abs(learned.factor(POINTS)).max())
            found.setdefault(key, []).append((error, prediction, largest))
    return {
        key: Identification(*map(np.array, zip(*parts, strict=True)))
        for key, parts in found.items()
    }


def step_factors(seed: int, noise: float, kind: str, rule: str) -> tuple[FloatArray, FloatArray]:
    """By how much a step of a learned filter, and of its equation, multiplies waves at most.

    Parameters
    ----------
    seed : int
        Of equation, fields and noise, as for `identify`.
    noise : float
        Standard deviation.
    kind, rule : str
        As for `lib.pde.identification.learn`.

    Returns
    -------
    two (n/2 + 1,) arrays
        Largest factor of the filter and of the equation among the waves whose larger frequency
        along an axis is 0, 1, 2 and so on.

    Raises
    ------
    ValueError
        If the kind or the rule is unknown, the seed negative, or the noise negative or not finite.
    """
    equation, learned = _learned(seed, noise, kind, rule)
    exact = np.exp(DT * equation.symbol(POINTS))
    return ring_maxima(learned.factor(POINTS)), ring_maxima(exact)


def ring_maxima(factors: NDArray[np.complex128]) -> FloatArray:
    """Largest modulus among the Fourier modes of each frequency.

    Parameters
    ----------
    factors : (n, n) array
        In the order of `numpy.fft.fft2`, n even.

    Returns
    -------
    (n/2 + 1,) array
        For modes whose larger frequency along an axis is 0 to n/2.

    Raises
    ------
    ValueError
        If the array is not square, n is odd, or a factor is not finite.
    """
    points = len(shaped("factors", factors, ("n", "n")))
    if points % 2:
        raise ValueError(f"factors must have an even side, got {points}")
    moduli = finite("moduli of factors", np.abs(factors))
    k = np.abs(np.fft.fftfreq(points, 1 / points))
    larger = np.maximum(k[:, None], k[None, :])
    return np.array([moduli[larger == ring].max() for ring in range(points // 2 + 1)])


def prediction(
    seed: int, noise: float, kind: str, rule: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Step a new solution forward by a learned filter.

    Parameters
    ----------
    seed : int
        Of equation, fields and noise.
    noise : float
        Standard deviation.
    kind, rule : str
        As for `lib.pde.identification.learn`.

    Returns
    -------
    three (n, n) arrays
        A field that was not seen; what becomes of it; and what the filter makes of it.

    Raises
    ------
    ValueError
        If the kind or the rule is unknown, the seed negative, or the noise negative or not finite.
    """
    equation, learned = _learned(seed, noise, kind, rule)
    new = random_fields(seed + UNSEEN, SOLUTIONS, POINTS, highest=4)[0]
    return new, equation.solve(new, END), learned.march(new, round(END / DT))


def _learned(seed: int, noise: float, kind: str, rule: str) -> tuple[AdvectionDiffusion, Learned]:
    equation, seen = _observations(seed, noise)
    return equation, learn(seen, SPACING, DT, kind, rule)


def _observations(seed: int, noise: float) -> tuple[AdvectionDiffusion, FloatArray]:
    """An equation, and its solutions at successive times with noise."""
    at_least("noise", noise, 0)
    equation = random_equation(seed)
    start = random_fields(seed, SOLUTIONS, POINTS, highest=4)
    clean = np.stack([equation.solve(start, step * DT) for step in range(TIMES + 1)])
    return equation, clean + noise * np.random.default_rng([seed, 14]).standard_normal(clean.shape)


def _relative(found: FloatArray, truth: FloatArray) -> float:
    return float(np.linalg.norm(found - truth) / np.linalg.norm(truth))
