"""Experiments of the chapter *Linear dynamics*."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from lib.checks import broadcasting, finite, positive, shaped, whole
from lib.datasets import Dataset
from lib.linear.coordinates import find_modes
from lib.linear.flow import (
    correlations,
    gradient_descent,
    gradient_flow,
    imbalance,
    velocity,
)
from lib.linear.learning import learn_from_small_weights, weights_for
from lib.linear.modes import half_time

FloatArray = NDArray[np.float64]


def require_units(data: Dataset, hidden: int) -> None:
    """Refuse a network that is too narrow for its images.

    Parameters
    ----------
    data : Dataset
        To learn from.
    hidden : int
        Number of hidden units.

    Raises
    ------
    ValueError
        If there are fewer than classes: then the weakest modes would never be learned.
    """
    classes = len(data.class_names)
    if hidden < classes:
        raise ValueError(f"{classes} classes need at least {classes} hidden units, got {hidden}")


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

    Raises
    ------
    ValueError
        If the task is no matrix or not finite, `hidden`, `end` or a rate is not positive, a rate
        is above `end`, `scale` is not finite, a seed is negative, or the weights diverged.
    """
    W21, W32 = weights_for(Sigma31, hidden, scale, seeds)
    N1 = Sigma31.shape[1]
    counts = _counts(end, rates)
    exact = gradient_flow(W21, W32, Sigma31, np.eye(N1), np.array([0.0, end]))
    errors = []
    for rate, steps in counts:
        path = gradient_descent(W21, W32, Sigma31, np.eye(N1), rate, steps, every=steps)
        apart = (path.W21[-1] - exact.W21[-1], path.W32[-1] - exact.W32[-1])
        errors.append(np.sqrt(sum(np.sum(part**2, axis=(-1, -2)) for part in apart)))
    return np.stack(errors, axis=-1)


def drifts(
    Sigma31: FloatArray, hidden: int, rates: ArrayLike, seeds: ArrayLike, scale: float, end: float
) -> FloatArray:
    """How far gradient descent carries the imbalance that the flow conserves.

    Parameters
    ----------
    Sigma31, hidden, rates, seeds, scale, end
        As for `flow_errors`.

    Returns
    -------
    (S, R) array
        Frobenius norm of the change of ``W32ᵀ W32 − W21 W21ᵀ``.

    Raises
    ------
    ValueError
        As for `flow_errors`.
    """
    W21, W32 = weights_for(Sigma31, hidden, scale, seeds)
    N1 = Sigma31.shape[1]
    found = []
    for rate, steps in _counts(end, rates):
        path = gradient_descent(W21, W32, Sigma31, np.eye(N1), rate, steps, every=steps)
        with np.errstate(over="ignore", invalid="ignore"):  # of weights on their way to infinity
            first, last = imbalance(path.W21, path.W32)
            drift = np.linalg.norm(last - first, axis=(-1, -2))
        if not np.isfinite(drift).all():
            raise ValueError(f"diverged within {steps} steps; rate={rate} is too large")
        found.append(drift)
    return np.stack(found, axis=-1)


def final_weights(
    Sigma31: FloatArray, hidden: int, scale: float, seeds: ArrayLike, end: float
) -> tuple[FloatArray, FloatArray]:
    """Weights at the end of the flow from random weights, with ``Σ11 = I``.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task.
    hidden : int
        Number of hidden units.
    scale : float
        Standard deviation of the initial weights.
    seeds : (S,) array of int
        One network each.
    end : float
        When, in units of ``τ``.

    Returns
    -------
    W21 : (S, hidden, N1) array
        Input to hidden.
    W32 : (S, N3, hidden) array
        Hidden to output.

    Raises
    ------
    ValueError
        If the task is no matrix or not finite, `hidden` or `end` is not positive, `scale` is not
        finite, or a seed is negative.
    """
    W21, W32 = weights_for(Sigma31, hidden, scale, seeds)
    times = np.array([0.0, float(positive("end", end))])
    path = gradient_flow(W21, W32, Sigma31, np.eye(Sigma31.shape[1]), times)
    return path.W21[-1], path.W32[-1]


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

    Raises
    ------
    ValueError
        If a number is not positive, there are not as many of both, or all of `x` are the same.
    """
    x, y = positive("x", shaped("x", x, (..., "R"))), positive("y", y)
    shaped("y", y, (..., x.shape[-1]))
    broadcasting(x=x, y=y)
    if np.any(np.ptp(x, axis=-1) == 0):
        raise ValueError("x must not all be the same: a slope needs two points")
    log_x = np.log(x)
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

    Raises
    ------
    ValueError
        If the shapes do not belong together, a number is not finite, or the gradient is zero.
    """
    _check_single(X, Y, W21, W32)
    x, y, inner, outer = (torch.tensor(np.array(A, dtype=float)) for A in (X, Y, W21, W32))
    for W in (inner, outer):
        W.requires_grad_()
    error = y - outer @ (inner @ x)
    loss = 0.5 * torch.sum(error**2) / X.shape[1]
    gradients = torch.autograd.grad(loss, (inner, outer))
    Sigma11, Sigma31 = correlations(X, Y)
    formulas = velocity(W21, W32, Sigma31, Sigma11)
    if not all(formula.any() for formula in formulas):
        raise ValueError("the gradient of W21 or W32 is zero: no part of it can be told")
    pairs = zip(gradients, formulas, strict=True)
    differences = [
        np.abs(gradient.numpy() + formula).max() / np.abs(formula).max()
        for gradient, formula in pairs
    ]
    return float(max(differences))


