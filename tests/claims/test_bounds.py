"""Bounds hold exactly where their words say, and numbers survive JSON."""

import json
import math
import re
import textwrap
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.claims import Bound, decode, encode, number

reals = st.floats(allow_nan=False)


def read(written: str) -> float:
    """Understand a number as it is shown."""
    plain = written.replace("−", "-").replace("\u202f", "")
    found = re.fullmatch(r"(-?[\d.]*?)·?(?:10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", plain)
    assert found
    power = (found[2] or "⁰").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    factor = {"": "1", "-": "-1"}.get(found[1], found[1])
    return float(f"{factor}e{power}")


whole = st.integers(-(2**40), 2**40).map(float)  # sums and differences of these are exact


@given(reals, reals, reals)
def test_limits_hold_exactly_in_the_closed_interval(low: float, high: float, value: float) -> None:
    assert Bound(at_least=low, at_most=high).holds(value) == (low <= value <= high)
    assert Bound(at_least=low).holds(value) == (low <= value)
    assert Bound(at_most=high).holds(value) == (value <= high)


@given(reals)
def test_a_limit_is_inclusive(limit: float) -> None:
    assert Bound(at_most=limit, at_least=limit).holds(limit)


@given(whole, whole.map(abs), whole)
def test_an_absolute_accuracy_is_the_distance_allowed(
    expected: float, within: float, value: float
) -> None:
    distance = abs(Fraction(value) - Fraction(expected))
    bound = Bound(expected=expected, within=within)
    assert bound.holds(value) == (distance <= Fraction(within))
    assert bound.holds(expected + within)
    assert not bound.holds(expected - within - 1)


@given(whole, st.sampled_from([0.0, 0.125, 0.25, 0.5, 1.0, 2.0]), whole)
def test_a_relative_accuracy_is_a_fraction_of_the_expected_value(
    expected: float, rel: float, value: float
) -> None:
    distance = abs(Fraction(value) - Fraction(expected))
    allowed = abs(Fraction(expected)) * Fraction(rel)
    assert Bound(expected=expected, rel=rel).holds(value) == (distance <= allowed)


@given(whole, whole.map(abs), whole, whole.map(abs), whole)
def test_within_the_distance_to_its_end_a_bound_judges_alike_and_beyond_otherwise(
    low: float, length: float, expected: float, within: float, value: float
) -> None:
    bounds = [
        Bound(at_most=low),
        Bound(at_least=low, at_most=low + length),
        Bound(expected=expected, within=within),
        Bound(expected=expected, rel=0.5),
    ]
    for bound in bounds:
        distance, holds = bound.distance(value), bound.holds(value)
        for nearer in (0.0, distance / 2, distance - 0.5):
            if 0 <= nearer < distance:
                assert bound.holds(value + nearer) == bound.holds(value - nearer) == holds
        ends = [end for end in (value - distance, value + distance) if bound.holds(end)]
        assert any(not (bound.holds(end - 0.5) and bound.holds(end + 0.5)) for end in ends)


@given(whole, whole, whole, whole.map(abs), whole)
def test_every_part_of_a_bound_must_hold(
    low: float, high: float, expected: float, within: float, value: float
) -> None:
    parts = [Bound(at_least=low), Bound(at_most=high), Bound(expected=expected, within=within)]
    whole_bound = Bound(at_most=high, at_least=low, expected=expected, within=within)
    assert whole_bound.holds(value) == all(part.holds(value) for part in parts)


@given(reals)
def test_nan_respects_no_bound(limit: float) -> None:
    assert not Bound(at_most=limit).holds(math.nan)
    assert not Bound(at_least=limit).holds(math.nan)
    assert not Bound(expected=limit, within=math.inf).holds(math.nan)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "needs a bound"),
        ({"within": 1.0}, "belong to expected="),
        ({"rel": 1.0, "at_most": 1.0}, "belong to expected="),
        ({"expected": 1.0}, "exactly one"),
        ({"expected": 1.0, "at_most": 2.0}, "exactly one"),
        ({"expected": 1.0, "within": 1.0, "rel": 1.0}, "exactly one"),
        ({"expected": 1.0, "within": -1e-9}, "must not be negative"),
        ({"expected": 1.0, "rel": -1e-9}, "must not be negative"),
        ({"at_most": math.nan}, "at_most= must be a number"),
        ({"at_least": "1"}, "at_least= must be a number"),
        ({"at_most": True}, "at_most= must be a number"),
        ({"expected": 1.0, "rel": math.nan}, "rel= must be a number"),
    ],
)
def test_a_bound_that_bounds_nothing_or_contradicts_itself_is_refused(
    parts: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Bound(**parts)


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (Bound(at_most=1.5), "at most 1.5"),
        (Bound(at_least=-math.inf), "at least −∞"),
        (Bound(at_least=-1e-10), "at least −10⁻¹⁰"),
        (Bound(expected=1e5, rel=0.01), "100\u202f000 ± 1 per cent"),
        (Bound(expected=-0.5, rel=0.001), "−0.5 ± 0.1 per cent"),
        (Bound(at_most=2, at_least=1), "at least 1 and at most 2"),
        (Bound(expected=1.47221948, within=5e-5), "1.47221948 ± 5·10⁻⁵"),
        (Bound(expected=6, rel=0.0125), "6 ± 1.25 per cent"),
        (Bound(expected=6, within=1, at_most=6), "at most 6 and 6 ± 1"),
    ],
)
def test_words_of_a_bound_name_every_part(bound: Bound, words: str) -> None:
    assert str(bound).replace("\N{NO-BREAK SPACE}", " ") == words


@given(reals)
def test_every_number_but_nan_survives_json(value: float) -> None:
    assert decode(json.loads(json.dumps(encode(value), allow_nan=False))) == value


@pytest.mark.parametrize("value", [True, None, [1.0], {}, "six"])
def test_what_is_no_number_is_not_decoded(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a number|could not convert"):
        decode(value)


@given(st.floats(-1e300, 1e300))
def test_a_written_number_is_right_to_four_digits(value: float) -> None:
    assume(value == 0 or abs(value) > 1e-300)
    assert abs(read(number(value)) - value) <= abs(value) * 5.001e-4


@given(reals)
def test_a_written_number_has_a_real_minus_and_nowhere_to_break(value: float) -> None:
    written = number(value)
    assert not set(written) & set("-e+ ")
    assert (written[0] == "−") == (value < 0)
    assert textwrap.wrap(written, 5, break_long_words=False) == [written]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.47221948, "1.472"),
        (-0.0, "0"),
        (-0.99961, "−0.9996"),
        (1e-12, "10⁻¹²"),
        (1.5e-5, "1.5·10⁻⁵"),
        (9999.4, "9999"),
        (9999.9, "10\u202f000"),
        (16727, "16\u202f730"),
        (-1234567, "−1\u202f235\u202f000"),
        (9999999, "10⁷"),
        (1.5e300, "1.5·10³⁰⁰"),
        (math.inf, "∞"),
    ],
)
def test_how_a_number_is_written(value: float, written: str) -> None:
    assert number(value) == written
