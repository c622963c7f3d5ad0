"""The moments of square kernels as matrices, and back: a bijection (PDE-Net).

Long, Lu, Ma and Dong, *PDE-Net: Learning PDEs from Data* (2018), section 2.2.
"""

from functools import cache
from math import factorial

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from lib.checks import whole

FloatArray = NDArray[np.float64]


def moment_basis(side: int) -> FloatArray:
    """Matrix V with ``V[i, a] = k_a^i / i!`` for the offsets ``k_a`` of a kernel.

    Parameters
    ----------
    side : int
        Of the kernel, odd.

    Returns
    -------
    (side, side) array
        V; the matrix of moments of a kernel q is ``V q Vᵀ``.

    Raises
    ------
    ValueError
        If the side is not a positive odd number.
    """
    return _bases(whole("side", side, 1))[0].copy()


def inverse_moment_basis(side: int) -> FloatArray:
    """Inverse of `moment_basis`, rounded only at the end.

    Parameters
    ----------
    side : int
        Of the kernel, odd.

    Returns
    -------
    (side, side) array
        V⁻¹, which exists since V is a Vandermonde matrix of distinct offsets.

    Raises
    ------
    ValueError
        If the side is not a positive odd number.
    """
    return _bases(whole("side", side, 1))[1].copy()


def moment_matrix(kernels: FloatArray) -> FloatArray:
    """Moments of square kernels.

    Parameters
    ----------
    kernels : (..., n, n) array
        Kernels with an odd side, centred on their middle.

    Returns
    -------
    (..., n, n) array
        ``M[i, j] = Σ_k k₁^i k₂^j q[k] / (i! j!)``: the coefficients of ``∂₁^i ∂₂^j`` in the Taylor
        expansion of the filter.

    Raises
    ------
    ValueError
        If the kernels are not square, their side is even, or a weight is not finite.
    """
    V = moment_basis(_side(kernels, "kernels"))
    return np.asarray(V @ kernels @ V.T)


def kernel_from_moments(moments: FloatArray) -> FloatArray:
    """Kernels with given moments.

    Parameters
    ----------
    moments : (..., n, n) array
        As `moment_matrix` gives them.

    Returns
    -------
    (..., n, n) array
        The only kernels of this side that have them.

    Raises
    ------
    ValueError
        If the matrices are not square, their side is even, or an entry is not finite.
    """
    inverse = inverse_moment_basis(_side(moments, "matrices of moments"))
    return np.asarray(inverse @ moments @ inverse.T)


@cache
def _bases(side: int) -> tuple[FloatArray, FloatArray]:
    """V and its inverse, from exact numbers."""
    if side % 2 == 0:
        raise ValueError(f"a kernel has a positive odd side, got {side}")
    exact = sp.Matrix(
        side, side, lambda i, a: sp.Rational((a - side // 2) ** i if i else 1, factorial(i))
    )
    V, inverse = (np.array(M, dtype=np.float64).reshape(side, side) for M in (exact, exact.inv()))
    return V, inverse


def _side(arrays: FloatArray, what: str) -> int:
    if arrays.ndim < 2 or arrays.shape[-1] != arrays.shape[-2] or arrays.shape[-1] % 2 == 0:
        raise ValueError(f"{what} must be square with an odd side, got shape {arrays.shape}")
    if not np.isfinite(arrays).all():
        raise ValueError(f"{what} hold NaN or infinite values")
    return int(arrays.shape[-1])
