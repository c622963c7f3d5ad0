import numpy as np
import pytest
import torch

from lib.linear import deep_checks, deep_weights, depth
from lib.linear.tasks import PrincipalTask

TASK = PrincipalTask(
    np.array([1.0, 0.8, 0.5, 0.4]), np.random.default_rng(1).standard_normal((3, 4))
)
SEEDS = [0, 1, 2]


def test_the_integrator_knows_none_of_the_solutions():
    times = np.linspace(0.0, 3.0, 7)
    found = deep_checks.integrated_strengths(times, 2.0, 0.1, [3, 50])
    # Logistic for three layers, in units of τ/2.
    np.testing.assert_allclose(found[:, 0], 2 / (1 + 19 * np.exp(-2 * times)), rtol=1e-10)
    assert found.shape == (7, 2)


def test_balanced_weights_obey_the_closed_flow_and_others_do_not():
    square = PrincipalTask(TASK.variances, np.random.default_rng(0).standard_normal((4, 4)))
    # Powers of W Wᵀ that are no multiples of the identity: they tell the exponents apart.
    balanced = deep_weights.rotated_weights(np.array([1.1, 0.9, 0.7, 0.5]), 6, SEEDS)
    assert np.all(deep_checks.balanced_flow_difference(balanced, square) < 1e-13)
    gaussian = deep_weights.drawn_weights("lecun", (4, 4, 4), 6, SEEDS)
    assert np.all(deep_checks.balanced_flow_difference(gaussian, square) > 0.01)


@pytest.mark.parametrize("layers", [3, 5])
def test_the_hessian_is_sharpest_as_predicted(layers):
    s = np.array([1.5, 0.4])
    weights = deep_weights.aligned_weights(np.eye(2), np.eye(2), s, layers)
    task = PrincipalTask(np.ones(2), np.diag(s))
    found = deep_checks.hessian_sharpness(weights, task)
    assert found == pytest.approx(float(depth.sharpness(1.5, layers)), rel=1e-12)


@pytest.mark.parametrize("layers", [3, 6])
def test_the_sharpness_is_that_of_the_whole_hessian(layers):
    """At weights that nothing is known of."""
    weights = deep_weights.drawn_weights("lecun", (4, 4, 3), layers, [3])
    matrices = [weights.first[0], *weights.hidden[0], weights.last[0]]
    best, variances = torch.as_tensor(TASK.best), torch.as_tensor(TASK.variances)

    def loss(flat):
        product, begin = torch.eye(4, dtype=torch.float64), 0
        for W in matrices:
            product = flat[begin : begin + W.size].reshape(W.shape) @ product
            begin += W.size
        return 0.5 * torch.sum((best - product) ** 2 * variances)

    flat = torch.as_tensor(np.concatenate([W.ravel() for W in matrices]))
    exact = np.linalg.eigvalsh(torch.autograd.functional.hessian(loss, flat).numpy())[-1]
    assert deep_checks.hessian_sharpness(weights, TASK) == pytest.approx(exact, rel=1e-8)
