"""Singular values of Jacobians against `torch.autograd.functional`."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.functional import jacobian

from benchmarks.case import Case
from lib import initializers
from lib.generalization import networks
from lib.spectra import network_singular_values, perceptron_singular_values

FloatArray = NDArray[np.float64]
Network = Callable[[Tensor], Tensor]
Rival = Callable[[Network, Tensor], FloatArray]


def one_by_one(network: Network, inputs: Tensor) -> FloatArray:
    """Singular values at one input after the other, as one writes it first.

    Parameters
    ----------
    network : callable
        Takes a batch.
    inputs : (n, …) tensor
        Where.

    Returns
    -------
    (n, r) array
        Descending.
    """
    found = []
    for x in inputs:
        J = jacobian(network, x[None], vectorize=True)  # type: ignore[no-untyped-call]
        found.append(torch.linalg.svdvals(J.reshape(J.shape[1], -1)).numpy())
    return np.array(found)


def of_a_sum(network: Network, inputs: Tensor) -> FloatArray:
    """The same from the Jacobian of the sum of the outputs, for who sees that examples do not mix.

    Parameters
    ----------
    network : callable
        Takes a batch.
    inputs : (n, …) tensor
        Where.

    Returns
    -------
    (n, r) array
        Descending.
    """

    def summed(x: Tensor) -> Tensor:
        return network(x).sum(dim=0)

    J = jacobian(summed, inputs, vectorize=True)  # type: ignore[no-untyped-call]
    return np.asarray(torch.linalg.svdvals(J.transpose(0, 1).flatten(2)).numpy())


RIVALS: Mapping[Rival, str] = {
    one_by_one: "torch.autograd, one by one",
    of_a_sum: "torch.autograd, of a sum",
}


def perceptrons(
    scheme: str,
    rival: Rival,
    goal: float,
    count: int = 16,
    depth: int = 10,
    width: int = 64,
    examples: int = 32,
) -> Case:
    """Jacobians of perceptrons: multiplied out for all at once, against one after the other."""
    weights = initializers.draw(scheme, [(width, width)] * depth, np.arange(count))
    inputs = np.random.default_rng(0).standard_normal((examples, width))

    def network(x: Tensor, member: int) -> Tensor:
        first, *rest = (torch.as_tensor(W[member]) for W in weights)
        x = x @ first.T
        for W in rest:
            x = torch.tanh(x) @ W.T
        return x

    def ours() -> FloatArray:
        return perceptron_singular_values(weights, inputs, "tanh")

    def theirs() -> FloatArray:
        members = [partial(network, member=member) for member in range(count)]
        return np.stack([rival(one, torch.as_tensor(inputs)) for one in members])

    title = f"Jacobians of {count} {scheme} perceptrons, {depth} layers of {width}"
    return _case(f"{title}, {examples} inputs", ours, theirs, RIVALS[rival], goal)


def convnet(rival: Rival, examples: int = 64) -> Case:
    """Jacobians of a convolutional network, differentiated for many inputs at a time."""
    network = networks.build("convnet", (1, 8, 8), 10, seed=0).double()
    inputs = torch.as_tensor(np.random.default_rng(0).standard_normal((examples, 1, 8, 8)))
    title = f"Jacobians of a convolutional network, {examples} inputs of 8² pixels"
    ours, theirs = (
        partial(network_singular_values, network, inputs),
        partial(rival, network, inputs),
    )
    return _case(title, ours, theirs, RIVALS[rival], goal=1.0)


def _case(
    title: str,
    ours: Callable[[], FloatArray],
    theirs: Callable[[], FloatArray],
    name: str,
    goal: float,
) -> Case:
    def check() -> None:
        np.testing.assert_allclose(ours(), theirs(), atol=1e-12)

    return Case(title, {"lib.spectra": ours, name: theirs}, check, goal, repeats=5)


CASES: tuple[Callable[[], Case], ...] = (
    # Isometric ones, whose singular values are all of one size.
    partial(perceptrons, "orthogonal", one_by_one, goal=5.0),
    partial(perceptrons, "orthogonal", of_a_sum, goal=1.0),
    # Gaussian ones, of whose smallest singular values the rivals have few digits: they do less.
    partial(perceptrons, "lecun", one_by_one, goal=1.0),
    partial(perceptrons, "lecun", of_a_sum, goal=1.0),
    partial(convnet, one_by_one),
    partial(convnet, of_a_sum),
)
