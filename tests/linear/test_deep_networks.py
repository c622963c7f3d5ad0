import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib.linear import deep_networks, deep_weights, flow
from lib.linear.depth import mode_strength
from lib.linear.tasks import PrincipalTask

TASK = PrincipalTask(np.array([1.0, 0.6, 0.3]), np.random.default_rng(7).standard_normal((2, 3)))


def matrices(weights, member):
    return [weights.first[member], *weights.hidden[member], weights.last[member]]


def dense_loss(weights, member, task):
    W = np.eye(task.best.shape[1])
    for matrix in matrices(weights, member):
        W = matrix @ W
    gap = task.best - W
    return 0.5 * np.trace(gap @ np.diag(task.variances) @ gap.T)


@given(layers=st.integers(3, 9), seed=st.integers(0, 1000))
def test_velocity_is_the_negative_gradient_of_autograd(layers, seed):
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), layers, [seed, seed + 1])
    by = deep_networks.velocity(weights, TASK)
    for member in range(2):
        tensors = [torch.tensor(W, requires_grad=True) for W in matrices(weights, member)]
        W = tensors[0]
        for tensor in tensors[1:]:
            W = tensor @ W
        gap = torch.tensor(TASK.best) - W
        loss = 0.5 * torch.sum(gap**2 * torch.tensor(TASK.variances))
        for found, expected in zip(
            matrices(by, member), torch.autograd.grad(loss, tensors), strict=True
        ):
            np.testing.assert_allclose(found, -expected.numpy(), atol=1e-12)


def test_loss_and_product_equal_plain_products():
    weights = deep_weights.drawn_weights("xavier", (3, 4, 2), 6, [0, 1, 2])
    losses = deep_networks.removable_loss(weights.product, TASK)
    assert weights.layers == 6
    for member in range(3):
        assert losses[member] == pytest.approx(dense_loss(weights, member, TASK), rel=1e-12)


def test_networks_in_a_batch_learn_as_they_would_alone():
    """Others finish, diverge or are stopped: that changes nothing."""
    seeds, rates = [0, 1, 2, 3], np.array([0.02, 30.0, 0.1, 0.05])
    weights = deep_weights.drawn_weights("orthogonal", (3, 4, 2), 5, seeds)
    together = deep_networks.descend(weights, TASK, rates, [200, 200, 200, 3], until=0.2)
    for member, most in enumerate([200, 200, 200, 3]):
        alone = deep_networks.descend(
            weights.take(np.array([member])), TASK, rates[member], most, until=0.2
        )
        taken = alone.stopped_at[0]
        assert taken == together.stopped_at[member]
        np.testing.assert_allclose(
            together.loss[: taken + 1, member], alone.loss[: taken + 1, 0], rtol=1e-10
        )
    assert together.stopped_at[3] == 3
    assert np.isinf(together.steps_to(0.2)[1])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_step_is_that_of_the_velocity_and_leaves_what_it_began_from(order):
    drawn = deep_weights.drawn_weights("orthogonal", (3, 4, 2), 6, [0, 1])
    parts = [np.array(W, order=order) for W in (drawn.first, drawn.hidden, drawn.last)]
    weights, rates = deep_weights.DeepWeights(*parts), np.array([0.02, 0.05])
    found = deep_networks.descend(weights, TASK, rates, 2).loss
    for before, part in zip((drawn.first, drawn.hidden, drawn.last), parts, strict=True):
        np.testing.assert_array_equal(part, before)
    for taken in range(3):
        loss = deep_networks.removable_loss(weights.product, TASK)
        start = deep_networks.removable_loss(drawn.product, TASK)
        np.testing.assert_allclose(found[taken], loss / start, rtol=1e-12)
        by = deep_networks.velocity(weights, TASK)
        pairs = ((weights.first, by.first), (weights.hidden, by.hidden), (weights.last, by.last))
        moved = [W + rates.reshape(-1, *[1] * (W.ndim - 1)) * dW for W, dW in pairs]
        weights = deep_weights.DeepWeights(*moved)


def test_descent_of_three_layers_is_that_of_the_first_chapter():
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 3, [0])
    Sigma11 = np.diag(TASK.variances)
    path = flow.gradient_descent(
        weights.first[0], weights.last[0], TASK.best @ Sigma11, Sigma11, 0.05, 40
    )
    losses = deep_networks.removable_loss(path.product, TASK)
    found = deep_networks.descend(weights, TASK, 0.05, 40).loss[:, 0]
    np.testing.assert_allclose(found, losses / losses[0], rtol=1e-12)


