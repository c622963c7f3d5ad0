"""The theorem on filters and differential operators, with filters and functions left general."""

import sympy as sp

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
        beta: sum(w * _monomial(k, beta) for k, w in weights.items())
        for power in range(degree + 1)
        for beta in multi_indices(len(alpha), power)
    }
    vanishing = [m for beta, m in moments.items() if beta != alpha]
    (solution,) = sp.linsolve(vanishing, *weights.values()) if vanishing else (weights.values(),)
    constrained = dict(zip(weights.values(), solution, strict=True))
    C = moments[alpha] / sp.prod([sp.factorial(part) for part in alpha])
    found = []
    for power in range(degree + 1):
        exponent = {k: sum(x * y for x, y in zip(k, a, strict=True)) for k in weights}
        term = sum(w * exponent[k] ** power for k, w in weights.items()) / sp.factorial(power)
        stated = C * _monomial(a, alpha) if power == degree else 0
        found.append(sp.expand((term - stated).subs(constrained, simultaneous=True)))
    return found


def _general_filter(dimension: int, side: int) -> dict[Index, sp.Symbol]:
    places: list[Index] = [()]
    for _ in range(dimension):
        places = [(*place, k - side // 2) for place in places for k in range(side)]
    return {place: sp.Symbol(f"q{number}") for number, place in enumerate(places)}


def _monomial(base: tuple[object, ...], exponents: Index) -> sp.Expr:
    return sp.prod([sp.sympify(b) ** e for b, e in zip(base, exponents, strict=True)])
