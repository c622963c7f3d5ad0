import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.linear import flow


def problem(seed, networks=2, shape=(4, 3, 5), examples=60):
    """Data, correlations that are not white, and weights of several networks."""
    rng = np.random.default_rng(seed)
    N1, N2, N3 = shape
    X = rng.standard_normal((N1, N1)) @ rng.standard_normal((N1, examples))
    Y = rng.standard_normal((N3, N1)) @ X + rng.standard_normal((N3, examples))
    X, Y = X / np.linalg.norm(X, 2) * np.sqrt(examples), Y / np.sqrt(N3 * N1)
    W21 = 0.5 * rng.standard_normal((networks, N2, N1))
    W32 = 0.5 * rng.standard_normal((networks, N3, N2))
    return X, Y, W21, W32


def test_velocity_is_the_negative_gradient_symbolically():
    W21, W32 = sp.Matrix(2, 2, sp.symbols("p:4")), sp.Matrix(1, 2, sp.symbols("q:2"))
    S31, S11 = sp.Matrix([[3, -1]]), sp.Matrix([[2, 1], [1, 5]])
    W = W32 * W21
    L = -(W * S31.T)[0] + (W * S11 * W.T)[0] / 2
    numbers = dict(zip([*W21, *W32], [1, -2, 3, 4, 5, -6], strict=True))
    expected = [-float(sp.diff(L, w).subs(numbers)) for w in [*W21, *W32]]
    found = flow.velocity(
        np.array([[1.0, -2.0], [3.0, 4.0]]),
        np.array([[5.0, -6.0]]),
        *(np.array(S.tolist(), dtype=float) for S in (S31, S11)),
    )
    np.testing.assert_allclose(np.concatenate([part.ravel() for part in found]), expected)


@given(seed=st.integers(0, 2**31))
@settings(max_examples=20)
def test_loss_is_the_mean_squared_error_over_the_examples(seed):
    X, Y, W21, W32 = problem(seed)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    by_moments = flow.loss(W21, W32, Sigma31, Sigma11, Y @ Y.T / X.shape[1])
    by_examples = 0.5 * np.mean(np.sum((Y - W32 @ W21 @ X) ** 2, axis=1), axis=-1)
    np.testing.assert_allclose(by_moments, by_examples, rtol=1e-9)


@given(seed=st.integers(0, 2**31))
@settings(max_examples=20)
def test_velocity_is_what_autograd_says_for_data_that_are_not_white(seed):
    X, Y, W21, W32 = problem(seed, networks=1)
    inner, outer = (torch.tensor(W[0], requires_grad=True) for W in (W21, W32))
    loss = 0.5 * ((torch.tensor(Y) - outer @ inner @ torch.tensor(X)) ** 2).sum() / X.shape[1]
    gradients = torch.autograd.grad(loss, (inner, outer))
    Sigma11, Sigma31 = flow.correlations(X, Y)
    for gradient, step in zip(gradients, flow.velocity(W21, W32, Sigma31, Sigma11), strict=True):
        np.testing.assert_allclose(step[0], -gradient.numpy(), atol=1e-12)


def test_weights_that_are_not_finite_have_a_velocity_that_is_not():
    X, Y, W21, W32 = problem(0)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    for bad in (np.nan, np.inf, 1e300):
        W21.flat[0] = bad
        by = flow.velocity(W21, W32, Sigma31, Sigma11)
        assert not np.isfinite(np.concatenate([part.ravel() for part in by])).all()
        if not np.isfinite(bad):
            with pytest.raises(ValueError, match=f"W21 must be finite, got {bad}"):
                flow.gradient_descent(W21, W32, Sigma31, Sigma11, 0.1, 1)


def test_one_step_of_descent_is_the_rate_times_the_velocity():
    X, Y, W21, W32 = problem(1)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    path = flow.gradient_descent(W21, W32, Sigma31, Sigma11, rate=0.1, steps=1)
    dW21, dW32 = flow.velocity(W21, W32, Sigma31, Sigma11)
    np.testing.assert_array_equal(path.W21[1], W21 + 0.1 * dW21)
    np.testing.assert_array_equal(path.W32[1], W32 + 0.1 * dW32)
    np.testing.assert_array_equal(path.times, [0.0, 0.1])


def test_recording_less_often_changes_no_path():
    X, Y, W21, W32 = problem(2)
    moments = flow.correlations(X, Y)[::-1]
    every, third = (
        flow.gradient_descent(W21, W32, *moments, rate=0.05, steps=12, every=k) for k in (1, 3)
    )
    np.testing.assert_array_equal(every.W21[::3], third.W21)
    np.testing.assert_array_equal(every.times[::3], third.times)


def test_networks_of_a_batch_do_not_see_each_other():
    X, Y, W21, W32 = problem(3, networks=3)
    moments = flow.correlations(X, Y)[::-1]
    times = np.linspace(0.0, 2.0, 5)
    together = flow.gradient_flow(W21, W32, *moments, times)
    alone = flow.gradient_flow(W21[1], W32[1], *moments, times)
    np.testing.assert_allclose(together.product[:, 1], alone.product, atol=1e-10)


