"""Learning from small random weights: what each mode does, and what theory says it will do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import as_array, broadcasting, finite, positive, shaped, whole
from lib.linear.coordinates import (
    Modes,
    effective_strengths,
    find_modes,
    random_weights,
)
from lib.linear.flow import Trajectory, gradient_descent, gradient_flow
from lib.linear.modes import mode_strength

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


def weights_for(
    Sigma31: FloatArray, hidden: int, scale: float, seeds: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Random weights of networks that have the inputs and outputs of a task.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        The task.
    hidden : int
        Number of hidden units.
    scale : float
        Standard deviation of every weight.
    seeds : (S,) array of int
        One network each.

    Returns
    -------
    W21 : (S, hidden, N1) array
        Input to hidden.
    W32 : (S, N3, hidden) array
        Hidden to output.

    Raises
    ------
    ValueError
        If the task is no matrix or not finite, `hidden` is not positive, `scale` is not finite, or
        a seed is negative.
    """
    N3, N1 = finite("Sigma31", shaped("Sigma31", Sigma31, ("N3", "N1"))).shape
    whole("hidden", hidden, 1)
    return random_weights((N1, hidden, N3), scale, seeds)


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

    Raises
    ------
    ValueError
        If the task is no matrix, zero or not finite, there are fewer hidden units than modes,
        `scale` is not finite, a seed is negative, or `times` does not ascend.
    """
    modes = find_modes(Sigma31)
    W21, W32 = weights_for(Sigma31, hidden, _deviation(scale, hidden), seeds)
    N1 = Sigma31.shape[1]
    return _learning(modes, gradient_flow(W21, W32, Sigma31, np.eye(N1), times))


def learn_by_descent(
    Sigma31: FloatArray,
    hidden: int,
    scale: float,
    seeds: ArrayLike,
    rate: float,
    end: float,
    every: int,
    Sigma11: FloatArray | None = None,
) -> Learning:
    """Learn by gradient descent from small random weights.

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
    Sigma11 : (N1, N1) array, optional
        Input correlation; the identity where it is not given.

    Returns
    -------
    Learning
        Of all networks.

    Raises
    ------
    ValueError
        If the task is no matrix, zero or not finite, there are fewer hidden units than modes,
        `scale` is not finite, a seed is negative, `rate`, `end` or `every` is not positive, or the
        weights diverged.
    """
    modes = find_modes(Sigma31)
    W21, W32 = weights_for(Sigma31, hidden, _deviation(scale, hidden), seeds)
    positive("rate", rate)
    positive("end", end)
    whole("every", every, 1)
    steps = every * int(np.ceil(end / rate / every))
    Sigma11 = np.eye(Sigma31.shape[1]) if Sigma11 is None else Sigma11
    return _learning(modes, gradient_descent(W21, W32, Sigma31, Sigma11, rate, steps, every))


def first_crossings(times: FloatArray, curves: FloatArray, levels: FloatArray) -> FloatArray:
    """When curves first reach levels, by linear interpolation between records.

    Parameters
    ----------
    times : (T,) array
        Ascending.
    curves : (T, ...) array
        Begin below their levels; NaN where there is no record, as behind the end of a curve.
    levels : array
        Broadcasts against ``curves[0]``.

    Returns
    -------
    (...) array
        Times; inf where a level is not reached, NaN where there is no record just before that.

    Raises
    ------
    ValueError
        If there are fewer than two times, one or a level is not finite, there is not a row of
        `curves` for each, one holds infinite values, or the levels do not broadcast against a row.
    """
    if finite("times", shaped("times", times, ("T",))).size < 2:
        raise ValueError("times must be at least two")
    found = as_array("curves", curves).shape
    if found[:1] != (times.size,):
        raise ValueError(f"curves need a row for each of {times.size} times, got shape {found}")
    if np.isinf(curves).any():
        raise ValueError("curves must be finite, or NaN where there is no record")
    finite("levels", levels)
    broadcasting(curves=curves, levels=levels)
    above = curves >= levels
    last = np.clip(above.argmax(axis=0), 1, None)
    low, high = (np.take_along_axis(curves, i[None], axis=0)[0] for i in (last - 1, last))
    part = (levels - low) / np.where(high == low, 1.0, high - low)
    when = times[last - 1] + part * (times[last] - times[last - 1])
    return np.where(above.any(axis=0), when, np.inf)


def _deviation(scale: float, hidden: int) -> float:
    """Of weights whose columns have this length."""
    return scale / float(np.sqrt(whole("hidden", hidden, 1)))


def _learning(modes: Modes, path: Trajectory) -> Learning:
    a, b = modes.vectors(path.W21[0], path.W32[0])
    return Learning(
        path.times,
        modes,
        modes.strengths(path.product),
        effective_strengths(a, b),
        path.product,
    )
