"""Parameters keep their types, and whatever a person may have mistyped is one clear line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.chapters import (
    Chapter,
    Parameter,
    Value,
    check_profile,
    parse_parameters,
    parse_setting,
    profile_parameters,
    read_chapters,
    select,
)
from book.project import BookError, Project

LINES = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])


def chapter_with(**defaults: Value) -> Chapter:
    """A chapter of these parameters, without a file."""
    chapter = Chapter("first", "tiny", Path("first.md"))
    chapter.__dict__["parameters"] = {n: Parameter(n, v, "help") for n, v in defaults.items()}
    return chapter


TYPED = chapter_with(
    count=3, rate=0.5, name="none", fast=False, sizes=[1], rates=[0.5], names=["a"], free=[]
)


# --- the parameters cell ---


def test_parameters_are_read_in_order_with_their_explanations() -> None:
    cell = "seed: int = 0  # of every draw\nrate = -1e-3\nsizes: list = [1,\n  2]  # how many\n"
    assert parse_parameters(cell) == [
        Parameter("seed", 0, "of every draw"),
        Parameter("rate", -1e-3, ""),
        Parameter("sizes", [1, 2], "how many"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "import os",
        "seed: int",
        "a, b = 1, 2",
        "x.y = 1",
        "seed: int = 1 + 1",
        "seed: int = None",
        "seed: dict = {}",
        "seed: int = (0",
        "seed = = 0",
        "print(1)",
    ],
)
def test_a_parameters_cell_of_anything_else_is_one_line_naming_the_file(
    tiny: Project, cell: str
) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    text = source.read_text(encoding="utf-8").replace("seed: int = 0  # of every draw", cell)
    source.write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=r"second\.md: parameters cell") as raised:
        _ = read_chapters(tiny)["second"].parameters
    assert "\n" not in str(raised.value)


def test_a_chapter_has_exactly_one_parameters_cell(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace(":tags: [parameters]", ""), encoding="utf-8")
    with pytest.raises(BookError, match="one cell tagged parameters, has 0"):
        _ = read_chapters(tiny)["second"].parameters
    cell = "\n```{code-cell} ipython3\n:tags: [parameters]\n\nmore: int = 1\n```\n"
    source.write_text(text + cell, encoding="utf-8")
    with pytest.raises(BookError, match="one cell tagged parameters, has 2"):
        _ = read_chapters(tiny)["second"].parameters


@pytest.mark.parametrize(
    ("default", "name"),
    [
        (1, "int"),
        (1.0, "float"),
        ("", "str"),
        (True, "bool"),
        ([], "list"),
        ([1], "list of int"),
        ([1.5], "list of float"),
    ],
)
def test_the_type_of_a_parameter_is_that_of_its_default(default: Value, name: str) -> None:
    assert Parameter("p", default, "").type == name


@pytest.mark.parametrize(
    ("default", "good", "bad"),
    [
        (1, [0, -5], [1.0, True, "1", [1], None]),
        (1.0, [2.5, 3, float("inf")], [True, "1", float("nan"), None]),
        ("a", ["", "b"], [1, None, ["a"]]),
        (True, [False], [0, 1, "true", None]),
        ([1], [[], [2, 3]], [[1.5], [True], ["1"], 1, (1,)]),
        ([0.5], [[], [1, 2.5]], [[float("nan")], ["1"], 0.5]),
        ([], [[], [1, "a"]], [1, "a", None]),
    ],
)
def test_a_parameter_takes_its_own_type_and_no_other(
    default: Value, good: list[Any], bad: list[Any]
) -> None:
    parameter = Parameter("p", default, "")
    assert all(parameter.accepts(value) for value in good)
    assert [value for value in bad if parameter.accepts(value)] == []


# --- NAME=VALUE ---


def same(value: object, other: object) -> bool:
    return type(value) is type(other) and value == other


@given(st.integers())
def test_every_int_survives_being_typed(value: int) -> None:
    assert same(parse_setting(TYPED, f"count={value}"), ("count", value))


@given(st.floats(allow_nan=False))
def test_every_float_survives_being_typed(value: float) -> None:
    assert same(parse_setting(TYPED, f"rate={value!r}")[1], value)


@given(st.integers(-(10**6), 10**6))
def test_an_int_typed_for_a_float_becomes_one(value: int) -> None:
    assert same(parse_setting(TYPED, f"rate={value}")[1], float(value))


@given(st.text(LINES))
def test_every_text_survives_being_typed_as_it_is(value: str) -> None:
    assert parse_setting(TYPED, f"name={value}") == ("name", value)


@pytest.mark.parametrize("value", [True, False])
def test_every_truth_value_survives_being_typed(*, value: bool) -> None:
    assert parse_setting(TYPED, f"fast={str(value).lower()}") == ("fast", value)


@given(st.lists(st.integers()))
def test_every_list_of_ints_survives_being_typed(value: list[int]) -> None:
    assert parse_setting(TYPED, f"sizes={value}") == ("sizes", value)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_every_list_of_floats_survives_being_typed(value: list[float]) -> None:
    name, read = parse_setting(TYPED, f"rates={value}")
    assert (name, read) == ("rates", value)
    assert isinstance(read, list)
    assert all(type(item) is float for item in read)


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126))))
def test_every_list_of_texts_survives_being_typed(value: list[str]) -> None:
    assert parse_setting(TYPED, f"names={json.dumps(value)}") == ("names", value)


@given(st.sampled_from(list(TYPED.parameters)), st.text(LINES, max_size=30))
def test_any_other_text_is_a_value_of_the_type_or_one_line_that_names_it(
    name: str, text: str
) -> None:
    parameter = TYPED.parameters[name]
    try:
        read = parse_setting(TYPED, f"{name}={text}")
    except BookError as error:
        assert "\n" not in str(error)
        assert f"parameter {name} takes" in str(error)
        assert parameter.type in str(error)
        assert repr(parameter.default) in str(error)
    else:
        assert read[0] == name
        assert parameter.accepts(read[1])


@pytest.mark.parametrize(
    "setting",
    [
        "count=1.5",
        "count=true",
        "count=many",
        "count=",
        "count=2001-99-99",
        "count=[1]",
        "rate=nan",
        "rate=fast",
        "rate=true",
        "rate=" + "1" * 400,
        "fast=1",
        "sizes=3",
        "sizes=[1.5]",
        "sizes=[1",
        "rates=[nan]",
    ],
)
def test_a_value_of_the_wrong_type_is_refused(setting: str) -> None:
    with pytest.raises(BookError, match=f"first: parameter {setting.partition('=')[0]} takes an? "):
        parse_setting(TYPED, setting)


def test_a_setting_needs_a_known_name_and_an_equals_sign() -> None:
    with pytest.raises(BookError, match="write NAME=VALUE"):
        parse_setting(TYPED, "count")
    with pytest.raises(BookError, match=r"no parameter 'sead'.*count \(int\), rate \(float\)"):
        parse_setting(TYPED, "sead=1")


# --- chapters and profiles ---


def test_chapters_come_in_the_order_of_the_table_of_contents(tiny: Project) -> None:
    chapters = read_chapters(tiny)
    assert list(chapters) == ["first", "second"]
    first = chapters["first"]
    assert (first.part, first.title) == ("tiny", "First")
    assert list(first.parameters) == ["seed", "scale", "name", "sizes", "fast"]
    assert first.parameters["scale"] == Parameter("scale", 1.0, "of the sum")
    tiny.toc.write_text(
        "root: book/pages/intro\nchapters:\n- file: notebooks/tiny/second\n"
        "  sections:\n  - file: notebooks/tiny/first\n",
        encoding="utf-8",
    )
    assert list(read_chapters(tiny)) == ["second", "first"]


@pytest.mark.parametrize(
    ("toc", "message"),
    [
        ("chapters: [{file: notebooks/tiny/third}]", "'notebooks/tiny/third' is not a file"),
        ("chapters: [{file: notebooks/first}]", "'notebooks/first' is not a file"),
        (
            "chapters: [{file: notebooks/tiny/first}, {file: notebooks/other/first}]",
            "two chapters are called 'first'",
        ),
        ("chapters: [", "cannot be read"),
        ("when: 2001-99-99", "cannot be read"),
    ],
)
def test_a_broken_table_of_contents_is_said_so(tiny: Project, toc: str, message: str) -> None:
    (tiny.notebooks / "other").mkdir()
    (tiny.notebooks / "other" / "first.md").write_text("# Other\n", encoding="utf-8")
    tiny.toc.write_text(toc, encoding="utf-8")
    with pytest.raises(BookError, match=message):
        read_chapters(tiny)


def test_a_chapter_that_is_no_notebook_is_said_so(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    source.write_text("---\njupytext: [\n---\n\n# Second\n", encoding="utf-8")
    with pytest.raises(BookError, match=r"second\.md: cannot be read as a chapter"):
        _ = read_chapters(tiny)["second"].notebook


def test_a_chapter_without_a_heading_is_called_by_its_file(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    source.write_text(source.read_text(encoding="utf-8").replace("# Second", "Second"))
    assert read_chapters(tiny)["second"].title == "second"


def test_chapters_are_chosen_once_each_in_the_order_of_the_book(tiny: Project) -> None:
    chapters = read_chapters(tiny)
    assert select(chapters, ("second", "first", "second")) == list(chapters.values())
    assert select(chapters, ()) == list(chapters.values())
    assert select(chapters, ("second",)) == [chapters["second"]]
    with pytest.raises(BookError, match=r"unknown chapter 'third'.*: first, second"):
        select(chapters, ("first", "third"))


def test_a_profile_sets_its_own_parameters_and_no_others(tiny: Project) -> None:
    first, second = read_chapters(tiny).values()
    assert profile_parameters(tiny, first, "quick") == {"sizes": [3], "fast": True}
    assert profile_parameters(tiny, first, "standard") == {}
    assert profile_parameters(tiny, second, "quick") == {}
    tiny.profiles.write_text("", encoding="utf-8")
    assert profile_parameters(tiny, first, "quick") == {}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("first: {quick: {sead: 1}}", "no parameter 'sead'"),
        ("first: {quick: {seed: 1.5}}", "parameter seed takes an int"),
        ("first: {quick: 3}", "must be a table of profiles"),
        ("first: {quick: [1]}", "must be a table of profiles"),
        ("first: 3", "must be a table of profiles"),
        ("[first]", "must be a table of profiles"),
        ("first: {", "cannot be read"),
    ],
)
def test_a_broken_table_of_profiles_is_said_so(tiny: Project, table: str, message: str) -> None:
    tiny.profiles.write_text(table, encoding="utf-8")
    with pytest.raises(BookError, match=message):
        profile_parameters(tiny, read_chapters(tiny)["first"], "quick")


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BookError, match=r"unknown profile 'fast'.*: quick, standard, full"):
        check_profile("fast")
    check_profile("quick")
