import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib import training
from lib.signal import activations

NAMES = list(activations.ACTIVATIONS)
TORCH = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "selu": torch.selu,
}


@pytest.mark.parametrize("name", NAMES)
def test_functions_and_derivatives_are_those_of_torch(name):
    z = torch.linspace(-6, 6, 101, dtype=torch.float64)[torch.arange(101) != 50]
    z.requires_grad_()
    y = TORCH[name](z)
    (slope,) = torch.autograd.grad(y.sum(), z)
    activation = activations.ACTIVATIONS[name]
    np.testing.assert_allclose(activation.function(z.detach().numpy()), y.detach(), rtol=1e-7)
    np.testing.assert_allclose(activation.derivative(z.detach().numpy()), slope, rtol=1e-6)


def test_the_networks_that_are_trained_have_the_same_activations():
    z = torch.linspace(-3, 3, 13, dtype=torch.float64)
    for name, known in training.ACTIVATIONS.items():
        np.testing.assert_allclose(
            activations.ACTIVATIONS[name].function(z.numpy()), known.of(z), rtol=1e-12
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("q", [0.1, 1.0, 9.0])
def test_factors_equal_a_sum_over_a_fine_grid(name, q):
    z = (np.arange(-200_000, 200_000) + 0.5) * 1e-4
    weight = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
    activation = activations.ACTIVATIONS[name]
    forward = np.sum(weight * activation.function(np.sqrt(q) * z) ** 2)
    backward = np.sum(weight * activation.derivative(np.sqrt(q) * z) ** 2)
    assert activations.forward_factor(name, q) == pytest.approx(forward, rel=1e-7)
    assert activations.backward_factor(name, q) == pytest.approx(backward, rel=1e-7)


@given(q=st.floats(1e-6, 1e6))
def test_a_rectifier_halves_at_every_size(q):
    assert activations.forward_factor("relu", q) == pytest.approx(q / 2, rel=1e-10)
    assert activations.backward_factor("relu", q) == pytest.approx(0.5, rel=1e-10)


@pytest.mark.parametrize("name", ["linear", "relu", "leaky_relu"])
def test_gains_of_piecewise_linear_activations_are_those_of_torch(name):
    assert activations.gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-12)


def test_selu_keeps_its_signal_as_it_was_made_to():
    assert activations.gain("selu") == pytest.approx(1.0, abs=1e-10)


def test_propagation_of_a_rectifier_is_geometric():
    forward, backward = activations.propagate("relu", 1.0, 3.0, 6)
    np.testing.assert_allclose(forward, 3.0 * 0.5 ** np.arange(6), rtol=1e-10)
    np.testing.assert_allclose(backward, 0.5, rtol=1e-10)


def test_tanh_signals_fall_as_one_over_twice_the_depth():
    forward, _ = activations.propagate("tanh", 1.0, 1.0, 400)
    assert forward[-1] * 2 * 400 == pytest.approx(1.0, abs=0.03)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="unknown activation 'swish'; give one of linear, relu"):
        activations.gain("swish")
    for q in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="q must be positive and finite"):
            activations.forward_factor("relu", q)


def test_an_integral_that_is_not_known_well_is_refused():
    with pytest.raises(ValueError, match="take a smaller q"):
        activations.forward_factor("logistic", 1e6)
