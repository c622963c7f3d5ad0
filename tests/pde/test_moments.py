from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.pde import moments
from lib.pde.moments import Filter, from_kernel, moment, operator

fractions = st.fractions(-3, 3, max_denominator=6)
offsets = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
filters = st.dictionaries(offsets, fractions, min_size=1, max_size=6).map(Filter)


@given(q=filters, beta=st.tuples(st.integers(0, 3), st.integers(0, 3)))
@settings(max_examples=40, deadline=None)
def test_moments_by_sums_and_by_the_symbol_are_equal(q, beta):
    assert moment(q, beta) == moments.moment_from_symbol(q, beta)


@given(q=filters, degree=st.integers(0, 4), data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_filter_acts_on_a_monomial_by_its_moments(q, degree, data):
    """Σ q[k] (x + k)^α is Taylor's sum of moments, with nothing left over for a polynomial."""
    alpha = data.draw(st.sampled_from(moments.multi_indices(2, degree)))
    x, y = sp.Rational(2, 3), sp.Rational(-1, 5)
    direct = sum(w * (x + k[0]) ** alpha[0] * (y + k[1]) ** alpha[1] for k, w in q.weights.items())
    taylor = sum(
        moment(q, (i, j))
        * sp.binomial(alpha[0], i)
        * sp.binomial(alpha[1], j)
        * x ** (alpha[0] - i)
        * y ** (alpha[1] - j)
        for i in range(alpha[0] + 1)
        for j in range(alpha[1] + 1)
    )
    assert sp.expand(direct - taylor) == 0


@pytest.mark.parametrize(
    ("kernel", "degree", "coefficients", "accuracy"),
    [
        ([1, -2, 1], 2, {(2,): 1}, 2),
        ([0, -1, 1], 1, {(1,): 1}, 1),
        ([Fraction(-1, 2), 0, Fraction(1, 2)], 1, {(1,): 1}, 2),
        ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 2, {(2, 0): 1, (0, 2): 1}, 2),
        ([1, 1, 1], 0, {(0,): 3}, 2),
        ([7], 0, {(0,): 7}, None),
    ],
)
def test_well_known_filters_are_read_as_their_operators(kernel, degree, coefficients, accuracy):
    assert operator(from_kernel(kernel)) == moments.Operator(degree, coefficients, accuracy)


def test_the_first_axis_is_the_first_coordinate():
    assert operator(from_kernel([[-1], [0], [1]])).coefficients == {(1, 0): 2}
    assert operator(from_kernel([[-1, 0, 1]])).coefficients == {(0, 1): 2}


def test_a_shifted_identity_has_an_error_and_a_centred_one_has_none():
    assert operator(Filter({(1,): 2})) == moments.Operator(0, {(0,): 2}, 1)
    assert operator(Filter({(0, 0): 2})).accuracy is None


def test_irrational_moments_are_seen_to_vanish():
    r, s = sp.sqrt(10), sp.sqrt(5 + 2 * sp.sqrt(10))
    assert moment(Filter({(0,): s**2, (1,): -2 * r, (2,): 0, (3,): -5}), (0,)) == 0


def test_indices_of_a_degree_are_all_there_once():
    found = moments.multi_indices(3, 4)
    assert len(found) == len(set(found)) == 15
    assert {sum(beta) for beta in found} == {4}
    assert moments.multi_indices(2, 0) == [(0, 0)]


@pytest.mark.parametrize(("dimension", "degree"), [(0, 2), (2, -1)])
def test_there_are_no_indices_without_a_dimension_or_below_degree_zero(dimension, degree):
    with pytest.raises(ValueError, match=f"got {dimension} and {degree}"):
        moments.multi_indices(dimension, degree)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({}, "the stencil is empty: a filter needs at least one offset"),
        ({(0,): 1, (0, 1): 2}, "offsets must have one dimension in common"),
        ({(): 1}, "offsets must have one dimension in common"),
        ({(0,): 0.5}, "weights must be exact real numbers .* got 0.5"),
        ({(0,): sp.oo}, "weights must be exact real numbers .* got oo"),
        ({(0,): sp.I}, "weights must be exact real numbers .* got I"),
        ({(0,): float("nan")}, "weights must be exact real numbers .* got nan"),
    ],
)
def test_what_is_no_filter_is_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        Filter(weights)


def test_a_filter_of_zeros_stands_for_nothing():
    with pytest.raises(ValueError, match="all weights are zero"):
        operator(Filter({(0,): 0, (1,): 0}))


@pytest.mark.parametrize("kernel", [[1, 2], [[1, 2, 3], [1, 2, 3]], []])
def test_a_kernel_needs_a_middle(kernel):
    with pytest.raises(ValueError, match="odd number of weights along each axis"):
        from_kernel(kernel)


def test_the_symbol_is_the_response_to_waves():
    q, w = from_kernel([1, -2, 1]), sp.Symbol("w")
    found = sp.lambdify(w, moments.symbol(q, [w]))(np.array([0.3, 1.1]))
    np.testing.assert_allclose(found, 2 * np.cos([0.3, 1.1]) - 2, atol=1e-12)
