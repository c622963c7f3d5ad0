"""Limits are applied as JSON Schema says, told in words, and refused where they mean nothing."""

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.limits import Limits, allows, limit_complaints, schema, told, words

BOTH: Limits = {"minimum": 0, "maximum": 9}
LIST: Limits = {"items": BOTH, "minItems": 1, "maxItems": 3}


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_bounds_are_those_of_arithmetic(value: int, low: int, high: int) -> None:
    for lower, above in (("minimum", operator.ge), ("exclusiveMinimum", operator.gt)):
        for upper, below in (("maximum", operator.le), ("exclusiveMaximum", operator.lt)):
            for default in (0, 0.0):
                rules = schema(default, {lower: low, upper: high, "unit": "steps"})
                typed = type(default)(value)
                assert allows(rules, typed) == (above(value, low) and below(value, high))


@given(st.integers(-1000, 1000), st.integers(1, 50))
def test_multiples_and_their_contrary(value: int, factor: int) -> None:
    assert allows(schema(0, {"multipleOf": factor}), value) == (value % factor == 0)
    assert allows(schema(0, {"not": {"multipleOf": factor}}), value) == (value % factor != 0)


@given(st.lists(st.integers(-2, 12), max_size=5))
def test_a_list_is_judged_by_its_length_and_by_each_item(value: list[int]) -> None:
    good = 1 <= len(value) <= 3 and all(0 <= item <= 9 for item in value)
    assert allows(schema([1], LIST), value) == good
    once = good and len(set(value)) == len(value)
    assert allows(schema([1], {**LIST, "uniqueItems": True}), value) == once


@pytest.mark.parametrize(
    ("default", "value"),
    [
        *((1, bad) for bad in (1.0, True, "1", None, [1], float("nan"))),
        *((1.0, bad) for bad in (True, "1", None, float("nan"), float("inf"), -float("inf"))),
        *(("a", bad) for bad in (1, None, True)),
        *((True, bad) for bad in (1, 0, "true", None)),
        *(([1], bad) for bad in (1, [True], [1.0], (1,), None, {})),
    ],
)
def test_no_other_type_is_allowed(default: object, value: object) -> None:
    assert allows(schema(default, {}), default)
    assert not allows(schema(default, {}), value)


def test_a_list_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    assert not allows(schema([1], {**LIST, "uniqueItems": True}), [value, value])


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({}, ""),
        ({"unit": "steps"}, ""),
        (BOTH, "at least 0, at most 9"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1.5}, "more than 0, less than 1.5"),
        ({"minimum": 20_000, "multipleOf": 2}, "at least 20_000, a multiple of 2"),
        ({"not": {"multipleOf": 2}}, "odd"),
        ({"not": {"multipleOf": 3}}, "not a multiple of 3"),
        ({"enum": [20, 100_000]}, "one of: 20, 100_000"),
        (LIST, "length at least 1, length at most 3, each at least 0, at most 9"),
        (
            {"uniqueItems": True, "items": {"enum": ["a b", "<c>"]}},
            "none twice, each one of: a b, <c>",
        ),
    ],
)
def test_limits_are_told_in_words(limits: Limits, text: str) -> None:
    assert words(limits) == text


@given(st.one_of(st.integers(), st.booleans(), st.lists(st.integers())))
def test_what_is_told_can_be_typed_again(value: object) -> None:
    names = {"true": True, "false": False}
    assert eval(told(value), names) == value


@pytest.mark.parametrize(
    ("default", "limits"),
    [
        (1, {**BOTH, "unit": "steps"}),
        (1, {"exclusiveMinimum": 0, "exclusiveMaximum": 2}),
        (1, {"enum": [1, 2]}),
        (1, {**BOTH, "not": {"multipleOf": 2}}),
        (0.5, {"minimum": 0, "maximum": 1.0}),
        ("a", {}),
        ("a", {"enum": ["a", "b"]}),
        (True, {}),
        ([1], {**LIST, "uniqueItems": True, "unit": "images"}),
        (["a"], {"minItems": 1, "maxItems": 2}),
    ],
)
def test_good_limits_have_no_complaint(default: object, limits: Limits) -> None:
    assert limit_complaints(default, limits) == []


@pytest.mark.parametrize(
    ("default", "limits", "complaint"),
    [
        (1, None, "needs keywords with values, not None"),
        (1, [], r"needs keywords with values, not \[\]"),
        (1, {**BOTH, "min": 0}, "unknown keyword 'min'; those of type integer are: minimum, "),
        (1, {**BOTH, "minItems": 1}, "unknown keyword 'minItems'"),
        ("a", {"minimum": 1}, "unknown keyword 'minimum'; those of type string are: enum"),
        ("a", {"unit": "m"}, "unknown keyword 'unit'"),
        (True, {"enum": [True]}, "unknown keyword 'enum'; those of type boolean are: none"),
        (1, {**BOTH, "minimum": "0"}, "minimum: '0' is not of type 'integer'"),
        (1, {**BOTH, "minimum": 0.5}, "minimum: 0.5 is not of type 'integer'"),
        (1.0, {**BOTH, "maximum": float("inf")}, "maximum: inf is not of type 'number'"),
        (1.0, {**BOTH, "maximum": True}, "maximum: True is not of type 'number'"),
        (1, {**BOTH, "multipleOf": 0}, "multipleOf: 0 is less than or equal to the minimum"),
        (1, {**BOTH, "not": {"minimum": 5}}, "not: .*'minimum' was unexpected"),
        (1, {**BOTH, "not": {}}, "not: 'multipleOf' is a required property"),
        (1, {**BOTH, "unit": ""}, "unit: '' should be non-empty"),
        (1, {"enum": []}, r"enum: \[\] should be non-empty"),
        (1, {"enum": [1, 1]}, r"enum: \[1, 1\] has non-unique elements"),
        (1, {"enum": [1, "a"]}, "enum: 'a' is not of type 'integer'"),
        (1, {}, "needs the keyword minimum or exclusiveMinimum or enum"),
        (1, {"minimum": 0}, "needs the keyword maximum or exclusiveMaximum or enum"),
        (1.0, {"maximum": 2}, "needs the keyword minimum or"),
        ([1], {"items": BOTH, "minItems": 1}, "needs the keyword maxItems"),
        ([1], {**LIST, "minItems": 0}, "minItems: 0 is less than the minimum of 1"),
        ([1], {**LIST, "uniqueItems": False}, "uniqueItems: True was expected"),
        ([1], {"minItems": 1, "maxItems": 2}, "items: needs the keyword minimum"),
        ([1], {**LIST, "items": {**BOTH, "max": 3}}, "items: unknown keyword 'max'"),
        ([1], {**LIST, "items": [BOTH]}, "items: .* is not of type 'object'"),
        (10, BOTH, "its own value 10 is not at least 0, at most 9"),
        ([1, 10], LIST, r"its own value \[1, 10\] is not length at least 1"),
        ("c", {"enum": ["a", "b"]}, "its own value c is not one of: a, b"),
        (float("inf"), {"minimum": 0, "maximum": 1}, "its own value inf is not at least 0"),
    ],
)
def test_limits_that_mean_nothing_are_a_complaint(
    default: object, limits: object, complaint: str
) -> None:
    lines = limit_complaints(default, limits)
    assert [line for line in lines if "\n" in line] == []
    with pytest.raises(ValueError, match=complaint):
        raise ValueError("\n".join(lines))
