from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_triangular

from lib.generalization import interpolation
from lib.generalization.interpolation import exactly, hinge_matrix, hinges_below, interpolate

whole = st.integers(-50, 50)
places = st.fractions(min_value=0, max_value=1, max_denominator=40).filter(bool)


@st.composite
def clouds(draw, most=7):
    dimension = draw(st.integers(1, 4))
    points = draw(st.lists(st.tuples(*[whole] * dimension), min_size=1, max_size=most, unique=True))
    values = draw(st.lists(whole, min_size=len(points), max_size=len(points)))
    return exactly(np.array(points)), exactly(np.array(values))


def written_out(network, point):
    """The sum of the theorem, term by term."""
    projection = sum(a * z for a, z in zip(network.direction, point, strict=True))
    return sum(
        w * max(projection - b, 0) for w, b in zip(network.weights, network.hinges, strict=True)
    )


@given(cloud=clouds(), fraction=places, seed=st.integers(0, 1000))
@settings(max_examples=100)
def test_any_values_at_any_distinct_points_are_taken_exactly(cloud, fraction, seed):
    points, values = cloud
    direction = interpolation.separating_direction(points, seed)
    network = interpolate(points, values, direction, fraction)
    assert [written_out(network, point) for point in points] == list(values)
    np.testing.assert_array_equal(network(points), values)
    assert network.count == 2 * len(points) + points.shape[1]
    assert len(network.hinges) == len(network.weights) == len(points)


@given(cloud=clouds(), fraction=places, seed=st.integers(0, 1000))
@settings(max_examples=50)
def test_the_order_of_the_points_does_not_matter(cloud, fraction, seed):
    points, values = cloud
    direction = interpolation.separating_direction(points, 0)
    order = np.random.default_rng(seed).permutation(len(points))
    here, there = (
        interpolate(points[which], values[which], direction, fraction)
        for which in (slice(None), order)
    )
    np.testing.assert_array_equal(here.hinges, there.hinges)
    np.testing.assert_array_equal(here.weights, there.weights)


@given(cloud=clouds(), fraction=places)
@settings(max_examples=50)
def test_weights_solve_the_triangular_system(cloud, fraction):
    points, values = cloud
    direction = interpolation.separating_direction(points, 0)
    network = interpolate(points, values, direction, fraction)
    order = np.argsort(points @ direction)
    x = (points @ direction)[order]
    rows = [[max(xi - bj, Fraction(0)) for bj in network.hinges] for xi in x]
    matrix = sp.Matrix([[sp.Rational(a.numerator, a.denominator) for a in row] for row in rows])
    wanted = sp.Matrix([sp.Integer(int(y)) for y in values[order]])
    assert list(matrix.LUsolve(wanted)) == [
        sp.Rational(w.numerator, w.denominator) for w in map(Fraction, network.weights)
    ]
    assert matrix.is_lower
    assert matrix.det() == sp.prod([matrix[i, i] for i in range(len(x))])
    np.testing.assert_array_equal(hinge_matrix(x, network.hinges), np.array(rows, dtype=object))


@pytest.mark.parametrize("fraction", [1.0, 0.8, 0.6])
def test_double_precision_finds_what_linear_algebra_finds(fraction):
    rng = np.random.default_rng(0)
    points, values = rng.standard_normal((25, 6)), rng.standard_normal(25)
    direction = rng.standard_normal(6)
    network = interpolate(points, values, direction, fraction)
    x = np.sort(points @ direction)
    matrix = np.array([[max(xi - b, 0.0) for b in network.hinges] for xi in x])
    wanted = values[np.argsort(points @ direction)]
    for found in (np.linalg.solve(matrix, wanted), solve_triangular(matrix, wanted, lower=True)):
        np.testing.assert_allclose(network.weights, found, rtol=1e-6)


def test_two_thousand_points_in_double_precision_are_those_in_fractions():
    rng = np.random.default_rng(1)
    points = rng.integers(-1000, 1000, (2000, 5)).astype(float)
    values = rng.integers(0, 10, 2000).astype(float)
    direction = interpolation.separating_direction(points, 0)
    assert direction.dtype == float
    network = interpolate(points, values, direction, 1.0)
    np.testing.assert_allclose(network(points), values, atol=1e-4)
    few = slice(0, 60)
    exact = interpolate(*(exactly(v) for v in (points[few], values[few], direction)), Fraction(1))
    rough = interpolate(points[few], values[few], direction, 1.0)
    np.testing.assert_allclose(rough.weights, exact.weights.astype(float), rtol=1e-9)


