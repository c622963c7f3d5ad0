"""Filters at work on periodic grids, beside the derivatives that they stand for."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lib.checks import at_least, finite, positive, shaped
from lib.pde.advection_diffusion import random_fields
from lib.pde.moments import Filter, Operator, operator

FloatArray = NDArray[np.float64]

TURN = 2 * np.pi  # side of the square on which fields are periodic


def apply(q: Filter, values: FloatArray, spacing: float) -> FloatArray:
    """Approximate the operator that a filter stands for, ``ε^−degree Σ_k q[k] F(x + εk)``.

    Parameters
    ----------
    q : Filter
        In d dimensions.
    values : (..., n_1, …, n_d) array
        F on a grid that goes round along each of the last d axes.
    spacing : float
        ε, positive.

    Returns
    -------
    (..., n_1, …, n_d) array
        At the same points.

    Raises
    ------
    ValueError
        If the grid has less than d axes, holds NaN or infinite values, or `spacing` is not positive
        and finite.

    Examples
    --------
    >>> u = np.array([0.0, 1.0, 4.0, 9.0])
    >>> apply(Filter({(0,): -1, (1,): 1}), u, spacing=1.0).tolist()
    [1.0, 3.0, 5.0, -9.0]
    """
    if values.ndim < q.dimension:
        raise ValueError(
            f"a filter of {q.dimension} dimensions needs a grid of as many axes, got {values.ndim}"
        )
    positive("spacing", spacing)
    values = finite("values", values)  # of whole numbers the result would be whole too
    kernel = spacing**-q.degree * q.kernel[(None,) * (values.ndim - q.dimension)]
    along = [axis for axis, length in enumerate(kernel.shape) if length > 1]
    if len(along) == 1:  # a line: SciPy has a way for it that takes a quarter of the time
        return np.asarray(ndimage.correlate1d(values, kernel.ravel(), along[0], mode="wrap"))
    return np.asarray(ndimage.correlate(values, kernel, mode="wrap"))


def exact(read: Operator, values: FloatArray) -> FloatArray:
    """Apply a differential operator to what a grid resolves.

    Parameters
    ----------
    read : Operator
        In two dimensions.
    values : (..., n, n) array
        A function of period 2π on the grid.

    Returns
    -------
    (..., n, n) array
        ``Σ_α C_α ∂^αF``, by Fourier's transform.

    Raises
    ------
    ValueError
        If the operator is not in two dimensions, or the grid is not square or holds NaN or infinite
        values.
    """
    if any(len(alpha) != 2 for alpha in read.coefficients):
        raise ValueError(f"read must be in two dimensions, got {list(read.coefficients)}")
    finite("values", shaped("values", values, (..., "n", "n")))
    n = values.shape[-1]
    k = 1j * np.fft.fftfreq(n, 1 / n)
    symbol = sum(float(C) * k[:, None] ** a * k**b for (a, b), C in read.coefficients.items())
    return np.asarray(np.fft.ifft2(symbol * np.fft.fft2(values)).real)


def orders_on_grids(filters: Mapping[str, Filter], seed: int, points: int) -> FloatArray:
    """Observe the accuracy of filters from a grid to one twice as fine.

    Parameters
    ----------
    filters : mapping of str to Filter
        F filters in two dimensions, none of them zero or a multiple of the identity.
    seed : int
        Of the function, which has frequencies up to 6.
    points : int
        Of the coarser grid, along each axis, at least 16.

    Returns
    -------
    (F,) array
        Logarithms to base 2 of the ratios of the errors (root mean square).

    Raises
    ------
    ValueError
        If a filter is zero, a multiple of the identity or not in two dimensions, the seed is
        negative, or the grid does not resolve the function.
    """
    for name, q in filters.items():
        if q.dimension != 2 or operator(q).accuracy is None:
            raise ValueError(f"{name} must be a filter in two dimensions that has an error")
    at_least("seed", seed, 0)
    at_least("points", points, 16)
    errors = np.array([_errors(filters, seed, n) for n in (points, 2 * points)])
    return np.asarray(np.log2(errors[0] / errors[1]))


def _errors(filters: Mapping[str, Filter], seed: int, points: int) -> list[float]:
    # One function on all grids: its few coefficients, drawn on the coarsest, are carried over.
    coarse = np.fft.fft2(random_fields(seed, 1, 16)[0])
    spectrum = np.zeros((points, points), dtype=complex)
    low = np.fft.fftfreq(16, 1 / 16).astype(int)
    spectrum[np.ix_(low, low)] = coarse * (points / 16) ** 2
    u = np.fft.ifft2(spectrum).real
    return [
        float(np.sqrt(np.mean((apply(q, u, TURN / points) - exact(operator(q), u)) ** 2)))
        for q in filters.values()
    ]
