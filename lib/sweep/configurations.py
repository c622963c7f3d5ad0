"""Configurations: what a sweep varies, in values that a file can hold exactly."""

import inspect
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

RESERVED = ("seed", "seconds", "error")  # columns that every table has


def grid(**values: Sequence[Any]) -> list[dict[str, Any]]:
    """Combine values in every way.

    Parameters
    ----------
    **values : sequence
        For each name the values that it takes.

    Returns
    -------
    list of dict
        The last name changes fastest.

    Raises
    ------
    ValueError
        If a name has a single text in place of a sequence, or no value at all.

    Examples
    --------
    >>> grid(width=[8, 16], kind=["tanh"])
    [{'width': 8, 'kind': 'tanh'}, {'width': 16, 'kind': 'tanh'}]
    """
    for name, choices in values.items():
        if isinstance(choices, str):
            raise ValueError(f"{name} is the text {choices!r}; give a list of values")
        if len(choices) == 0:
            raise ValueError(f"{name} has no value; give at least one")
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def plain(value: object) -> Any:
    """Turn a value into one that JSON gives back exactly.

    Parameters
    ----------
    value : object
        A number, a text, a truth value, None, one of these from NumPy, or a list, tuple or array.

    Returns
    -------
    float, int, bool, str, None or list
        Lists in place of tuples and arrays.

    Raises
    ------
    ValueError
        If it is, or contains, anything else.

    Examples
    --------
    >>> plain((np.float64(0.5), np.arange(2)))
    [0.5, [0, 1]]
    """
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(
        f"{value!r:.60} is a {type(value).__name__}; allowed are numbers, texts, truth values, "
        "None, and lists and arrays of them"
    )


def key(configuration: Mapping[str, Any], seed: int) -> str:
    """A text that is the same for the same configuration and seed, and for no others.

    Parameters
    ----------
    configuration : mapping of str to plain value
        In any order.
    seed : int
        The seed.

    Returns
    -------
    str
        In it 1, 1.0 and True differ.
    """
    return json.dumps([configuration, seed], sort_keys=True)


def pairs(
    measure: Callable[..., object],
    configurations: Sequence[Mapping[str, object]],
    seeds: Sequence[int],
) -> list[tuple[dict[str, Any], int]]:
    """Pair every configuration with every seed, after checking both.

    Parameters
    ----------
    measure : callable
        What will be called with them.
    configurations : sequence of mapping
        Arguments of the function by name.
    seeds : sequence of int
        For each configuration the same.

    Returns
    -------
    list of (dict, int)
        In the order given, seeds changing fastest; values are plain.

    Raises
    ------
    ValueError
        If there is nothing to do or something twice, if a value is not plain, or if the function
        does not take what a configuration names.
    """
    if len(configurations) == 0 or len(seeds) == 0:
        raise ValueError("nothing to measure: give at least one configuration and one seed")
    numbers = [_whole(seed) for seed in seeds]
    found: dict[str, tuple[dict[str, Any], int]] = {}
    for place, configuration in enumerate(configurations):
        checked = _checked(measure, configuration, f"configuration {place}")
        for seed in numbers:
            if key(checked, seed) in found:
                raise ValueError(
                    f"configuration {place}, {checked}, is asked twice for seed {seed}"
                )
            found[key(checked, seed)] = checked, seed
    return list(found.values())


def _whole(seed: object) -> int:
    try:
        return operator.index(seed)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"seed {seed!r} is not a whole number") from None


def _checked(
    measure: Callable[..., object], configuration: Mapping[str, object], what: str
) -> dict[str, Any]:
    if reserved := [name for name in RESERVED if name in configuration]:
        raise ValueError(f"{what} uses the name {reserved[0]!r}, which a sweep gives itself")
    try:
        inspect.signature(measure).bind(seed=0, **configuration)
    except TypeError as error:
        raise ValueError(f"{what} does not fit the function: {error}") from error
    checked = {}
    for name, value in configuration.items():
        try:
            checked[name] = plain(value)
        except ValueError as error:
            raise ValueError(f"{what}, {name}: {error}") from error
    return checked
