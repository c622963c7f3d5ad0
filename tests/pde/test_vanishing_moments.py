import numpy as np
import pytest

from lib.pde import vanishing_moments as experiments
from lib.pde.moments import Filter, from_kernel
from lib.pde.stencils import central

SEEDS = np.array([1, 2, 3])


def test_orders_are_predicted_and_observed():
    filters = {"two": central(1, 2), "four": central(2, 4)}
    found = experiments.orders(filters, SEEDS, 2.0 ** -np.arange(8, 13, 2))
    assert found.predicted.tolist() == [2, 4]
    assert found.observed.shape == (2, 3)
    assert found.worst < 0.02


def test_a_wrong_prediction_shows():
    assert experiments.Orders(np.array([2.0]), np.array([[1.0, 1.1, 5.0]])).worst == pytest.approx(
        0.9
    )


def test_a_filter_without_an_error_is_named():
    with pytest.raises(ValueError, match="same: a multiple of the identity has no error"):
        experiments.orders({"same": Filter({(0,): 1})}, SEEDS, np.array([0.1, 0.05]))


def test_curves_are_the_errors_of_one_function():
    spacings = np.array([0.1, 0.05])
    filters = [from_kernel([-1, 0, 1]), from_kernel([1, -2, 1])]
    found = experiments.error_curves(filters, 4, spacings)
    assert found.shape == (2, 2)
    np.testing.assert_allclose(found[0] / found[1], 4, rtol=0.02)


@pytest.fixture(scope="module")
def clean():
    return experiments.identify(SEEDS, noise=0.0)


def test_without_noise_every_rule_and_kind_comes_near(clean):
    assert len(clean) == 6
    for found in clean.values():
        assert found.error.shape == (3, 5)
        assert found.largest.max() < 0.05
        assert found.prediction.max() < 0.1


def test_the_largest_factor_of_the_rings_is_the_one_that_was_counted():
    counted = experiments.identify(SEEDS[:1], noise=0.01)[("trapezoid", "frozen")]
    learned, exact = experiments.step_factors(1, 0.01, "frozen", "trapezoid")
    assert learned.shape == exact.shape == (17,)
    assert learned.max() == pytest.approx(counted.amplification[0], rel=1e-12)
    assert exact[0] == 1
    assert np.all(np.diff(exact) < 0)
    np.testing.assert_allclose(learned[:5], exact[:5], atol=0.01)


def test_rings_are_those_of_the_larger_frequency():
    k = np.abs(np.fft.fftfreq(8, 1 / 8))
    np.testing.assert_array_equal(
        experiments.ring_maxima(np.add.outer(k, 10 * k) + 0j), [0, 11, 22, 33, 44]
    )


def test_parts_of_the_error_are_told_apart():
    error = np.array([[0.5, 0.0, -0.2, 0.1, 0.0]])
    found = experiments.Identification(error, np.zeros(1), np.zeros(1))
    assert found.diffusion.tolist() == [0.2]
    assert found.largest.tolist() == [0.5]


def test_a_prediction_is_one_of_those_that_were_counted():
    start, truth, predicted = experiments.prediction(1, 0.0, "frozen", "trapezoid")
    assert start.shape == truth.shape == predicted.shape == (32, 32)
    assert np.linalg.norm(predicted - truth) < 0.05 * np.linalg.norm(truth)
    assert np.linalg.norm(truth) < 0.8 * np.linalg.norm(start)


def test_noise_is_not_negative():
    with pytest.raises(ValueError, match=r"noise must not be negative, got -0\.1"):
        experiments.identify(SEEDS, noise=-0.1)


def test_rounding_is_seen_on_fine_grids_only():
    filters, spacings = [central(1, 2), central(1, 6)], 2.0 ** -np.array([4, 6, 30])
    exact = experiments.error_curves(filters, 3, spacings)
    rounded = experiments.rounded_curves(filters, 3, spacings)
    np.testing.assert_allclose(rounded[:2], exact[:2], atol=1e-11)
    assert np.all(rounded[2] > 1e3 * exact[2])
