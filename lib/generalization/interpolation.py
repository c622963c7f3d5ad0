"""A two-layer network of 2n + d numbers through any n values at distinct points of R^d.

Zhang et al. 2017, section 4 and lemma 1 of appendix C: project the points onto a line, put one
hinge below each projection and above the one before, and solve a triangular system.

All functions take arrays of floats, or of `fractions.Fraction` (dtype object) and are then exact.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import as_array, at_least, finite, shaped

Numbers = NDArray[Any]

SPREAD = 10**6  # entries of a direction are integers from −SPREAD to SPREAD
ATTEMPTS = 100


@dataclass(frozen=True)
class Interpolant:
    """c(z) = Σ_j ω_j max(⟨a, z⟩ − b_j, 0).

    Parameters
    ----------
    direction : (d,) array
        a, which all units share.
    hinges : (n,) array
        b, in rising order.
    weights : (n,) array
        ω.
    """

    direction: Numbers
    hinges: Numbers
    weights: Numbers

    def __call__(self, points: Numbers) -> Numbers:
        """Evaluate the network as it is written: every unit at every point.

        Parameters
        ----------
        points : (m, d) array
            Where.

        Returns
        -------
        (m,) array
            Values.

        Raises
        ------
        ValueError
            If a point is not finite or has another dimension than `direction`.
        """
        _numbers("points", shaped("points", points, ("m", self.direction.size)))
        rectified = np.maximum((points @ self.direction)[:, None] - self.hinges, 0)
        return np.asarray(rectified @ self.weights)

    @property
    def count(self) -> int:
        """How many numbers describe it."""
        return self.direction.size + self.hinges.size + self.weights.size


def exactly(array: ArrayLike) -> Numbers:
    """Fractions equal to floating-point or whole numbers.

    Parameters
    ----------
    array : array
        Numbers.

    Returns
    -------
    array of Fraction
        Of the same shape.

    Raises
    ------
    ValueError
        If a number is not finite, or is a text.
    """
    numbers = _numbers("array", as_array("array", array))
    found = np.empty(numbers.size, dtype=object)
    found[:] = [Fraction(number) for number in numbers.ravel().tolist()]
    return found.reshape(numbers.shape)


def separating_direction(points: Numbers, seed: int) -> Numbers:
    """Find a direction in which no two points have the same projection.

    Parameters
    ----------
    points : (n, d) array
        Distinct.
    seed : int
        Of the draws.

    Returns
    -------
    (d,) array
        Random whole numbers, drawn again until they separate the points; of the type of these.

    Raises
    ------
    ValueError
        If two points are the same, which no direction can separate, or so nearly the same that
        rounding makes them so, a point is not finite, or the seed negative.
    """
    _numbers("points", shaped("points", points, ("n", "d")))
    at_least("seed", seed, 0)
    rows = [tuple(point) for point in points.tolist()]
    first = {row: number for number, row in reversed(list(enumerate(rows)))}
    if len(first) < len(rows):
        again = next(number for number, row in enumerate(rows) if first[row] < number)
        raise ValueError(f"point {again} occurs twice: no function has two values there")
    rng = np.random.default_rng([seed, 71])
    for _ in range(ATTEMPTS):
        drawn = rng.integers(-SPREAD, SPREAD + 1, points.shape[1])
        direction: Numbers = exactly(drawn) if points.dtype == object else drawn.astype(float)
        if len(np.unique(points @ direction)) == len(points):
            return direction
    raise ValueError("points are too near each other for floating-point numbers; give fractions")


def hinges_below(projections: Numbers, fraction: Any) -> Numbers:
    """Put a hinge below each projection, a fraction of the gap to the one before.

    Parameters
    ----------
    projections : (n,) array
        In rising order, all different.
    fraction : float or Fraction
        Above 0 and at most 1, where the hinge of a point is the point before.

    Returns
    -------
    (n,) array
        Hinges; before the first point the gap is taken as the second one's.

    Raises
    ------
    ValueError
        If the fraction lies outside, projections do not rise, or one is not finite.
    """
    if not 0 < fraction <= 1:
        raise ValueError(f"fraction must lie above 0 and at most at 1, got {fraction}")
    gaps = np.diff(shaped("projections", projections, ("n",)))
    if not np.all(gaps > 0):
        raise ValueError("projections must rise")
    _numbers("projections", projections)
    one = np.ones(1, dtype=projections.dtype) if len(gaps) == 0 else gaps[:1]
    return np.asarray(projections - fraction * np.concatenate([one, gaps]))


def hinge_matrix(projections: Numbers, hinges: Numbers) -> Numbers:
    """What every unit gives at every point.

    Parameters
    ----------
    projections : (m,) array
        Of the points.
    hinges : (n,) array
        Of the units.

    Returns
    -------
    (m, n) array
        A_ij = max(x_i − b_j, 0).

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    _numbers("projections", shaped("projections", projections, ("m",)))
    _numbers("hinges", shaped("hinges", hinges, ("n",)))
    return np.asarray(np.maximum(projections[:, None] - hinges, 0))


def interpolate(points: Numbers, values: Numbers, direction: Numbers, fraction: Any) -> Interpolant:
    """Build the network that has given values at given points.

    Parameters
    ----------
    points : (n, d) array
        Distinct.
    values : (n,) array
        Any.
    direction : (d,) array
        Separates the points.
    fraction : float or Fraction
        Where hinges lie in the gaps, as in `hinges_below`.

    Returns
    -------
    Interpolant
        With as many units as points. The triangular system is solved in n steps: between a point
        and the next the network is a line up to the hinge and another one from there.

    Raises
    ------
    ValueError
        If there are no points, values or the direction do not fit to them, a number is not finite,
        the direction does not separate the points, the fraction lies outside, or weights leave the
        range of floating-point numbers, as they do for many points and hinges in the lower half of
        the gaps.
    """
    if not as_array("points", points).size:
        raise ValueError("there must be at least one point")
    _numbers("points", shaped("points", points, ("n", "d")))
    _numbers("values", shaped("values", values, (len(points),)))
    _numbers("direction", shaped("direction", direction, (points.shape[1],)))
    projections = points @ direction
    order = np.argsort(projections)
    x, y = projections[order], values[order]
    hinges = hinges_below(x, fraction)
    slopes = np.zeros(len(x) + 1, dtype=hinges.dtype)
    height, before = y[:1] * 0, hinges[0]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for i in range(len(x)):
            # On the slope of the point before as far as the hinge, on the new one from there.
            height = height + slopes[i] * (hinges[i] - before)
            slopes[i + 1] = (y[i] - height[0]) / (x[i] - hinges[i])
            height, before = y[i : i + 1], x[i]
        weights = np.diff(slopes)
    if weights.dtype != object and not np.isfinite(weights).all():
        raise ValueError(
            f"weights overflow with hinges at {fraction} of the gaps; use 1/2 or more, or fractions"
        )
    return Interpolant(direction, hinges, weights)


def _numbers(name: str, array: Numbers) -> Numbers:
    """Demand finite numbers; whole numbers and fractions are."""
    if array.dtype.kind not in "iuO":
        finite(name, array)
    return array
