"""Experiments of the chapter *Linear dynamics*."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from lib.datasets import Dataset
from lib.linear.coordinates import (
    Modes,
    effective_strengths,
    find_modes,
    random_weights,
)
from lib.linear.flow import (
    Trajectory,
    correlations,
    gradient_descent,
    gradient_flow,
    velocity,
)
from lib.linear.modes import half_time, mode_strength

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Learning:
    """Modes of several networks on their way from small random weights.

    Parameters
    ----------
    times : (T,) array
        In units of ``τ``.
    modes : Modes
        Of the task.
    strengths : (T, S, M) array
        Of each network's modes.
    u0 : (S, M) array
        Initial strengths that count, see `effective_strengths`.
    product : (T, S, N3, N1) array
        The maps.
    """

    times: FloatArray
    modes: Modes
    strengths: FloatArray
    u0: FloatArray
    product: FloatArray

    @property
    def predicted(self) -> FloatArray:
        """Sigmoids that begin at `u0`, (T, S, M)."""
        curves = [mode_strength(self.times, self.modes.s, u0) for u0 in self.u0]
        return np.stack(curves, axis=1)

    @property
    def deviation(self) -> FloatArray:
        """Largest distance from the prediction over time and modes, as a part of ``s``, (S,)."""
        apart = np.abs(self.strengths - self.predicted) / self.modes.s
        return np.asarray(apart.max(axis=(0, 2)))

    @property
    def half_times(self) -> FloatArray:
        """When each mode first has half its final strength, (S, M); inf where it never has."""
        return first_crossings(self.times, self.strengths, self.modes.s / 2.0)


def random_task(s: ArrayLike, shape: tuple[int, int], seed: int) -> FloatArray:
    """Input–output correlation with given singular values and random singular vectors.

    Parameters
    ----------
    s : (M,) array
        Singular values.
    shape : tuple of int
        ``(N3, N1)``, each at least M.
    seed : int
        Of the vectors.

    Returns
    -------
    (N3, N1) array
        ``Σ31``.
    """
    s = np.asarray(s, dtype=float)
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.standard_normal((n, s.size)))[0] for n in shape)
    return np.asarray((U * s) @ V.T)


def flow_errors(
    Sigma31: FloatArray, hidden: int, rates: ArrayLike, seeds: ArrayLike, scale: float, end: float
) -> FloatArray:
    """Distance between gradient descent and the flow at a fixed time, for falling learning rates.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task, with ``Σ11 = I``.
    hidden : int
        Number of hidden units.
    rates : (R,) array
        Learning rates that divide `end`.
    seeds : (S,) array of int
        Of the initial weights.
    scale : float
        Standard deviation of the initial weights.
    end : float
        The time, in units of ``τ``.

    Returns
    -------
    (S, R) array
        Length of the difference of the weights.
    """
    N3, N1 = Sigma31.shape
    W21, W32 = random_weights((N1, hidden, N3), scale, seeds)
    exact = gradient_flow(W21, W32, Sigma31, np.eye(N1), np.array([0.0, end]))
    errors = []
    for rate in np.asarray(rates, dtype=float):
        steps = round(end / rate)
        path = gradient_descent(W21, W32, Sigma31, np.eye(N1), rate, steps, every=steps)
        apart = (path.W21[-1] - exact.W21[-1], path.W32[-1] - exact.W32[-1])
        errors.append(np.sqrt(sum(np.sum(part**2, axis=(-1, -2)) for part in apart)))
    return np.stack(errors, axis=-1)


def slopes(x: ArrayLike, y: FloatArray) -> FloatArray:
    """Slopes in a double logarithmic plot, by least squares.

    Parameters
    ----------
    x : (..., R) array
        Positive.
    y : (..., R) array
        Positive.

    Returns
    -------
    (...) array
        ``d log y / d log x``.
    """
    log_x = np.log(np.asarray(x, dtype=float))
    log_x = log_x - log_x.mean(axis=-1, keepdims=True)
    return np.asarray(np.sum(log_x * np.log(y), axis=-1) / np.sum(log_x**2, axis=-1))


def autograd_difference(X: FloatArray, Y: FloatArray, W21: FloatArray, W32: FloatArray) -> float:
    """Distance between the formula of the gradient and what PyTorch computes from the data.

    Parameters
    ----------
    X : (N1, P) array
        Inputs, a column for each example.
    Y : (N3, P) array
        Targets.
    W21 : (N2, N1) array
        Input to hidden.
    W32 : (N3, N2) array
        Hidden to output.

    Returns
    -------
    float
        Largest difference of an entry, as a part of the largest entry.
    """
    inner, outer = (torch.tensor(W, requires_grad=True) for W in (W21, W32))
    error = torch.as_tensor(Y) - outer @ (inner @ torch.as_tensor(X))
    loss = 0.5 * torch.sum(error**2) / X.shape[1]
    gradients = torch.autograd.grad(loss, (inner, outer))
    Sigma11, Sigma31 = correlations(X, Y)
    pairs = zip(gradients, velocity(W21, W32, Sigma31, Sigma11), strict=True)
    differences = [
        np.abs(gradient.numpy() + formula).max() / np.abs(formula).max()
        for gradient, formula in pairs
    ]
    return float(max(differences))


def learn_from_small_weights(
    Sigma31: FloatArray, hidden: int, scale: float, seeds: ArrayLike, times: FloatArray
) -> Learning:
    """Follow the flow from small random weights, with ``Σ11 = I``.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task.
    hidden : int
        Number of hidden units.
    scale : float
        Length of a column of the initial weights: their standard deviation is ``scale/√hidden``.
    seeds : (S,) array of int
        One network each.
    times : (T,) array
        When to record, in units of ``τ``.

    Returns
    -------
    Learning
        Of all networks.
    """
    N3, N1 = Sigma31.shape
    W21, W32 = random_weights((N1, hidden, N3), scale / np.sqrt(hidden), seeds)
    return _learning(Sigma31, gradient_flow(W21, W32, Sigma31, np.eye(N1), times))


def deviations_by_scale(
    Sigma31: FloatArray, hidden: int, scales: ArrayLike, seeds: ArrayLike, points: int
) -> FloatArray:
    """How far learning from small random weights is from the sigmoids, for falling scales.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task.
    hidden : int
        Number of hidden units.
    scales : (K,) array
        Lengths of the columns of the initial weights.
    seeds : (S,) array of int
        One network each.
    points : int
        How many times to compare.

    Returns
    -------
    (S, K) array
        Largest distance, as a part of ``s``.
    """
    slowest = find_modes(Sigma31).s[-1]
    found = []
    for scale in np.asarray(scales, dtype=float):
        # Long enough for the slowest mode of the unluckiest network to be learned.
        end = 3.0 * float(half_time(slowest, min(scale**2, slowest / 8.0)))
        times = np.linspace(0.0, end, points)
        found.append(learn_from_small_weights(Sigma31, hidden, scale, seeds, times).deviation)
    return np.stack(found, axis=-1)


def whiten(X: FloatArray, tolerance: float = 1e-6) -> FloatArray:
    """Centre inputs and make their correlation the identity, in the directions in which they vary.

    Parameters
    ----------
    X : (N1, P) array
        Inputs, a column for each example.
    tolerance : float
        Directions with less than this part of the largest standard deviation are dropped.

    Returns
    -------
    (N, P) array
        With ``⟨x⟩ = 0`` and ``⟨x xᵀ⟩ = I``.

    Raises
    ------
    ValueError
        If the inputs do not vary.
    """
    centred = X - X.mean(axis=1, keepdims=True)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    kept = spread > tolerance * spread[0]
    if spread[0] == 0:
        raise ValueError("the inputs do not vary: nothing to whiten")
    return np.asarray(np.sqrt(X.shape[1]) * directions[kept])


def image_task(data: Dataset) -> tuple[FloatArray, FloatArray]:
    """Whitened images and centred one-hot labels.

    Parameters
    ----------
    data : Dataset
        Labelled images.

    Returns
    -------
    X : (N, P) array
        Inputs with ``Σ11 = I``.
    Y : (classes, P) array
        Targets with mean zero.
    """
    Y = data.one_hot
    return whiten(data.flat), Y - Y.mean(axis=1, keepdims=True)


def learn_by_descent(
    Sigma31: FloatArray,
    hidden: int,
    scale: float,
    seeds: ArrayLike,
    rate: float,
    end: float,
    every: int,
) -> Learning:
    """Learn by gradient descent from small random weights, with ``Σ11 = I``.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task.
    hidden : int
        Number of hidden units.
    scale : float
        Length of a column of the initial weights.
    seeds : (S,) array of int
        One network each.
    rate : float
        Learning rate.
    end : float
        How long, in units of ``τ``.
    every : int
        Steps between two records.

    Returns
    -------
    Learning
        Of all networks.
    """
    N3, N1 = Sigma31.shape
    W21, W32 = random_weights((N1, hidden, N3), scale / np.sqrt(hidden), seeds)
    steps = every * int(np.ceil(end / rate / every))
    return _learning(Sigma31, gradient_descent(W21, W32, Sigma31, np.eye(N1), rate, steps, every))


def first_crossings(times: FloatArray, curves: FloatArray, levels: FloatArray) -> FloatArray:
    """When curves first reach levels, by linear interpolation between records.

    Parameters
    ----------
    times : (T,) array
        Ascending.
    curves : (T, ...) array
        Begin below their levels.
    levels : array
        Broadcasts against ``curves[0]``.

    Returns
    -------
    (...) array
        Times; inf where a level is not reached.
    """
    above = curves >= levels
    last = np.clip(above.argmax(axis=0), 1, None)
    low, high = (np.take_along_axis(curves, i[None], axis=0)[0] for i in (last - 1, last))
    part = (levels - low) / np.where(high == low, 1.0, high - low)
    when = times[last - 1] + part * (times[last] - times[last - 1])
    return np.where(above.any(axis=0), when, np.inf)


def _learning(Sigma31: FloatArray, path: Trajectory) -> Learning:
    modes = find_modes(Sigma31)
    a, b = modes.vectors(path.W21[0], path.W32[0])
    return Learning(
        path.times,
        modes,
        modes.strengths(path.product),
        effective_strengths(a, b),
        path.product,
    )
