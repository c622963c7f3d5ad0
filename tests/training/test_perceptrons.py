import numpy as np
import pytest
import torch

from lib import initializers
from lib.training import (
    ACTIVATIONS,
    check_examples,
    cross_entropies,
    outputs,
    preactivations,
)

SHAPES = [(8, 5), (8, 8), (3, 8)]


def weights(seeds, scheme="kaiming"):
    return initializers.draw(scheme, SHAPES, seeds)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_batched_networks_compute_what_torch_modules_compute(activation):
    Ws = [torch.as_tensor(W) for W in weights([0, 1])]
    bs = [torch.randn(W.shape[:2], dtype=torch.float64) for W in Ws]
    x = torch.randn(6, 5, dtype=torch.float64)
    found = preactivations(Ws, x, activation, bs)
    for member in range(2):
        signal = x
        for layer, (W, b) in enumerate(zip(Ws, bs, strict=True)):
            z = torch.nn.functional.linear(signal, W[member], b[member])
            torch.testing.assert_close(found[layer][member], z)
            signal = ACTIVATIONS[activation].of(z)


def test_an_unknown_activation_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="unknown activation 'swish'; give one of linear, relu"):
        preactivations([torch.zeros(1, 2, 2)], torch.zeros(3, 2), "swish")


def test_residual_layers_add_to_what_they_received():
    generator = torch.Generator().manual_seed(0)
    shapes = [(4, 3), (4, 4), (4, 4), (2, 4)]
    Ws = [torch.randn(2, *shape, generator=generator) for shape in shapes]
    X = torch.randn(5, 3, generator=generator)
    y = torch.relu(X @ Ws[0].mT)
    for W in Ws[1:-1]:
        y = y + 0.3 * torch.relu(y @ W.mT)
    found = preactivations(Ws, X, "relu", step=0.3)
    torch.testing.assert_close(found[-1], y @ Ws[-1].mT)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("step", [None, 0.3])
def test_outputs_are_the_last_preactivations_and_nothing_is_overwritten(activation, step):
    generator = torch.Generator().manual_seed(0)
    shapes = [(4, 3), (4, 4), (4, 4), (2, 4)]
    Ws = [torch.randn(2, *shape, generator=generator) for shape in shapes]
    bs = [torch.randn(2, shape[0], generator=generator) for shape in shapes]
    for size in ((5, 3), (2, 5, 3)):
        X = torch.randn(size, generator=generator)
        before = X.clone()
        found = outputs(Ws, X, activation, bs, step)
        torch.testing.assert_close(X, before, rtol=0, atol=0)
        torch.testing.assert_close(found, preactivations(Ws, X, activation, bs, step)[-1])


def test_a_residual_layer_keeps_the_number_of_units():
    Ws = [torch.zeros(1, *shape) for shape in [(4, 3), (5, 4), (2, 5)]]
    with pytest.raises(ValueError, match=r"residual layer 1 has weights \(1, 5, 4\), not square"):
        preactivations(Ws, torch.zeros(2, 3), "relu", step=0.1)
    bs = [torch.zeros(1, units) for units in (4, 5, 2)]
    with pytest.raises(ValueError, match="residual layer 1"):
        outputs(Ws, torch.zeros(2, 3), "relu", bs, step=0.1)


def test_losses_are_those_of_each_network_alone():
    generator = torch.Generator().manual_seed(0)
    computed = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64)
    labels = torch.tensor([0, 2, 1, 1, 0])
    found = cross_entropies(computed, labels)
    for loss, own in zip(found, computed, strict=True):
        torch.testing.assert_close(loss, torch.nn.functional.cross_entropy(own, labels))
    torch.testing.assert_close(cross_entropies(computed, labels.expand(2, 5)), found)


@pytest.mark.parametrize("bad", [-100, -1, 3])  # the first is what torch leaves out of a loss
def test_a_label_that_is_no_class_is_refused(bad):
    labels = torch.tensor([0, 2, bad, 1, 0])
    with pytest.raises(ValueError, match="labels must be from 0 to 2"):
        cross_entropies(torch.zeros(2, 5, 3), labels)
    Ws = [np.zeros((2, 4, 6)), np.zeros((2, 3, 4))]
    with pytest.raises(ValueError, match=rf"labels must be from 0 to 2, got {bad} at \[2\]"):
        check_examples(Ws, np.zeros((5, 6)), labels.numpy())


def test_examples_that_do_not_fit_to_networks_are_refused():
    Ws, X = [np.zeros((2, 4, 6)), np.zeros((2, 3, 4))], np.zeros((5, 6))
    check_examples(Ws, X)
    check_examples(Ws, X, np.array([0, 1, 2, 1, 0]))
    with pytest.raises(ValueError, match=r"inputs must have shape \(n, n_0\), got \(6,\)"):
        check_examples(Ws, X[0])
    with pytest.raises(ValueError, match=r"weights of layer 0 must have shape \(2, n_out, 5\)"):
        check_examples(Ws, X[:, 1:])
    with pytest.raises(ValueError, match="weights of layer 1 must be finite, got nan"):
        check_examples([Ws[0], np.full((2, 3, 4), np.nan)], X)
    with pytest.raises(ValueError, match=r"labels must have shape \(5,\), got \(4,\)"):
        check_examples(Ws, X, np.zeros(4, dtype=int))
