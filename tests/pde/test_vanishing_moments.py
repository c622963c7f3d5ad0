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
    return experiments.identify(SEEDS, noise=0.0, solutions=4, end=0.4)


def test_without_noise_every_rule_and_kind_comes_near(clean):
    assert len(clean) == 6
    for found in clean.values():
        assert found.error.shape == (3, 5)
        assert found.largest.max() < 0.05
        assert found.prediction.max() < 0.05


def test_the_example_is_the_one_that_was_counted():
    counted = experiments.identify(SEEDS[:1], noise=0.01)[("trapezoid", "free")]
    learned, truth = experiments.learned_example(1, 0.01, "free", "trapezoid")
    np.testing.assert_allclose(learned.coefficients - truth, counted.error[0], atol=1e-12)


def test_parts_of_the_error_are_told_apart():
    error = np.array([[0.5, 0.0, -0.2, 0.1, 0.0]])
    found = experiments.Identification(error, np.zeros(1), np.zeros(1))
    assert found.diffusion.tolist() == [0.2]
    assert found.largest.tolist() == [0.5]
