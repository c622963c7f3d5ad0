"""Collecting what students handed in: each is brought into the form of the assignment.

What counts are the answers. The cells around them, tests above all, are those of the assignment,
whatever became of them in the submission.
"""

import copy
import warnings
from pathlib import Path
from typing import Any

import jupytext
import nbformat

MOST_BYTES = 20_000_000
TEXT = (".md", ".py")
NOTEBOOK = ".ipynb"


class UnreadableError(Exception):
    """A submission in which no answers can be found; its text says why, to be shown."""


def collect(folder: Path, released: Any) -> Any:
    """Read a student's answers and put them into the assignment.

    Parameters
    ----------
    folder : Path
        With the student's notebook, under any name, or its text version.
    released : notebook
        What the student was given.

    Returns
    -------
    notebook
        The assignment with the student's answers, and with the code cells that the student added,
        each after the cell that it followed.

    Raises
    ------
    UnreadableError
        If there is no notebook that can be read.
    """
    submitted = read_notebook(_find(folder))
    names = cell_names(released)
    if not names & cell_names(submitted):
        raise UnreadableError("the notebook has none of the cells of the assignment")
    answers: dict[str, Any] = {}
    added: dict[str, list[Any]] = {}
    last = _name(released.cells[0])
    for cell in submitted.cells:
        name = _name(cell)
        if name in names:
            answers.setdefault(name, cell)
            last = name
        elif cell.cell_type == "code":
            added.setdefault(last, []).append(nbformat.v4.new_code_cell(cell.source))
    made = copy.deepcopy(released)
    cells = []
    for cell in made.cells:
        name = _name(cell)
        if cell.metadata.nbgrader.solution and name in answers:
            cell.source = answers[name].source
        cells += [cell, *added.get(name, ())]
    made.cells = cells
    return made


def _find(folder: Path) -> Path:
    # A link could lead to what its student may not see.
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and not p.is_symlink()]
    for endings in ((NOTEBOOK,), TEXT):
        found = [path for path in files if path.suffix in endings]
        if len(found) > 1:
            raise UnreadableError(f"several notebooks: {', '.join(p.name for p in found)}")
        if found:
            return found[0]
    raise UnreadableError("no notebook")


def cell_names(notebook: Any) -> set[str]:
    """Names that nbgrader's metadata give to cells.

    Parameters
    ----------
    notebook : notebook
        Of a student, or an assignment.

    Returns
    -------
    set of str
        Without cells that have none.
    """
    return {name for cell in notebook.cells if (name := _name(cell))}


def read_notebook(path: Path) -> Any:
    """Read a notebook that somebody wrote, whatever may be in it.

    Parameters
    ----------
    path : Path
        A notebook, or its text version.

    Returns
    -------
    notebook
        With cells that have sources and metadata.

    Raises
    ------
    OSError
        If there is no such file.
    UnreadableError
        If it is too large, or no notebook.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that cells lack an id, and the like
            if path.suffix == NOTEBOOK:
                notebook = nbformat.reads(text, as_version=4)
            else:
                notebook = jupytext.reads(text, fmt=path.suffix[1:])
        for cell in notebook.cells:
            # What is no text fails here, and what cannot be written.
            _ = (str.encode(cell.source), cell.metadata, cell.cell_type)
    except Exception as error:  # parsers and validators have many of their own
        raise UnreadableError(f"{path.name} cannot be read as a notebook: {error}") from error
    return notebook


def _name(cell: Any) -> str:
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""