def test_steps_are_found_between_records_on_a_logarithmic_scale():
    descent = deep_networks.Descent(np.array([[1.0, 1.0], [0.1, 0.5], [0.01, np.nan]]))
    assert descent.steps_to(0.1) == pytest.approx([1.0, np.inf])
    assert descent.steps_to(10**-1.5) == pytest.approx([1.5, np.inf])
    assert descent.stopped_at.tolist() == [2, 1]


def test_a_diverging_network_is_stopped_without_a_warning():
    weights = deep_weights.drawn_weights("orthogonal", (3, 4, 2), 60, [0, 1, 2])
    descent = deep_networks.descend(weights, TASK, 1e6, 50)
    assert np.all(descent.stopped_at <= 2)
    assert np.all(np.isinf(descent.steps_to(0.5)))


@pytest.mark.parametrize("layers", [3, 5, 9])
def test_aligned_modes_follow_their_law_along_the_flow(layers):
    U, s, Vt = np.linalg.svd(TASK.best)
    white = PrincipalTask(np.ones(3), TASK.best)
    u0, times = np.array([0.05, 0.2]), np.linspace(0.0, 1.0, 12)
    start = deep_weights.aligned_weights(U, Vt[:2].T, u0, layers)
    np.testing.assert_allclose(start.product[0], (U * u0) @ Vt[:2], atol=1e-14)
    maps = deep_networks.deep_flow(start, white, times)
    found = np.einsum("im,tij,mj->tm", U, maps, Vt[:2])
    law = mode_strength(times[:, None], s, u0, layers)
    np.testing.assert_allclose(found, law, atol=1e-9)


def test_the_flow_is_the_limit_of_descent():
    weights = deep_weights.drawn_weights("orthogonal", (3, 4, 2), 5, [3])
    end = deep_networks.deep_flow(weights, TASK, np.array([0.0, 0.5]))[-1]
    exact = deep_networks.removable_loss(end, TASK)
    initial = deep_networks.removable_loss(weights.product, TASK)[0]
    errors = []
    for steps in (200, 400, 800):
        loss = deep_networks.descend(weights, TASK, 0.5 / steps, steps).loss[-1, 0] * initial
        errors.append(abs(loss - exact))
    np.testing.assert_allclose(np.array(errors[:-1]) / errors[1:], 2.0, rtol=0.05)


def test_the_flow_conserves_the_imbalance_of_neighbouring_matrices():
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 4, [0])
    by = deep_networks.velocity(weights, TASK)
    pairs = [
        (weights.first[0], by.first[0], weights.hidden[0, 0], by.hidden[0, 0]),
        (weights.hidden[0, 0], by.hidden[0, 0], weights.last[0], by.last[0]),
    ]
    for lower, dlower, upper, dupper in pairs:
        change = dupper.T @ upper + upper.T @ dupper - dlower @ lower.T - lower @ dlower.T
        np.testing.assert_allclose(change, 0.0, atol=1e-12)


def test_bad_input_is_refused():
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 4, [0, 1])
    with pytest.raises(ValueError, match="rates must be positive"):
        deep_networks.descend(weights, TASK, [0.1, 0.0], 10)
    there = PrincipalTask(TASK.variances, weights.product[1])
    with pytest.raises(ValueError, match="begins at the best map: there is nothing to learn"):
        deep_networks.descend(weights, there, 0.1, 10)
    with pytest.raises(ValueError, match=r"until must be at least 0, got -0\.5"):
        deep_networks.descend(weights, TASK, 0.1, 10, until=-0.5)
    assert len(deep_networks.descend(weights, TASK, 0.1, 10, until=0).loss) == 11


def test_an_integrator_that_gives_up_is_reported(monkeypatch):
    class Failed:
        success, message = False, "step size too small"

    monkeypatch.setattr(deep_networks, "solve_ivp", lambda *_, **__: Failed)
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 4, [0])
    with pytest.raises(RuntimeError, match="step size too small"):
        deep_networks.deep_flow(weights, TASK, np.array([0.0, 1.0]))


def test_a_loss_of_exactly_zero_is_below_every_level():
    descent = deep_networks.Descent(np.array([[1.0], [0.0], [np.nan]]))
    assert 0 < descent.steps_to(0.5)[0] < 0.01
    with pytest.raises(ValueError, match="level must be positive"):
        descent.steps_to(0.0)
