"""Marked texts stand between comments, and marks out of form are complaints."""

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from book.slides import FEWEST, marked, slide_complaints


def text(source: str, *tags: str) -> Any:
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source: str, *tags: str) -> Any:
    return new_code_cell(source, metadata={"tags": list(tags)})


def enough() -> list[Any]:
    """A chapter that has slides enough."""
    slides = [text(f"## Part {number}\n\nText.", "slide") for number in range(FEWEST - 1)]
    return [*slides, code("1 + 1", "slide"), text("More.", "slide-more"), text("## Exercises")]


@pytest.mark.parametrize(
    ("source", "tag", "made"),
    [
        ("Text.", "slide", "<!-- slide -->\n\nText.\n\n<!-- slide-end -->"),
        ("Text.\n", "slide-more", "<!-- slide-more -->\n\nText.\n\n<!-- slide-end -->"),
        ("# A\n\nText.", "slide", "# A\n\n<!-- slide -->\n\nText.\n\n<!-- slide-end -->"),
        (
            "(a-b)=\n## A\n\n- one\n- two",
            "slide",
            "(a-b)=\n## A\n\n<!-- slide -->\n\n- one\n- two\n\n<!-- slide-end -->",
        ),
        ("## A", "slide", "## A\n\n<!-- slide -->\n\n<!-- slide-end -->"),
        ("#hash", "slide", "<!-- slide -->\n\n#hash\n\n<!-- slide-end -->"),
        ("Text.", "other", "Text."),
    ],
)
def test_a_marked_text_stands_between_comments(source: str, tag: str, made: str) -> None:
    notebook = new_notebook(cells=[text(source, tag)])
    assert marked(notebook).cells[0].source == made
    assert notebook.cells[0].source == source, "the notebook itself was changed"


def test_code_and_what_is_not_marked_stay_as_they_are() -> None:
    notebook = new_notebook(cells=[text("# A"), code("x = 1", "slide"), text("B")])
    assert marked(notebook) == notebook


def test_slides_in_form_are_no_complaint() -> None:
    assert slide_complaints(enough()) == []


def test_a_chapter_needs_slides_enough() -> None:
    (found,) = slide_complaints(enough()[1:])
    assert found == f"has {FEWEST - 1} slides, at least {FEWEST}: tag cells with slide"
    assert len(slide_complaints([])) == 1


def test_nothing_is_continued_before_it_has_begun() -> None:
    (found,) = slide_complaints([text("Text.", "slide-more"), *enough()])
    assert found == "a cell is tagged slide-more, but no cell before it is tagged slide"


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (text("Both.", "slide", "slide-more"), "'Both.', tagged slide, is tagged slide-more, too"),
        (text("## Late", "slide-more"), "has a heading that does not begin a slide"),
        (text("One.\n\n## Two", "slide"), "has a heading that does not begin a slide"),
        (text("## One\n\n### Two\n\nX", "slide"), "has a heading that does not begin a slide"),
    ],
)
def test_each_mark_out_of_form_is_a_complaint(cell: Any, complaint: str) -> None:
    cells = enough()
    cells.insert(-1, cell)
    (found,) = slide_complaints(cells)
    assert complaint in found


@pytest.mark.parametrize("cell", [text("Solve.", "slide"), code("solve()", "slide-more")])
def test_exercises_are_no_slides(cell: Any) -> None:
    (found,) = slide_complaints([*enough(), cell])
    assert "belongs to the exercises" in found
    assert slide_complaints([*enough(), text("## References"), cell]) == []
