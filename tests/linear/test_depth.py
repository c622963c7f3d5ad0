import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from lib.linear import depth, modes

singular = st.floats(0.2, 5.0)
part = st.floats(1e-4, 1 - 1e-4)
layer_counts = st.integers(2, 500)


def test_three_layers_are_the_case_with_a_closed_form():
    times = np.linspace(0.0, 6.0, 50)
    expected = modes.mode_strength(times, [2.0, 0.5], [0.1, 0.2], tau=1.3)
    found = depth.mode_strength(times[:, None], [2.0, 0.5], [0.1, 0.2], 3, tau=1.3)
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    times = depth.learning_time([0.3, 1.9], 2.0, 0.1, 3, tau=0.7)
    np.testing.assert_allclose(times, modes.learning_time([0.3, 1.9], 2.0, 0.1, 0.7), rtol=1e-12)


def test_known_times_and_their_limit():
    times = depth.scaled_time(1.9, 2.0, 0.1, [3, 5, 10, 30, 100, np.inf])
    np.testing.assert_allclose(times, [2.94, 3.82, 4.87, 5.73, 6.07, 6.21], atol=0.01)
    # saxe-review's deep law in closed form: results of Saxe et al. 2014.
    limit = (np.log(1.9 * (0.1 - 2) / (0.1 * (1.9 - 2)))) / 4 + 1 / 0.2 - 1 / 3.8
    assert times[-1] == pytest.approx(limit, rel=1e-13)


@pytest.mark.parametrize("layers", [2, 3, 4, 5, 8, 50, 2000])
@pytest.mark.parametrize(("s", "u0"), [(2.0, 0.1), (0.4, 0.01), (3.0, 1e-3)])
def test_strength_equals_an_integrated_equation(layers, s, u0):
    """The equation is written out again here, so that both cannot be wrong together."""
    D = layers - 1
    end = 1.5 * float(depth.learning_time(0.9 * s, s, u0, layers))
    times = np.linspace(0.0, end, 40)
    path = solve_ivp(
        lambda _, u: D * u ** (2 - 2 / D) * (s - u),
        (0, end),
        [u0],
        "DOP853",
        times,
        rtol=1e-13,
        atol=1e-15,
    )
    np.testing.assert_allclose(
        depth.mode_strength(times, s, u0, layers), path.y[0], rtol=1e-8, atol=1e-8
    )


@pytest.mark.parametrize("layers", [2, 3, 6, 40, np.inf])
def test_time_equals_an_adaptive_quadrature(layers):
    power = 2 / (layers - 1) - 2
    expected = quad(lambda u: u**power / (1.5 - u), 0.2, 1.4, epsabs=0, epsrel=1e-12)[0]
    assert depth.scaled_time(1.4, 1.5, 0.2, layers) == pytest.approx(expected, rel=1e-11)


@given(s=singular, start=part, end=part, layers=layer_counts, tau=st.floats(0.1, 10))
def test_time_is_the_inverse_of_strength(s, start, end, layers, tau):
    start, end = sorted((start, end))
    t = depth.learning_time(end * s, s, start * s, layers, tau)
    found = depth.mode_strength(t, s, start * s, layers, tau)
    assert found == pytest.approx(end * s, rel=1e-8)


@given(s=singular, cuts=st.tuples(part, part, part), layers=layer_counts)
def test_times_of_two_legs_add_up_and_backwards_is_negative(s, cuts, layers):
    low, middle, high = (s * cut for cut in cuts)
    legs = depth.scaled_time(middle, s, low, layers) + depth.scaled_time(high, s, middle, layers)
    whole = depth.scaled_time(high, s, low, layers)
    scale = float(depth.scaled_time(s * (1 - 1e-4), s, s * 1e-4, layers))
    assert abs(legs - whole) < 1e-10 * scale
    assert depth.scaled_time(low, s, high, layers) == pytest.approx(
        -float(whole), abs=1e-10 * scale
    )


@given(start=part, end=part, layers=layer_counts, stretch=st.floats(0.1, 10))
def test_scaling_all_strengths_scales_time(start, end, layers, stretch):
    plain = depth.scaled_time(end, 1.0, start, layers)
    scaled = depth.scaled_time(stretch * end, stretch, stretch * start, layers)
    factor = stretch ** (2 / (layers - 1) - 2)
    assert scaled == pytest.approx(float(plain) * factor, rel=1e-8, abs=1e-9)


def test_a_learned_mode_stays_at_its_singular_value():
    assert depth.mode_strength([0.0, 1e9], 1.0, 1e-12, [2, 3]) == pytest.approx([1e-12, 1.0])


def test_velocity_is_the_derivative_of_the_strength():
    t, h = 0.4, 1e-5
    for layers in (2, 3, 7, 100):
        low, high = depth.mode_strength([t - h, t + h], 2.0, 0.3, layers, tau=layers - 1)
        u = depth.mode_strength(t, 2.0, 0.3, layers, tau=layers - 1)
        velocity = depth.mode_velocity(u, 2.0, layers, tau=layers - 1)
        assert (high - low) / (2 * h) == pytest.approx(float(velocity), rel=1e-8)


def test_the_limit_is_approached_with_the_coefficient_for_several_modes():
    for s, u0, u_f in ((2.0, 0.1, 1.9), (0.5, 0.05, 0.3), (3.0, 1.2, 2.0)):
        limit = depth.scaled_time(u_f, s, u0, np.inf)
        many = np.array([1e4, 1e5])
        found = (depth.scaled_time(u_f, s, u0, many + 1) - limit) * many
        c = float(depth.limit_correction(u_f, s, u0))
        # The error of the coefficient is itself of first order.
        assert abs(found[1] - c) < 0.11 * abs(found[0] - c) + 1e-6 * abs(c)
        assert found[1] == pytest.approx(c, rel=1e-3)


def test_the_coefficient_is_its_integral():
    u = sp.symbols("u", positive=True)
    value = sp.Integral(2 * sp.log(u) / (u**2 * (2 - u)), (u, 0.1, 1.9)).evalf(12)
    assert depth.limit_correction(1.9, 2.0, 0.1) == pytest.approx(float(value), rel=1e-10)


def test_bad_input_is_refused_by_name():
    with pytest.raises(ValueError, match="layers must be at least 2"):
        depth.scaled_time(1.0, 2.0, 0.1, 1)
    with pytest.raises(ValueError, match="layers must be finite and at least 2"):
        depth.learning_time(1.0, 2.0, 0.1, np.inf)
    with pytest.raises(ValueError, match="layers must be finite"):
        depth.mode_velocity(1.0, 2.0, np.nan)
    with pytest.raises(ValueError, match="u0 must lie"):
        depth.mode_strength(1.0, 2.0, 2.5, 4)
    with pytest.raises(ValueError, match="u_f must lie"):
        depth.limit_correction(2.0, 2.0, 0.1)
    with pytest.raises(ValueError, match="t must be at least 0"):
        depth.mode_strength([0.0, -1.0], 2.0, 0.1, 4)
    with pytest.raises(ValueError, match="tau must be positive"):
        depth.learning_time(1.0, 2.0, 0.1, 4, tau=0.0)
    with pytest.raises(ValueError, match="s must be positive"):
        depth.sharpness(-1.0, 4)


def test_sharpness_of_the_flat_and_the_deep():
    assert depth.sharpness(3.0, 2) == 1.0
    assert depth.sharpness(3.0, 3) == pytest.approx(6.0)
    assert depth.sharpness(3.0, 10**6) / 10**6 == pytest.approx(9.0, rel=1e-4)