def descend_on_examples(
    X: FloatArray, Y: FloatArray, W21: FloatArray, W32: FloatArray, rate: float, steps: int
) -> FloatArray:
    """Gradient descent on the examples themselves, by automatic differentiation.

    Parameters
    ----------
    X : (N1, P) array
        Inputs, a column for each example.
    Y : (N3, P) array
        Targets.
    W21 : (N2, N1) array
        Initial weights, input to hidden.
    W32 : (N3, N2) array
        Hidden to output.
    rate : float
        Learning rate.
    steps : int
        Number of steps, each on all examples.

    Returns
    -------
    (steps, N3, N1) array
        The map after each step. No second moment is computed on the way.

    Raises
    ------
    ValueError
        If the shapes do not belong together, a number is not finite, `rate` or `steps` is not
        positive, or the weights diverged.
    """
    _check_single(X, Y, W21, W32)
    positive("rate", rate)
    whole("steps", steps, 1)
    inputs, targets, *weights = (torch.tensor(np.array(A, dtype=float)) for A in (X, Y, W21, W32))
    for W in weights:
        W.requires_grad_()
    optimizer = torch.optim.SGD(weights, lr=rate)
    maps = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = targets - weights[1] @ (weights[0] @ inputs)
        loss = 0.5 * torch.sum(error**2) / X.shape[1]
        loss.backward()
        optimizer.step()
        maps.append((weights[1] @ weights[0]).detach().numpy())
    if not np.isfinite(maps[-1]).all():
        raise ValueError(f"diverged within {steps} steps; rate={rate} is too large")
    return np.stack(maps)


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

    Raises
    ------
    ValueError
        If the task is no matrix, zero or not finite, there are fewer hidden units than modes, a
        scale is not positive, a seed is negative, or `points` is below 2.
    """
    scales = positive("scales", shaped("scales", scales, ("K",)))
    whole("points", points, 2)
    slowest = find_modes(Sigma31).s[-1]
    found = []
    for scale in scales:
        # Long enough for the slowest mode of the unluckiest network to be learned.
        end = 3.0 * float(half_time(slowest, min(scale**2, slowest / 8.0)))
        times = np.linspace(0.0, end, points)
        found.append(learn_from_small_weights(Sigma31, hidden, scale, seeds, times).deviation)
    return np.stack(found, axis=-1)


def _counts(end: float, rates: ArrayLike) -> list[tuple[float, int]]:
    """Rates, and how many steps of each lead to the end."""
    positive("end", end)
    found = [(r, round(end / r)) for r in positive("rates", shaped("rates", rates, ("R",)))]
    if not all(steps for _, steps in found):
        raise ValueError(f"rates must not be above end = {end}, got {max(found)[0]}")
    return found


def _check_single(X: FloatArray, Y: FloatArray, W21: FloatArray, W32: FloatArray) -> None:
    """Refuse data and weights of one network that do not belong together."""
    finite("X", shaped("X", X, ("N1", "P")))
    finite("Y", shaped("Y", Y, ("N3", X.shape[1])))
    finite("W21", shaped("W21", W21, ("N2", X.shape[0])))
    finite("W32", shaped("W32", W32, (Y.shape[0], W21.shape[0])))
