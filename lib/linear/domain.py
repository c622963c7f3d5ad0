"""Where the numbers that describe a mode may lie."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Demand positive numbers.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check.

    Returns
    -------
    array
        The same.

    Raises
    ------
    ValueError
        If a number is not positive and finite.
    """
    array = np.asarray(value, dtype=float)
    if not np.all((array > 0) & np.isfinite(array)):
        raise ValueError(f"{name} must be positive and finite, got {value!r}")
    return array


def inside(name: str, value: ArrayLike, s: FloatArray) -> FloatArray:
    """Demand strengths that lie between zero and the singular value.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check.
    s : array
        Singular values; broadcasts against `value`.

    Returns
    -------
    array
        The same.

    Raises
    ------
    ValueError
        If a number is not inside ``(0, s)``.
    """
    array = np.asarray(value, dtype=float)
    if not np.all((array > 0) & (array < s)):
        raise ValueError(f"{name} must lie between 0 and s = {s}, got {value!r}")
    return array
