import numpy as np
import pytest
import torch

from lib import initializers
from lib.signal.propagation import measure_signals, predict_signals

SHAPES = [(7, 4), (6, 7), (3, 6)]
INPUTS = np.random.default_rng(0).standard_normal((5, 4))


def by_hand(matrices, activation, derivative, gradient):
    """Forward and back without automatic differentiation; preactivations and their gradients."""
    zs, h = [], INPUTS
    for W in matrices:
        zs.append(h @ W.T)
        h = activation(zs[-1])
    deltas = [gradient(zs[-1])]
    for W, z in zip(matrices[:0:-1], zs[-2::-1], strict=True):
        deltas.append((deltas[-1] @ W) * derivative(z))
    return zs, deltas[::-1], deltas[-1] @ matrices[0]


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_signals_equal_backpropagation_by_hand(name):
    functions = {
        "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
        "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    }
    weights = initializers.draw("kaiming", SHAPES, [0, 1])
    noise = np.random.default_rng([9, 2]).standard_normal((2, 5, 3))
    signals = measure_signals(weights, INPUTS, name, noise=9)
    for member in range(2):
        zs, deltas, at_input = by_hand(
            [W[member] for W in weights], *functions[name], lambda _, m=member: noise[m]
        )
        np.testing.assert_allclose(signals.forward[member], [np.mean(z**2) for z in zs])
        np.testing.assert_allclose(signals.backward[member], [np.mean(d**2) for d in deltas])
        assert signals.at_input[member] == pytest.approx(np.mean(at_input**2))


def test_the_gradient_of_the_loss_is_probabilities_less_labels():
    weights, labels = initializers.draw("lecun", SHAPES, [3]), np.array([0, 1, 2, 1, 0])
    signals = measure_signals(weights, INPUTS, "relu", labels=labels)
    _, deltas, _ = by_hand(
        [W[0] for W in weights],
        lambda z: np.maximum(z, 0),
        lambda z: (z > 0).astype(float),
        lambda z: torch.softmax(torch.as_tensor(z), 1).numpy() - np.eye(3)[labels],
    )
    np.testing.assert_allclose(signals.backward[0], [np.mean(d**2) for d in deltas])


def test_scaling_the_weights_of_a_rectifier_network_scales_its_signals_exactly():
    weights = initializers.draw("kaiming", SHAPES, [0])
    plain = measure_signals(weights, INPUTS)
    half = measure_signals([0.5 * W for W in weights], INPUTS)
    np.testing.assert_allclose(half.forward[0] / plain.forward[0], 0.25 ** np.arange(1, 4))
    assert half.at_input[0] / plain.at_input[0] == pytest.approx(0.25**3)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="unknown activation"):
        measure_signals(initializers.draw("lecun", SHAPES, [0]), INPUTS, "swish")


@pytest.mark.parametrize("bad", [-100, -1, 3])
def test_a_label_that_is_no_class_is_refused(bad):
    with pytest.raises(ValueError, match=rf"labels must be from 0 to 2, got {bad} at \[1\]"):
        measure_signals(
            initializers.draw("lecun", SHAPES, [0]), INPUTS, labels=np.array([0, bad, 1, 2, 0])
        )


@pytest.mark.parametrize("scheme", initializers.SCHEMES)
def test_every_layer_has_the_predicted_signal_on_average(scheme):
    shapes, seeds = [(30, 12), (20, 30), (40, 20), (6, 40)], np.arange(800)
    inputs = np.random.default_rng(1).standard_normal((1, 12))
    inputs /= np.sqrt(np.mean(inputs**2))
    found = measure_signals(initializers.draw(scheme, shapes, seeds, gain=1.3), inputs, noise=2)
    predicted = predict_signals(scheme, shapes, gain=1.3)
    for name in ("forward", "backward", "at_input"):
        samples = getattr(found, name)
        error = samples.std(axis=0) / np.sqrt(len(seeds)) + 1e-12
        assert np.all(np.abs(samples.mean(axis=0) - getattr(predicted, name)[0]) < 5 * error), name


def test_orthogonal_weights_lose_a_factor_of_four_where_the_width_grows_fourfold():
    signals = predict_signals("orthogonal", [(64, 256), (256, 64)] * 3, gain=2**0.5)
    np.testing.assert_allclose(
        signals.forward[0, 1:] / signals.forward[0, :-1], [0.25, 1] * 2 + [0.25]
    )
