"""Experiments of the chapter *Learning time*."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import positive, shaped, whole
from lib.linear.deep_networks import Descent, descend, removable_loss
from lib.linear.deep_weights import DeepWeights, drawn_weights
from lib.linear.depth import scaled_time
from lib.linear.domain import inside
from lib.linear.pretraining import pretrained_weights
from lib.linear.tasks import PrincipalTask

FloatArray = NDArray[np.float64]

LARGEST_RATE = 4.0
# Where a smaller learning rate was worse so many times, still smaller ones are not tried.
PATIENCE = 2
REFINEMENTS = (0.5, 0.25, 0.125)


@dataclass(frozen=True)
class Best:
    """Learning rates that need the fewest steps.

    Parameters
    ----------
    rates : (B,) array
        NaN where no rate succeeded.
    steps : (B,) array
        How many they need; inf where no rate succeeded.
    """

    rates: FloatArray
    steps: FloatArray


@dataclass(frozen=True)
class DepthSweep:
    """Best learning rates and learning times against depth.

    Parameters
    ----------
    layers : (K,) array of int
        Numbers of layers ``N_l``.
    rates : (S, K) array
        Best learning rate of each network; NaN where none succeeded.
    steps : (S, K) array
        Steps at that rate; inf where none succeeded.
    """

    layers: NDArray[np.int64]
    rates: FloatArray
    steps: FloatArray

    @property
    def slopes(self) -> FloatArray:
        """``d log rate / d log (N_l − 1)`` of each seed, by least squares, (S,)."""
        powers = np.asarray(np.polyfit(np.log(self.layers - 1.0), np.log(self.rates).T, 1))
        return np.asarray(powers[0])

    def growth(self, upto: int | None = None) -> FloatArray:
        """Power with which learning time grows with the number of matrices.

        Parameters
        ----------
        upto : int, optional
            Most layers to take into account; all where it is not given.

        Returns
        -------
        (S,) array
            ``d log steps / d log (N_l − 1)`` of each seed, by least squares; inf where a network
            did not learn.

        Raises
        ------
        ValueError
            If fewer than two numbers of layers are taken into account.
        """
        kept = self.layers <= (self.layers[-1] if upto is None else whole("upto", upto, 0))
        if kept.sum() < 2:
            raise ValueError(f"upto must leave two numbers of layers, got {upto}")
        steps = self.steps[:, kept]
        learned = np.asarray(np.isfinite(steps).all(axis=1))
        logarithms = np.log(np.where(learned[:, None], steps, 1.0)).T
        powers = np.asarray(np.polyfit(np.log(self.layers[kept] - 1.0), logarithms, 1))
        return np.where(learned, powers[0], np.inf)


def best_rates(
    weights: DeepWeights,
    task: PrincipalTask,
    until: float,
    most: int,
    largest: float = LARGEST_RATE,
) -> Best:
    """Search the learning rate that brings each network down in the fewest steps.

    Parameters
    ----------
    weights : DeepWeights
        B networks.
    task : PrincipalTask
        The task.
    until : float
        Part of the initial removable loss to reach.
    most : int
        Most steps that a search may take for one rate.
    largest : float
        First learning rate, for which descent should diverge.

    Returns
    -------
    Best
        For each network; a rate is NaN and its steps inf where none succeeded.

    Raises
    ------
    ValueError
        If `until`, `most` or `largest` is not positive, or a network begins at the best map.

    Notes
    -----
    The rate is halved until the number of steps has grown twice in a row, then refined by factors
    of ``2^{±1/2}``, ``2^{±1/4}`` and ``2^{±1/8}``. The range is the same for every depth, so that
    what is found owes nothing to what is expected. A network that is already slower than with its
    best rate is stopped.
    """
    positive("until", until)
    whole("most", most, 1)
    positive("largest", largest)
    count = len(weights.first)
    best = Best(np.full(count, np.nan), np.full(count, np.inf))
    rates, worse = np.full(count, largest), np.zeros(count, dtype=int)
    while (on := np.flatnonzero(worse < PATIENCE)).size:
        known = best.steps[on]
        best, steps, diverged = _attempt(weights, task, rates, best, on, until, most)
        never = np.isinf(known) & diverged
        worse[on] = np.where(steps < known, 0, worse[on] + ~never)
        rates = rates / 2.0
    on = np.flatnonzero(np.isfinite(best.steps))
    for exponent in REFINEMENTS if on.size else ():
        centre = best.rates
        for factor in (2.0**exponent, 2.0**-exponent):
            best, _, _ = _attempt(weights, task, centre * factor, best, on, until, most)
    return best


def depth_sweep(
    scheme: str,
    task: PrincipalTask,
    hidden: int,
    layers: ArrayLike,
    seeds: ArrayLike,
    until: float,
    most: int,
    pretraining: float = 0.0,
) -> DepthSweep:
    """Learn a task with networks of several depths, each at its own best learning rate.

    Parameters
    ----------
    scheme : str
        ``pretrained``, or one of `lib.initializers.SCHEMES`.
    task : PrincipalTask
        The task.
    hidden : int
        Units of each hidden layer.
    layers : (K,) array of int
        Numbers of layers ``N_l``, at least 3.
    seeds : (S,) array of int
        A network each.
    until : float
        Part of the initial removable loss to reach.
    most : int
        Most steps.
    pretraining : float
        Duration of the pretraining of each layer, in units of ``τ``.

    Returns
    -------
    DepthSweep
        The result; a rate is NaN and its steps inf where none succeeded.

    Raises
    ------
    ValueError
        As for `starting_weights` and `best_rates`.
    """
    layers = shaped("layers", layers, ("K",))
    found = [
        best_rates(
            starting_weights(scheme, task, hidden, count, seeds, pretraining), task, until, most
        )
        for count in layers
    ]
    rates, steps = ([getattr(best, name) for best in found] for name in ("rates", "steps"))
    return DepthSweep(layers, np.stack(rates, axis=1), np.stack(steps, axis=1))


def relative_initial_loss(
    scheme: str, task: PrincipalTask, hidden: int, layers: int, seeds: ArrayLike
) -> FloatArray:
    """What the initial map of networks costs, compared with no map at all.

    Parameters
    ----------
    scheme, task, hidden, seeds
        As for `depth_sweep`.
    layers : int
        Number of layers ``N_l``.

    Returns
    -------
    (S,) array
        Removable loss of the initial map over that of the map zero.

    Raises
    ------
    ValueError
        As for `starting_weights`; or if the best map is zero.
    """
    if not task.best.any():
        raise ValueError("the best map is zero: its loss can be no measure")
    initial = starting_weights(scheme, task, hidden, layers, seeds).product
    return np.asarray(removable_loss(initial, task) / removable_loss(0 * task.best, task))


def starting_weights(
    scheme: str,
    task: PrincipalTask,
    hidden: int,
    layers: int,
    seeds: ArrayLike,
    pretraining: float = 0.0,
) -> DeepWeights:
    """Initial weights for a task.

    Parameters
    ----------
    scheme, task, hidden, seeds, pretraining
        As for `depth_sweep`.
    layers : int
        Number of layers ``N_l``.

    Returns
    -------
    DeepWeights
        A network for each seed.

    Raises
    ------
    ValueError
        If the scheme is unknown, `hidden` is not positive, there are fewer than three layers, a
        seed is negative, or `pretraining` is negative or not finite.
    """
    whole("hidden", hidden, 1)
    if scheme == "pretrained":
        return pretrained_weights(task, hidden, layers, seeds, pretraining)
    N3, N1 = task.best.shape
    return drawn_weights(scheme, (N1, hidden, N3), layers, seeds)


def drop_widths(descent: Descent) -> FloatArray:
    """How long the loss takes from 90 to 10 per cent, as a multiple of its half-time.

    Parameters
    ----------
    descent : Descent
        Losses down to 10 per cent.

    Returns
    -------
    (B,) array
        Zero for a step, ``ln 9/ln 2 = 3.17`` for an exponential; inf where 10 per cent was not
        reached.
    """
    return (descent.steps_to(0.1) - descent.steps_to(0.9)) / descent.steps_to(0.5)


def mode_drop_width(s: float, u0: ArrayLike, layers: ArrayLike) -> FloatArray:
    """Width of the drop in the loss of a single balanced mode, in the same measure.

    Parameters
    ----------
    s, u0, layers : array or float
        Singular value, initial strength, number of layers ``N_l``; they broadcast.

    Returns
    -------
    array
        ``[t(10 %) − t(90 %)] / t(50 %)`` for the loss ``½(s − u)²``.

    Raises
    ------
    ValueError
        If `u0` is not inside ``(0, s)``, there are fewer than two layers, or the shapes do not
        broadcast.
    """
    u0 = inside("u0", u0, positive("s", s))
    t90, t50, t10 = (
        scaled_time(s - (s - u0) * np.sqrt(part), s, u0, layers) for part in (0.9, 0.5, 0.1)
    )
    return np.asarray((t10 - t90) / t50)


def _attempt(
    weights: DeepWeights,
    task: PrincipalTask,
    rates: FloatArray,
    best: Best,
    on: NDArray[np.intp],
    until: float,
    most: int,
) -> tuple[Best, FloatArray, NDArray[np.bool_]]:
    """Try rates for some of the networks; what was found, and which of the losses diverged."""
    caps = np.minimum(most, np.ceil(best.steps[on])).astype(int)
    descent = descend(weights.take(on), task, rates[on], caps, until)
    steps = descent.steps_to(until)
    better = steps < best.steps[on]
    new = Best(best.rates.copy(), best.steps.copy())
    new.rates[on[better]], new.steps[on[better]] = rates[on[better]], steps[better]
    return new, steps, np.isinf(steps) & (descent.stopped_at < caps)
