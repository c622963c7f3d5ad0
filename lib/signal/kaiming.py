"""Experiments of the chapter *Kaiming*."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import positive, real, seed_list, shaped
from lib.datasets import Dataset
from lib.initializers import draw, perceptron_shapes
from lib.training import train

FloatArray = NDArray[np.float64]


def depth_slopes(signals: FloatArray) -> FloatArray:
    """Doublings of a mean square for each layer.

    Parameters
    ----------
    signals : (S, D) array
        Positive.

    Returns
    -------
    (S,) array
        ``d log₂ signal / d layer`` by least squares.

    Raises
    ------
    ValueError
        If the signals are not positive and finite, or of fewer than two layers.
    """
    positive("signals", shaped("signals", signals, ("S", "D")))
    if signals.shape[1] < 2:
        raise ValueError("a slope needs signals of two layers at least, got one")
    layers = np.arange(signals.shape[1])
    return np.asarray(np.polyfit(layers, np.log2(signals).T, 1)[0])


@dataclass(frozen=True)
class Comparison:
    """Training from several kinds of initial weights, the same mini-batches for each seed.

    Parameters
    ----------
    steps : (T,) array of int
        When losses were recorded.
    loss : (T, K, S) array
        In nats, for each kind and seed; inf where it is not finite.
    """

    steps: NDArray[np.int64]
    loss: FloatArray

    @property
    def lowest(self) -> FloatArray:
        """Lowest loss on the way, (K, S)."""
        return np.asarray(self.loss.min(axis=0))

    def steps_to(self, level: float) -> FloatArray:
        """When each loss was first recorded below a level.

        Parameters
        ----------
        level : float
            In nats.

        Returns
        -------
        (K, S) array
            Steps; inf where it never was.

        Raises
        ------
        ValueError
            If the level is no real number.
        """
        below = self.loss < real("level", level)
        return np.where(below.any(axis=0), self.steps[below.argmax(axis=0)], np.inf)


def compare_training(
    schemes: Sequence[str],
    data: Dataset,
    seeds: ArrayLike,
    width: int,
    depth: int,
    *,
    activation: str = "relu",
    gain: float = 1.0,
    rate: float,
    steps: int,
    every: int = 20,
) -> Comparison:
    """Train perceptrons from several kinds of initial weights, all of them together.

    Parameters
    ----------
    schemes : sequence of str
        Of `lib.initializers.SCHEMES`.
    data : Dataset
        To classify.
    seeds : (S,) array of int
        Of weights and mini-batches.
    width, depth : int
        Units of each hidden layer; layers of weights.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    gain : float
        Factor of all weights.
    rate, steps, every
        As for `lib.training.train`.

    Returns
    -------
    Comparison
        Of K schemes and S seeds; losses are inf where training diverges.

    Raises
    ------
    ValueError
        If there is no scheme or seed, a name is unknown, a number is out of range, or the images do
        not vary.
    """
    if not schemes:
        raise ValueError("there must be at least one scheme")
    seeds = seed_list("seeds", seeds)
    inputs = data.normalized
    shapes = perceptron_shapes(inputs.shape[1], width, len(data.class_names), depth)
    drawn = [draw(scheme, shapes, seeds, gain) for scheme in schemes]
    weights = [np.concatenate(layer) for layer in zip(*drawn, strict=True)]
    training = train(
        weights,
        inputs,
        data.labels,
        np.tile(seeds, len(schemes)),
        activation=activation,
        rate=rate,
        steps=steps,
        every=every,
    )
    return Comparison(
        training.steps, training.loss.reshape(len(training.steps), len(schemes), len(seeds))
    )
