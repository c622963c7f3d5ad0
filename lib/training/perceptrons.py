"""Multilayer perceptrons of one shape: what they compute, their loss, and what they can be given.

The first axis of every tensor is the network, each with its own weights: a layer of all of them is
one batched matrix product.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from lib.checks import class_labels, finite, shaped
from lib.training.activations import activation_named

FloatArray = NDArray[np.float64]

UNUSED = torch.iinfo(torch.int64).min  # torch's own -100 would be left out of a loss in silence


def preactivations(
    weights: Sequence[Tensor],
    inputs: Tensor,
    activation: str,
    biases: Sequence[Tensor] | None = None,
    step: float | None = None,
) -> list[Tensor]:
    """Send inputs through networks.

    Parameters
    ----------
    weights : sequence of (B, n_out, n_in) tensors
        From the first layer to the last.
    inputs : (n, n_0) or (B, n, n_0) tensor
        A row for each example, common to all networks or not.
    activation : str
        A key of `lib.training.ACTIVATIONS`; applied between layers, not after the last.
    biases : sequence of (B, n_out) tensors, optional
        None at all where they are not given.
    step : float, optional
        Makes the network residual: a hidden layer after the first adds its activation, times this
        step, to what it received. Without it a layer replaces what it received.

    Returns
    -------
    list of (B, n, n_out) tensors
        What each layer computes before its activation; the last are the outputs. Holds NaN or inf
        where the weights or inputs do, as after a training that diverged.

    Raises
    ------
    ValueError
        If the activation is unknown, the shapes of layers, inputs and biases do not follow each
        other, or a residual layer does not keep the number of units.
    """
    _check_shapes(weights, inputs.shape, biases, step)
    function = activation_named(activation).of
    signal, found = inputs, []
    for layer, W in enumerate(weights):
        if biases is None:
            z = signal @ W.mT
        else:
            # Products and biases at once, for which every network needs inputs of its own.
            own = signal.expand(len(W), *signal.shape[-2:])
            z = torch.baddbmm(biases[layer][:, None], own, W.mT)
        found.append(z)
        change = function(z)
        if step is None or layer in {0, len(weights) - 1}:
            signal = change
        else:
            signal = signal + step * change
    return found


def outputs(
    weights: Sequence[Tensor],
    inputs: Tensor,
    activation: str,
    biases: Sequence[Tensor],
    step: float | None = None,
) -> Tensor:
    """What networks put out, where neither other layers nor derivatives are asked for.

    No layer is kept, and activations are computed in place: most of the time that
    `preactivations` takes for many examples goes into memory.

    Parameters
    ----------
    weights, inputs, activation, biases, step
        As for `preactivations`.

    Returns
    -------
    (B, n, n_out) tensor
        The last one of `preactivations`; NaN or inf where that is.

    Raises
    ------
    ValueError
        As for `preactivations`.
    """
    _check_shapes(weights, inputs.shape, biases, step)
    into = activation_named(activation).into
    signal = inputs.expand(len(weights[0]), *inputs.shape[-2:])
    with torch.no_grad():
        for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = torch.baddbmm(b[:, None], signal, W.mT)
            if layer < len(weights) - 1:
                into(z, z)
                if step is not None and layer:
                    torch.add(signal, z, alpha=step, out=z)
            signal = z
    return signal


def cross_entropies(outputs: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each network.

    Parameters
    ----------
    outputs : (B, n, classes) tensor
        What the last layer computes.
    labels : (n,) or (B, n) tensor of int
        Classes.

    Returns
    -------
    (B,) tensor
        In nats, mean over the examples; NaN or inf where the outputs are not finite.

    Raises
    ------
    ValueError
        If there is not a label for each example, or one is none of the classes.
    """
    if outputs.ndim != 3 or labels.shape not in {outputs.shape[1:2], outputs.shape[:2]}:
        raise ValueError(
            f"outputs (networks, examples, classes) need a label for each example, got "
            f"{tuple(outputs.shape)} and labels {tuple(labels.shape)}"
        )
    labels = labels.expand(outputs.shape[:2])
    try:
        losses = cross_entropy(outputs.mT, labels, ignore_index=UNUSED, reduction="none")
    except IndexError:
        raise ValueError(f"labels must be from 0 to {outputs.shape[2] - 1}") from None
    return losses.mean(dim=1)


def check_examples(
    weights: Sequence[FloatArray], inputs: FloatArray, labels: NDArray[np.int64] | None = None
) -> None:
    """Refuse networks and examples that do not go together.

    Parameters
    ----------
    weights : sequence of (B, n_out, n_in) arrays
        From the first layer to the last.
    inputs : (n, n_0) array
        A row for each example.
    labels : (n,) array of int, optional
        Classes, below the number of outputs.

    Raises
    ------
    ValueError
        If the shapes of layers, inputs and labels do not follow each other, a number is not finite,
        or a label is none of the classes.
    """
    finite("inputs", shaped("inputs", inputs, ("n", "n_0")))
    _check_shapes(weights, inputs.shape)
    for layer, W in enumerate(weights):
        finite(f"weights of layer {layer}", W)
    if labels is not None:
        class_labels("labels", labels, len(inputs), weights[-1].shape[1])


def _check_shapes(
    weights: Sequence[Any],
    inputs: Sequence[int],
    biases: Sequence[Tensor] | None = None,
    step: float | None = None,
) -> None:
    """Refuse layers, inputs and biases whose shapes do not follow each other."""
    if not len(weights) or (biases is not None and len(biases) != len(weights)):
        raise ValueError("a perceptron needs weights, and biases for as many layers or none at all")
    networks, units = weights[0].shape[:1], tuple(inputs[-1:])
    if len(inputs) not in {2, 3} or (len(inputs) == 3 and tuple(inputs[:1]) != tuple(networks)):
        raise ValueError(f"inputs must have shape (n, n_0) or (B, n, n_0), got {tuple(inputs)}")
    for layer, W in enumerate(weights):
        if W.ndim != 3 or W.shape[:1] != networks or tuple(W.shape[2:]) != units:
            wanted = f"({', '.join(map(str, (*networks, 'n_out', *units)))})"
            raise ValueError(
                f"weights of layer {layer} must have shape {wanted}, got {tuple(W.shape)}"
            )
        if biases is not None and biases[layer].shape != W.shape[:2]:
            found = tuple(biases[layer].shape)
            raise ValueError(f"biases of layer {layer} must be {tuple(W.shape[:2])}, got {found}")
        units = tuple(W.shape[1:2])
    for layer, W in enumerate(weights):
        if step is not None and 0 < layer < len(weights) - 1 and W.shape[1] != W.shape[2]:
            raise ValueError(f"residual layer {layer} has weights {tuple(W.shape)}, not square")
