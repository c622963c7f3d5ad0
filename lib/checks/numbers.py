"""Demands on numbers, alone or in arrays: their range, and what they count."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks.arrays import as_array, shaped

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def real(name: str, value: ArrayLike) -> FloatArray:
    """Demand real numbers.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check, of any shape.

    Returns
    -------
    array of float
        The same, NaN and inf among them.

    Raises
    ------
    ValueError
        If `value` holds what is no real number, such as a text or a complex one.
    """
    array = as_array(name, value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be real numbers, got {array.dtype}")
    return array.astype(np.float64, copy=False)


def finite(name: str, value: ArrayLike) -> FloatArray:
    """Demand numbers that are neither NaN nor infinite.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check, of any shape.

    Returns
    -------
    array of float
        The same.

    Raises
    ------
    ValueError
        If one is not finite, or `value` holds what is no real number.
    """
    return _demand(name, value, "finite", np.isfinite)


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Demand finite numbers above zero.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check, of any shape.

    Returns
    -------
    array of float
        The same.

    Raises
    ------
    ValueError
        If one is not positive and finite, or `value` holds what is no real number.
    """
    return _demand(name, value, "positive and finite", lambda a: (a > 0) & np.isfinite(a))


def at_least(name: str, value: ArrayLike, least: float) -> FloatArray:
    """Demand finite numbers from a least one on.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check, of any shape.
    least : float
        The smallest that is allowed.

    Returns
    -------
    array of float
        The same.

    Raises
    ------
    ValueError
        If one is smaller or not finite, or `value` holds what is no real number.
    """
    finite(name, value)
    return _demand(name, value, f"at least {least}", lambda a: a >= least)


def whole(name: str, value: ArrayLike, least: int) -> int:
    """Demand one whole number from a least one on.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : int
        To check.
    least : int
        The smallest that is allowed.

    Returns
    -------
    int
        The same.

    Raises
    ------
    ValueError
        If it is smaller, not whole, or not one number.

    Examples
    --------
    >>> whole("steps", 2.5, 1)
    Traceback (most recent call last):
    ValueError: steps must be a whole number, got 2.5
    """
    array = as_array(name, value)
    if array.ndim or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a whole number, got {f'{value!r:.60}'.splitlines()[0]}")
    return int(at_least(name, array, least))


def fraction(name: str, value: ArrayLike) -> FloatArray:
    """Demand numbers from 0 to 1, without 1 itself.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check, of any shape.

    Returns
    -------
    array of float
        The same.

    Raises
    ------
    ValueError
        If one is negative or not below 1, or `value` holds what is no real number.
    """
    return _demand(name, value, "at least 0 and below 1", lambda a: (a >= 0) & (a < 1))


def seed_list(name: str, value: ArrayLike) -> IntArray:
    """Demand seeds of random generators.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : (S,) array of int, or int
        To check.

    Returns
    -------
    (S,) array of int
        The same; one seed alone becomes an array of one.

    Raises
    ------
    ValueError
        If there is none, or one is negative or no whole number.
    """
    array = np.atleast_1d(as_array(name, value))
    _whole(name, shaped(name, array, ("S",)))
    at_least(name, array, 0)
    return array.astype(np.int64, copy=False)


def class_labels(name: str, value: ArrayLike, count: int, classes: int) -> IntArray:
    """Demand a class for each of some examples.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : (count,) array of int
        To check.
    count : int
        How many examples.
    classes : int
        How many classes; the first is 0.

    Returns
    -------
    (count,) array of int
        The same.

    Raises
    ------
    ValueError
        If there is not a whole number for each example, or one is none of the classes.
    """
    array = shaped(name, value, (count,))
    _whole(name, array)
    _demand(name, array, f"from 0 to {classes - 1}", lambda a: (a >= 0) & (a < classes))
    return array.astype(np.int64, copy=False)


def _whole(name: str, array: NDArray[np.generic]) -> None:
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, got {array.flat[0]}")


def _demand(
    name: str, value: ArrayLike, kind: str, good: Callable[[FloatArray], NDArray[np.bool_]]
) -> FloatArray:
    array = real(name, value)
    right = np.asarray(good(array))
    if not right.all():
        place = tuple(int(i) for i in np.argwhere(~right)[0])
        where = f" at {list(place)}" if place else ""
        raise ValueError(f"{name} must be {kind}, got {np.asarray(value)[place]}{where}")
    return array
