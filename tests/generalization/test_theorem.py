from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.generalization import interpolation, networks, theorem


@given(
    seed=st.integers(0, 2**20),
    dimension=st.integers(1, 4),
    count=st.integers(1, 12),
    classes=st.integers(2, 10),
)
@settings(max_examples=25)
def test_nothing_is_wrong_with_the_construction(seed, dimension, count, classes):
    rng = np.random.default_rng(seed)
    points = np.unique(rng.integers(-99, 99, (count, dimension)), axis=0)
    found = theorem.check_exactly(points, classes, seed)
    assert found == theorem.ExactCheck(wrong=0, surplus=0, above=0)


def broken(change):
    right = interpolation.interpolate

    def interpolate(points, values, direction, fraction):
        return change(right(points, values, direction, fraction))

    return interpolate


def test_a_wrong_weight_would_be_seen(monkeypatch):
    points = np.arange(6)[:, None] ** 2
    assert theorem.check_exactly(points, 3, 0).wrong == 0
    monkeypatch.setattr(
        interpolation,
        "interpolate",
        broken(lambda n: replace(n, weights=n.weights + np.array([0] * 5 + [Fraction(1, 10**30)]))),
    )
    # The last unit is active at the last point alone.
    assert theorem.check_exactly(points, 3, 0).wrong == 1


def test_a_number_too_many_would_be_seen(monkeypatch):
    def change(network):
        hinges = np.append(network.hinges, network.hinges[-1] + 1)
        return replace(network, hinges=hinges, weights=np.append(network.weights, Fraction(0)))

    monkeypatch.setattr(interpolation, "interpolate", broken(change))
    found = theorem.check_exactly(np.arange(6)[:, None] ** 2, 3, 0)
    assert (found.wrong, found.surplus) == (0, 2)


def test_hinges_out_of_place_would_be_seen(monkeypatch):
    monkeypatch.setattr(
        interpolation,
        "interpolate",
        broken(lambda n: replace(n, hinges=n.hinges[::-1], weights=n.weights[::-1])),
    )
    found = theorem.check_exactly(np.arange(4)[:, None] ** 2, 3, 0)
    # The same network, and above the diagonal all but what the smallest points do not reach.
    assert found.wrong == 0
    assert found.surplus == 0
    assert found.above == 4


def test_the_exact_check_draws_all_labels_and_puts_hinges_in_the_middle(monkeypatch):
    seen = []
    right = interpolation.interpolate

    def noting(points, values, direction, fraction):
        seen.append((values, fraction))
        return right(points, values, direction, fraction)

    monkeypatch.setattr(interpolation, "interpolate", noting)
    theorem.check_exactly(np.arange(60)[:, None], 3, 0)
    ((values, fraction),) = seen
    assert set(values) == {0, 1, 2}
    assert fraction == Fraction(1, 2)


@given(count=st.integers(1, 500), dimension=st.integers(1, 300), classes=st.integers(2, 20))
def test_no_wider_perceptron_has_as_few_weights_as_the_theorems_network(count, dimension, classes):
    width = theorem.width_of_the_theorem(count, dimension, classes)

    def weights(units):
        return units * (dimension + 1) + classes * (units + 1)

    assert width >= 1
    assert weights(width + 1) > 2 * count + dimension
    assert width == 1 or weights(width) <= 2 * count + dimension


def test_the_width_of_the_theorem_counts_the_weights_of_a_perceptron():
    width = theorem.width_of_the_theorem(200, 64, 10)
    built = [networks.build(f"perceptron 1×{w}", (1, 8, 8), 10, 0) for w in (width, width + 1)]
    narrow, wide = map(networks.count_weights, built)
    assert narrow <= 2 * 200 + 64 < wide


def condition(matrix):
    """From the roots of the characteristic polynomial of AᵀA."""
    squares = np.roots(np.poly(np.array(matrix).T @ np.array(matrix)))
    return float(np.sqrt(squares.max() / squares.min()))


@pytest.mark.parametrize("fraction", [0.25, 0.5, 1.0])
def test_condition_numbers_of_small_systems_are_those_by_hand(fraction):
    f = fraction
    expected = [
        1.0,
        condition([[f, 0], [1 + f, f]]),
        condition([[f, 0, 0], [1 + f, f, 0], [2 + f, 1 + f, f]]),
    ]
    found = theorem.condition_numbers([1, 2, 3], fraction)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_condition_numbers_grow_as_powers_and_below_the_middle_exponentially():
    powers = {
        theta: np.log2(np.divide(*theorem.condition_numbers([200, 100], theta)))
        for theta in (0.5, 1.0)
    }
    assert powers[0.5] == pytest.approx(3, abs=0.1)
    assert powers[1.0] == pytest.approx(2, abs=0.1)
    few = theorem.condition_numbers([10, 12], 0.25)
    # Two more points, a factor (1 − θ) / θ = 3 for each.
    assert few[1] / few[0] == pytest.approx(9, rel=0.5)
