import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from lib.linear import modes
from lib.linear.flow import velocity

positive = st.floats(0.05, 20.0)
fraction = st.floats(1e-6, 1.0 - 1e-6)


def integrate(a0, b0, s, tau, times):
    """The two lengths, integrated without any of the closed forms."""
    solution = solve_ivp(
        lambda _, w: [w[1] * (s - w[0] * w[1]) / tau, w[0] * (s - w[0] * w[1]) / tau],
        (0.0, times[-1]),
        [a0, b0],
        t_eval=times,
        rtol=1e-12,
        atol=1e-13,
        method="DOP853",
    )
    return solution.y[0] * solution.y[1]


def test_strength_solves_its_differential_equation_symbolically():
    t, s, u0, tau = sp.symbols("t s u0 tau", positive=True)
    u = s * sp.exp(2 * s * t / tau) / (sp.exp(2 * s * t / tau) - 1 + s / u0)
    assert sp.simplify(tau * sp.diff(u, t) - 2 * u * (s - u)) == 0
    numbers = {t: 0.7, s: 3, u0: sp.Rational(1, 5), tau: 2}
    expected = float(u.subs(numbers))
    assert modes.mode_strength([0.7], 3.0, 0.2, tau=2.0)[0, 0] == pytest.approx(expected, rel=1e-14)


def test_strength_equals_an_integrated_balanced_mode():
    times = np.linspace(0.0, 5.0, 40)
    u = modes.mode_strength(times, 1.5, 0.02, tau=1.3)[:, 0]
    np.testing.assert_allclose(u, integrate(0.02**0.5, 0.02**0.5, 1.5, 1.3, times), atol=1e-10)


def test_strength_does_not_overflow_and_ends_at_the_singular_value():
    assert modes.mode_strength([0.0, 1e6], [3.0, 0.5], 1e-8)[1] == pytest.approx([3.0, 0.5])


def test_strength_begins_where_it_is_told_to_however_far_above_the_singular_value():
    found = modes.mode_strength([0.0, 1e25], [1e-30, 2.0], [0.1, 1e60])
    np.testing.assert_allclose(found[0], [0.1, 1e60], rtol=1e-15)
    # u = s/(1 − e^{−2st}) once the start is forgotten; 1/(2t) where st is small.
    np.testing.assert_allclose(found[1], [5e-26, 2.0], rtol=1e-4)


def test_a_mode_above_its_singular_value_comes_down():
    u = modes.mode_strength(np.linspace(0, 5, 20), 1.0, 2.0)[:, 0]
    assert u[0] == pytest.approx(2.0)
    assert np.all(np.diff(u) < 0)
    assert u[-1] == pytest.approx(1.0, abs=1e-4)


def test_learning_time_is_the_known_number():
    assert modes.learning_time(1.9, 2.0, 0.1) == pytest.approx(np.log(361.0) / 4, abs=1e-12)
    assert round(float(modes.learning_time(1.9, 2.0, 0.1)), 4) == 1.4722


@given(s=positive, start=fraction, end=fraction, tau=positive)
def test_time_is_the_inverse_of_strength(s, start, end, tau):
    t = modes.learning_time(end * s, s, start * s, tau)
    assert modes.mode_strength([t], s, start * s, tau)[0, 0] == pytest.approx(end * s, rel=1e-6)


@given(s=positive, start=fraction, middle=fraction, end=fraction)
def test_times_of_two_legs_add_up(s, start, middle, end):
    legs = modes.learning_time(middle * s, s, start * s) + modes.learning_time(
        end * s, s, middle * s
    )
    whole = modes.learning_time(end * s, s, start * s)
    assert float(legs) == pytest.approx(float(whole), rel=1e-6, abs=1e-8 / s)


@given(s=positive, start=fraction, stretch=positive)
def test_scaling_all_strengths_scales_time_back(s, start, stretch):
    slow = modes.half_time(s, start * s)
    assert modes.half_time(stretch * s, stretch * start * s) * stretch == pytest.approx(
        float(slow), rel=1e-9, abs=1e-9 / s
    )


def test_half_time_is_the_formula_and_half_is_reached_there():
    t = modes.half_time(3.0, 0.01, tau=2.0)
    assert t == pytest.approx(2.0 / 6.0 * np.log(3.0 / 0.01 - 1.0))
    assert modes.mode_strength([t], 3.0, 0.01, 2.0)[0, 0] == pytest.approx(1.5)


