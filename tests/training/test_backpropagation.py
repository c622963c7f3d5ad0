from itertools import pairwise

import pytest
import torch

from lib.training import ACTIVATIONS, cross_entropies, preactivations
from lib.training.backpropagation import Backpropagation

NETWORKS, BATCH, CLASSES = 3, 7, 4


def drawn(seed=0):
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64) / 2

    sizes = [5, 6, 6, 6, CLASSES]
    weights = [normal(NETWORKS, n, m) for m, n in pairwise(sizes)]
    biases = [normal(NETWORKS, n) for n in sizes[1:]]
    labels = torch.randint(CLASSES, (NETWORKS, BATCH), generator=generator)
    return weights, biases, normal(NETWORKS, BATCH, 5), labels


def by_autograd(weights, biases, inputs, labels, shares, activation, step):
    parameters = [p.clone().requires_grad_() for p in (*weights, *biases)]
    Ws, bs = parameters[: len(weights)], parameters[len(weights) :]
    outputs = preactivations(Ws, inputs, activation, bs, step)[-1]
    return torch.autograd.grad((shares * cross_entropies(outputs, labels)).sum(), parameters)


@pytest.mark.parametrize("step", [None, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_autograd_at_every_call(activation, step):
    weights, biases, inputs, labels = drawn()
    shares = torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64)
    gradients = Backpropagation(weights, biases, BATCH, activation, step)
    for seed in (1, 2):  # the memory of one call does not reach into the next
        gradients(inputs, labels, shares)
        expected = by_autograd(weights, biases, inputs, labels, shares, activation, step)
        for mine, theirs in zip(gradients.all, expected, strict=True):
            torch.testing.assert_close(mine, theirs)
        other, more, inputs, labels = drawn(seed)
        for parameter, value in zip([*weights, *biases], [*other, *more], strict=True):
            parameter.copy_(value)


def test_inputs_and_parameters_are_left_as_they_were():
    weights, biases, inputs, labels = drawn()
    given = [t.clone() for t in (*weights, *biases, inputs, labels)]
    Backpropagation(weights, biases, BATCH, "relu", 0.5)(inputs, labels, torch.ones(NETWORKS))
    for before, after in zip(given, [*weights, *biases, inputs, labels], strict=True):
        assert torch.equal(before, after)


def test_a_network_that_diverged_leaves_the_others_alone():
    weights, biases, inputs, labels = drawn()
    gradients = Backpropagation(weights, biases, BATCH, "relu")
    ones = torch.ones(NETWORKS, dtype=torch.float64)
    gradients(inputs, labels, ones)
    expected = [gradient[1:].clone() for gradient in gradients.all]
    weights[0].data[0] = torch.inf
    gradients(inputs, labels, ones)
    assert not gradients.all[0][0].isfinite().all()
    for mine, theirs in zip(gradients.all, expected, strict=True):
        torch.testing.assert_close(mine[1:], theirs)
