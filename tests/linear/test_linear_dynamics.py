import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets import Dataset
from lib.linear import linear_dynamics as experiments
from lib.linear.coordinates import random_weights
from lib.linear.flow import correlations, gradient_descent, imbalance

SIGMA31 = np.diag([2.0, 1.0])


@pytest.mark.parametrize("hidden", [4, 5])
def test_a_network_needs_a_hidden_unit_for_each_class(hidden):
    data = Dataset(np.zeros((5, 2, 2)), np.arange(5), tuple("abcde"), "made here")
    if hidden < 5:
        with pytest.raises(ValueError, match="5 classes need at least 5 hidden units, got 4"):
            experiments.require_units(data, hidden)
    else:
        experiments.require_units(data, hidden)


def test_errors_of_descent_halve_with_the_rate_for_every_seed():
    rates = 0.01 / 2.0 ** np.arange(4)
    errors = experiments.flow_errors(SIGMA31, 3, rates, [0, 1, 2], scale=0.5, end=1.0)
    assert errors.shape == (3, 4)
    np.testing.assert_allclose(experiments.slopes(rates, errors), 1.0, atol=0.03)


def test_drift_of_the_imbalance_halves_with_the_rate_for_every_seed():
    rates = 0.01 / 2.0 ** np.arange(4)
    drifts = experiments.drifts(SIGMA31, 3, rates, [0, 1, 2], scale=0.5, end=1.0)
    assert drifts.shape == (3, 4)
    np.testing.assert_allclose(experiments.slopes(rates, drifts), 1.0, atol=0.05)


def test_final_weights_solve_the_task_and_keep_the_imbalance_of_the_start():
    W21, W32 = experiments.final_weights(SIGMA31, 4, 0.7, [0, 1, 2], end=60.0)
    np.testing.assert_allclose(W32 @ W21, np.broadcast_to(SIGMA31, (3, 2, 2)), atol=1e-9)
    begin = imbalance(*random_weights((2, 4, 2), 0.7, [0, 1, 2]))
    np.testing.assert_allclose(imbalance(W21, W32), begin, atol=1e-9)


@given(power=st.floats(-3.0, 3.0), factor=st.floats(0.1, 10.0))
def test_slope_of_a_power_law_is_its_power(power, factor):
    x = np.array([1.0, 2.0, 5.0, 9.0])
    assert experiments.slopes(x, factor * x**power) == pytest.approx(power, abs=1e-9)


def test_slopes_are_taken_along_the_last_axis_and_fitted_by_least_squares():
    x = np.array([1.0, 2.0, 4.0])
    y = np.array([[1.0, 2.0, 4.0], [1.0, 8.0, 4.0]])
    expected = [np.polyfit(np.log(x), np.log(row), 1)[0] for row in y]
    np.testing.assert_allclose(experiments.slopes(x, y), expected)
    both = experiments.slopes(np.stack([x, x]), y)
    np.testing.assert_allclose(both, expected)


def test_a_slope_needs_points_apart():
    with pytest.raises(ValueError, match="a slope needs two points"):
        experiments.slopes([2.0, 2.0], np.ones(2))


def test_rates_must_fit_into_the_time():
    with pytest.raises(ValueError, match=r"rates must not be above end = 1.0, got 3.0"):
        experiments.flow_errors(SIGMA31, 3, [0.5, 3.0], [0], scale=0.5, end=1.0)


def test_autograd_agrees_with_the_formula_and_would_notice_if_it_did_not(monkeypatch):
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((3, 40)), rng.standard_normal((2, 40))
    weights = rng.standard_normal((4, 3)), rng.standard_normal((2, 4))
    assert experiments.autograd_difference(X, Y, *weights) < 1e-13
    right = experiments.velocity
    monkeypatch.setattr(
        experiments, "velocity", lambda *args: tuple(1.01 * part for part in right(*args))
    )
    assert experiments.autograd_difference(X, Y, *weights) == pytest.approx(0.01 / 1.01, rel=1e-6)


def test_descent_on_examples_is_descent_by_moments_and_knows_other_moments():
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((3, 40)), rng.standard_normal((2, 40))
    W21, W32 = rng.standard_normal((4, 3)), rng.standard_normal((2, 4))
    maps = experiments.descend_on_examples(X, Y, W21, W32, rate=0.02, steps=30)
    Sigma11, Sigma31 = correlations(X, Y)
    path = gradient_descent(W21, W32, Sigma31, Sigma11, 0.02, 30)
    np.testing.assert_allclose(maps, path.product[1:], atol=1e-12)
    others = experiments.descend_on_examples(X**3, Y, W21, W32, rate=0.02, steps=30)
    assert np.abs(maps - others).max() > 0.1


def test_deviation_from_the_sigmoids_falls_with_the_scale():
    scales = [1e-2, 1e-3, 1e-4]
    deviations = experiments.deviations_by_scale(SIGMA31, 8, scales, [0, 1, 2], points=150)
    assert deviations.shape == (3, 3)
    assert np.all(np.diff(deviations, axis=1) < 0)
    # Exponent 2(1 − s2/s1) = 1.
    np.testing.assert_allclose(experiments.slopes(scales[1:], deviations[:, 1:]), 1.0, atol=0.15)
