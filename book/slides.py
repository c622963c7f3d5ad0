"""Marks of slides: tags of a chapter's cells, their form, and how they reach the page's HTML.

A cell tagged `slide` begins a slide, one tagged `slide-more` continues it. Sphinx keeps the tags of
code cells on the page, but not those of text, so a marked text is put between two comments.
"""

import copy
import re
from collections.abc import Sequence
from typing import Any

from book.course.exercises import section, tags

SLIDE, MORE = "slide", "slide-more"
# Comments are on the page, too, but nobody sees them.
BEGIN = {SLIDE: f"<!-- {SLIDE} -->", MORE: f"<!-- {MORE} -->"}
END = "<!-- slide-end -->"
FEWEST = 6
HEADING = re.compile(r"^(?:\([\w-]+\)=\n)?#{1,6} .*(?:\n|\Z)")


def marked(notebook: Any) -> Any:
    """Put the marked texts of a chapter between comments.

    Parameters
    ----------
    notebook : notebook
        A chapter as its page shall show it; it is not changed.

    Returns
    -------
    notebook
        The same, with comments around each text that is tagged. A heading with which it begins
        stays in front of them: it is the title of the slide.
    """
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        mark = _mark(cell)
        if mark and cell.cell_type == "markdown":
            heading = HEADING.match(cell.source)
            at = heading.end() if heading else 0
            parts = (cell.source[:at].rstrip("\n"), BEGIN[mark], cell.source[at:].strip("\n"), END)
            cell.source = "\n\n".join(part for part in parts if part)
    return made


def slide_complaints(cells: Sequence[Any]) -> list[str]:
    """Find what is wrong with the slides of a chapter.

    Parameters
    ----------
    cells : sequence of cell
        Of the chapter.

    Returns
    -------
    list of str
        A line each; empty if all is well.
    """
    found = []
    marks = [_mark(cell) for cell in cells]
    count = marks.count(SLIDE)
    if count < FEWEST:
        found.append(f"has {count} slides, at least {FEWEST}: tag cells with {SLIDE}")
    if MORE in marks and SLIDE not in marks[: marks.index(MORE)]:
        found.append(f"a cell is tagged {MORE}, but no cell before it is tagged {SLIDE}")
    exercises = set(section(cells))
    for index, (cell, mark) in enumerate(zip(cells, marks, strict=True)):
        if mark is None:
            continue
        name = f"the cell {cell.source.strip().splitlines()[0][:40]!r}, tagged {mark},"
        if {SLIDE, MORE} <= set(tags(cell)):
            found.append(f"{name} is tagged {MORE}, too; one of the two is meant")
        if index in exercises:
            found.append(f"{name} belongs to the exercises, which are no slides")
        if cell.cell_type == "markdown" and _headings(cell.source) > (mark == SLIDE):
            found.append(f"{name} has a heading that does not begin a slide; split the cell")
    return found


def _mark(cell: Any) -> str | None:
    return next((mark for mark in (SLIDE, MORE) if mark in tags(cell)), None)


def _headings(text: str) -> int:
    """Count headings; one that does not stand at the start of the text counts twice."""
    inner = len(re.findall(r"^#{1,6} ", HEADING.sub("", text), re.M))
    return int(HEADING.match(text) is not None) + 2 * inner
