"""What values a parameter may have: keywords of JSON Schema, applied and told in words."""

import math
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators

Limits = Mapping[str, Any]

UNIT = "unit"  # a word for readers; all other keywords are those of JSON Schema
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
LENGTH: Limits = {"type": "integer", "minimum": 1}
FACTOR: Limits = {"type": "number", "exclusiveMinimum": 0}
NAME: Limits = {"type": "string", "minLength": 1}


def _number_keywords(kind: str) -> dict[str, Limits]:
    one: Limits = {"type": kind}
    return {
        "minimum": one,
        "exclusiveMinimum": one,
        "maximum": one,
        "exclusiveMaximum": one,
        "multipleOf": FACTOR,
        "not": {
            "type": "object",
            "properties": {"multipleOf": FACTOR},
            "required": ["multipleOf"],
            "additionalProperties": False,
        },
        "enum": {"type": "array", "items": one, "minItems": 1, "uniqueItems": True},
        UNIT: NAME,
    }


# The keywords of each type, and what they take.
KEYWORDS: Mapping[str, Mapping[str, Limits]] = {
    "integer": _number_keywords("integer"),
    "number": _number_keywords("number"),
    "string": {"enum": {"type": "array", "items": NAME, "minItems": 1, "uniqueItems": True}},
    "boolean": {},
    "array": {
        "items": {"type": "object"},
        "minItems": LENGTH,
        "maxItems": LENGTH,
        "uniqueItems": {"const": True},
        UNIT: NAME,
    },
}
LOWER, UPPER = ("minimum", "exclusiveMinimum", "enum"), ("maximum", "exclusiveMaximum", "enum")
# Of each of these a type needs one; without it a value of any size would pass.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "integer": (LOWER, UPPER),
    "number": (LOWER, UPPER),
    "array": (("minItems",), ("maxItems",)),
}
LARGE = 10_000  # from here on thousands are set apart
EVEN = 2
PHRASES = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "length at least {}",
    "maxItems": "length at most {}",
    "multipleOf": "a multiple of {}",
}


def schema(default: object, limits: Limits) -> dict[str, Any]:
    """JSON Schema of a parameter.

    Parameters
    ----------
    default : int, float, str, bool or list
        Its type is the parameter's; a list is one of things like its first.
    limits : mapping
        Keywords of `KEYWORDS`.

    Returns
    -------
    dict
        The keywords with the type.

    Examples
    --------
    >>> schema([1], {"items": {"minimum": 0}, "minItems": 1, "unit": "images"})
    {'type': 'array', 'items': {'type': 'integer', 'minimum': 0}, 'minItems': 1}
    """
    made: dict[str, Any] = {"type": TYPES[type(default)]}
    if isinstance(default, list):
        made["items"] = schema(default[0], limits.get("items", {}))
    return made | {k: v for k, v in limits.items() if k not in {UNIT, "items"}}


def allows(rules: Limits, value: object) -> bool:
    """Whether a schema allows a value.

    Parameters
    ----------
    rules : mapping
        From `schema`.
    value : object
        Of any type.

    Returns
    -------
    bool
        An integer is also a number, a truth value is neither, and what is not finite is none.
    """
    return bool(VALIDATOR(rules).is_valid(value))


def words(limits: Limits) -> str:
    """Tell in words what is allowed.

    Parameters
    ----------
    limits : mapping
        Keywords of `KEYWORDS`.

    Returns
    -------
    str
        Without the unit; empty where anything of the type is allowed.

    Examples
    --------
    >>> words({"minimum": 40, "maximum": 100_000, "multipleOf": 40, "unit": "steps"})
    'at least 40, at most 100_000, a multiple of 40'
    >>> words({"minItems": 1, "uniqueItems": True, "items": {"enum": ["a", "b"]}})
    'length at least 1, none twice, each one of: a, b'
    """
    found = [text.format(told(limits[key])) for key, text in PHRASES.items() if key in limits]
    if "not" in limits:
        factor = limits["not"]["multipleOf"]
        found.append("odd" if factor == EVEN else f"not a multiple of {told(factor)}")
    if "enum" in limits:
        found.append(f"one of: {', '.join(map(told, limits['enum']))}")
    if "uniqueItems" in limits:
        found.append("none twice")
    if limits.get("items"):
        found.append(f"each {words(limits['items'])}")
    return ", ".join(found)


def told(value: object) -> str:
    """Write a value as a reader may type it.

    Parameters
    ----------
    value : object
        A number, a text, a truth value or a list of them.

    Returns
    -------
    str
        Thousands of large integers are set apart as in Python.

    Examples
    --------
    >>> told(100000), told(2000), told(1e-4), told([1.0, 2.0]), told(True)
    ('100_000', '2000', '0.0001', '[1.0, 2.0]', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(told, value))}]"
    return f"{value:_}" if isinstance(value, int) and abs(value) >= LARGE else str(value)


def limit_complaints(default: object, limits: object) -> list[str]:
    """Find what is wrong with the limits of a parameter.

    Parameters
    ----------
    default : int, float, str, bool or list
        Of the parameter.
    limits : object
        What ``notebooks/limits.yml`` says of it.

    Returns
    -------
    list of str
        A line each: a keyword that is unknown or takes something else, a bound that is missing, a
        default outside of the bounds. Empty if all is well.
    """
    kind = TYPES[type(default)]
    if not isinstance(limits, Mapping):
        return [f"needs keywords with values, not {limits!r}"]
    found = []
    for keyword, value in limits.items():
        if keyword not in KEYWORDS[kind]:
            known = ", ".join(KEYWORDS[kind]) or "none"
            found.append(f"unknown keyword {keyword!r}; those of type {kind} are: {known}")
        else:
            errors = VALIDATOR(KEYWORDS[kind][keyword]).iter_errors(value)
            found += [f"{keyword}: {error.message}" for error in errors]
    for choice in NEEDED.get(kind, ()):
        if not set(choice) & set(limits):
            found.append(f"needs the keyword {' or '.join(choice)}")
    if isinstance(default, list) and not found:
        inner = limit_complaints(default[0], limits.get("items", {}))
        found += [f"items: {line}" for line in inner]
    if not found and not allows(schema(default, limits), default):
        found.append(f"its own value {told(default)} is not {words(limits) or 'finite'}")
    return found


def _is_integer(_checker: object, value: object) -> bool:
    """Not 1.0 either, which JSON Schema takes for an integer."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(checker: object, value: object) -> bool:
    return _is_integer(checker, value) or (isinstance(value, float) and math.isfinite(value))


VALIDATOR: Any = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number}
    ),
)
