"""Parameters keep their types, and whatever a person may have mistyped is one clear line."""

from pathlib import Path

import pytest

from book.chapters import (
    Chapter,
    check_profile,
    parse_setting,
    profile_parameters,
    read_chapters,
    select,
)
from book.parameters import Parameter, Value
from book.project import BookError, Project


def chapter_with(**defaults: Value) -> Chapter:
    """A chapter of these parameters, without a file."""
    chapter = Chapter("first", "tiny", Path("first.md"))
    limits = {"minimum": 0, "maximum": 9}
    chapter.__dict__["parameters"] = {
        n: Parameter(n, v, "help", limits) for n, v in defaults.items()
    }
    return chapter


# --- the parameters cell ---


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
    source.write_text(text.replace(":tags: [parameters]\n\n", ""), encoding="utf-8")
    with pytest.raises(BookError, match="one cell tagged parameters, has 0"):
        _ = read_chapters(tiny)["second"].parameters
    cell = "\n```{code-cell} ipython3\n:tags: [parameters]\n\nmore: int = 1\n```\n"
    source.write_text(text + cell, encoding="utf-8")
    with pytest.raises(BookError, match="one cell tagged parameters, has 2"):
        _ = read_chapters(tiny)["second"].parameters


# --- limits ---


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "parameter seed has no limits, be they {}"),
        ("second:", "needs a mapping of names to limits, not None"),
        ("second: {seed: 3}", "limits of seed: needs keywords with values, not 3"),
        ("second: {seed: {enum: [0]}, sead: {}}", "no parameter 'sead' to limit"),
    ],
)
def test_limits_that_do_not_fit_a_chapter_are_one_line_naming_both(
    tiny: Project, table: str, message: str
) -> None:
    tiny.limits.write_text(table, encoding="utf-8")
    with pytest.raises(BookError) as raised:
        _ = read_chapters(tiny)["second"].parameters
    assert str(raised.value) == f"notebooks/limits.yml: second: {message}"


@pytest.mark.parametrize(
    ("table", "message"),
    [("[first]", "must be a table of chapters"), ("first: {", "cannot be read")],
)
def test_a_broken_table_of_limits_is_said_so(tiny: Project, table: str, message: str) -> None:
    tiny.limits.write_text(table, encoding="utf-8")
    with pytest.raises(BookError, match=rf"limits\.yml: {message}"):
        read_chapters(tiny)


def test_without_the_table_of_limits_there_is_no_book(tiny: Project) -> None:
    tiny.limits.unlink()
    with pytest.raises(BookError, match=r"limits\.yml: cannot be read"):
        read_chapters(tiny)


# --- NAME=VALUE ---


def test_a_setting_is_read_in_the_type_of_its_parameter_or_refused() -> None:
    chapter = chapter_with(count=3, rate=0.5)
    assert parse_setting(chapter, "count=9") == ("count", 9)
    assert parse_setting(chapter, " rate =1e-3") == ("rate", 0.001)
    with pytest.raises(BookError, match="first: parameter count takes an int, at least 0, at most"):
        parse_setting(chapter, "count=10")


def test_a_setting_needs_a_known_name_and_an_equals_sign() -> None:
    typed = chapter_with(count=3, rate=0.5)
    with pytest.raises(BookError, match="write NAME=VALUE"):
        parse_setting(typed, "count")
    with pytest.raises(BookError, match=r"no parameter 'sead'.*count \(int\), rate \(float\)"):
        parse_setting(typed, "sead=1")


# --- chapters and profiles ---


def test_chapters_come_in_the_order_of_the_table_of_contents(tiny: Project) -> None:
    chapters = read_chapters(tiny)
    assert list(chapters) == ["first", "second"]
    first = chapters["first"]
    assert (first.part, first.title) == ("tiny", "First")
    assert list(first.parameters) == ["seed", "scale", "name", "sizes", "fast"]
    limits = {"minimum": 0.5, "maximum": 10.0}
    assert first.parameters["scale"] == Parameter("scale", 1.0, "of the sum", limits)
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
        ("first: {quick: {seed: 1.5}}", "first: quick: parameter seed takes an int"),
        ("first: {quick: {seed: -1}}", "seed takes an int, at least 0, .* not -1"),
        ("first: {quick: {scale: .nan}}", "scale takes a float, .* not nan"),
        ("first: {quick: {scale: .inf}}", "scale takes a float, .* not inf"),
        ("first: {quick: {sizes: []}}", "sizes takes a list of int .*, not \\[\\]"),
        ("first: {quick: 3}", "must be a table of chapters"),
        ("first: {quick: [1]}", "must be a table of chapters"),
        ("first: 3", "must be a table of chapters"),
        ("[first]", "must be a table of chapters"),
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
