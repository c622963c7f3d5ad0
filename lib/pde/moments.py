"""Filters with exact weights, their moments, and the differential operators that they stand for.

A filter q acts by correlation, ``(q F)(x) = Σ_k q[k] F(x + εk)``, where ε is the distance of grid
points; k is a point of the integer grid in d dimensions. Axis 0 of a kernel is the first
coordinate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from operator import mul

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.core.numbers import Float

Index = tuple[int, ...]


@dataclass(frozen=True)
class Filter:
    """A filter with finite support.

    Parameters
    ----------
    weights : mapping of tuple of int to number
        The weight of each offset. Numbers are integers, fractions or exact SymPy numbers; they
        are kept as SymPy numbers; zeros are left out unless there is nothing else.

    Raises
    ------
    ValueError
        If there is no offset, offsets have not the same dimension, or a weight is not exact, real
        and finite.
    """

    weights: Mapping[Index, sp.Expr]

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("the stencil is empty: a filter needs at least one offset")
        if len({len(offset) for offset in self.weights}) != 1 or () in self.weights:
            raise ValueError(f"offsets must have one dimension in common, got {list(self.weights)}")
        exact = {tuple(k): _exact(w) for k, w in self.weights.items()}
        present = {k: w for k, w in sorted(exact.items()) if w is not sp.S.Zero}
        object.__setattr__(self, "weights", present or exact)

    @property
    def dimension(self) -> int:
        """d, number of coordinates."""
        return len(next(iter(self.weights)))

    @cached_property
    def degree(self) -> int:
        """Order of the derivatives that it stands for, those of `operator`; read once."""
        return operator(self).degree

    @cached_property
    def kernel(self) -> NDArray[np.float64]:
        """Weights in double precision, the offset 0 in the middle; read-only, made once."""
        offsets = np.array(list(self.weights))
        reach = np.abs(offsets).max(axis=0)
        kernel = np.zeros(2 * reach + 1)
        kernel[tuple((offsets + reach).T)] = [float(weight) for weight in self.weights.values()]
        kernel.flags.writeable = False
        return kernel

    @cached_property
    def whole(self) -> tuple[tuple[int, ...], int] | None:
        """Numerators of the weights over one denominator, and this; None if one is irrational."""
        weights = self.weights.values()
        if not all(isinstance(weight, sp.Rational) for weight in weights):
            return None
        common = lcm(*(weight.q for weight in weights))
        return tuple(weight.p * (common // weight.q) for weight in weights), common


@dataclass(frozen=True)
class Operator:
    """What a filter tends to: ``ε^−degree q F = Σ_α C_α ∂^αF + O(ε^accuracy)``.

    Parameters
    ----------
    degree : int
        Order of the derivatives, ``|α|``.
    coefficients : mapping of tuple of int to SymPy number
        C_α for each α of this degree with one that is not zero.
    accuracy : int or None
        Order of the error; None if there is none, as for a multiple of the identity.
    """

    degree: int
    coefficients: Mapping[Index, sp.Expr]
    accuracy: int | None


def from_kernel(kernel: Sequence[object]) -> Filter:
    """Make a filter of nested lists, centred on the middle.

    Parameters
    ----------
    kernel : sequence
        Of numbers (one dimension) or of rows of them (two dimensions), an odd number along each.

    Returns
    -------
    Filter
        With the offset 0 in the middle.

    Raises
    ------
    ValueError
        If a side is even, rows differ in length, or a weight is a text.

    Examples
    --------
    >>> dict(from_kernel([1, -2, 1]).weights)
    {(-1,): 1, (0,): -2, (1,): 1}
    """
    entries = np.array(kernel, dtype=object).ravel()
    if any(isinstance(entry, str) for entry in entries):  # which SymPy takes apart without end
        raise ValueError("a kernel holds numbers, got a text")
    try:
        array = sp.Array(kernel)
    except ValueError:
        raise ValueError("rows of a kernel must have one length in common") from None
    if not array.shape or any(side % 2 == 0 for side in array.shape):
        raise ValueError(
            f"a kernel has an odd number of weights along each axis, got {array.shape}"
        )
    sides = [int(side) for side in array.shape]  # SymPy's own integers are slow
    middle = [side // 2 for side in sides]
    places = _grid([range(side) for side in sides])
    return Filter(
        {tuple(p - m for p, m in zip(at, middle, strict=True)): array[at] for at in places}
    )


def multi_indices(dimension: int, degree: int) -> list[Index]:
    """List all β with ``|β|`` equal to a degree.

    Parameters
    ----------
    dimension : int
        d.
    degree : int
        ``|β|``.

    Returns
    -------
    list of tuple of int
        In falling order.

    Raises
    ------
    ValueError
        If there is no dimension, or the degree is negative.
    """
    if dimension < 1 or degree < 0:
        raise ValueError(
            f"dimension must be at least 1 and degree at least 0, got {dimension} and {degree}"
        )
    if dimension == 1:
        return [(degree,)]
    return [
        (first, *rest)
        for first in range(degree, -1, -1)
        for rest in multi_indices(dimension - 1, degree - first)
    ]


def moment(q: Filter, beta: Index) -> sp.Expr:
    """Moment ``m_β = Σ_k k^β q[k]`` of a filter.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    beta : tuple of int
        d exponents.

    Returns
    -------
    SymPy number
        Exact.

    Raises
    ------
    ValueError
        If there are not d exponents, or one is negative.
    """
    _check_exponents(q, beta)
    powers = [prod(map(pow, k, beta)) for k in q.weights]
    if q.whole is None:
        return sp.expand(sp.Add(*map(mul, q.weights.values(), powers)))
    numerators, common = q.whole
    return sp.Rational(sum(map(mul, numerators, powers)), common)


def symbol(q: Filter, omega: Sequence[sp.Symbol]) -> sp.Expr:
    """Fourier symbol ``q̂(ω) = Σ_k q[k] e^{−ik·ω}`` (lu-slides, vanishing moment).

    Parameters
    ----------
    q : Filter
        In d dimensions.
    omega : sequence of SymPy symbols
        d frequencies.

    Returns
    -------
    SymPy expression
        Of the frequencies.

    Raises
    ------
    ValueError
        If there are not d frequencies.
    """
    if len(omega) != q.dimension:
        raise ValueError(f"omega must be {q.dimension} frequencies, got {len(omega)}")
    phases = {k: sum(part * w for part, w in zip(k, omega, strict=True)) for k in q.weights}
    return sp.Add(*(weight * sp.exp(-sp.I * phases[k]) for k, weight in q.weights.items()))


def moment_from_symbol(q: Filter, beta: Index) -> sp.Expr:
    """Moment ``i^|β| ∂^β q̂(0)``, by differentiation of the symbol.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    beta : tuple of int
        d exponents.

    Returns
    -------
    SymPy number
        Equal to `moment`.

    Raises
    ------
    ValueError
        If there are not d exponents, or one is negative.
    """
    _check_exponents(q, beta)
    omega = sp.symbols(f"omega:{q.dimension}")
    derivative = symbol(q, omega)
    for variable, times in zip(omega, beta, strict=True):
        # Its value at once: fewer terms are left to differentiate, and nothing to simplify.
        derivative = sp.diff(derivative, variable, times, simplify=False).subs(variable, 0)
    return sp.expand(sp.I ** sum(beta) * derivative)


def operator(q: Filter) -> Operator:
    """Read a filter as a differential operator.

    By Taylor's formula ``Σ_k q[k] F(x + εk) = Σ_β ε^|β| m_β/β! ∂^βF(x)``: the first degree with a
    moment that is not zero gives the operator, the next one the error.

    Parameters
    ----------
    q : Filter
        Not zero.

    Returns
    -------
    Operator
        With ``C_α = m_α/α!``.

    Raises
    ------
    ValueError
        If all weights are zero.
    """
    if not any(q.weights.values()):
        raise ValueError("all weights are zero: the filter stands for no operator")
    # Along a direction in which the K offsets are distinct, K moments of neighbouring degrees
    # cannot all vanish (Vandermonde), unless only the offset 0 has a weight.
    degrees = _degrees(q)
    degree, moments = next(degrees)
    alone = set(q.weights) == {(0,) * q.dimension}
    further = None if alone else next(degrees)
    return Operator(
        degree=degree,
        coefficients={beta: m / _factorial(beta) for beta, m in moments.items()},
        accuracy=None if further is None else further[0] - degree,
    )


def _degrees(q: Filter) -> Iterator[tuple[int, dict[Index, sp.Expr]]]:
    """Degrees with a moment that is not zero, each with these moments."""
    degree = 0
    while True:
        moments = {beta: moment(q, beta) for beta in multi_indices(q.dimension, degree)}
        present = {beta: m for beta, m in moments.items() if m != 0}
        if present:
            yield degree, present
        degree += 1


def _check_exponents(q: Filter, beta: Index) -> None:
    if len(beta) != q.dimension or min(beta) < 0:
        raise ValueError(f"beta must be {q.dimension} exponents of at least 0, got {beta}")


def _exact(weight: object) -> sp.Expr:
    number = sp.Rational(weight) if isinstance(weight, Fraction) else sp.sympify(weight)
    if isinstance(number, sp.Rational):
        return number  # most are; what follows takes far longer
    if number.has(Float) or not (number.is_number and number.is_real and number.is_finite):
        raise ValueError(
            "weights must be exact real numbers (integers, fractions, SymPy numbers), "
            f"got {weight!r}"
        )
    return number


def _grid(ranges: Sequence[range]) -> list[Index]:
    places: list[Index] = [()]
    for values in ranges:
        places = [(*place, value) for place in places for value in values]
    return places


def _factorial(beta: Index) -> sp.Expr:
    return sp.prod([sp.factorial(part) for part in beta])
