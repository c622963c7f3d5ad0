"""Linear networks of any depth: their gradient, gradient descent and gradient flow.

Many networks of one shape are computed at once; the first axis of every array is the network. Where
inputs are written in their principal components ``Σ11`` is diagonal, and the loss of a map ``W`` is
``½ tr[(W − W*) Σ11 (W − W*)ᵀ]``, up to the part that no linear map removes, with the best map
``W* = Σ31 Σ11⁻¹``. Since the outputs are few, the gradient is a chain of thin products.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from lib.checks import at_least, each, finite, positive, shaped
from lib.linear.deep_weights import DeepWeights
from lib.linear.domain import ascending
from lib.linear.learning import first_crossings
from lib.linear.tasks import PrincipalTask

FloatArray = NDArray[np.float64]

# A loss this many times the initial one does not come back.
DIVERGED = 100.0
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Descent:
    """Losses of networks on their way down.

    Parameters
    ----------
    loss : (T, B) array
        After each number of steps, as a part of the initial loss; NaN after a network was stopped.
    """

    loss: FloatArray

    def steps_to(self, level: float) -> FloatArray:
        """When each loss first is below a level.

        Parameters
        ----------
        level : float
            Part of the initial loss, positive.

        Returns
        -------
        (B,) array
            Steps, with the fraction by interpolation of the logarithm; inf where it never is.

        Raises
        ------
        ValueError
            If the level is not positive and finite.
        """
        steps = np.arange(len(self.loss), dtype=float)
        heights = -np.log(np.maximum(self.loss, np.finfo(float).tiny))  # a loss may be zero
        return first_crossings(steps, heights, -np.log(positive("level", level)))

    @property
    def stopped_at(self) -> NDArray[np.intp]:
        """Number of steps that each network took, (B,)."""
        return np.asarray(np.isfinite(self.loss).sum(axis=0) - 1)


def removable_loss(W: FloatArray, task: PrincipalTask) -> FloatArray:
    """Loss of maps, less the loss of the best one.

    Parameters
    ----------
    W : (..., N3, N1) array
        Maps.
    task : PrincipalTask
        The task.

    Returns
    -------
    (...) array
        ``½ tr[(W − W*) Σ11 (W − W*)ᵀ]``.

    Raises
    ------
    ValueError
        If the maps are not of the task's shape, or not finite.
    """
    finite("W", shaped("W", W, (..., *task.best.shape)))
    return np.asarray(0.5 * np.sum((task.best - W) ** 2 * task.variances, axis=(-1, -2)))


def velocity(weights: DeepWeights, task: PrincipalTask) -> DeepWeights:
    """Negative gradient of the loss, ``τ dW/dt`` along the flow.

    Parameters
    ----------
    weights : DeepWeights
        B networks.
    task : PrincipalTask
        The task.

    Returns
    -------
    DeepWeights
        Of the shapes of the weights: ``(W_D…W_{l+1})ᵀ E (W_{l−1}…W_1)ᵀ`` for matrix ``l``, with
        ``E = Σ31 − W Σ11``.
    """
    outer, before = weights.outer_products()
    return _velocity(weights, outer, before, (task.best - before @ weights.first) * task.variances)


def descend(
    weights: DeepWeights,
    task: PrincipalTask,
    rates: ArrayLike,
    most: ArrayLike,
    until: float = 0.0,
) -> Descent:
    """Full-batch gradient descent of many networks, each with its own learning rate.

    Parameters
    ----------
    weights : DeepWeights
        B networks.
    task : PrincipalTask
        The task.
    rates : (B,) array or float
        Learning rates, positive.
    most : (B,) array of int or int
        Largest number of steps.
    until : float
        Part of the initial loss at which a network stops.

    Returns
    -------
    Descent
        A network also stops where its loss is a hundred times the initial one or not a number. Its
        losses are NaN from then on.

    Raises
    ------
    ValueError
        If a rate is not positive, `most` or `until` is negative, there is not a rate and a number
        of steps for each network or for all, or a network begins at the best map.
    """
    members = np.arange(len(weights.first))
    eta = positive("rates", each("rates", rates, members.size))[:, None, None]
    caps = each("most", most, members.size)
    at_least("most", caps, 0)
    at_least("until", until, 0)
    initial = removable_loss(weights.product, task)
    if not initial.all():
        raise ValueError("a network begins at the best map: there is nothing to learn")
    losses = np.full((int(caps.max()) + 1, members.size), np.nan)
    parts = (weights.first, weights.hidden, weights.last)
    weights = DeepWeights(*(np.array(part, dtype=float, order="C") for part in parts))
    # A network that diverges overflows in the step before it is stopped.
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(len(losses)):
            outer, before = weights.outer_products()
            gap = task.best - before @ weights.first
            error = gap * task.variances
            loss = 0.5 * np.sum(gap * error, axis=(1, 2)) / initial[members]
            on = (loss > until) & (loss < DIVERGED) & (step < caps[members])
            losses[step, members] = loss
            if not on.all():
                weights, outer, before = weights.take(on), outer[on], before[on]
                error, eta, members = error[on], eta[on], members[on]
            if not members.size:
                break
            _step(weights, outer, before, eta * error)
    return Descent(np.where(np.isfinite(losses), losses, np.nan))


def deep_flow(weights: DeepWeights, task: PrincipalTask, times: FloatArray) -> FloatArray:
    """Maps of one network along gradient flow, to the accuracy of the integrator.

    Parameters
    ----------
    weights : DeepWeights
        A single network.
    task : PrincipalTask
        The task.
    times : (T,) array
        When to record, in units of ``τ``; ascending from the initial time.

    Returns
    -------
    (T, N3, N1) array
        The maps.

    Raises
    ------
    ValueError
        If `times` does not ascend.
    RuntimeError
        If the integrator gives up.
    """
    times = ascending("times", times)
    parts = (weights.first, weights.hidden, weights.last)
    ends = np.cumsum([part.size for part in parts])[:-1]

    def unpack(flat: FloatArray) -> DeepWeights:
        pieces = np.split(flat, ends)
        return DeepWeights(
            *(piece.reshape(part.shape) for piece, part in zip(pieces, parts, strict=True))
        )

    def right_hand_side(_: float, flat: FloatArray) -> FloatArray:
        by = velocity(unpack(flat), task)
        return np.concatenate([by.first.ravel(), by.hidden.ravel(), by.last.ravel()])

    solution = solve_ivp(
        right_hand_side,
        (times[0], times[-1]),
        np.concatenate([part.ravel() for part in parts]),
        method="DOP853",
        t_eval=times,
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    if not solution.success:
        raise RuntimeError(f"the integrator gave up: {solution.message}")
    return np.stack([unpack(flat).product[0] for flat in solution.y.T])


def _velocity(
    weights: DeepWeights, outer: FloatArray, before: FloatArray, error: FloatArray
) -> DeepWeights:
    inner, last = _inner_products(weights, error)
    return DeepWeights(np.swapaxes(before, 1, 2) @ error, np.swapaxes(outer, 2, 3) @ inner, last)


def _step(weights: DeepWeights, outer: FloatArray, before: FloatArray, error: FloatArray) -> None:
    """Add to weights, in place, the velocity that belongs to an error.

    The hidden matrices do not fit into a cache: what takes time is to go through them, and this
    does it once, in a product that adds to what is there.
    """
    inner, last = _inner_products(weights, error)
    n, outputs = weights.hidden.shape[-1], outer.shape[-2]
    left, right = (torch.from_numpy(part).view(-1, outputs, n) for part in (outer, inner))
    torch.from_numpy(weights.hidden).view(-1, n, n).baddbmm_(left.mT, right)
    np.add(weights.first, np.swapaxes(before, 1, 2) @ error, out=weights.first)
    np.add(weights.last, last, out=weights.last)


def _inner_products(weights: DeepWeights, error: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``E (W_{l−1}…W_1)ᵀ`` for each hidden matrix l, (B, K, N3, n), and for the last one."""
    B, K, n, _ = weights.hidden.shape
    inner = np.empty((B, K, error.shape[1], n))
    chain = error @ np.swapaxes(weights.first, 1, 2)
    for place in range(K):
        inner[:, place] = chain
        chain = chain @ np.swapaxes(weights.hidden[:, place], 1, 2)
    return inner, chain
