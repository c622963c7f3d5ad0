"""Training of perceptrons of one shape by stochastic gradient descent, all of them together.

Each has its own order of examples, and a step of all of them is one batched matrix product a layer.
Those that diverge leave. `torch.optim` is not used: it imports torch's compiler, which takes longer
than many a training.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from lib.checks import at_least, class_labels, each, finite, fraction, positive, seed_list
from lib.training.backpropagation import Backpropagation
from lib.training.perceptrons import check_examples, cross_entropies, outputs

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Training:
    """Losses on the way, and the networks at its end.

    Parameters
    ----------
    steps : (T,) array of int
        When they were recorded.
    loss : (T, B) array
        Cross-entropy in nats, mean over the watched examples; inf from the first record on at which
        it is not finite.
    weights : tuple of (B, n_out, n_in) tensors
        At the end, from the first layer to the last; those of a network that diverged at that
        record.
    biases : tuple of (B, n_out) tensors
        At the same time.
    """

    steps: NDArray[np.int64]
    loss: FloatArray
    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]


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
        Of residual layers, as in `lib.training.preactivations`.
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
        With ``steps/every + 1`` records, the initial one first. A network whose recorded loss is
        not finite leaves: its loss is inf from then on, and its weights, which may be NaN or inf,
        stay as they were then. What the others compute is the same up to rounding.

    Raises
    ------
    ValueError
        If `every` does not divide `steps`, a rate, `batch` or `watched` is not positive, `momentum`
        is not from 0 to below 1, there is not a seed and a rate for each network, the activation is
        unknown, the shapes do not belong together, a residual layer is not square, a label is none
        of the classes, or a number is not finite.
    """
    check_examples(weights, inputs, labels)
    class_labels("labels", labels, len(inputs), weights[-1].shape[1])  # which are not optional here
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
    # Copies of their own, of arrays that may be read-only or lie backwards.
    X, y = torch.tensor(np.array(inputs, np.float32)), torch.tensor(np.array(labels))
    largest = float(rates.max())
    Ws = [torch.tensor(np.array(W, np.float32)) for W in weights]
    bs = [torch.zeros(W.shape[:2]) for W in Ws]
    run = _Run(
        Ws,
        bs,
        [torch.zeros_like(parameter) for parameter in (*Ws, *bs)],
        # Steps are linear in gradients: a smaller rate is a smaller share of the network's loss.
        torch.tensor(rates / largest, dtype=torch.float32),
        _Order(seeds, len(labels), batch),
    )
    gradients = Backpropagation(run.weights, run.biases, batch, activation, step)
    members, ended = np.arange(len(rates)), [torch.empty_like(p) for p in run.parameters]
    losses = np.full((steps // every + 1, members.size), np.inf)
    for number in range(steps + 1):
        if number % every == 0:
            found = outputs(run.weights, X[:watched], activation, run.biases, step)
            loss = cross_entropies(found, y[:watched]).numpy()
            on = np.isfinite(loss)
            losses[number // every, members[on]] = loss[on]
            if number == steps or not on.all():
                for last, parameter in zip(ended, run.parameters, strict=True):
                    last[members] = parameter
                if number == steps or not on.any():
                    break
                members, run = members[on], run.take(on)
                gradients = Backpropagation(run.weights, run.biases, batch, activation, step)
        chosen = run.order.next()
        gradients(X[chosen], y[chosen], run.shares)
        run.move(gradients.all, largest, momentum)
    return Training(
        steps=np.arange(0, steps + 1, every),
        loss=losses,
        weights=tuple(ended[: len(Ws)]),
        biases=tuple(ended[len(Ws) :]),
    )


@dataclass(frozen=True)
class _Run:
    """Networks that learn, with what they remember: the sums of their past gradients."""

    weights: list[Tensor]
    biases: list[Tensor]
    velocities: list[Tensor]
    shares: Tensor
    order: "_Order"

    @property
    def parameters(self) -> list[Tensor]:
        return [*self.weights, *self.biases]

    def move(self, gradients: Sequence[Tensor], rate: float, momentum: float) -> None:
        """Make a step; gradients are those of the parameters, in their order."""
        for parameter, velocity, gradient in zip(
            self.parameters, self.velocities, gradients, strict=True
        ):
            torch.add(gradient, velocity, alpha=momentum, out=velocity)
            parameter.sub_(velocity, alpha=rate)

    def take(self, on: NDArray[np.bool_]) -> "_Run":
        """Some of the networks."""
        weights, biases, velocities = (
            [part[on] for part in parts] for parts in (self.weights, self.biases, self.velocities)
        )
        return _Run(weights, biases, velocities, self.shares[on], self.order.take(on))


class _Order:
    """Mini-batches of each network, the same for networks of one seed."""

    def __init__(self, seeds: NDArray[np.int64], count: int, batch: int) -> None:
        distinct, self._which = np.unique(seeds, return_inverse=True)
        self._generators = [np.random.default_rng([int(seed), 1]) for seed in distinct]
        self._count, self._batch = count, batch

    def next(self) -> Tensor:
        drawn = [rng.integers(0, self._count, self._batch) for rng in self._generators]
        return torch.as_tensor(np.stack(drawn)[self._which])

    def take(self, on: NDArray[np.bool_]) -> "_Order":
        """Those of some of the networks, from here on."""
        rest = copy.copy(self)
        used, rest._which = np.unique(self._which[on], return_inverse=True)
        rest._generators = [self._generators[number] for number in used]
        return rest