def test_with_hinges_at_the_points_before_values_are_joined_by_straight_lines():
    rng = np.random.default_rng(2)
    points, values = rng.standard_normal((12, 2)), rng.choice([-1.0, 1.0], 12)
    direction = rng.standard_normal(2)
    network = interpolate(points, values, direction, 1.0)
    order = np.argsort(points @ direction)
    x, y = (points @ direction)[order], values[order]
    along = np.linspace(x[0], x[-1], 301)
    across = np.array([-direction[1], direction[0]])
    where = along[:, None] * direction / (direction @ direction) + 3.7 * across
    np.testing.assert_allclose(network(where), np.interp(along, x, y), atol=1e-9)


def test_before_the_first_hinge_the_network_is_zero():
    network = interpolate(np.array([[1.0], [2.0], [4.0]]), np.ones(3), np.ones(1), 0.75)
    np.testing.assert_allclose(network.hinges, [0.25, 1.25, 2.5])
    np.testing.assert_array_equal(network(np.array([[-9.0], [0.25]])), [0, 0])


def test_the_example_by_hand():
    points, values = exactly([[0], [1], [3]]), exactly([1, 0, 1])
    found = {
        theta: interpolate(points, values, exactly([1]), theta) for theta in (1, Fraction(1, 2))
    }
    assert list(found[1].hinges) == [-1, 0, 1]
    assert list(found[1].weights) == [1, -2, Fraction(3, 2)]
    assert list(found[Fraction(1, 2)].weights) == [2, -6, 9]


def test_whole_numbers_are_not_cut_off():
    points, values = np.array([[0], [1], [3]]), np.array([1, 0, 1])
    network = interpolate(points, values, np.array([1]), 1.0)
    np.testing.assert_array_equal(network.weights, [1, -2, 1.5])


@given(fraction=places, gaps=st.lists(st.integers(1, 30), min_size=3, max_size=12))
@settings(max_examples=50)
def test_a_slope_is_handed_on_with_a_factor_that_no_gap_changes(fraction, gaps):
    x = exactly(np.cumsum(gaps))
    pulse = exactly(np.eye(len(x))[0])
    network = interpolate(x[:, None], pulse, exactly([1]), fraction)
    slopes = np.cumsum(network.weights)
    # Of the second slope on, in which the pulse's fall is; then the values stay at zero.
    for before, after in pairwise(slopes[1:]):
        assert after == -(1 - fraction) / fraction * before
    assert slopes[0] == 1 / (fraction * gaps[1])


@given(fraction=places, gaps=st.lists(st.integers(1, 30), min_size=1, max_size=10))
@settings(max_examples=50)
def test_hinges_lie_below_their_points_and_not_below_those_before(fraction, gaps):
    x = exactly(np.cumsum(gaps))
    b = hinges_below(x, fraction)
    assert np.all(b < x)
    assert np.all(b[1:] >= x[:-1])
    assert list((x - b)[1:]) == [fraction * gap for gap in gaps[1:]]
    assert x[0] - b[0] == fraction * (gaps[1] if len(gaps) > 1 else 1)


@pytest.mark.parametrize("fraction", [0, -0.5, 1.01, float("nan"), Fraction(3, 2)])
def test_hinges_at_or_beyond_the_points_are_refused(fraction):
    with pytest.raises(ValueError, match="fraction must lie above 0 and at most at 1, got"):
        hinges_below(np.arange(3.0), fraction)


@pytest.mark.parametrize("x", [[0.0, 2.0, 1.0], [0.0, 1.0, 1.0], [0.0, np.nan, 1.0]])
def test_projections_that_do_not_rise_are_refused(x):
    with pytest.raises(ValueError, match="projections must rise"):
        hinges_below(np.array(x), 0.5)


def test_a_direction_that_does_not_separate_the_points_is_refused():
    with pytest.raises(ValueError, match="projections must rise"):
        interpolate(np.array([[0.0, 1.0], [0.0, 2.0]]), np.ones(2), np.array([1.0, 0.0]), 1.0)


