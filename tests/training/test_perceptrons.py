import numpy as np
import pytest
import torch

from lib import initializers
from lib.training import ACTIVATIONS, cross_entropies, preactivations, train

SHAPES = [(8, 5), (8, 8), (3, 8)]


@pytest.fixture(scope="module")
def task():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((300, 5))
    return inputs, np.argmax(inputs[:, :3], axis=1)


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


def test_training_is_that_of_a_plain_loop_over_torch_modules(task):
    """The same mini-batches, one network, torch's own layers and optimizer."""
    inputs, labels = task
    Ws = weights([4])
    found = train(Ws, inputs, labels, [4], rate=0.05, batch=16, steps=30, every=10)
    layers = []
    for W in Ws:
        layer = torch.nn.Linear(W.shape[2], W.shape[1])
        with torch.no_grad():
            layer.weight.copy_(torch.as_tensor(W[0]))
            layer.bias.zero_()
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    X, y = torch.tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    rng, expected = np.random.default_rng([4, 1]), []
    for step in range(31):
        if step % 10 == 0:
            expected.append(torch.nn.functional.cross_entropy(model(X), y).item())
        chosen = rng.integers(0, 300, 16)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X[chosen]), y[chosen]).backward()
        optimizer.step()
    assert found.steps.tolist() == [0, 10, 20, 30]
    np.testing.assert_allclose(found.loss[:, 0], expected, rtol=1e-4)


def test_networks_do_not_disturb_each_other_and_one_seed_sees_one_order(task):
    inputs, labels = task
    settings = {"rate": 0.05, "batch": 16, "steps": 40, "every": 20}
    alone = train(weights([2]), inputs, labels, [2], **settings).loss[:, 0]
    three = [np.concatenate([W, W[1:]]) for W in weights([1, 2])]
    together = train(three, inputs, labels, [1, 2, 2], **settings).loss
    np.testing.assert_allclose(together[:, 1], alone, rtol=1e-4)
    np.testing.assert_allclose(together[:, 1], together[:, 2], rtol=1e-6)
    assert abs(together[-1, 0] - alone[-1]) > 1e-3


def test_each_network_has_its_own_rate(task):
    inputs, labels = task
    settings = {"batch": 16, "steps": 40, "every": 20}
    two = weights([3, 4])
    together = train(two, inputs, labels, [3, 4], rate=[0.05, 0.002], **settings).loss
    for number, rate in enumerate((0.05, 0.002)):
        own = [W[number : number + 1] for W in two]
        alone = train(own, inputs, labels, [3 + number], rate=rate, **settings).loss
        np.testing.assert_allclose(together[:, number], alone[:, 0], rtol=1e-4)
    with pytest.raises(ValueError, match="rate must be positive"):
        train(two, inputs, labels, [3, 4], rate=[0.05, 0.0], **settings)
    with pytest.raises(ValueError, match="rate must be one number or an array of 2"):
        train(two, inputs, labels, [3, 4], rate=[0.1] * 3, **settings)


def test_training_learns_and_a_diverged_loss_is_infinite(task):
    inputs, labels = task
    good = train(weights([0]), inputs, labels, [0], rate=0.05, steps=200, every=100)
    assert good.loss[-1, 0] < 0.3 * good.loss[0, 0]
    bad = train(weights([0]), inputs, labels, [0], rate=1e6, steps=20, every=20)
    assert bad.loss[-1, 0] == np.inf or bad.loss[-1, 0] > 1e3


def test_bad_input_is_refused(task):
    inputs, labels = task
    with pytest.raises(ValueError, match="every must divide steps"):
        train(weights([0]), inputs, labels, [0], rate=0.1, steps=10, every=3)
    with pytest.raises(ValueError, match="rate must be positive"):
        train(weights([0]), inputs, labels, [0], rate=0.0, steps=10, every=5)
    with pytest.raises(ValueError, match="1 networks need as many seeds"):
        train(weights([0]), inputs, labels, [0, 1], rate=0.1, steps=10, every=5)


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


def test_a_residual_layer_keeps_the_number_of_units():
    Ws = [torch.zeros(1, *shape) for shape in [(4, 3), (5, 4), (2, 5)]]
    with pytest.raises(ValueError, match=r"residual layer 1 has weights \(1, 5, 4\), not square"):
        preactivations(Ws, torch.zeros(2, 3), "relu", step=0.1)


def test_the_trained_networks_have_the_last_loss():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 3)), rng.integers(0, 2, 30)
    weights = [rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 2, 4))]
    made = train(weights, X, y, [0, 1], rate=0.1, steps=10, every=5)
    outputs = preactivations(
        made.weights, torch.tensor(X, dtype=torch.float32), "relu", made.biases
    )[-1]
    losses = cross_entropies(outputs, torch.as_tensor(y))
    np.testing.assert_allclose(losses, made.loss[-1], rtol=1e-5)
    assert made.loss[-1].max() < made.loss[0].max()
