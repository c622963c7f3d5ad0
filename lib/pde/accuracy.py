"""Predicted and observed accuracy of many filters on random functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, positive, seed_list, shaped
from lib.pde.moments import Filter, operator
from lib.pde.observed import errors, observed_order, random_waves

FloatArray = NDArray[np.float64]


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
        If a filter has no error at all, seeds are not whole numbers from 0 on, or spacings are not
        positive, two at least.
    """
    seeds = seed_list("seeds", seeds)
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

    Raises
    ------
    ValueError
        If there is no filter or no spacing, filters differ in dimension, the seed is negative, or a
        spacing is not positive.
    """
    _check(filters, seed, spacings)
    function = random_waves(seed, filters[0].dimension)
    return np.stack([errors(q, function, spacings) for q in filters], axis=1)


def rounded_curves(filters: Sequence[Filter], seed: int, spacings: FloatArray) -> FloatArray:
    """Errors of filters on the same function in double precision.

    Parameters
    ----------
    filters : sequence of Filter
        F filters on a line.
    seed : int
        Of the function.
    spacings : (R,) array
        Distances of grid points.

    Returns
    -------
    (R, F) array
        Errors, of truncation and of rounding.

    Raises
    ------
    ValueError
        If there is no filter on a line or no spacing, the seed is negative, or a spacing is not
        positive.
    """
    _check(filters, seed, spacings)
    if filters[0].dimension != 1:
        raise ValueError(f"filters must be on a line, got {filters[0].dimension} dimensions")
    waves = random_waves(seed, 1)
    curves = []
    for q in filters:
        read = operator(q)
        ((alpha, C),) = read.coefficients.items()
        exact = float(C) * float(waves.derivative(alpha, [mp.mpf(0)]))
        places = np.array([k for (k,) in q.weights]) * spacings[:, None]
        angles = places[..., None] * waves.frequencies[:, 0] + waves.phases
        values = np.sin(angles) @ waves.amplitudes
        weights = np.array([float(weight) for weight in q.weights.values()])
        curves.append(np.abs(values @ weights / spacings**read.degree - exact))
    return np.stack(curves, axis=1)


def _check(filters: Sequence[Filter], seed: int, spacings: FloatArray) -> None:
    dimensions = sorted({q.dimension for q in filters})
    if len(dimensions) != 1:
        raise ValueError(f"filters must be of one dimension, and one at least, got {dimensions}")
    at_least("seed", seed, 0)
    positive("spacings", shaped("spacings", spacings, ("R",)))