@pytest.mark.parametrize("make", [exactly, lambda x: np.array(x, dtype=float)])
@pytest.mark.parametrize(
    ("points", "index"),
    [([[1, 2], [3, 4], [1, 2]], 2), ([[5], [5], [1]], 1), ([[7], [1], [2], [1], [7]], 3)],
)
def test_a_point_that_occurs_twice_is_refused_and_named(make, points, index):
    with pytest.raises(ValueError, match=f"point {index} occurs twice"):
        interpolation.separating_direction(make(points), 0)


def test_points_that_differ_by_less_than_rounding_are_told_apart_in_fractions():
    points = exactly([[1], [1], [1]])
    points[1:, 0] += [Fraction(1, 10**40), Fraction(1, 10**50)]
    direction = interpolation.separating_direction(points, 0)
    values = exactly([3, 1, 4])
    np.testing.assert_array_equal(interpolate(points, values, direction, 1)(points), values)


def test_directions_are_whole_numbers_drawn_until_they_separate(monkeypatch):
    monkeypatch.setattr(interpolation, "SPREAD", 2)
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    found = set()
    for seed in range(40):
        floats = interpolation.separating_direction(points, seed)
        fractions = interpolation.separating_direction(exactly(points), seed)
        np.testing.assert_array_equal(floats, fractions)
        assert all(isinstance(entry, Fraction) for entry in fractions)
        assert len({float(p) for p in points @ floats}) == 4
        found.add(tuple(floats.tolist()))
    # All that separate these points: of (±1, ±2) and (±2, ±1).
    assert found == {(s * a, t * (3 - a)) for a in (1, 2) for s in (1, -1) for t in (1, -1)}


def test_directions_depend_on_their_seed_and_spread_wide():
    points = np.eye(50)
    first, again, other = (interpolation.separating_direction(points, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert 0.8e6 < np.abs(first).max() <= 1e6


@pytest.mark.parametrize("fraction", [0.25, 1e-20])
def test_weights_that_overflow_are_refused_without_a_warning(fraction):
    x = np.arange(3000.0)[:, None]
    values = np.random.default_rng(0).standard_normal(3000)
    with pytest.raises(ValueError, match=f"weights overflow with hinges at {fraction}"):
        interpolate(x, values, np.ones(1), fraction)


def test_weights_are_finite_or_refused_where_slopes_just_are():
    refused = []
    for size in 3 ** np.linspace(-1, 1, 9):  # slopes triple from point to point
        for count in range(640, 650):
            x, pulse = np.arange(float(count))[:, None], size * np.eye(count)[0]
            try:
                network = interpolate(x, pulse, np.ones(1), 0.25)
            except ValueError:
                refused.append(True)
            else:
                assert np.isfinite(network.weights).all()
                refused.append(False)
    assert 0 < sum(refused) < len(refused)


def test_fractions_do_not_overflow():
    x, values = exactly(np.arange(700)[:, None]), exactly(np.arange(700) % 2)
    network = interpolate(x, values, exactly([1]), Fraction(1, 4))
    assert max(abs(network.weights)) > 10**308
    assert (
        sum(w * max(699 - b, 0) for w, b in zip(network.weights, network.hinges, strict=True)) == 1
    )


def test_a_single_point_takes_a_single_unit():
    network = interpolate(np.array([[2.0, 3.0]]), np.array([5.0]), np.array([1.0, 1.0]), 0.5)
    assert network(np.array([[2.0, 3.0]])) == pytest.approx(5)
    assert network.count == 2 + 2


def test_numbers_become_the_fractions_that_they_are():
    found = exactly(np.array([[0.1, 2.0], [-0.5, 0.0]]))
    assert found.shape == (2, 2)
    assert found[0, 0] == Fraction(0.1) != Fraction(1, 10)
    assert all(isinstance(number, Fraction) for number in found.ravel())
    assert exactly(np.float32([0.1]))[0] == Fraction(float(np.float32(0.1)))
    assert exactly(3)[()] == 3
    assert exactly([]).shape == (0,)


def test_points_that_rounding_makes_one_are_refused_and_fractions_separate_them():
    near = np.array([[1e40, 0.0], [1e40, 1.0]])
    with pytest.raises(ValueError, match="too near each other for floating-point numbers"):
        interpolation.separating_direction(near, 0)
    exact = interpolation.exactly(near)
    a = interpolation.separating_direction(exact, 0)
    assert len(set(exact @ a)) == 2


def test_no_points_are_refused():
    with pytest.raises(ValueError, match="at least one point"):
        interpolation.interpolate(np.zeros((0, 2)), np.zeros(0), np.ones(2), 0.5)
