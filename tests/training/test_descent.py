import numpy as np
import pytest
import torch

from lib import initializers
from lib.training import cross_entropies, outputs, preactivations, train

SHAPES = [(8, 5), (8, 8), (3, 8)]


@pytest.fixture(scope="module")
def task():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((300, 5))
    return inputs, np.argmax(inputs[:, :3], axis=1)


def weights(seeds, scheme="kaiming"):
    return initializers.draw(scheme, SHAPES, seeds)


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
    # A batched product rounds by the place that a network has in the batch.
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


def test_those_that_diverge_leave_and_change_nothing_for_the_others(task):
    """Of five the first, the third and the last leave, at different records."""
    inputs, labels = task
    seeds, rates = [1, 2, 2, 3, 4], np.array([10.0, 0.02, 0.3, 0.01, 1e30])
    settings = {"activation": "linear", "batch": 16, "steps": 100, "every": 2}
    five = weights(seeds)
    together = train(five, inputs, labels, seeds, rate=rates, **settings)
    left = np.isinf(together.loss).argmax(axis=0)
    assert np.flatnonzero(left).tolist() == [0, 2, 4]
    assert len(set(left)) == 4
    X, y = torch.tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    last = cross_entropies(outputs(together.weights, X, "linear", together.biases), y)
    for number in range(5):
        assert np.isinf(together.loss[left[number] :, number]).all() == bool(left[number])
        assert bool(last[number].isfinite()) != bool(left[number])
    for number in (1, 3):
        own = [W[number : number + 1] for W in five]
        alone = train(
            own, inputs, labels, seeds[number : number + 1], rate=rates[number], **settings
        )
        np.testing.assert_allclose(together.loss[:, number], alone.loss[:, 0], rtol=1e-4)
        for found, expected in zip(together.weights, alone.weights, strict=True):
            torch.testing.assert_close(found[number], expected[0], rtol=1e-4, atol=1e-5)


def test_training_ends_where_all_have_left(task):
    inputs, labels = task
    found = train(weights([1, 2]), inputs, labels, [1, 2], rate=1e30, steps=20, every=5)
    assert np.isfinite(found.loss[0]).all()
    assert np.isinf(found.loss[1:]).all()
    assert [tuple(W.shape) for W in found.weights] == [(2, *shape) for shape in SHAPES]


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


def test_the_trained_networks_have_the_last_loss():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 3)), rng.integers(0, 2, 30)
    weights = [rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 2, 4))]
    made = train(weights, X, y, [0, 1], rate=0.1, steps=10, every=5)
    found = preactivations(made.weights, torch.tensor(X, dtype=torch.float32), "relu", made.biases)[
        -1
    ]
    losses = cross_entropies(found, torch.as_tensor(y))
    np.testing.assert_allclose(losses, made.loss[-1], rtol=1e-5)
    assert made.loss[-1].max() < made.loss[0].max()
