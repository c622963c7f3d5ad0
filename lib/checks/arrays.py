"""Demands on the shapes of arrays."""

from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_array(name: str, value: ArrayLike) -> NDArray[Any]:
    """Demand an array, of whatever is in it.

    Parameters
    ----------
    name : str
        Of the argument, for the error.
    value : array or float
        To check.

    Returns
    -------
    array
        The same, of the type it had; NaN and inf may be in it.

    Raises
    ------
    ValueError
        If it has rows of different lengths.
    """
    try:
        return np.asarray(value)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be an array, with rows of one length") from None


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
    array = as_array(name, value)
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
    shapes = [as_array(name, value).shape for name, value in arrays.items()]
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
    array = as_array(name, value)
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
