import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from lib.signal.moments import expectation, variance

a, b, c = sp.symbols("a b c")
points = st.lists(st.integers(-4, 4), min_size=2, max_size=4)


@given(first=points, second=points)
def test_expectations_are_averages_over_all_pairs_of_equally_likely_values(first, second):
    """Two independent variables that take a few values: the sum can be written out."""
    expression = (a * b - 2 * a**2 + 3 * b) ** 2 + c
    moments = {
        symbol: [sp.Rational(sum(v**k for v in values), len(values)) for k in range(1, 5)]
        for symbol, values in ((a, first), (b, second))
    }
    everything = [expression.subs({a: x, b: y}) for x in first for y in second]
    mean = sum(everything) / sp.Integer(len(everything))
    assert sp.expand(expectation(expression, moments) - mean) == 0


def test_variance_of_a_sum_of_independent_variables_is_the_sum():
    va, vb, ma, mb = sp.symbols("v_a v_b m_a m_b")
    moments = {a: (ma, va + ma**2), b: (mb, vb + mb**2)}
    assert sp.expand(variance(a - 3 * b + c, moments) - va - 9 * vb) == 0


def test_variance_of_a_product_of_standard_variables():
    assert variance(a * b, {a: (0, 1), b: (0, 1)}) == 1
    assert variance(a * b, {a: (1, 2), b: (1, 2)}) == 3


def test_what_is_missing_or_no_polynomial_is_named():
    with pytest.raises(ValueError, match=r"a higher moment of \[a\] is needed"):
        expectation(a**3, {a: (0, 1)})
    with pytest.raises(ValueError, match="no polynomial"):
        expectation(sp.exp(a), {a: (0, 1)})


def test_a_normal_variable_has_its_known_fourth_moment():
    rng = np.random.default_rng(0)
    sample = rng.standard_normal(200_000)
    exact = expectation((a + 1) ** 4, {a: (0, 1, 0, 3)})
    assert exact == 10
    assert np.mean((sample + 1) ** 4) == pytest.approx(10, abs=0.3)


def test_without_variables_an_expression_is_a_constant():
    assert expectation((a + b) ** 2, {}) == a**2 + 2 * a * b + b**2
