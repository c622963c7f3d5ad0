from fractions import Fraction

import findiff
import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.pde import stencils
from lib.pde.moments import Filter, moment, multi_indices, operator

OURS = {"center": stencils.central, "forward": stencils.forward, "backward": stencils.backward}


@pytest.mark.parametrize("accuracy", [2, 4, 6])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("scheme", OURS)
def test_coefficients_are_those_of_findiff(scheme, order, accuracy):
    theirs = findiff.coefficients(deriv=order, acc=accuracy, symbolic=True)[scheme]
    expected = dict(zip(map(int, theirs["offsets"]), theirs["coefficients"], strict=True))
    ours = OURS[scheme](order, accuracy).weights
    assert {k: w for (k,), w in ours.items()} == {k: w for k, w in expected.items() if w != 0}


@given(
    offsets=st.sets(st.integers(-6, 6), min_size=2, max_size=7).map(sorted),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_any_points_of_a_line_give_any_lower_derivative(offsets, data):
    """n distinct points are enough for a derivative of order m to accuracy n − m (Vandermonde)."""
    order = data.draw(st.integers(0, len(offsets) - 1))
    q = stencils.stencil([(k,) for k in offsets], (order,), len(offsets) - order)
    read = operator(q)
    assert (read.degree, read.coefficients) == (order, {(order,): 1})
    assert read.accuracy is None or read.accuracy >= len(offsets) - order


@given(
    offsets=st.sets(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=16),
    alpha=st.sampled_from([(0, 0), (1, 0), (0, 1), (2, 0), (1, 1)]),
    accuracy=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_a_stencil_of_the_plane_is_exact_or_refused(offsets, alpha, accuracy):
    """A stencil is refused if and only if no weights exist, by an independent rank in floats."""
    offsets = sorted(offsets)
    betas = [b for degree in range(sum(alpha) + accuracy) for b in multi_indices(2, degree)]
    A = np.array([[float(k[0] ** b[0] * k[1] ** b[1]) for k in offsets] for b in betas])
    target = np.array([float(b == alpha) for b in betas])
    possible = np.linalg.matrix_rank(np.c_[A, target]) == np.linalg.matrix_rank(A)
    if not possible:
        with pytest.raises(ValueError, match="cannot represent the derivative"):
            stencils.stencil(offsets, alpha, accuracy)
        return
    q = stencils.stencil(offsets, alpha, accuracy)
    factorial = sp.factorial(alpha[0]) * sp.factorial(alpha[1])
    assert [moment(q, b) for b in betas] == [factorial if b == alpha else 0 for b in betas]
    least = np.linalg.lstsq(A, float(factorial) * target, rcond=None)[0]
    np.testing.assert_allclose([float(q.weights.get(k, 0)) for k in offsets], least, atol=1e-9)


@given(
    offsets=st.sets(st.integers(-4, 4), min_size=1, max_size=6).map(sorted),
    order=st.integers(0, 4),
    more=st.integers(0, 3),
)
@example(offsets=[-1, 0, 1], order=1, more=0)
@example(offsets=[-1, 0, 1], order=2, more=1)
def test_whole_numbers_and_elimination_give_the_same_weights_or_none(offsets, order, more):
    conditions = len(offsets) + more
    by_elimination = stencils._of_least_norm([(k,) for k in offsets], (order,), conditions)
    if order < conditions:  # otherwise no accuracy is asked for
        assert stencils._on_a_line(offsets, order, conditions) == by_elimination


def test_the_message_names_the_derivative_and_the_stencil():
    with pytest.raises(
        ValueError, match=r"stencil \[\(0,\), \(1,\)\] .* derivative \(2,\) with acc"
    ):
        stencils.stencil([(0,), (1,)], (2,), 1)


@pytest.mark.parametrize(
    ("offsets", "alpha", "accuracy", "message"),
    [
        ([], (1,), 1, "the stencil is empty"),
        ([(0,), (0,)], (1,), 1, "the stencil has an offset twice"),
        ([(0,), (1,)], (1, 0), 1, r"offsets must have the 2 dimensions of the derivative \(1, 0\)"),
        ([(0,), (1,)], (-1,), 1, "derivatives must not be negative"),
        ([(0,), (1,)], (1,), 0, "accuracy at least 1, got"),
    ],
)
def test_bad_stencils_are_named(offsets, alpha, accuracy, message):
    with pytest.raises(ValueError, match=message):
        stencils.stencil(offsets, alpha, accuracy)


@pytest.mark.parametrize(("order", "accuracy"), [(0, 2), (1, 3), (2, 0)])
def test_central_filters_have_even_accuracy(order, accuracy):
    with pytest.raises(ValueError, match="accuracy a positive even number"):
        stencils.central(order, accuracy)


lines = st.dictionaries(
    st.integers(-2, 2).map(lambda k: (k,)), st.fractions(-2, 2, max_denominator=4), min_size=1
).map(Filter)


@given(first=lines, second=lines, beta=st.tuples(st.integers(0, 3), st.integers(0, 3)))
@settings(max_examples=40, deadline=None)
def test_moments_of_a_tensor_product_multiply(first, second, beta):
    if not (any(first.weights.values()) and any(second.weights.values())):
        return
    product = moment(first, beta[:1]) * moment(second, beta[1:])
    assert moment(stencils.tensor(first, second), beta) == product


@given(first=lines, second=lines)
@settings(max_examples=40, deadline=None)
def test_composition_is_convolution_and_adds_degrees(first, second):
    if not (any(first.weights.values()) and any(second.weights.values())):
        return
    both = stencils.compose(first, second)
    places = np.arange(-2, 3)
    arrays = [np.array([float(q.weights.get((k,), 0)) for k in places]) for q in (first, second)]
    expected = np.convolve(*arrays)
    found = [float(both.weights.get((k,), 0)) for k in range(-4, 5)]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert operator(both).degree == operator(first).degree + operator(second).degree


def test_filters_of_different_dimension_are_not_composed():
    with pytest.raises(ValueError, match="filters of 1 and 2 dimensions cannot be composed"):
        stencils.compose(Filter({(0,): 1}), Filter({(0, 0): 1}))


def test_combinations_add_weights():
    q = stencils.combine((Fraction(1, 2), Filter({(0,): 1, (1,): 2})), (-1, Filter({(1,): 1})))
    assert dict(q.weights) == {(0,): sp.Rational(1, 2)}
