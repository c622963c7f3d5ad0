"""How large signals are, layer by layer: activations forward, gradients backward."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from lib.checks import at_least, finite
from lib.initializers import fans, variance
from lib.training import check_examples, preactivations

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Signals:
    """Mean squares over units and examples, for each network and layer.

    Parameters
    ----------
    forward : (S, D) array
        Of the preactivations of each layer, from the first to the last.
    backward : (S, D) array
        Of the gradients with respect to them.
    at_input : (S,) array
        Of the gradient with respect to the inputs.
    """

    forward: FloatArray
    backward: FloatArray
    at_input: FloatArray


def measure_signals(
    weights: Sequence[FloatArray],
    inputs: FloatArray,
    activation: str = "relu",
    *,
    labels: NDArray[np.int64] | None = None,
    noise: int = 0,
) -> Signals:
    """Send inputs forward and gradients backward through networks without biases.

    Parameters
    ----------
    weights : sequence of (S, n_out, n_in) arrays
        A network for each seed.
    inputs : (n, n_0) array
        A row for each example.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    labels : (n,) array of int, optional
        Classes, for the gradient of the cross-entropy (of each example, not of their mean); where
        they are not given the gradient at the output is standard normal noise, independent of the
        weights, as derivations assume.
    noise : int
        Seed of that noise.

    Returns
    -------
    Signals
        In double precision; inf or NaN where a signal leaves its range.

    Raises
    ------
    ValueError
        If the activation is unknown, weights, inputs and labels do not fit together, or a number is
        not finite.
    """
    check_examples(weights, inputs, labels)
    at_least("noise", noise, 0)
    x = _tensor(inputs).expand(len(weights[0]), *inputs.shape).clone().requires_grad_()
    layers = preactivations([_tensor(W) for W in weights], x, activation)
    outputs = layers[-1]
    if labels is None:
        rng = np.random.default_rng([noise, 2])  # not the generator of any weights
        gradient = torch.as_tensor(rng.standard_normal(outputs.shape))
        loss = torch.sum(gradient * outputs)
    else:
        targets = torch.tensor(np.array(labels)).expand(outputs.shape[:2])
        loss = cross_entropy(outputs.mT, targets, reduction="sum")
    *gradients, at_input = torch.autograd.grad(loss, [*layers, x])
    forward, backward = (
        np.stack([torch.mean(part.detach() ** 2, dim=(1, 2)).numpy() for part in parts], axis=1)
        for parts in (layers, gradients)
    )
    return Signals(forward, backward, torch.mean(at_input**2, dim=(1, 2)).numpy())


def predict_signals(scheme: str, shapes: Sequence[Sequence[int]], gain: float = 1.0) -> Signals:
    """Predict the signals of a ReLU network by the products over its layers.

    Parameters
    ----------
    scheme : str
        One of `lib.initializers.SCHEMES`.
    shapes : sequence of shapes
        Of the layers, D of them.
    gain : float
        Factor of all weights.

    Returns
    -------
    Signals
        Means over random networks, with a leading axis of length one, for inputs of mean square one
        and a gradient of mean square one at the output that is independent of the weights.

    Raises
    ------
    ValueError
        If the scheme is unknown, there is no shape, one is none of a layer, or the gain is not
        finite.

    Notes
    -----
    He et al. 2015, eqs. 9 and 13: a layer multiplies by ``n_in Var[w]`` forward and
    ``n_out Var[w]`` backward, each of the ``D − 1`` rectifiers between layers by one half.
    """
    if not len(shapes):
        raise ValueError("there must be the shape of one layer at least")
    finite("gain", gain)
    sides = np.array([fans(shape) for shape in shapes], dtype=float)
    factors = sides * gain**2 * np.array([[variance(scheme, shape)] for shape in shapes])
    forward = np.cumprod(factors[:, 0]) * 0.5 ** np.arange(len(shapes))
    # With respect to what enters each layer, from the last to the first.
    back = np.cumprod(factors[::-1, 1]) * 0.5 ** np.arange(len(shapes))
    backward = np.append(1.0, 0.5 * back[:-1])[::-1]
    return Signals(forward[None], backward[None], back[-1:])


def _tensor(array: FloatArray) -> torch.Tensor:
    """Of double precision, however the array lies in memory."""
    return torch.as_tensor(np.require(array, np.float64, ["C", "W"]))
