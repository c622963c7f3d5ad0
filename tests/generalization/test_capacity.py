from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.generalization import capacity


def random_network(rng, units, count):
    """Values at 0, 1, … of a network drawn at random."""
    inner, outer, kinks = (
        rng.choice([-1.0, 1.0], units),
        rng.normal(size=units),
        rng.uniform(-1, count, units),
    )
    x = np.arange(count)
    return np.maximum(inner * (x[:, None] - kinks), 0) @ outer + rng.normal()


def searched(values, units):
    """Whether kinks on a grid and least squares find a network: another method altogether."""
    x = np.arange(len(values))
    kinks = np.linspace(-1, len(values), 12 * (len(values) + 1) + 1)
    columns = np.concatenate([np.maximum(x - kinks[:, None], 0), np.maximum(kinks[:, None] - x, 0)])
    chosen = np.array(list(combinations_with_replacement(range(len(columns)), units)), dtype=int)
    matrices = np.concatenate(
        [np.ones((len(chosen), len(x), 1)), columns[chosen].transpose(0, 2, 1)], axis=2
    )
    y = np.asarray(values, dtype=float)
    fitted = matrices @ (np.linalg.pinv(matrices) @ y)[..., None]
    return bool(np.min(np.abs(fitted[..., 0] - y).max(axis=1)) < 1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3], 0),
        ([2, 2, 2, 2], 0),
        ([0, 1], 1),
        ([0, 1, 2, 3], 1),
        ([5, 3, 1, -1], 1),
        ([0, 0, 0, 1, 2], 1),
        ([2, 1, 0, 0, 0], 1),
        ([1, 1, 1, 0.25], 1),
        ([0, 2, 4, 5], 1),  # a kink between the last two points, active to the left
        ([0, 1, 3, 5], 1),
        ([0, 1, 0], 2),
        ([2, 1, 0, 1, 2], 2),
        ([0, 0, 1, 1], 2),
        ([0, 1, 0, 1], 3),  # up, down and up without a flat piece is more than two kinks can do
        ([0, 1, 3, 4], 2),
    ],
)
def test_the_narrowest_network_of_values_that_one_can_judge_by_hand(values, expected):
    assert capacity.narrowest(values) == expected


@pytest.mark.parametrize("values", [v for v in product((0, 1, 2), repeat=4) if v[0] == 0][::3])
def test_what_linear_programs_find_a_search_over_a_grid_finds(values):
    for units in (0, 1, 2):
        assert capacity.can_fit(values, units) == searched(values, units)


@given(seed=st.integers(0, 2**31), units=st.integers(0, 2), count=st.integers(2, 4))
@settings(max_examples=25)
def test_what_a_network_takes_it_can_take(seed, units, count):
    values = random_network(np.random.default_rng(seed), units, count)
    assert capacity.can_fit(values, units)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_alternating_labels_take_a_unit_less_than_points_or_one_less_than_that(count):
    found = capacity.narrowest(np.arange(count) % 2)
    assert count - 2 <= found <= count - 1


@pytest.mark.parametrize("values", [[0, 1, 0], [0, 2, 1, 1], [0, 0, 1], [1, 1, 1]])
def test_a_network_that_fits_does_so_with_more_units(values):
    fits = [capacity.can_fit(values, units) for units in range(4)]
    assert fits == sorted(fits)
    assert fits[-1]


@pytest.mark.parametrize("values", [[0, 1, 0, 0], [0, 1, 2, 2], [0, 2, 1]])
@pytest.mark.parametrize(
    ("scale", "offset"),
    [(-1, 0), (3, 7), (1e-9, 0), (1e9, 0), (1, 1e3), (-1e-9, 1e-3), (2**-26, 1)],
)
def test_scaling_values_moving_them_and_reading_them_backwards_change_nothing(
    values, scale, offset
):
    moved = scale * np.array(values, dtype=float) + offset
    for units in (0, 1, 2):
        expected = capacity.can_fit(values, units)
        assert capacity.can_fit(moved, units) == expected
        assert capacity.can_fit(moved[::-1], units) == expected


def triangle_wave(x, depth):
    """Distance from the nearest even number, after stretching."""
    stretched = np.mod(x * 2**depth, 2)
    return np.minimum(stretched, 2 - stretched)


@pytest.mark.parametrize("depth", range(1, 9))
def test_tents_are_a_triangle_wave_of_two_to_the_depth_pieces(depth):
    x = np.arange(2 ** (depth + 3) + 1) / 2 ** (depth + 3)
    np.testing.assert_array_equal(capacity.tents(x, depth), triangle_wave(x, depth))
    slopes = np.diff(capacity.tents(x, depth)) * 2 ** (depth + 3)
    assert 1 + np.count_nonzero(np.diff(slopes)) == 2**depth
    np.testing.assert_array_equal(np.abs(slopes), 2**depth)


def test_tents_keep_the_shape_and_what_they_are_given():
    x = np.array([[0.0, 0.25], [0.5, 1.0]])
    np.testing.assert_array_equal(capacity.tents(x, 1), [[0, 0.5], [1, 0]])
    np.testing.assert_array_equal(x, [[0.0, 0.25], [0.5, 1.0]])


@pytest.mark.parametrize("depth", [1, 2, 3, 10])
def test_tents_are_a_network_of_as_many_weights_as_counted(depth):
    # Hidden units max(t, 0) and max(t − 1/2, 0); t is twice the one less four times the other.
    first = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    inner = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5]))
    last = (np.array([[2.0, -4.0]]), np.array([0.0]))
    layers = [first, *[inner] * (depth - 1), last]
    x = np.random.default_rng(0).random(50)
    signal = x[None]
    for W, b in layers[:-1]:
        signal = np.maximum(W @ signal + b[:, None], 0)
    W, b = layers[-1]
    np.testing.assert_allclose(capacity.tents(x, depth), (W @ signal + b[:, None])[0], atol=1e-9)
    assert capacity.tent_weights(depth) == sum(W.size + b.size for W, b in layers)


def test_nothing_to_fit_and_no_layer_are_refused():
    with pytest.raises(ValueError, match="at least one value"):
        capacity.can_fit([], 1)
    with pytest.raises(ValueError, match="depth must be at least 1, got 0"):
        capacity.tent_weights(0)
