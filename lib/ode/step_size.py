"""What the length of a step does to the size of signals in deep residual networks."""

import numpy as np
from numpy.typing import NDArray

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
    """
    measured, predicted = [], []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 3])
        y = rng.standard_normal(width)
        squares = [np.mean(y**2)]
        predicted.append(rectified_recursion(float(np.mean(y**2)), float(np.mean(y)), layers, step))
        for _ in range(layers):
            K = rng.standard_normal((width, width)) * np.sqrt(2 / width)
            y = y + step * np.maximum(K @ y, 0)
            squares.append(np.mean(y**2))
        measured.append(squares)
    return np.array(measured), np.array(predicted)


def rectified_recursion(square: float, mean: float, layers: int, step: float) -> FloatArray:
    """Mean square ``q`` in a wide residual network of rectifiers with Kaiming's weights.

    Given y, the preactivations are normal with variance 2q. Half of the mean square, q, passes the
    rectifier, and a mean of √(q/π): ``m ← m + h√(q/π)``, ``q ← q + 2hm√(q/π) + h²q``.

    Parameters
    ----------
    square, mean : float
        Of the input.
    layers : int
        N.
    step : float
        h.

    Returns
    -------
    (N + 1,) array
        Mean square behind each layer. With ``h = T/N`` and an input of mean zero the last one tends
        to ``cosh²(T/√π)`` times the first.
    """
    q, m, found = square, mean, [square]
    for _ in range(layers):
        drift = np.sqrt(q / np.pi)
        q, m = q + 2 * step * m * drift + step**2 * q, m + step * drift
        found.append(q)
    return np.array(found)
