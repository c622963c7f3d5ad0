import numpy as np
import pytest

from lib.ode import step_size


def test_one_layer_of_the_recursion_is_the_mean_over_networks():
    rng = np.random.default_rng(0)
    y = rng.standard_normal(50) + 0.3
    K = rng.standard_normal((40_000, 50)) * np.sqrt(2 / 50)
    passed = np.maximum(K @ y, 0)  # one unit of 40 000 networks
    h, q, m = 0.7, np.mean(y**2), np.mean(y)
    expected = q + 2 * h * m * passed.mean() + h**2 * np.mean(passed**2)
    found = step_size.rectified_recursion(q, m, 1, h)
    assert found[0] == q
    assert found[1] == pytest.approx(expected, rel=0.02)


def test_short_steps_tend_to_the_hyperbolic_cosine():
    gaps = [
        step_size.rectified_recursion(1.0, 0.0, N, 1.0 / N)[-1] - np.cosh(1 / np.sqrt(np.pi)) ** 2
        for N in (100, 200, 400)
    ]
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.02)
    assert gaps[1] / gaps[2] == pytest.approx(2, rel=0.02)


def test_without_a_step_nothing_moves():
    found = step_size.rectified_recursion(2.0, 0.5, 5, 0.0)
    np.testing.assert_array_equal(found, np.full(6, 2.0))


def test_without_layers_there_is_the_input_alone_and_less_is_refused():
    assert step_size.rectified_recursion(2.0, 0.5, 0, 0.1).tolist() == [2.0]
    with pytest.raises(ValueError, match=r"layers must be .*at least 0, got -1"):
        step_size.rectified_recursion(2.0, 0.5, -1, 0.1)


def test_wide_networks_do_as_predicted():
    measured, predicted = step_size.rectified_growth(np.array([31, 32, 33]), 400, 30, 0.1)
    assert measured.shape == predicted.shape == (3, 31)
    np.testing.assert_allclose(measured[:, 0], predicted[:, 0])
    np.testing.assert_allclose(measured[:, -1], predicted[:, -1], rtol=0.15)
