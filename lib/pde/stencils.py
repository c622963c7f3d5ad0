"""Filters for any derivative, on any stencil, by exact linear algebra."""

from collections.abc import Sequence
from math import factorial, prod

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from lib.pde.moments import Filter, Index, multi_indices


def stencil(offsets: Sequence[Index], alpha: Index, accuracy: int) -> Filter:
    """Weights on given offsets for a derivative, of least Euclidean norm.

    They solve ``m_β = α! δ_βα`` for all ``|β| < |α| + accuracy``, in rational numbers.

    Parameters
    ----------
    offsets : sequence of tuple of int
        The stencil, in d dimensions.
    alpha : tuple of int
        Derivative ∂^α.
    accuracy : int
        Order of the error, at least 1.

    Returns
    -------
    Filter
        In grid units: divide by ``ε^|α|``.

    Raises
    ------
    ValueError
        If the stencil is empty, has an offset twice or offsets of another dimension, `alpha` or
        `accuracy` is out of range, or the stencil cannot represent the derivative.

    Examples
    --------
    >>> dict(stencil([(-1,), (0,), (1,)], (2,), 2).weights)
    {(-1,): 1, (0,): -2, (1,): 1}
    """
    _check(offsets, alpha, accuracy)
    conditions = sum(alpha) + accuracy
    if len(alpha) == 1 and len(offsets) <= conditions:
        weights = _on_a_line([k for (k,) in offsets], alpha[0], conditions)
    else:
        weights = _of_least_norm(offsets, alpha, conditions)
    if weights is None:
        raise ValueError(
            f"the stencil {sorted(offsets)} cannot represent the derivative {alpha} "
            f"with accuracy {accuracy}: it needs more points, or others"
        )
    return Filter(dict(zip(offsets, weights, strict=True)))


def _on_a_line(points: Sequence[int], order: int, conditions: int) -> list[sp.Expr] | None:
    """Weights that n points have to have, n moments being given, by Lagrange's polynomials.

    ``w_j`` is the derivative at 0 of ``Π_{i≠j} (x − k_i)/(k_j − k_i)``: whole numbers but for the
    last division. None where a further moment is not what it should be.
    """
    if order >= len(points):
        return None
    product = [1]  # coefficients of Π (x − k_i), constant first
    for k in points:
        product = [low - k * high for low, high in zip([0, *product], [*product, 0], strict=True)]
    remainder = [*[0] * (len(points) - 1), 1]  # of x^β by the product, from β = n − 1 on
    for _ in range(len(points), conditions):
        lower = zip([0, *remainder], product[:-1], strict=False)
        remainder = [low - remainder[-1] * known for low, known in lower]
        if remainder[order]:
            return None
    weights = []
    for j, k in enumerate(points):
        coefficient = 0  # of x^order in the product without its factor j, by Horner's rule
        for higher in reversed(product[order + 1 :]):
            coefficient = higher + k * coefficient
        below = prod(k - other for i, other in enumerate(points) if i != j)
        weights.append(sp.Rational(factorial(order) * coefficient, below))
    return weights


def _of_least_norm(offsets: Sequence[Index], alpha: Index, conditions: int) -> list[sp.Expr] | None:
    """The shortest weights with all moments below a degree given; None where there are none."""
    betas = [beta for degree in range(conditions) for beta in multi_indices(len(alpha), degree)]
    powers = [[prod(map(pow, offset, beta)) for offset in offsets] for beta in betas]
    wanted = [prod(map(factorial, alpha)) if beta == alpha else 0 for beta in betas]
    rows = [[QQ(v) for v in (*row, m)] for row, m in zip(powers, wanted, strict=True)]
    reduced, pivots = DomainMatrix(rows, (len(rows), len(offsets) + 1), QQ).rref()
    if len(offsets) in pivots:
        return None
    A = reduced[: len(pivots), : len(offsets)]
    b = reduced[: len(pivots), len(offsets) :]
    if len(pivots) < len(offsets):  # otherwise A is the identity: there is one solution alone
        transposed = A.transpose()
        b = transposed * (A * transposed).lu_solve(b)
    return list(b.to_Matrix())