def test_descent_tends_to_the_flow_at_first_order():
    X, Y, W21, W32 = problem(4)
    moments = flow.correlations(X, Y)[::-1]
    exact = flow.gradient_flow(W21, W32, *moments, np.array([0.0, 1.0])).product[-1]
    errors = [
        np.linalg.norm(flow.gradient_descent(W21, W32, *moments, 1 / n, n, n).product[-1] - exact)
        for n in (200, 400, 800)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(1.0, abs=0.05)
    assert np.log2(errors[1] / errors[2]) == pytest.approx(1.0, abs=0.03)


def test_flow_may_be_interrupted():
    X, Y, W21, W32 = problem(5)
    moments = flow.correlations(X, Y)[::-1]
    half = flow.gradient_flow(W21, W32, *moments, np.array([0.0, 1.0]))
    rest = flow.gradient_flow(half.W21[-1], half.W32[-1], *moments, np.array([1.0, 2.0]))
    whole = flow.gradient_flow(W21, W32, *moments, np.array([0.0, 2.0]))
    np.testing.assert_allclose(rest.W21[-1], whole.W21[-1], atol=1e-10)


@given(seed=st.integers(0, 2**31))
@settings(max_examples=10)
def test_flow_conserves_the_imbalance_for_data_that_are_not_white(seed):
    X, Y, W21, W32 = problem(seed)
    moments = flow.correlations(X, Y)[::-1]
    path = flow.gradient_flow(W21, W32, *moments, np.linspace(0.0, 3.0, 7))
    Q = flow.imbalance(path.W21, path.W32)
    np.testing.assert_allclose(Q, np.broadcast_to(Q[0], Q.shape), atol=1e-9)
    np.testing.assert_allclose(Q, np.swapaxes(Q, -1, -2), atol=1e-12)


@given(seed=st.integers(0, 2**31), rate=st.floats(1e-3, 0.1))
@settings(max_examples=20)
def test_a_step_of_descent_changes_the_imbalance_at_second_order(seed, rate):
    X, Y, W21, W32 = problem(seed)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    dW21, dW32 = flow.velocity(W21, W32, Sigma31, Sigma11)
    path = flow.gradient_descent(W21, W32, Sigma31, Sigma11, rate, 1)
    Q = flow.imbalance(path.W21, path.W32)
    np.testing.assert_allclose(Q[1] - Q[0], rate**2 * flow.imbalance(dW21, dW32), atol=1e-12)


def test_loss_falls_along_the_flow():
    X, Y, W21, W32 = problem(6)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    path = flow.gradient_flow(W21, W32, Sigma31, Sigma11, np.linspace(0.0, 5.0, 30))
    losses = flow.loss(path.W21, path.W32, Sigma31, Sigma11, Y @ Y.T / X.shape[1])
    assert np.all(np.diff(losses, axis=0) < 0)


def test_change_of_hidden_basis_keeps_the_product_at_rest():
    X, Y, W21, W32 = problem(7)
    Sigma11, Sigma31 = flow.correlations(X, Y)
    Q, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
    times = np.linspace(0.0, 2.0, 4)
    plain = flow.gradient_flow(W21, W32, Sigma31, Sigma11, times)
    turned = flow.gradient_flow(Q @ W21, W32 @ Q.T, Sigma31, Sigma11, times)
    np.testing.assert_allclose(plain.product, turned.product, atol=1e-10)


@pytest.mark.parametrize(
    ("X", "Y"),
    [
        (np.ones((2, 3)), np.ones((2, 4))),
        (np.ones(3), np.ones((1, 3))),
        (np.ones((2, 3)), np.ones(3)),
        (np.ones((2, 0)), np.ones((2, 0))),
    ],
)
def test_correlations_refuse_data_that_do_not_fit(X, Y):
    with pytest.raises(ValueError, match="column for each example"):
        flow.correlations(X, Y)


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan])
def test_descent_refuses_a_rate_that_is_not_positive(rate):
    with pytest.raises(ValueError, match="rate must be positive"):
        flow.gradient_descent(np.eye(1), np.eye(1), np.eye(1), np.eye(1), rate, 1)


@pytest.mark.parametrize(("steps", "every"), [(10, 3), (0, 1), (5, 0)])
def test_descent_refuses_records_that_do_not_divide_the_steps(steps, every):
    with pytest.raises(ValueError, match="every must divide steps"):
        flow.gradient_descent(np.eye(1), np.eye(1), np.eye(1), np.eye(1), 0.1, steps, every)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_descent_says_when_it_diverges():
    with pytest.raises(ValueError, match=r"rate=5\.0 is too large"):
        flow.gradient_descent(3 * np.eye(1), np.eye(1), np.eye(1), np.eye(1), 5.0, 50)


@pytest.mark.parametrize("times", [[0.0], [0.0, 0.0], [1.0, 0.0]])
def test_flow_refuses_times_that_do_not_ascend(times):
    with pytest.raises(ValueError, match="ascending order"):
        flow.gradient_flow(np.eye(1), np.eye(1), np.eye(1), np.eye(1), np.array(times))


def test_flow_says_when_the_integrator_gives_up(monkeypatch):
    class GaveUp:
        success, message = False, "step too small"

    monkeypatch.setattr(flow, "solve_ivp", lambda *_, **__: GaveUp())
    with pytest.raises(RuntimeError, match="step too small"):
        flow.gradient_flow(np.eye(1), np.eye(1), np.eye(1), np.eye(1), np.array([0.0, 1.0]))
