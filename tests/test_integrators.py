"""Steppers against closed forms, SciPy and torchdiffeq, on random fields."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from torchdiffeq import odeint

from lib.integrators import METHODS, integrate, stability_function, verlet

seeds = st.integers(0, 2**32 - 1)
each_method = pytest.mark.parametrize("method", METHODS)
THEIRS = ("euler", "midpoint")  # their rk4 is the 3/8 rule, another method of order 4


def random_field(seed, units=3):
    """A field that depends on time, for arrays and for tensors."""
    rng = np.random.default_rng(seed)
    A, c = rng.standard_normal((2, units, units)), rng.standard_normal(units)

    def field(t, y):
        if isinstance(y, torch.Tensor):
            return torch.tanh(y @ torch.as_tensor(A[0] + t * A[1]).T + torch.as_tensor(c))
        return np.tanh(y @ (A[0] + t * A[1]).T + c)

    return field, rng.standard_normal((4, units))


@each_method
def test_a_linear_field_is_multiplied_by_the_stability_function(method):
    rng = np.random.default_rng(1)
    A = rng.standard_normal((3, 3))
    states = integrate(lambda t, y: A @ y, np.eye(3), end=0.7, steps=1, method=method)
    eigenvalues, vectors = np.linalg.eig(A)
    expected = vectors @ np.diag(stability_function(method, 0.7 * eigenvalues))
    np.testing.assert_allclose(states[1] @ vectors, expected, atol=1e-12)


@each_method
def test_the_stability_function_begins_as_the_exponential(method):
    order = METHODS[method].order
    factorials = np.cumprod([1.0, *range(1, order + 1)])
    found = METHODS[method].stability_polynomial
    np.testing.assert_allclose(found[: order + 1], 1 / factorials)


@each_method
@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_halving_the_step_divides_the_error_by_two_to_the_order(method, seed):
    field, start = random_field(seed)
    steps = {"euler": 400, "midpoint": 80, "rk4": 20}[method]
    fine = solve_ivp(
        lambda t, y: field(t, y.reshape(start.shape)).ravel(),
        (0, 1),
        start.ravel(),
        method="DOP853",
        rtol=1e-13,
        atol=1e-13,
    ).y[:, -1]
    ends = [integrate(field, start, 1.0, steps * k, method)[-1].ravel() for k in (1, 2, 4)]
    errors = [np.linalg.norm(end - fine) for end in ends]
    assert errors[2] < 1.7 * errors[0] / 4 ** METHODS[method].order + 1e-11


@pytest.mark.parametrize("method", THEIRS)
@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_each_state_is_that_of_torchdiffeq(method, seed):
    field, start = random_field(seed)
    times = torch.linspace(0, 2, 11, dtype=torch.float64)
    theirs = odeint(lambda t, y: field(float(t), y), torch.as_tensor(start), times, method=method)
    ours = integrate(field, torch.as_tensor(start), 2.0, 10, method)
    torch.testing.assert_close(ours, theirs)
    np.testing.assert_allclose(integrate(field, start, 2.0, 10, method), theirs, atol=1e-12)


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_fine_steps_reach_what_torchdiffeq_reaches_adaptively(seed):
    field, start = random_field(seed)
    times = torch.tensor([0.0, 1.0], dtype=torch.float64)
    theirs = odeint(
        lambda t, y: field(float(t), y),
        torch.as_tensor(start),
        times,
        method="dopri5",
        rtol=1e-10,
        atol=1e-10,
    )
    np.testing.assert_allclose(integrate(field, start, 1.0, 200, "rk4")[-1], theirs[1], atol=1e-8)


@each_method
def test_gradients_pass_through_the_steps(method):
    start = torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    weights = torch.randn(3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    def end(y, K):
        return integrate(lambda t, x: torch.tanh(x @ K), y, 1.0, 4, method)[-1]

    inputs = (start.requires_grad_(), weights.requires_grad_())
    assert torch.autograd.gradcheck(end, inputs)


@each_method
@pytest.mark.parametrize("start", [[1, -2], [1.0 + 1.0j, -2.0j]])
def test_tensors_of_any_numbers_are_followed_as_arrays_are(method, start):
    def turned(t, y):
        return (1 + t) * y

    there = integrate(turned, torch.tensor(start), 1.0, 3, method)
    np.testing.assert_allclose(there, integrate(turned, np.array(start), 1.0, 3, method), rtol=1e-6)


@each_method
def test_states_followed_together_go_where_each_goes_alone(method):
    field, start = random_field(5)
    together = integrate(field, start, 1.0, 7, method)
    alone = [integrate(field, row, 1.0, 7, method) for row in start]
    np.testing.assert_allclose(together, np.stack(alone, axis=1), atol=1e-14)


def test_a_net_of_cell_states_keeps_their_shape_and_the_first_one():
    start = np.ones((2, 3, 4, 5))
    states = integrate(lambda t, y: -y, start, 1.0, 3)
    assert states.shape == (4, 2, 3, 4, 5)
    np.testing.assert_array_equal(states[0], start)


def rotation(omega=1.3):
    return (lambda z: -omega * z), (lambda y: omega * y)


def test_verlet_is_of_second_order():
    exact = expm(np.array([[0, -1.3], [1.3, 0]]) * 2.0)[:, 0]
    errors = []
    for steps in (20, 40, 80):
        y, z = verlet(*rotation(), (np.array(1.0), np.array(0.0)), 2.0, steps)
        errors.append(np.hypot(y[-1] - exact[0], z[-1] - exact[1]))
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.01)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_verlet_runs_back_to_where_it_began(seed):
    rng = np.random.default_rng(seed)
    A, start = rng.standard_normal((2, 3, 3)), rng.standard_normal((2, 3))
    f, g = (lambda z: np.tanh(A[0] @ z)), (lambda y: np.sin(A[1] @ y))
    y, z = verlet(f, g, (start[0], start[1]), 3.0, 30)
    back_y, back_z = verlet(lambda x: -f(x), lambda x: -g(x), (y[-1], z[-1]), 3.0, 30)
    np.testing.assert_allclose(back_y[-1], start[0], atol=1e-9)
    np.testing.assert_allclose(back_z[-1], start[1], atol=1e-9)


def test_verlet_keeps_areas():
    def end(point):
        y, z = verlet(lambda z: -np.tanh(z), np.tanh, (point[..., 0], point[..., 1]), 5.0, 20)
        return np.stack([y[-1], z[-1]], axis=-1)

    point, small = np.array([0.7, -0.4]), 1e-6
    columns = [(end(point + d) - end(point - d)) / (2 * small) for d in small * np.eye(2)]
    assert np.linalg.det(np.stack(columns, axis=-1)) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("of", [np.array, torch.tensor])
def test_a_first_state_that_is_not_finite_is_refused(bad, of):
    with pytest.raises(ValueError, match="the first state holds NaN or infinite values"):
        integrate(lambda t, y: -y, of([1.0, bad]), 1.0, 3)
    with pytest.raises(ValueError, match="the first state holds NaN"):
        verlet(lambda z: -z, lambda y: y, (of([1.0]), of([bad])), 1.0, 3)


def test_a_flow_that_blows_up_says_when():
    with pytest.raises(ValueError, match=r"no longer finite after 1\d steps, at time 1\d: take"):
        integrate(lambda t, y: y**2, np.array([2.0]), 20.0, 20)


@pytest.mark.parametrize("of", [np.ones, torch.ones])
def test_a_field_whose_velocities_have_another_shape_is_refused(of):
    with pytest.raises(ValueError, match=r"velocities must have the shape \(2,\) of the state"):
        integrate(lambda t, y: of((3, 1)) * y, of(2), 1.0, 3)
    with pytest.raises(ValueError, match=r"two states of one shape, got \(2,\) and \(3,\)"):
        verlet(lambda z: z, lambda y: y, (of(2), of(3)), 1.0, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "rk5"}, "unknown method 'rk5'; give one of euler, midpoint, rk4"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"end": -1.0}, "end must be a positive time, got -1.0"),
        ({"end": float("nan")}, "end must be a positive time, got nan"),
    ],
)
def test_bad_settings_are_named(change, message):
    settings = {"end": 1.0, "steps": 3, "method": "euler"} | change
    with pytest.raises(ValueError, match=message):
        integrate(lambda t, y: -y, np.ones(2), **settings)
    if "method" in change:
        with pytest.raises(ValueError, match=message):
            stability_function(change["method"], 0.1)
