"""What the length of a step does to the size of signals in deep residual networks."""

import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, seed_list, whole

FloatArray = NDArray[np.float64]


def rectified_growth(
    seeds: NDArray[np.int64], width: int, layers: int, step: float
) -> tuple[FloatArray, FloatArray]:
    """Mean squares in residual networks of rectifiers with Kaiming's independent weights.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each network.
    width : int
        n; weights have the variance 2/n.
    layers : int
        N.
    step : float
        h.

    Returns
    -------
    (S, N + 1) array
        ``|y_j|²/n`` as measured.
    (S, N + 1) array
        The same as predicted for wide networks from the input alone, by `rectified_recursion`.

    Raises
    ------
    ValueError
        If there is no seed, one or `layers` is negative, `width` is below 1, the step is not
        finite, or signals leave the range of floating-point numbers.
    """
    whole("width", width, 1)
    measured, predicted = [], []
    for seed in seed_list("seeds", seeds):
        rng = np.random.default_rng([int(seed), 3])
        y = rng.standard_normal(width)
        squares = [np.mean(y**2)]
        predicted.append(rectified_recursion(float(np.mean(y**2)), float(np.mean(y)), layers, step))
        for _ in range(layers):
            K = rng.standard_normal((width, width)) * np.sqrt(2 / width)
            y = y + step * np.maximum(K @ y, 0)
            squares.append(np.mean(y**2))
        measured.append(squares)
    return finite("mean squares", measured), np.array(predicted)


def rectified_recursion(square: float, mean: float, layers: int, step: float) -> FloatArray:
    """Mean square ``q`` in a wide residual network of rectifiers with Kaiming's weights.

    Given y, the preactivations are normal with variance 2q. Half of the mean square, q, passes the
    rectifier, and a mean of √(q/π): ``m ← m + h√(q/π)``, ``q ← q + 2hm√(q/π) + h²q``.

    Parameters
    ----------
    square, mean : float
        Of the input: mean square and mean.
    layers : int
        N.
    step : float
        h.

    Returns
    -------
    (N + 1,) array
        Mean square behind each layer. With ``h = T/N`` and an input of mean zero the last one tends
        to ``cosh²(T/√π)`` times the first.

    Raises
    ------
    ValueError
        If `square` or `layers` is negative, a number is not finite, or the mean square leaves the
        range of floating-point numbers.
    """
    at_least("square", square, 0)
    finite("mean", mean)
    finite("step", step)
    whole("layers", layers, 0)
    q, m, found = square, mean, [square]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
        for _ in range(layers):
            drift = np.sqrt(q / np.pi)
            q, m = q + 2 * step * m * drift + step**2 * q, m + step * drift
            found.append(q)
    return finite("the mean square behind each layer", found)
