"""Answers are found in whatever students hand in, and nothing else of it counts."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from book.chapters import Chapter
from book.course.assignment import assignment
from book.course.collect import MOST_BYTES, UnreadableError, collect


@pytest.fixture
def released(small: Chapter) -> Any:
    """What students are given; that solutions stand in it makes no difference here."""
    return assignment(small, "", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "handed in"
    made.mkdir()
    return made


def name(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def answered(released: Any) -> Any:
    """A submission with a text of its own in each answer."""
    made = copy.deepcopy(released)
    for cell in made.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = f"# mine: {name(cell)}\n\nx = 'ä'"
    return made


def put(folder: Path, notebook: Any, file: str = "small.ipynb") -> None:
    (folder / file).write_text(json.dumps(notebook), encoding="utf-8")


def of(notebook: Any, wanted: str) -> Any:
    return next(cell for cell in notebook.cells if name(cell) == wanted)


# --- answers ---


def test_answers_are_put_into_the_assignment(folder: Path, released: Any) -> None:
    before = copy.deepcopy(released)
    put(folder, answered(released), "My answers (2).ipynb")
    made = collect(folder, released)
    assert released == before
    assert made == answered(released)
    assert made != released


@pytest.mark.parametrize(("ending", "form"), [(".md", "md:myst"), (".py", "py:percent")])
def test_text_versions_are_read(folder: Path, released: Any, ending: str, form: str) -> None:
    text = jupytext.writes(answered(released), fmt=form)
    (folder / f"small{ending}").write_text(text, encoding="utf-8")
    assert [c.source for c in collect(folder, released).cells] == [
        c.source for c in answered(released).cells
    ]


def test_text_beside_a_notebook_is_passed_over(folder: Path, released: Any) -> None:
    put(folder, answered(released))
    for other in ("helper.py", "README.md", "data.csv"):
        (folder / other).write_text("x = 1\n", encoding="utf-8")
    assert collect(folder, released) == answered(released)


@pytest.mark.parametrize("code", ["utf-8-sig", "ascii"])
def test_notebooks_of_other_programs_are_read(folder: Path, released: Any, code: str) -> None:
    (folder / "small.ipynb").write_text(json.dumps(answered(released)), encoding=code)
    assert collect(folder, released) == answered(released)


def test_notebooks_of_older_programs_are_read(folder: Path, released: Any) -> None:
    old = answered(released)
    for cell in old.cells:
        del cell["id"]
    put(folder, {**old, "nbformat_minor": 4})
    assert collect(folder, released) == answered(released)
    put(folder, old)  # says that its cells have ids
    assert collect(folder, released) == answered(released)


def test_deleted_cells_come_back(folder: Path, released: Any) -> None:
    some = answered(released)
    gone = ("about", "ex-ti-add", "ex-ti-mean-test", "setup-0")
    some.cells = [cell for cell in some.cells if name(cell) not in gone]
    put(folder, some)
    made = collect(folder, released)
    assert [name(cell) for cell in made.cells] == [name(cell) for cell in released.cells]
    for lost in gone:
        assert of(made, lost) == of(released, lost)
    assert of(made, "ex-ti-mean") == of(some, "ex-ti-mean")


def test_edited_tests_and_points_do_not_count(folder: Path, released: Any) -> None:
    edited = answered(released)
    for cell in edited.cells:
        if not cell.metadata.nbgrader.solution:
            cell.source = "pass"
        cell.metadata.nbgrader.update({"points": 99, "locked": False, "grade": True})
        cell.metadata["tags"] = ["skip-execution"]
    put(folder, edited)
    assert collect(folder, released) == answered(released)


def test_of_copies_the_first_counts(folder: Path, released: Any) -> None:
    twice = answered(released)
    for cell in list(twice.cells):
        again = copy.deepcopy(cell)
        again.source = "# the copy"
        twice.cells.append(again)
    put(folder, twice)
    assert collect(folder, released) == answered(released)


def test_cells_of_a_students_own_stay_where_they_were(folder: Path, released: Any) -> None:
    more = answered(released)
    last = {"cell_type": "code", "source": "z = 3", "metadata": {"nbgrader": {"points": 9}}}
    last |= {"outputs": [], "execution_count": 5, "id": "z"}
    first = {**last, "source": "a = 1", "id": "a", "metadata": {"tags": ["skip-execution"]}}
    text = {"cell_type": "markdown", "source": "# Thoughts", "metadata": {}, "id": "t"}
    renamed = {**last, "id": "r", "metadata": {"nbgrader": {"grade_id": "invented"}}}
    renamed["source"] = "r = 2"
    at = [name(cell) for cell in more.cells].index("ex-ti-mean")
    more.cells[at + 1 : at + 1] = [text, renamed]
    put(folder, {**more, "cells": [first, *more.cells, last]})
    made = collect(folder, released)
    own = [(i, c) for i, c in enumerate(made.cells) if not name(c)]
    assert [cell.source for _, cell in own] == ["a = 1", "r = 2", "z = 3"]
    assert all(cell.metadata == {} and cell.outputs == [] for _, cell in own)
    assert [name(made.cells[i - 1]) for i, _ in own] == ["about", "ex-ti-mean", "ex-ti-last-test"]
    assert [c for c in made.cells if name(c)] == answered(released).cells


def test_a_cell_of_another_kind_keeps_its_kind(folder: Path, released: Any) -> None:
    other = answered(released)
    of(other, "ex-ti-say").cell_type = "code"
    of(other, "ex-ti-add").cell_type = "raw"
    put(folder, other)
    assert collect(folder, released) == answered(released)


# --- what cannot be read ---


def refusal(folder: Path, released: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        collect(folder, released)
    return str(caught.value)


def test_a_folder_without_a_notebook_is_refused(folder: Path, released: Any) -> None:
    assert refusal(folder, released) == "no notebook"
    (folder / "small.pdf").write_bytes(b"%PDF")
    (folder / "small.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    assert refusal(folder, released) == "no notebook"


@pytest.mark.parametrize("ending", [".ipynb", ".md"])
def test_two_notebooks_are_refused(folder: Path, released: Any, ending: str) -> None:
    for number in (2, 1):
        (folder / f"n{number}{ending}").write_text("{}", encoding="utf-8")
    assert refusal(folder, released) == f"several notebooks: n1{ending}, n2{ending}"


def test_a_link_is_not_followed(folder: Path, released: Any, tmp_path: Path) -> None:
    put(tmp_path, answered(released), "secret.ipynb")
    (folder / "small.ipynb").symlink_to(tmp_path / "secret.ipynb")
    assert refusal(folder, released) == "no notebook"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"cells": [',
        b"[]",
        b'"text"',
        b'{"cells": []}',
        b"\xff\xfe{\x00}\x00",
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": "none"}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
        b'{"nbformat": 99, "nbformat_minor": 5, "metadata": {}, "cells": []}',
        "{'ä': 1}".encode("latin-1"),
        b"[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_refused(folder: Path, released: Any, content: bytes) -> None:
    (folder / "small.ipynb").write_bytes(content)
    told = refusal(folder, released)
    assert told.startswith("small.ipynb cannot be read as a notebook: ") or told == NONE


NONE = "the notebook has none of the cells of the assignment"


@pytest.mark.parametrize(
    "change",
    [
        {"source": 5},
        {"source": None},
        {"source": "\ud800"},
        {"metadata": None},
        {"metadata": []},
        {"cell_type": None},
    ],
)
def test_odd_cells_are_refused(folder: Path, released: Any, change: dict[str, Any]) -> None:
    odd = answered(released)
    of(odd, "ex-ti-add").update(change)
    put(folder, odd)
    told = refusal(folder, released)
    assert told.startswith("small.ipynb cannot be read as a notebook: ")


@pytest.mark.parametrize("marks", [None, [], "ex-ti-add", {"grade_id": 7}, {"grade_id": [1]}])
def test_odd_marks_are_passed_over(folder: Path, released: Any, marks: Any) -> None:
    odd = answered(released)
    cell = json.loads(json.dumps(of(odd, "ex-ti-add")))
    cell["metadata"]["nbgrader"] = marks
    put(folder, {**odd, "cells": [*odd.cells, cell]})
    made = collect(folder, released)
    assert made.cells[-1].source == cell["source"]
    assert [c for c in made.cells if name(c)] == answered(released).cells


def test_a_notebook_of_another_assignment_is_refused(folder: Path, released: Any) -> None:
    other = answered(released)
    for cell in other.cells:
        cell.metadata.nbgrader["grade_id"] = f"other-{name(cell)}"
    put(folder, other)
    assert refusal(folder, released) == NONE


def test_a_notebook_that_is_too_large_is_refused(folder: Path, released: Any) -> None:
    with (folder / "small.ipynb").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    assert refusal(folder, released) == "small.ipynb is larger than 20 MB"


# --- on the way to marks ---


def test_text_versions_are_marked(graded: Any) -> None:
    assert graded.scores("myst") == {"add": 1, "mean": 0, "last": 4}
    assert graded.scores("percent") == {"add": 0, "mean": 3, "last": 4}


def test_what_was_deleted_is_marked_as_it_was_handed_out(graded: Any) -> None:
    assert graded.scores("deletes") == {"add": 0, "mean": 3, "last": 4}


def test_what_was_edited_is_marked_by_the_assignment(graded: Any) -> None:
    assert graded.scores("edits") == {"add": 0, "mean": 3, "last": 4}
    assert graded.total("edits")["max"] == 10


@pytest.mark.parametrize("student", ["empty", "broken", "links"])
def test_what_cannot_be_read_has_no_points_and_a_note(graded: Any, student: str) -> None:
    row = graded.total(student)
    assert (row["score"], row["max"], row["to_mark"]) == (0, 10, 0)
    told = "small.ipynb cannot be read" if student == "broken" else "no notebook"
    assert row["note"].startswith(told)
    assert graded.states[student] == row["note"]


def test_nothing_of_a_link_is_shown(graded: Any) -> None:
    for kind in ("collected", "autograded", "feedback"):
        (made,) = (graded.folder / kind / "links").glob("*/*")
        assert "of another" not in made.read_text(encoding="utf-8")


def test_only_notebooks_are_written_of_a_submission(folder: Path, released: Any) -> None:
    put(folder, answered(released))
    assert nbformat.validate(collect(folder, released)) is None
