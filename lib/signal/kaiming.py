"""Experiments of the chapter *Kaiming*."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.datasets import Dataset
from lib.initializers import draw
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
    """
    layers = np.arange(signals.shape[1])
    return np.asarray(np.polyfit(layers, np.log2(signals).T, 1)[0])


def perceptron_shapes(inputs: int, width: int, outputs: int, depth: int) -> list[tuple[int, int]]:
    """Shapes of the layers of a multilayer perceptron.

    Parameters
    ----------
    inputs, width, outputs : int
        Units.
    depth : int
        Number of layers of weights, at least 2.

    Returns
    -------
    list of (n_out, n_in)
        From the first to the last.

    Raises
    ------
    ValueError
        If the depth is below 2.
    """
    if depth < 2:
        raise ValueError(f"depth must be at least 2, got {depth}")
    return [(width, inputs), *[(width, width)] * (depth - 2), (outputs, width)]


def normalized_inputs(data: Dataset) -> FloatArray:
    """Images as rows of mean 0 and variance 1, by one shift and one factor for all pixels.

    Parameters
    ----------
    data : Dataset
        Images.

    Returns
    -------
    (n, pixels) array
        Inputs.

    Raises
    ------
    ValueError
        If the images do not vary.
    """
    X = data.flat.T
    if X.std() == 0:
        raise ValueError("the images do not vary: nothing to learn from")
    return np.asarray((X - X.mean()) / X.std())


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
        """
        below = self.loss < level
        return np.where(below.any(axis=0), self.steps[below.argmax(axis=0)], np.inf)


def compare_training(
    schemes: Sequence[str],
    data: Dataset,
    seeds: ArrayLike,
    width: int,
    depth: int,
    *,
    activation: str = "relu",
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
    rate, steps, every
        As for `lib.training.train`.

    Returns
    -------
    Comparison
        Of K schemes and S seeds.
    """
    seeds = np.atleast_1d(np.asarray(seeds))
    inputs = normalized_inputs(data)
    shapes = perceptron_shapes(inputs.shape[1], width, len(data.class_names), depth)
    drawn = [draw(scheme, shapes, seeds) for scheme in schemes]
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
