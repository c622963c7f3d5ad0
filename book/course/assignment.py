"""Assignments: the exercises of a chapter as a notebook with nbgrader's metadata."""

import copy
import re
import string
from pathlib import Path
from typing import Any

from nbformat import v4

from book.chapters import Chapter
from book.course.exercises import (
    HIDDEN,
    SETUP,
    SOLUTION,
    STUB,
    Exercise,
    read_exercises,
    section,
    tags,
    without_region,
)
from book.course.page import caption

TEMPLATES = Path(__file__).parent / "templates"
SCHEMA = 3
FIND_LIB = "find-lib"
TEXT_STUB = "your answer here"
# What `lib` imports and a student's machine may lack: name of the module, and of the package.
NEEDED = {
    "IPython": "ipython",
    "PIL": "pillow",
    "matplotlib": "matplotlib",
    "matplotlib_inline": "matplotlib-inline",
    "mpmath": "mpmath",
    "numpy": "numpy",
    "pooch": "pooch",
    "requests": "requests",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "sympy": "sympy",
    "torch": "torch",
    "tqdm": "tqdm",
    "vl_convert": "vl-convert-python",
}
ROLE = re.compile(r"\{(?P<role>[\w:-]+)\}`(?P<text>[^`]+)`")
TARGET = re.compile(r"\[(?P<text>[^\]]*)\]\(#(?P<label>[\w-]+)\)")
CALLED = {"eq": "an equation", "numref": "a figure", "ref": "a section", "claim": "a claim"}


def assignment(chapter: Chapter, page: str, archive: str) -> Any:
    """Make the instructor's version of a chapter's exercises.

    Parameters
    ----------
    chapter : Chapter
        The chapter, as it is written.
    page : str
        Address of its page, for links; empty if it is not known.
    archive : str
        Address of an archive with `lib`; empty if there is none.

    Returns
    -------
    notebook
        With reference solutions and hidden tests, from which nbgrader makes the students' version.

    Raises
    ------
    BookError
        If an exercise is incomplete.
    """
    cells = chapter.notebook.cells
    within = [cells[index] for index in section(cells)]
    made = [
        _text("about", _about(chapter, page)),
        _code(FIND_LIB, first_cell(archive)),
        *[
            _code(f"{SETUP}-{number}", cell.source)
            for number, cell in enumerate(c for c in within if SETUP in tags(c))
        ],
    ]
    for number, exercise in enumerate(read_exercises(cells, chapter.name), start=1):
        made += _exercise(exercise, number, page)
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    for cell in notebook.cells:
        # Named by what they are: the same source makes the same bytes.
        cell["id"] = cell.metadata.nbgrader.grade_id
    return notebook


def student_version(notebook: Any) -> Any:
    """Take out of an assignment what students do not get, as nbgrader does for a release.

    Parameters
    ----------
    notebook : notebook
        From `assignment`; it is not changed.

    Returns
    -------
    notebook
        With stubs for answers, and without hidden tests.
    """
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        marks = cell.metadata.nbgrader
        if marks.solution:
            code = cell.cell_type == "code"
            cell.source = without_region(cell.source, SOLUTION, STUB) if code else TEXT_STUB
        elif marks.grade:
            cell.source = without_region(cell.source, HIDDEN)
    return made


def first_cell(archive: str) -> str:
    """Write the cell that finds `lib`, or installs it, wherever the notebook is opened.

    Parameters
    ----------
    archive : str
        Address of an archive with `lib`; empty if there is none.

    Returns
    -------
    str
        Code.
    """
    template = string.Template((TEMPLATES / "first_cell.py.in").read_text(encoding="utf-8"))
    return template.substitute(address=repr(archive), needed=repr(NEEDED)).rstrip()


def plain(text: str, page: str) -> str:
    """Turn references of MyST into what any notebook shows.

    Parameters
    ----------
    text : str
        In MyST.
    page : str
        Address of the chapter's page; empty if it is not known.

    Returns
    -------
    str
        In Markdown: references are links to the page, or say what they would lead to.
    """

    def role(found: re.Match[str]) -> str:
        name, label = found["role"], found["text"]
        if name.startswith("cite"):
            return f"[{label}]"
        return _link(f"{CALLED.get(name, 'a place')} of the chapter", label, page)

    def target(found: re.Match[str]) -> str:
        words = found["text"] or "a section of the chapter"
        return _link(words, found["label"], page)

    return TARGET.sub(target, ROLE.sub(role, text))


def _link(words: str, label: str, page: str) -> str:
    return f"[{words}]({page}#{label.replace('/', '-')})" if page else words


def _about(chapter: Chapter, page: str) -> str:
    name = f"[{chapter.title}]({page})" if page else f"*{chapter.title}*"
    return (
        f"# Exercises: {chapter.title}\n\nThey belong to the chapter {name}. Run the cells from "
        "the top; write code where a cell says *your code here*, and text where it says *your "
        "answer here*. What a test shows is not all that it will ask: your work is marked with "
        "other inputs. Before you hand it in, restart the kernel, run all cells and save."
    )


def _exercise(exercise: Exercise, number: int, page: str) -> list[Any]:
    words = [f"## {number} · {exercise.title}", f"*{caption(exercise)}*"]
    words.append(plain(exercise.statement, page))
    if exercise.hint:
        hint = plain(exercise.hint, page)
        words.append(f"<details>\n<summary>Hint</summary>\n\n{hint}\n\n</details>")
    told = _text(f"{exercise.label}-text", "\n\n".join(words))
    if not exercise.by_machine:
        solution = plain(exercise.solution, page)
        return [told, _text(exercise.label, solution, solution=True, points=exercise.points)]
    return [
        told,
        _code(exercise.label, exercise.answer, solution=True),
        _code(f"{exercise.label}-test", exercise.test, points=exercise.points),
    ]


def _text(name: str, source: str, **marks: Any) -> Any:
    return v4.new_markdown_cell(source, metadata={"nbgrader": _marks(name, "markdown", **marks)})


def _code(name: str, source: str, **marks: Any) -> Any:
    return v4.new_code_cell(source, metadata={"nbgrader": _marks(name, "code", **marks)})


def _marks(
    name: str, kind: str, *, solution: bool = False, points: int | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "schema_version": SCHEMA,
        "grade_id": name,
        "cell_type": kind,
        "solution": solution,
        "grade": points is not None,
        "locked": not solution,
        "task": False,
    }
    return found if points is None else {**found, "points": points}
