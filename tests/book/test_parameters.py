"""Parameters keep their types and limits; whatever a person may have mistyped is one clear line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.limits import Limits
from book.parameters import Parameter, Value, limited, read_parameters

LINES = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])


def parameters_with(**defaults: Value) -> dict[str, Parameter]:
    """Parameters of these defaults, without limits."""
    return {name: Parameter(name, default, "help") for name, default in defaults.items()}


TYPED = parameters_with(
    count=3, rate=0.5, name="none", fast=False, sizes=[1], rates=[0.5], names=["a"], flags=[True]
)

# --- the parameters cell ---


def test_parameters_are_read_in_order_with_their_explanations_and_limits() -> None:
    cell = "seed: int = 0  # of every draw\nrate = -1e-3\nsizes: list = [1,\n  2]  # how many\n"
    limits: dict[str, Limits] = {
        "sizes": {"items": {"minimum": 0, "maximum": 3}, "minItems": 1, "maxItems": 4},
        "rate": {"minimum": -1, "exclusiveMaximum": 0},
        "seed": {"minimum": 0, "maximum": 3, "unit": "draws"},
    }
    assert limited(read_parameters(cell), limits) == [
        Parameter("seed", 0, "of every draw", limits["seed"]),
        Parameter("rate", -1e-3, "", limits["rate"]),
        Parameter("sizes", [1, 2], "how many", limits["sizes"]),
    ]


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        ({}, "parameter seed has no limits"),
        ({"seed": {"minimum": 0, "maximum": 1}, "sead": {}}, "no parameter 'sead' to limit"),
        ({"seed": {"minimum": 1, "maximum": 2}}, "limits of seed: its own value 0 is not"),
        ({"seed": {"smallest": 0}}, "limits of seed: unknown keyword 'smallest'"),
        ([], r"needs a mapping of names to limits, not \[\]"),
        (None, "needs a mapping of names to limits, not None"),
    ],
)
def test_limits_that_do_not_fit_the_cell_are_one_line(limits: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        limited([Parameter("seed", 0, "of every draw")], limits)
    assert "\n" not in str(raised.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"no limits.*; parameter b has no limits"):
        limited([Parameter("a", 0, ""), Parameter("b", "", "")], {})


@pytest.mark.parametrize("literal", ["[]", "[None]", "[[1]]", "{}", "None", "(1, 2)", "b''", "1j"])
def test_a_default_of_another_type_is_refused(literal: str) -> None:
    with pytest.raises(ValueError, match="p must be a number, text, truth value or list"):
        read_parameters(f"p = {literal}")


@pytest.mark.parametrize(
    ("default", "name"),
    [(1, "int"), (1.0, "float"), ("", "str"), (True, "bool"), ([1.5], "list of float")],
)
def test_the_type_of_a_parameter_is_that_of_its_default(default: Value, name: str) -> None:
    assert Parameter("p", default, "").type == name


@pytest.mark.parametrize(
    ("default", "good", "bad"),
    [
        (1, [0, -5], [1.0, True, "1", [1], None]),
        (1.0, [2.5, 3, 10**400], [True, "1", float("nan"), float("inf"), None]),
        ("a", ["", "b"], [1, None, ["a"]]),
        (True, [False], [0, 1, "true", None]),
        ([1], [[], [2, 3]], [[1.5], [True], ["1"], 1, (1,)]),
        ([0.5], [[], [1, 2.5]], [[float("nan")], [float("-inf")], ["1"], 0.5]),
    ],
)
def test_a_parameter_takes_its_own_type_and_no_other(
    default: Value, good: list[Any], bad: list[Any]
) -> None:
    parameter = Parameter("p", default, "")
    assert all(parameter.accepts(value) for value in good)
    assert [value for value in bad if parameter.accepts(value)] == []


# --- what people type ---


def same(value: object, other: object) -> bool:
    return type(value) is type(other) and value == other


@given(st.integers())
def test_every_int_survives_being_typed(value: int) -> None:
    assert same(TYPED["count"].read(str(value)), value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives_being_typed(value: float) -> None:
    assert same(TYPED["rate"].read(repr(value)), value)


@given(st.integers(-(10**6), 10**6))
def test_an_int_typed_for_a_float_becomes_one(value: int) -> None:
    assert same(TYPED["rate"].read(str(value)), float(value))


@given(st.text(LINES))
def test_every_text_survives_being_typed_as_it_is(value: str) -> None:
    assert TYPED["name"].read(value) == value


@pytest.mark.parametrize("value", [True, False])
def test_every_truth_value_survives_being_typed(*, value: bool) -> None:
    assert TYPED["fast"].read(str(value).lower()) is value
    assert TYPED["fast"].read(str(value)) is value


@given(st.lists(st.integers()))
def test_every_list_of_ints_survives_being_typed(value: list[int]) -> None:
    assert TYPED["sizes"].read(str(value)) == value


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_every_list_of_floats_survives_being_typed(value: list[float]) -> None:
    read = TYPED["rates"].read(str(value))
    assert read == value
    assert isinstance(read, list)
    assert all(type(item) is float for item in read)


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126))))
def test_every_list_of_texts_survives_being_typed(value: list[str]) -> None:
    assert TYPED["names"].read(json.dumps(value)) == value


def test_what_yaml_takes_for_something_else_stays_what_it_is() -> None:
    assert TYPED["count"].read("010") == 10
    assert TYPED["names"].read("[on, 010, 2001-01-01, a b, ~]") == [
        *("on", "010", "2001-01-01", "a b", "~")
    ]
    assert TYPED["flags"].read("[true, FALSE]") == [True, False]


@given(st.sampled_from(list(TYPED)), st.text(LINES, max_size=30))
def test_any_other_text_is_a_value_of_the_type_or_one_line_that_names_it(
    name: str, text: str
) -> None:
    parameter = TYPED[name]
    try:
        read = parameter.read(text)
    except ValueError as error:
        assert "\n" not in str(error)
        assert f"parameter {name} takes" in str(error)
        assert parameter.type in str(error)
    else:
        assert parameter.accepts(read)


@pytest.mark.parametrize(
    "setting",
    [
        *("count=1.5", "count=true", "count=many", "count=", "count=2001-99-99", "count=[1]"),
        *("count=1e3", "count=0x10", "count=" + "1" * 5000),
        *("rate=nan", "rate=inf", "rate=-inf", "rate=1e999", "rate=fast", "rate=true", "rate="),
        *("rate=" + "1" * 400, "fast=1", "fast=yes", "fast="),
        *("sizes=3", "sizes=[1.5]", "sizes=[1", "sizes=", "sizes={1: 2}", "sizes=[[1]]"),
        *("sizes=&a [*a]", "sizes=" + "[" * 10_000, "sizes=!!timestamp [1, x]", "sizes=[1]\n---\n"),
        *("rates=[nan]", "rates=[.inf]", "flags=[1]", "names={a: b}", "names=[a, [b]]"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(setting: str) -> None:
    name, _, text = setting.partition("=")
    with pytest.raises(ValueError, match=f"parameter {name} takes an? ") as raised:
        TYPED[name].read(text)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


def test_a_refusal_tells_type_unit_limits_and_a_value_that_will_do() -> None:
    steps = Parameter(
        "steps", 80, "", {"minimum": 40, "maximum": 10**5, "multipleOf": 40, "unit": "steps"}
    )
    assert steps.refusal("50") == (
        "parameter steps takes an int (steps), at least 40, at most 100_000, a multiple of 40, "
        "such as 80, not '50'"
    )
    assert Parameter("name", "none", "").refusal(3) == (
        "parameter name takes a str, such as none, not 3"
    )


def test_a_parameter_describes_itself_for_a_table() -> None:
    limits = {"items": {"minimum": 1, "maximum": 9}, "minItems": 1, "maxItems": 3, "unit": "images"}
    assert Parameter("sizes", [1, 2], "how <many>", limits).described == {
        "name": "sizes",
        "type": "list of int",
        "default": "[1, 2]",
        "unit": "images",
        "allowed": "length at least 1, length at most 3, each at least 1, at most 9",
        "help": "how <many>",
    }
