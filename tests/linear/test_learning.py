import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.linear import learning
from lib.linear.coordinates import find_modes, random_weights
from lib.linear.flow import gradient_flow
from lib.linear.modes import half_time, mode_strength

SIGMA31 = np.diag([4.0, 2.0, 1.0])
SEEDS = [3, 4, 5]


@pytest.fixture(scope="module")
def learned():
    """Three networks that learn three modes from small random weights."""
    return learning.learn_from_small_weights(SIGMA31, 16, 1e-3, SEEDS, np.linspace(0.0, 14.0, 500))


def test_every_mode_is_learned_and_nothing_else(learned):
    np.testing.assert_allclose(learned.product[-1], np.broadcast_to(SIGMA31, (3, 3, 3)), atol=1e-4)


def test_strengths_follow_the_sigmoids_from_effective_strengths(learned):
    assert learned.strengths.shape == learned.predicted.shape == (500, 3, 3)
    assert learned.deviation.shape == (3,)
    assert np.all(learned.deviation < 0.01)
    expected = mode_strength(learned.times, learned.modes.s, learned.u0[1])
    np.testing.assert_array_equal(learned.predicted[:, 1], expected)


def test_prediction_without_the_projection_is_worse(learned):
    # The half sum alone, before stronger modes have taken their directions.
    W21, W32 = random_weights((3, 16, 3), 1e-3 / 4, SEEDS)
    a, b = learned.modes.vectors(W21, W32)
    plain = np.sum((a + b) ** 2, axis=-1) / 4
    assert np.all(plain >= learned.u0 * (1 - 1e-12))
    naive = np.stack([mode_strength(learned.times, learned.modes.s, u0) for u0 in plain], axis=1)
    apart = np.abs(learned.strengths - naive) / learned.modes.s
    assert np.all(apart.max(axis=(0, 2)) > 5 * learned.deviation)


def test_half_times_are_those_of_the_formula_and_fall_with_strength(learned):
    expected = half_time(learned.modes.s, learned.u0)
    np.testing.assert_allclose(learned.half_times, expected, rtol=0.01)
    assert np.all(np.diff(learned.half_times, axis=1) > 0)


def test_descent_at_a_small_rate_learns_like_the_flow():
    flow = learning.learn_from_small_weights(SIGMA31, 8, 1e-2, SEEDS, np.linspace(0, 8, 81))
    descent = learning.learn_by_descent(SIGMA31, 8, 1e-2, SEEDS, 0.002, 8.0, every=50)
    np.testing.assert_allclose(descent.times, flow.times, atol=1e-9)
    np.testing.assert_allclose(descent.strengths, flow.strengths, atol=0.05)
    np.testing.assert_array_equal(descent.u0, flow.u0)


def test_descent_runs_at_least_to_the_end_in_whole_records():
    path = learning.learn_by_descent(SIGMA31, 4, 0.1, [0], 0.1, 1.25, every=5)
    np.testing.assert_allclose(path.times, [0.0, 0.5, 1.0, 1.5])


def test_inputs_that_are_not_white_end_where_regression_does():
    Sigma11 = np.diag([1.0, 0.5, 0.25])
    path = learning.learn_by_descent(SIGMA31, 8, 0.1, SEEDS, 0.02, 60.0, 100, Sigma11)
    np.testing.assert_allclose(
        path.product[-1], np.broadcast_to(SIGMA31 / np.diag(Sigma11), (3, 3, 3)), atol=1e-6
    )


def test_weights_have_the_sides_of_the_task():
    task = np.ones((2, 5))
    found, drawn = (
        learning.weights_for(task, 4, 0.1, SEEDS),
        random_weights((5, 4, 2), 0.1, SEEDS),
    )
    for mine, theirs in zip(found, drawn, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match="hidden must be at least 1, got 0"):
        learning.weights_for(task, 0, 0.1, SEEDS)


def test_modes_are_found_once(monkeypatch):
    calls = []
    monkeypatch.setattr(learning, "find_modes", lambda task: calls.append(task) or find_modes(task))
    learning.learn_from_small_weights(SIGMA31, 4, 0.1, [0], np.array([0.0, 0.1]))
    learning.learn_by_descent(SIGMA31, 4, 0.1, [0], 0.1, 0.2, 1)
    assert len(calls) == 2


def test_seeds_are_independent():
    times = np.linspace(0.0, 3.0, 5)
    few, more = (
        learning.learn_from_small_weights(SIGMA31, 4, 0.1, seeds, times)
        for seeds in ([8], [7, 8, 9])
    )
    np.testing.assert_allclose(few.product[:, 0], more.product[:, 1], atol=1e-9)


def test_scale_is_the_length_of_a_column_of_weights(monkeypatch):
    found = {}

    def remember(W21, W32, *rest):
        found["columns"] = np.linalg.norm(W21, axis=-2)
        return gradient_flow(W21, W32, *rest)

    monkeypatch.setattr(learning, "gradient_flow", remember)
    learning.learn_from_small_weights(SIGMA31, 400, 0.01, [0], np.array([0.0, 0.1]))
    np.testing.assert_allclose(found["columns"], 0.01, rtol=0.2)


@given(level=st.floats(0.01, 0.99))
def test_crossings_of_straight_lines_are_exact(level):
    times = np.linspace(0.0, 1.0, 11)
    curves = np.stack([times, times**0.0 * 0.0, times * 2.0], axis=-1)
    found = learning.first_crossings(times, curves, np.array(level))
    np.testing.assert_allclose(found, [level, np.inf, level / 2], atol=1e-12)


def test_the_first_of_several_crossings_counts():
    times = np.arange(5.0)
    found = learning.first_crossings(times, np.array([0.0, 1.0, 0.0, 1.0, 1.0]), np.array(0.5))
    assert found == 0.5


def test_what_is_behind_the_end_of_a_curve_reaches_no_level():
    times, curve = np.arange(4.0), np.array([0.0, 0.5, np.nan, np.nan])
    assert learning.first_crossings(times, curve, np.array(0.25)) == 0.5
    assert learning.first_crossings(times, curve, np.array(0.75)) == np.inf
    for curves, level in ((curve, np.nan), (curve, np.inf), (np.full(4, np.inf), 0.5)):
        with pytest.raises(ValueError, match="must be finite"):
            learning.first_crossings(times, curves, np.array(level))
