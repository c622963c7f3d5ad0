"""Multilayer perceptrons of one shape, trained together.

The first axis of every tensor is the network: each has its own weights and its own order of
examples, and a step of all of them is one batched matrix product a layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from lib.checks import at_least, each, finite, fraction, positive, seed_list, shaped
from lib.training.activations import activation_named
from lib.training.backpropagation import Backpropagation

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Training:
    """Losses on the way, and the networks at its end.

    Parameters
    ----------
    steps : (T,) array of int
        When they were recorded.
    loss : (T, B) array
        Cross-entropy in nats, mean over the watched examples; inf where it is not finite.
    weights : tuple of (B, n_out, n_in) tensors
        At the end, from the first layer to the last.
    biases : tuple of (B, n_out) tensors
        At the end.
    """

    steps: NDArray[np.int64]
    loss: FloatArray
    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]


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
    _check_shapes(weights, inputs.shape, biases)
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
        elif change.shape == signal.shape:
            signal = signal + step * change
        else:
            raise ValueError(f"residual layer {layer} has weights {tuple(W.shape)}, not square")
    return found


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
        return cross_entropy(outputs.mT, labels, reduction="none").mean(dim=1)
    except IndexError:
        raise ValueError(f"labels must be from 0 to {outputs.shape[2] - 1}") from None


def train(
    weights: Sequence[FloatArray],
    inputs: FloatArray,
    labels: NDArray[np.int64],
    seeds: ArrayLike,
    *,
    activation: str = "relu",
    step: float | None = None,
    rate: ArrayLike,
    momentum: float = 0.9,
    batch: int = 64,
    steps: int,
    every: int,
    watched: int = 1000,
) -> Training:
    """Train classifiers by stochastic gradient descent with momentum, in single precision.

    Parameters
    ----------
    weights : sequence of (B, n_out, n_in) arrays
        Initial ones; biases begin at zero and are trained too.
    inputs : (n, n_0) array
        A row for each example.
    labels : (n,) array of int
        Classes, below the number of outputs.
    seeds : (B,) array of int
        Of the order of examples: networks of one seed see the same mini-batches.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    step : float, optional
        Of residual layers, as in `preactivations`.
    rate : float or (B,) array
        Learning rate, common to all or one for each network.
    momentum : float
        Share of the last step that is repeated.
    batch : int
        Examples in a mini-batch, drawn with replacement.
    steps : int
        Number of steps.
    every : int
        How many steps lie between two records; divides `steps`.
    watched : int
        On how many examples, the first ones, the recorded loss is computed at most.

    Returns
    -------
    Training
        With ``steps/every + 1`` records, the initial one first; the loss is inf, and weights may be
        NaN or inf, where a network diverged.

    Raises
    ------
    ValueError
        If `every` does not divide `steps`, a rate, `batch` or `watched` is not positive, there is
        not a seed and a rate for each network, the shapes do not belong together, a label is none
        of the classes, or a number is not finite.
    """
    _check_examples(weights, inputs, labels)
    for name, count in (("batch", batch), ("watched", watched)):
        at_least(name, count, 1)
    fraction("momentum", momentum)
    if step is not None:
        finite("step", step)
    seeds = seed_list("seeds", seeds)
    if steps < 1 or every < 1 or steps % every:
        raise ValueError(f"every must divide steps, got steps={steps} and every={every}")
    rates = positive("rate", each("rate", rate, len(weights[0])))
    if seeds.shape != (len(weights[0]),):
        raise ValueError(f"{len(weights[0])} networks need as many seeds, got {seeds.shape}")
    X, y = torch.tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    Ws = [torch.tensor(W, dtype=torch.float32) for W in weights]
    bs = [torch.zeros(W.shape[:2]) for W in Ws]
    gradients = Backpropagation(Ws, bs, batch, activation, step)
    largest = float(rates.max())
    optimizer = torch.optim.SGD([*Ws, *bs], lr=largest, momentum=momentum, fused=True)
    for parameter, gradient in zip([*Ws, *bs], gradients.all, strict=True):
        parameter.grad = gradient
    # Steps are linear in gradients: a smaller rate is a smaller share of the network's loss.
    shares = torch.tensor(rates / largest, dtype=torch.float32).expand(len(Ws[0]))
    order = _Order(seeds, len(labels), batch)
    records = []
    for number in range(steps + 1):
        if number % every == 0:
            outputs = preactivations(Ws, X[:watched], activation, bs, step)[-1]
            records.append(cross_entropies(outputs, y[:watched]).numpy())
        if number < steps:
            chosen = order.next()
            gradients(X[chosen], y[chosen], shares)
            optimizer.step()
    found = np.stack(records).astype(np.float64)
    return Training(
        steps=np.arange(0, steps + 1, every),
        loss=np.where(np.isfinite(found), found, np.inf),
        weights=tuple(Ws),
        biases=tuple(bs),
    )


def _check_shapes(
    weights: Sequence[Any],
    inputs: Sequence[int],
    biases: Sequence[Tensor] | None = None,
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


def _check_examples(
    weights: Sequence[FloatArray], inputs: FloatArray, labels: NDArray[np.int64]
) -> None:
    """Refuse what cannot be trained."""
    finite("inputs", shaped("inputs", inputs, ("n", "n_0")))
    _check_shapes(weights, inputs.shape)
    for layer, W in enumerate(weights):
        finite(f"weights of layer {layer}", W)
    at_least("labels", shaped("labels", labels, (len(inputs),)), 0)
    if labels.max() >= weights[-1].shape[1]:
        raise ValueError(f"labels must be below {weights[-1].shape[1]}, got {labels.max()}")


class _Order:
    """Mini-batches of each network, the same for networks of one seed."""

    def __init__(self, seeds: NDArray[np.int64], count: int, batch: int) -> None:
        self._distinct, self._which = np.unique(seeds, return_inverse=True)
        self._generators = [np.random.default_rng([int(seed), 1]) for seed in self._distinct]
        self._count, self._batch = count, batch

    def next(self) -> Tensor:
        drawn = [rng.integers(0, self._count, self._batch) for rng in self._generators]
        return torch.as_tensor(np.stack(drawn)[self._which])
