"""Exercises on a page: nothing of what is kept from students gets there."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from nbformat import v4

from book.chapters import Chapter
from book.course.exercises import STUB, Exercise
from book.course.page import caption, page
from book.project import BookError


@pytest.fixture
def executed(small: Chapter, secrets: tuple[str, str]) -> Any:
    """The chapter with outputs, in each of which stands what students must not see."""
    notebook = copy.deepcopy(small.notebook)
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = number
        if set(cell.metadata.get("tags", ())) & {"answer", "test"}:
            cell.outputs = [v4.new_output("stream", text=" ".join(secrets))]
        else:
            cell.outputs = [v4.new_output("stream", text="stays")]
    return notebook


def code(notebook: Any, tag: str) -> list[Any]:
    return [c for c in notebook.cells if tag in c.metadata.get("tags", ())]


def words(notebook: Any) -> str:
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def test_without_solutions_no_trace_of_them_is_left(
    executed: Any, secrets: tuple[str, str]
) -> None:
    told = json.dumps(page(executed, "small", solutions=False))
    for secret in (*secrets, "{solution}", "Marking", "Sum and divide", "BEGIN", "END HIDDEN"):
        assert secret not in told
    for kept in ("{exercise} Add", "{hint}", "assert add(1, 2) == 3", "Sum of two numbers."):
        assert kept in told


def test_with_solutions_they_stand_folded_below_and_tests_stay_hidden(
    executed: Any, secrets: tuple[str, str]
) -> None:
    solved, hidden = secrets
    made = page(executed, "small", solutions=True)
    assert hidden not in json.dumps(made)
    assert (
        "````{solution} ex-ti-add\n:class: dropdown\n"
        f"By {solved}.\n\n```python\n"
        'def add(a, b):\n    """Sum of two numbers."""\n'
        f'    known = "{solved}"\n    return a + b\n```\n````'
    ) in words(made)
    assert f"Since {solved}.\n\n**Marking.** 2 for the reason.\n````" in words(made)
    assert solved not in json.dumps([code(made, "answer"), code(made, "test")])


@pytest.mark.parametrize("solutions", [True, False])
def test_cells_of_answers_are_stubs_and_have_no_outputs(executed: Any, *, solutions: bool) -> None:
    made = page(executed, "small", solutions=solutions)
    assert [c.source for c in code(made, "answer")] == [
        f'def add(a, b):\n    """Sum of two numbers."""\n    {STUB}',
        f'def mean(numbers):\n    """Mean of a list that is not empty."""\n    {STUB}',
        f'def last(items):\n    """Last of a list that is not empty."""\n    {STUB}',
    ]
    assert [c.source for c in code(made, "test")] == [
        "assert add(1, 2) == 3",
        "assert mean([1, 3]) == 2",
        "assert last([1, 2]) == 2",
    ]
    cleared = code(made, "answer") + code(made, "test")
    assert all(c.outputs == [] and c.execution_count is None for c in cleared)


def without_offer(source: str) -> str:
    """A text without the line that offers the exercises as a notebook, which stands but once."""
    offer = re.compile(
        r"\n\nDo them in a notebook of their own: "
        r'<a href="\.\./\.\./exercises/small\.ipynb" download>small\.ipynb</a>, with '
        r'<a href="\.\./\.\./exercises/companion\.zip" download>companion\.zip</a> beside it, '
        r"[^\n]*"
        r"`companion course mark path/to/small\.ipynb` marks it\."
    )
    assert len(offer.findall(source)) == ("## Exercises" in source)
    return offer.sub("", source)


def test_all_else_stays_as_it_was(executed: Any) -> None:
    before = copy.deepcopy(executed)
    made = page(executed, "small", solutions=False)
    assert executed == before
    assert len(made.cells) == len(before.cells)
    for old, new in zip(before.cells, made.cells, strict=True):
        if old.cell_type == "code" and not set(old.metadata.tags) & {"answer", "test"}:
            assert old == new
        elif old.cell_type == "markdown" and "{exercise}" not in old.source:
            assert without_offer(new.source) == old.source.partition("````{solution}")[0]


def test_each_statement_says_level_points_and_who_marks(executed: Any) -> None:
    told = words(page(executed, "small", solutions=False))
    assert (
        "````{exercise} Say it\n:label: ex-ti-say\n:class: easy points-2\n"
        "*Easy, 2 points, marked by hand.*\n\nWhy does {eq}`eq-sum` hold?\n````\n\n````{hint}"
    ) in told
    assert "*Easy, 1 point, marked by machine.*\n\nAdd two numbers." in told
    assert "*Hard, 4 points, marked by machine.*\n\nThe last item." in told


@pytest.mark.parametrize("title", ["Add two numbers.", "class"])
def test_a_statement_may_repeat_its_title(
    title: str, text: str, write: Callable[[str], tuple[Any, Chapter]]
) -> None:
    text = text.replace("{exercise} Add\n", f"{{exercise}} {title}\n")
    text = text.replace("\nAdd two numbers.\n", f"\n{title}\n")
    text = text.replace("Sum and divide.", "dropdown")
    chapter = write(text)[1]
    told = words(page(chapter.notebook, "small", solutions=True))
    assert (
        f"{{exercise}} {title}\n:label: ex-ti-add\n:class: easy points-1\n"
        f"*Easy, 1 point, marked by machine.*\n\n{title}\n````"
    ) in told
    assert ":class: dropdown\ndropdown\n\n```python\ndef mean" in told


def test_a_chapter_without_exercises_stays(
    text: str, write: Callable[[str], tuple[Any, Chapter]]
) -> None:
    chapter = write(text[: text.index("## Exercises")])[1]
    assert page(chapter.notebook, "small", solutions=False) == chapter.notebook


def test_an_incomplete_exercise_is_named(
    text: str, write: Callable[[str], tuple[Any, Chapter]]
) -> None:
    chapter = write(text.replace("{solution} ex-ti-say", "{note}"))[1]
    with pytest.raises(BookError, match="small: exercise 'ex-ti-say' has no solution"):
        page(chapter.notebook, "small", solutions=True)


def test_a_caption_counts_points() -> None:
    assert caption(Exercise("l", "t", "easy", 1, "s")) == "Easy, 1 point, marked by hand."
    machine = Exercise("l", "t", "medium", 3, "s", answer="a", test="t")
    assert caption(machine) == "Medium, 3 points, marked by machine."
