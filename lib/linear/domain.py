"""Where the numbers that describe a mode, and the times of a path, may lie."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import broadcasting, finite, real, shaped

FloatArray = NDArray[np.float64]


def ascending(name: str, value: ArrayLike) -> FloatArray:
    """Demand times at which a path can be recorded.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : (T,) array
        To check.

    Returns
    -------
    array
        The same.

    Raises
    ------
    ValueError
        If they are not at least two finite numbers, each above the one before it.
    """
    array = finite(name, shaped(name, value, ("T",)))
    if array.size < 2 or np.any(np.diff(array) <= 0):
        raise ValueError(f"{name} must be at least two, in ascending order")
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
        If a number is not inside ``(0, s)`` or no real number, or the shapes do not broadcast.
    """
    array, s = real(name, value), real("s", s)
    broadcasting(**{name: array, "s": s})
    right = (array > 0) & (array < s)
    if not np.all(right):
        wrong, limit = (np.broadcast_to(a, right.shape)[~right][0] for a in (array, s))
        raise ValueError(f"{name} must lie between 0 and s = {limit}, got {wrong}")
    return array
