"""The theorem on filters and differential operators, with filters and functions left general."""

from math import factorial, prod

import sympy as sp
from sympy.polys.domains import QQ

from lib.pde.moments import Index, multi_indices


def remainders(alpha: Index, side: int) -> list[sp.Expr]:
    """What each power of ε in Taylor's expansion leaves of the theorem's statement.

    All weights of a filter are symbols, except that m_β = 0 for all ``|β| ≤ |α|`` with β ≠ α. The
    function is ``e^{a·x}`` at 0, whose derivatives ``∂^β`` are the monomials ``a^β``: an identity
    of polynomials in a holds for the derivatives of any smooth function.

    Parameters
    ----------
    alpha : tuple of int
        α, in d dimensions.
    side : int
        Of the kernel, an odd number above ``|α|``.

    Returns
    -------
    list of SymPy expressions
        For the powers 0 to ``|α|`` of ε: the coefficient in ``Σ_k q[k] F(x + εk)``, at the last
        minus ``C_α ∂^αF``. The theorem says that all are zero.

    Raises
    ------
    ValueError
        If α is empty or negative, or the side is even, or too small for the moments to be
        independent.
    """
    if not alpha or min(alpha) < 0:
        raise ValueError(f"alpha must be exponents of at least 0, one at least, got {alpha}")
    degree = sum(alpha)
    if side % 2 == 0 or side <= degree:
        raise ValueError(f"side must be an odd number above {degree}, got {side}")
    weights, a = _general_filter(len(alpha), side), sp.symbols(f"a:{len(alpha)}")
    moments = {
        beta: sp.Add(*(w * prod(map(pow, k, beta)) for k, w in weights.items()))
        for power in range(degree + 1)
        for beta in multi_indices(len(alpha), power)
    }
    vanishing = [m for beta, m in moments.items() if beta != alpha]
    (solution,) = sp.linsolve(vanishing, *weights.values()) if vanishing else (weights.values(),)
    ring = sp.ring([*weights.values(), *a], QQ)[0]  # sums of monomials, which SymPy adds up fast
    left = {k: ring.from_expr(w) for k, w in zip(weights, solution, strict=True)}
    along = {k: ring.from_expr(sum(x * y for x, y in zip(k, a, strict=True))) for k in weights}
    C = sum(w * prod(map(pow, k, alpha)) for k, w in left.items()) * QQ(
        1, prod(map(factorial, alpha))
    )
    found, terms = [], left  # q[k] (k·a)^power
    for power in range(degree + 1):
        term = sum(terms.values()) * QQ(1, factorial(power))
        stated = C * ring.from_expr(sp.prod(map(pow, a, alpha))) if power == degree else 0
        found.append((term - stated).as_expr())
        terms = {k: w * along[k] for k, w in terms.items()}
    return found


def _general_filter(dimension: int, side: int) -> dict[Index, sp.Symbol]:
    places: list[Index] = [()]
    for _ in range(dimension):
        places = [(*place, k - side // 2) for place in places for k in range(side)]
    return {place: sp.Symbol(f"q{number}") for number, place in enumerate(places)}
