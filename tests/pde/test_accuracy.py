import numpy as np
import pytest

from lib.pde import accuracy
from lib.pde.moments import Filter, from_kernel
from lib.pde.stencils import central

SEEDS = np.array([1, 2, 3])


def test_orders_are_predicted_and_observed():
    filters = {"two": central(1, 2), "four": central(2, 4)}
    found = accuracy.orders(filters, SEEDS, 2.0 ** -np.arange(8, 13, 2))
    assert found.predicted.tolist() == [2, 4]
    assert found.observed.shape == (2, 3)
    assert found.worst < 0.02


def test_a_wrong_prediction_shows():
    assert accuracy.Orders(np.array([2.0]), np.array([[1.0, 1.1, 5.0]])).worst == pytest.approx(0.9)


def test_a_filter_without_an_error_is_named():
    with pytest.raises(ValueError, match="same: a multiple of the identity has no error"):
        accuracy.orders({"same": Filter({(0,): 1})}, SEEDS, np.array([0.1, 0.05]))


def test_curves_are_the_errors_of_one_function():
    spacings = np.array([0.1, 0.05])
    filters = [from_kernel([-1, 0, 1]), from_kernel([1, -2, 1])]
    found = accuracy.error_curves(filters, 4, spacings)
    assert found.shape == (2, 2)
    np.testing.assert_allclose(found[0] / found[1], 4, rtol=0.02)


def test_rounding_is_seen_on_fine_grids_only():
    filters, spacings = [central(1, 2), central(1, 6)], 2.0 ** -np.array([4, 6, 30])
    exact = accuracy.error_curves(filters, 3, spacings)
    rounded = accuracy.rounded_curves(filters, 3, spacings)
    np.testing.assert_allclose(rounded[:2], exact[:2], atol=1e-11)
    assert np.all(rounded[2] > 1e3 * exact[2])
