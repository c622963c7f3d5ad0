"""Expectations of polynomials in independent random variables, in symbols."""

from collections.abc import Mapping, Sequence
from math import prod

import sympy as sp


def expectation(expression: sp.Expr, moments: Mapping[sp.Symbol, Sequence[sp.Expr]]) -> sp.Expr:
    """Expectation of a polynomial in independent random variables.

    Parameters
    ----------
    expression : sympy expression
        Polynomial in the variables; other symbols are constants.
    moments : mapping
        ``E[x], E[x²], …`` of each variable ``x``, as far as they are needed.

    Returns
    -------
    sympy expression
        Expanded.

    Raises
    ------
    ValueError
        If the expression is no polynomial, or a moment is missing or `moments` is no mapping.

    Examples
    --------
    >>> w, x, v = sp.symbols("w x v")
    >>> expectation((w * x) ** 2, {w: (0, v), x: (1, 2)})
    2*v
    """
    if not isinstance(moments, Mapping):
        raise ValueError(f"moments must be those of each variable, got {moments!r:.60}")
    try:
        expanded = sp.expand(expression)
    except sp.SympifyError:
        raise ValueError(f"expression must be one of SymPy, got {expression!r:.60}") from None
    variables = list(moments)
    if not variables:
        return expanded  # a constant
    try:
        polynomial = sp.Poly(expanded, *variables)
    except sp.PolynomialError as error:
        raise ValueError(f"{expression} is no polynomial in {variables}") from error
    total = sp.Integer(0)
    for powers, coefficient in polynomial.terms():
        missing = [v for v, k in zip(variables, powers, strict=True) if k > len(moments[v])]
        if missing:
            raise ValueError(f"a higher moment of {missing} is needed for {expression}")
        factors = [moments[v][k - 1] for v, k in zip(variables, powers, strict=True) if k]
        total += coefficient * prod(factors, start=sp.Integer(1))
    return sp.expand(total)


def variance(expression: sp.Expr, moments: Mapping[sp.Symbol, Sequence[sp.Expr]]) -> sp.Expr:
    """Variance of a polynomial in independent random variables.

    Parameters
    ----------
    expression : sympy expression
        Polynomial in the variables.
    moments : mapping
        As for `expectation`.

    Returns
    -------
    sympy expression
        ``E[f²] − E[f]²``, expanded.

    Raises
    ------
    ValueError
        If the expression is no polynomial, or a moment is missing or `moments` is no mapping.
    """
    mean = expectation(expression, moments)
    return sp.expand(expectation(expression**2, moments) - mean**2)