def central(order: int, accuracy: int) -> Filter:
    """Smallest symmetric filter of a derivative on a line.

    Parameters
    ----------
    order : int
        Of the derivative, at least 1.
    accuracy : int
        An even number.

    Returns
    -------
    Filter
        With ``2⌊(order + 1)/2⌋ + accuracy − 1`` points, or one less where the middle one is zero.

    Raises
    ------
    ValueError
        If `order` is below 1 or `accuracy` is not a positive even number.
    """
    if order < 1 or accuracy < 2 or accuracy % 2:
        raise ValueError(
            f"order must be at least 1 and accuracy a positive even number, got {order}, {accuracy}"
        )
    half = (order + 1) // 2 + accuracy // 2 - 1
    return stencil([(k,) for k in range(-half, half + 1)], (order,), accuracy)


def forward(order: int, accuracy: int) -> Filter:
    """Smallest filter of a derivative on a line that looks only ahead.

    Parameters
    ----------
    order : int
        Of the derivative, at least 0.
    accuracy : int
        At least 1.

    Returns
    -------
    Filter
        With ``order + accuracy`` points from 0 on.

    Raises
    ------
    ValueError
        If `order` is negative or `accuracy` below 1.
    """
    _check_order(order, accuracy)
    return stencil([(k,) for k in range(order + accuracy)], (order,), accuracy)


def backward(order: int, accuracy: int) -> Filter:
    """Smallest filter of a derivative on a line that looks only behind.

    Parameters
    ----------
    order : int
        Of the derivative, at least 0.
    accuracy : int
        At least 1.

    Returns
    -------
    Filter
        With ``order + accuracy`` points up to 0.

    Raises
    ------
    ValueError
        If `order` is negative or `accuracy` below 1.
    """
    _check_order(order, accuracy)
    return stencil([(-k,) for k in range(order + accuracy)], (order,), accuracy)


def tensor(*factors: Filter) -> Filter:
    """Product of filters of separate coordinates; moments multiply.

    Parameters
    ----------
    *factors : Filter
        At least one.

    Returns
    -------
    Filter
        In as many dimensions as all of them together.

    Raises
    ------
    ValueError
        If there is no filter.
    """
    if not factors:
        raise ValueError("a product needs at least one filter")
    weights: dict[Index, sp.Expr] = {(): sp.Integer(1)}
    for q in factors:
        weights = {(*k, *j): w * v for k, w in weights.items() for j, v in q.weights.items()}
    return Filter(weights)


def compose(first: Filter, second: Filter) -> Filter:
    """Filter that does the work of two, one after the other; symbols multiply.

    Parameters
    ----------
    first, second : Filter
        Of the same dimension.

    Returns
    -------
    Filter
        Their convolution.

    Raises
    ------
    ValueError
        If the dimensions differ.
    """
    if first.dimension != second.dimension:
        raise ValueError(
            f"filters of {first.dimension} and {second.dimension} dimensions cannot be composed"
        )
    weights: dict[Index, sp.Expr] = {}
    for k, w in first.weights.items():
        for j, v in second.weights.items():
            at = tuple(a + b for a, b in zip(k, j, strict=True))
            weights[at] = weights.get(at, sp.Integer(0)) + w * v
    return Filter(weights)


def combine(*terms: tuple[object, Filter]) -> Filter:
    """Linear combination of filters.

    Parameters
    ----------
    *terms : pair of exact number and Filter
        A factor and what it multiplies; all of the same dimension.

    Returns
    -------
    Filter
        Their sum.

    Raises
    ------
    ValueError
        If there is no term, one is no pair, a factor is not exact, or the dimensions differ.
    """
    if not terms or any(len(term) != 2 for term in terms):
        raise ValueError("terms must be pairs of a factor and a filter, one at least")
    weights: dict[Index, sp.Expr] = {}
    for factor, q in terms:
        for k, w in q.weights.items():
            weights[k] = weights.get(k, sp.Integer(0)) + sp.sympify(factor) * w
    return Filter(weights)


def _check_order(order: int, accuracy: int) -> None:
    if order < 0 or accuracy < 1:
        raise ValueError(
            f"order must be at least 0 and accuracy at least 1, got {order} and {accuracy}"
        )


def _check(offsets: Sequence[Index], alpha: Index, accuracy: int) -> None:
    if not offsets:
        raise ValueError("the stencil is empty: a filter needs at least one offset")
    if len(set(offsets)) != len(offsets):
        raise ValueError(f"the stencil has an offset twice: {sorted(offsets)}")
    if any(len(offset) != len(alpha) for offset in offsets):
        raise ValueError(f"offsets must have the {len(alpha)} dimensions of the derivative {alpha}")
    if not alpha or min(alpha) < 0 or accuracy < 1:
        raise ValueError(
            f"derivatives must not be negative and accuracy at least 1, got {alpha}, {accuracy}"
        )
