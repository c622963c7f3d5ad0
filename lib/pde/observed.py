"""How fast a filter tends to its differential operator, measured in many digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, positive, shaped
from lib.pde.moments import Filter, Index, operator

FloatArray = NDArray[np.float64]

DIGITS = 60  # errors of order ε^8 at ε = 2^-9 are far below double precision


@dataclass(frozen=True)
class Waves:
    """A smooth function, ``F(x) = Σ_j A_j sin(ω_j·x + φ_j)``, with all of its derivatives.

    Parameters
    ----------
    amplitudes : (J,) array
        A.
    frequencies : (J, d) array
        ω.
    phases : (J,) array
        φ.
    """

    amplitudes: FloatArray
    frequencies: FloatArray
    phases: FloatArray

    def derivative(self, alpha: Index, x: Sequence[mp.mpf]) -> mp.mpf:
        """Value of ``∂^αF`` at a point, in the working precision of mpmath."""
        numbers = (a.tolist() for a in (self.amplitudes, self.frequencies, self.phases))
        total = mp.mpf(0)
        for A, omega, phi in zip(*numbers, strict=True):
            angle = mp.fdot(zip(map(mp.mpf, omega), x, strict=True)) + mp.mpf(phi)
            factor = mp.fprod(mp.mpf(w) ** a for w, a in zip(omega, alpha, strict=True))
            total += mp.mpf(A) * factor * mp.sin(angle + sum(alpha) * mp.pi / 2)
        return total


def random_waves(seed: int, dimension: int, count: int = 5) -> Waves:
    """Draw a smooth function.

    Parameters
    ----------
    seed : int
        Of amplitudes, frequencies and phases.
    dimension : int
        d.
    count : int
        J.

    Returns
    -------
    Waves
        With frequencies of modulus between 1/2 and 1 along each axis.

    Raises
    ------
    ValueError
        If the seed is negative, or `dimension` or `count` below 1.
    """
    at_least("seed", seed, 0)
    at_least("dimension", dimension, 1)
    at_least("count", count, 1)
    rng = np.random.default_rng([seed, 11])
    sign = rng.choice([-1.0, 1.0], (count, dimension))
    return Waves(
        amplitudes=rng.uniform(0.5, 1.0, count),
        frequencies=sign * rng.uniform(0.5, 1.0, (count, dimension)),
        phases=rng.uniform(0, 2 * np.pi, count),
    )


def apply(q: Filter, function: Waves, spacings: FloatArray) -> FloatArray:
    """What a filter makes of a function at the origin.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    function : Waves
        Of d coordinates.
    spacings : (R,) array
        Distances ε of grid points.

    Returns
    -------
    (R,) array
        ``Σ_k q[k] F(εk)``, computed with `DIGITS` digits and rounded at the end.

    Raises
    ------
    ValueError
        If a spacing is not finite.
    """
    spacings = finite("spacings", shaped("spacings", spacings, ("R",)))
    with mp.workdps(DIGITS):
        return np.array([float(_applied(q, function, mp.mpf(spacing))) for spacing in spacings])


def errors(q: Filter, function: Waves, spacings: FloatArray) -> FloatArray:
    """Error of a filter as its operator, at the origin.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    function : Waves
        Of d coordinates.
    spacings : (R,) array
        Distances ε of grid points.

    Returns
    -------
    (R,) array
        ``|ε^−n Σ_k q[k] F(εk) − Σ_α C_α ∂^αF(0)|``, computed with `DIGITS` digits.

    Raises
    ------
    ValueError
        If a spacing is zero or not finite.
    """
    spacings = finite("spacings", shaped("spacings", spacings, ("R",)))
    if not np.all(spacings):
        raise ValueError("spacings must not be zero")
    found, read = [], operator(q)
    with mp.workdps(DIGITS):
        origin = [mp.mpf(0)] * q.dimension
        exact = mp.fsum(
            _number(C) * function.derivative(alpha, origin)
            for alpha, C in read.coefficients.items()
        )
        for spacing in map(mp.mpf, spacings):
            quotient = _applied(q, function, spacing) / spacing**read.degree
            found.append(float(abs(quotient - exact)))
    return np.array(found)


def observed_order(q: Filter, function: Waves, spacings: FloatArray) -> float:
    """Slope of log error against log ε, by least squares.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    function : Waves
        Of d coordinates.
    spacings : (R,) array
        Distances ε of grid points.

    Returns
    -------
    float
        To be compared with the predicted ``operator(q).accuracy``.

    Raises
    ------
    ValueError
        If spacings are not positive, two different ones at least, or there is no error at one.
    """
    positive("spacings", shaped("spacings", spacings, ("R",)))
    if len(np.unique(spacings)) < 2:
        raise ValueError(f"spacings must be two different ones at least, got only {spacings[0]}")
    found = errors(q, function, spacings)
    if not found.all():
        raise ValueError(f"there is no error at a spacing of {spacings[found.argmin()]}: no slope")
    return float(np.polyfit(np.log(spacings), np.log(found), 1)[0])


def _applied(q: Filter, function: Waves, spacing: mp.mpf) -> mp.mpf:
    here = (0,) * q.dimension
    return mp.fsum(
        _number(weight) * function.derivative(here, [part * spacing for part in k])
        for k, weight in q.weights.items()
    )


def _number(exact: object) -> mp.mpf:
    return mp.mpf(exact.evalf(mp.mp.dps + 5)._mpf_)  # type: ignore[attr-defined]
