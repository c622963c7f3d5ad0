"""The exercises on a page: statements and stubs, with or without the solutions folded below."""

import copy
from typing import Any

from book.course.exercises import (
    ANSWER,
    HEADING,
    HIDDEN,
    SOLUTION,
    STUB,
    TEST,
    Exercise,
    directives,
    read_exercises,
    section,
    tags,
    without_markers,
    without_region,
)


def page(notebook: Any, name: str, *, solutions: bool) -> Any:
    """Make of an executed chapter what its page shows and offers for download.

    Parameters
    ----------
    notebook : notebook
        The executed chapter; it is not changed.
    name : str
        Of the chapter, for errors.
    solutions : bool
        Whether solutions are shown, folded. If not, no trace of them is left.

    Returns
    -------
    notebook
        The same, but for the section *Exercises*: level and points stand in each statement, answers
        are stubs, hidden tests are gone.

    Raises
    ------
    BookError
        If an exercise is incomplete.
    """
    made = copy.deepcopy(notebook)
    cells = made.cells
    exercises = {exercise.label: exercise for exercise in read_exercises(cells, name)}
    for index in section(cells):
        cell = cells[index]
        if cell.cell_type == "markdown":
            cell.source = _text(cell.source, exercises, solutions=solutions)
            cell.source = cell.source.replace(HEADING, f"{HEADING}\n\n{_offer(name)}", 1)
            continue
        if ANSWER in tags(cell):
            cell.source = without_region(cell.source, SOLUTION, STUB)
        elif TEST in tags(cell):
            cell.source = without_region(cell.source, HIDDEN)
        else:
            continue
        # They are those of the reference solution.
        cell.outputs, cell.execution_count = [], None
    return made


def caption(exercise: Exercise) -> str:
    """Tell what an exercise is worth and how it is marked.

    Parameters
    ----------
    exercise : Exercise
        The exercise.

    Returns
    -------
    str
        A few words.
    """
    points = f"{exercise.points} point{'s' if exercise.points > 1 else ''}"
    marked = "by machine" if exercise.by_machine else "by hand"
    return f"{exercise.level.capitalize()}, {points}, marked {marked}."


def _offer(name: str) -> str:
    file, archive = (
        f'<a href="../../exercises/{file}" download>{file}</a>'
        for file in (f"{name}.ipynb", "companion.zip")
    )
    return (
        f"Do them in a notebook of their own: {file}, with {archive} beside it, runs on any "
        f"Jupyter. In the book's folder `companion course mark path/to/{name}.ipynb` marks it."
    )


def _text(text: str, exercises: dict[str, Exercise], *, solutions: bool) -> str:
    """A text with its exercises captioned, and solutions completed or gone."""
    parts, at = [], 0
    for found in directives(text):
        begin, end = found.span
        parts.append(text[at:begin])
        whole = text[begin:end]
        at = end
        if found.name == "exercise":
            exercise = exercises[found.options["label"]]
            before, body, after = whole.rpartition(found.body)
            whole = f"{before}*{caption(exercise)}*\n\n{body}{after}"
        elif found.name == "solution":
            exercise = exercises[found.argument]
            if not solutions:
                whole = ""
            elif exercise.by_machine:
                code = without_markers(exercise.answer, SOLUTION)
                before, body, after = whole.rpartition(found.body)
                whole = f"{before}{body}\n\n```python\n{code}\n```{after}"
        parts.append(whole)
    return "".join([*parts, text[at:]])
