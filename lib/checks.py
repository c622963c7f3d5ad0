"""Demands on arguments: what a number or an array must be, and what is said when it is not.

Each raises a ValueError of one line that names the argument, what is allowed and the first number
that is not; those of one argument return it, numbers as an array. They stand where a computation is
entered, not in what it repeats.
"""

from collections.abc import Callable, Collection
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


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


def each(name: str, value: ArrayLike, count: int) -> NDArray[Any]:
    """Demand a number for each of some things, or one for all of them.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : (count,) array, or a number
        To check.
    count : int
        How many things.

    Returns
    -------
    (count,) array
        The numbers, of the type they had, NaN and inf among them; not to be written to.

    Raises
    ------
    ValueError
        If it is neither.
    """
    array = _array(name, value)
    if array.shape not in {(), (count,)}:
        raise ValueError(
            f"{name} must be one number or an array of {count}, got shape {array.shape}"
        )
    return np.broadcast_to(array, (count,))


def broadcasting(**arrays: ArrayLike) -> None:
    """Demand arrays whose shapes go together, by NumPy's rules of broadcasting.

    Parameters
    ----------
    **arrays : arrays or floats
        To check, by their names.

    Raises
    ------
    ValueError
        If they do not.
    """
    shapes = [_array(name, value).shape for name, value in arrays.items()]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        found = " and ".join(map(str, shapes))
        raise ValueError(
            f"{', '.join(arrays)} must have shapes that broadcast, got {found}"
        ) from None


def shaped(
    name: str, value: ArrayLike, shape: tuple[int | str | EllipsisType, ...]
) -> NDArray[Any]:
    """Demand a shape.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array
        To check.
    shape : tuple
        A number is the size of that axis. A letter or word is a size of at least one that is free,
        and the same wherever it stands again. ``...`` in front stands for any axes, or none.

    Returns
    -------
    array
        The same, of the type it had; NaN and inf may be in it.

    Raises
    ------
    ValueError
        If an axis is missing, too many, or of another size.

    Examples
    --------
    >>> shaped("H", np.eye(3)[:2], ("n", "n"))
    Traceback (most recent call last):
    ValueError: H must have shape (n, n), got (2, 3)
    """
    array = _array(name, value)
    wanted, sizes = shape, array.shape
    if shape[:1] == (...,):
        wanted, sizes = shape[1:], array.shape[max(array.ndim - len(shape) + 1, 0) :]
    named: dict[Any, int] = {}
    fits = len(wanted) == len(sizes) and all(
        size == (named.setdefault(want, size) if isinstance(want, str) else want)
        and (size > 0 or want == 0)
        for want, size in zip(wanted, sizes, strict=True)
    )
    if not fits:
        words = ", ".join("..." if want is ... else str(want) for want in shape)
        comma = "," if len(shape) == 1 else ""
        raise ValueError(f"{name} must have shape ({words}{comma}), got {array.shape}")
    return array


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
    array = np.atleast_1d(_array(name, value))
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


def one_of(kind: str, value: str, allowed: Collection[str]) -> str:
    """Demand a name that is known.

    Parameters
    ----------
    kind : str
        What it is a name of, for the error.
    value : str
        To check.
    allowed : collection of str
        The names there are.

    Returns
    -------
    str
        The same.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> one_of("rule", "rk4", ("euler", "trapezoid"))
    Traceback (most recent call last):
    ValueError: unknown rule 'rk4'; give one of euler, trapezoid
    """
    if value not in allowed:
        raise ValueError(f"unknown {kind} {value!r}; give one of {', '.join(allowed)}")
    return value


def _whole(name: str, array: NDArray[Any]) -> None:
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, got {array.flat[0]}")


def _demand(
    name: str, value: ArrayLike, kind: str, good: Callable[[FloatArray], NDArray[np.bool_]]
) -> FloatArray:
    given = _array(name, value)
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be real numbers, got {given.dtype}")
    array = given.astype(np.float64, copy=False)
    right = np.asarray(good(array))
    if not right.all():
        place = tuple(int(i) for i in np.argwhere(~right)[0])
        where = f" at {list(place)}" if place else ""
        raise ValueError(f"{name} must be {kind}, got {given[place]}{where}")
    return array


def _array(name: str, value: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be an array, with rows of one length") from None
