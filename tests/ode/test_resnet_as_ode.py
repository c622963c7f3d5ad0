import numpy as np
import pytest
import torch
from scipy.linalg import expm

from lib.integrators import integrate
from lib.ode import resnet_as_ode as experiments
from lib.ode.layers import SmoothWeights, gaussian, random_smooth_weights

SEEDS = np.array([21, 22, 23])


@pytest.fixture(scope="module")
def weights() -> SmoothWeights:
    return random_smooth_weights(SEEDS, 5)


@pytest.fixture(scope="module")
def start() -> np.ndarray:
    return gaussian(SEEDS, 1, 5)


def test_blocks_of_pytorch_make_the_steps_of_euler(weights, start):
    ours = integrate(weights.velocity, start, 1.0, 12)
    np.testing.assert_allclose(
        experiments.pytorch_states(weights, start, 1.0, 12), ours, atol=1e-13
    )


def test_the_flow_of_small_states_is_the_matrix_exponential():
    K = random_smooth_weights(SEEDS, 4, modes=1).K_modes
    small = SmoothWeights(K, np.zeros((1, 3, 4)))
    start = 1e-5 * gaussian(SEEDS, 1, 4)
    expected = np.einsum("sij,sj->si", np.stack([expm(k) for k in K[0]]), start)
    np.testing.assert_allclose(experiments.flow_outputs(small, start, 1.0), expected, rtol=1e-5)


def test_orders_are_slopes():
    layers = np.array([4, 8, 16])
    errors = 3.0 * np.stack([1.0 / layers, 1.0 / layers**2], axis=1)
    np.testing.assert_allclose(experiments.Convergence(layers, errors).orders, [1, 2])


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("midpoint", 2), ("rk4", 4)])
def test_networks_converge_with_the_order_of_their_stepper(weights, start, method, order):
    found = experiments.convergence(weights, start, 1.0, method, [32, 64, 128])
    assert found.error.shape == (3, 3)
    np.testing.assert_allclose(found.orders, order, atol=0.3)


def test_a_layer_is_what_a_network_adds(weights, start):
    K, b = weights.K(0.3)[1], weights.b(0.3)[1]
    parts = [torch.as_tensor(part) for part in (start[1], K, b)]
    np.testing.assert_allclose(experiments.layer(*parts), weights.velocity(0.3, start)[1])


def test_a_flow_is_followed_for_any_time_that_is_one(start):
    still = SmoothWeights(np.zeros((1, 3, 5, 5)), np.zeros((1, 3, 5)))
    np.testing.assert_array_equal(experiments.flow_outputs(still, start, 1000.0), start)
    for end in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match="end must be positive and finite, got"):
            experiments.flow_outputs(still, start, end)
