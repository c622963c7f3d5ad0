"""Experiments of the chapter *Vanishing moments*."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.pde.advection_diffusion import random_equation, random_fields
from lib.pde.identification import KINDS, RULES, Learned, learn
from lib.pde.moments import Filter, operator
from lib.pde.observed import errors, observed_order, random_waves

FloatArray = NDArray[np.float64]

UNSEEN = 2**20  # between the seeds of fields to learn from and of those to judge by


@dataclass(frozen=True)
class Orders:
    """Predicted and observed accuracy of filters.

    Parameters
    ----------
    predicted : (F,) array
        From the moments.
    observed : (F, S) array
        Fitted slopes, for each of S functions.
    """

    predicted: FloatArray
    observed: FloatArray

    @property
    def worst(self) -> float:
        """Largest difference of the predicted accuracy and the median of the observed ones.

        The median, since the leading term of the error happens to be small for a few functions.
        """
        return float(np.abs(np.median(self.observed, axis=1) - self.predicted).max())


def orders(filters: Mapping[str, Filter], seeds: NDArray[np.int64], spacings: FloatArray) -> Orders:
    """Measure the accuracy of filters on random functions.

    Parameters
    ----------
    filters : mapping of str to Filter
        F filters.
    seeds : (S,) array of int
        Of the functions.
    spacings : (R,) array
        Distances of grid points, short enough for the leading term of the error to rule.

    Returns
    -------
    Orders
        For all of them.

    Raises
    ------
    ValueError
        If a filter has no error at all.
    """
    accuracies = {name: operator(q).accuracy for name, q in filters.items()}
    exact = [name for name, accuracy in accuracies.items() if accuracy is None]
    if exact:
        raise ValueError(f"{', '.join(exact)}: a multiple of the identity has no error to measure")
    slopes = [
        [observed_order(q, random_waves(int(s), q.dimension), spacings) for s in seeds]
        for q in filters.values()
    ]
    return Orders(np.array(list(accuracies.values()), dtype=np.float64), np.array(slopes))


def error_curves(filters: Sequence[Filter], seed: int, spacings: FloatArray) -> FloatArray:
    """Errors of filters on one random function.

    Parameters
    ----------
    filters : sequence of Filter
        F filters of one dimension.
    seed : int
        Of the function.
    spacings : (R,) array
        Distances of grid points.

    Returns
    -------
    (R, F) array
        Errors.
    """
    function = random_waves(seed, filters[0].dimension)
    return np.stack([errors(q, function, spacings) for q in filters], axis=1)


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


def identify(
    seeds: NDArray[np.int64],
    noise: float,
    *,
    points: int = 32,
    dt: float = 0.02,
    times: int = 10,
    solutions: int = 8,
    end: float = 2.0,
) -> dict[tuple[str, str], Identification]:
    """Learn equations from solutions with noise by every rule and kind, and step beyond.

    Parameters
    ----------
    seeds : (S,) array of int
        Of equations, fields and noise.
    noise : float
        Its standard deviation; that of the initial fields is 1.
    points : int
        Grid points along each axis.
    dt : float
        Time from one snapshot to the next.
    times : int
        Number of steps that are seen.
    solutions : int
        How many solutions.
    end : float
        Up to when new solutions are predicted, a multiple of `dt`.

    Returns
    -------
    dict of (rule, kind) to Identification
        For all of `RULES` and `KINDS`.
    """
    spacing = 2 * np.pi / points
    found: dict[tuple[str, str], list[tuple[FloatArray, float, float]]] = {}
    for seed in map(int, seeds):
        equation = random_equation(seed)
        start = random_fields(seed, solutions, points, highest=4)
        clean = np.stack([equation.solve(start, step * dt) for step in range(times + 1)])
        seen = clean + noise * np.random.default_rng([seed, 14]).standard_normal(clean.shape)
        new = random_fields(seed + UNSEEN, solutions, points, highest=4)
        truth = equation.solve(new, end)
        for rule in RULES:
            for kind in KINDS:
                learned = learn(seen, spacing, dt, kind, rule)
                found.setdefault((rule, kind), []).append(
                    (
                        learned.coefficients - equation.coefficients,
                        _relative(learned.march(new, round(end / dt)), truth),
                        float(np.abs(learned.factor(points)).max()),
                    )
                )
    return {
        key: Identification(*map(np.array, zip(*parts, strict=True)))
        for key, parts in found.items()
    }


def learned_example(seed: int, noise: float, kind: str, rule: str) -> tuple[Learned, FloatArray]:
    """Learn the equation of a seed as `identify` does with its defaults, to look at the filter.

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
    Learned
        The filter.
    (5,) array
        The true coefficients.
    """
    equation = random_equation(seed)
    start = random_fields(seed, 8, 32, highest=4)
    clean = np.stack([equation.solve(start, step * 0.02) for step in range(11)])
    seen = clean + noise * np.random.default_rng([seed, 14]).standard_normal(clean.shape)
    return learn(seen, 2 * np.pi / 32, 0.02, kind, rule), equation.coefficients


def _relative(found: FloatArray, truth: FloatArray) -> float:
    return float(np.linalg.norm(found - truth) / np.linalg.norm(truth))