@given(a=st.floats(-3.0, 3.0), b=st.floats(-3.0, 3.0), s=positive)
def test_velocity_of_lengths_is_that_of_a_network_with_one_unit_a_layer(a, b, s):
    expected = velocity(np.array([[a]]), np.array([[b]]), np.array([[s]]), np.eye(1))
    found = modes.length_velocity(a, b, s)
    np.testing.assert_allclose(found, np.ravel(expected), atol=1e-12)


def test_velocity_of_lengths_vanishes_at_the_saddle_and_at_the_minima_only():
    a = np.array([0.0, 2.0, -0.5, 1.0])
    b = np.array([0.0, 0.5, -2.0, 0.0])
    speed = np.hypot(*modes.length_velocity(a, b))
    np.testing.assert_array_equal(speed > 0, [False, False, False, True])


@pytest.mark.parametrize(
    ("a0", "b0"), [(1.0, 0.1), (0.1, 1.0), (1.2, -0.4), (0.3, 0.3), (3.0, 2.0)]
)
def test_unbalanced_strength_equals_the_integrated_flow(a0, b0):
    times = np.linspace(0.0, 4.0, 60)
    u = modes.unbalanced_strength(times, 1.7, a0, b0, tau=0.8)
    np.testing.assert_allclose(u, integrate(a0, b0, 1.7, 0.8, times), atol=1e-9)


@given(s=positive, start=fraction)
def test_unbalanced_strength_becomes_the_sigmoid_when_lengths_are_equal(s, start):
    times = np.linspace(0.0, 10.0 / s, 30)
    a0 = np.sqrt(start * s)
    np.testing.assert_allclose(
        modes.unbalanced_strength(times, s, a0, a0),
        modes.mode_strength(times, s, a0 * a0)[:, 0],
        rtol=1e-8,
    )


@given(s=positive, a0=st.floats(0.05, 3.0), b0=st.floats(0.05, 3.0))
def test_exchanging_the_sides_of_a_mode_changes_nothing(s, a0, b0):
    times = np.linspace(0.0, 3.0, 10)
    one, other = (modes.unbalanced_strength(times, s, *pair) for pair in ((a0, b0), (b0, a0)))
    np.testing.assert_allclose(one, other, rtol=1e-9)


@given(ratio=st.floats(1.01, 50.0), start=st.floats(0.001, 0.5), end=st.floats(0.6, 0.99))
def test_balanced_modes_are_the_slowest(ratio, start, end):
    root = np.sqrt(start)
    balanced = modes.unbalanced_time(end, 1.0, root, root)
    assert modes.unbalanced_time(end, 1.0, root * ratio, root / ratio) < balanced


@given(s=positive, a0=st.floats(0.1, 2.0), ratio=st.floats(0.05, 0.9), end=st.floats(0.1, 0.95))
def test_unbalanced_time_is_the_inverse_of_unbalanced_strength(s, a0, ratio, end):
    b0 = ratio * a0
    u_f = a0 * b0 + end * (s - a0 * b0)
    if abs(s - a0 * b0) < 1e-3:  # nothing to learn
        return
    t = modes.unbalanced_time(u_f, s, a0, b0)
    assert t >= 0
    assert modes.unbalanced_strength([t], s, a0, b0)[0] == pytest.approx(u_f, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: modes.mode_strength([0.0], 0.0, 0.1), "s must be positive"),
        (lambda: modes.mode_strength([0.0], 1.0, -0.1), "u0 must be positive"),
        (lambda: modes.mode_strength([0.0], np.inf, 0.1), "s must be positive"),
        (lambda: modes.mode_strength([0.0], 1.0, 0.1, tau=0.0), "tau must be positive"),
        (lambda: modes.learning_time(2.0, 2.0, 0.1), "u_f must lie between"),
        (lambda: modes.learning_time(1.0, 2.0, 2.5), "u0 must lie between"),
        (lambda: modes.unbalanced_strength([0.0], 1.0, 1.0, -1.0), "a0 \\+ b0 must be positive"),
        (lambda: modes.unbalanced_time(0.5, 2.0, 1.0, 1.0), "u_f must lie between a0 b0"),
        (lambda: modes.unbalanced_time(2.0, 2.0, 1.0, 1.0), "u_f must lie between a0 b0"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
