"""Exercises of a chapter, as they are written in its text.

An exercise is a directive ``{exercise}`` with a label, a level and points, perhaps a ``{hint}``,
and a ``{solution}``. It is marked by machine if a code cell tagged ``answer`` and one tagged
``test`` follow it, with nbgrader's own markers around what students do not get; else by hand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from book.project import BookError

HEADING = "## Exercises"
LEVELS = ("easy", "medium", "hard")
SETUP, ANSWER, TEST = "setup", "answer", "test"
# As nbgrader knows them, whatever stands before.
SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
STUB = "raise NotImplementedError  # your code here"
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,})\{(?P<name>exercise|hint|solution)\}[ ]*(?P<argument>[^\n]*)\n"
    r"(?P<options>(?::[\w-]+:[^\n]*\n)*)(?P<body>.*?)^(?P=fence)[ ]*$",
    re.M | re.S,
)


@dataclass(frozen=True)
class Directive:
    """A directive of MyST in a text.

    Parameters
    ----------
    name : {'exercise', 'hint', 'solution'}
        What it is.
    argument : str
        Title of an exercise, label for a solution.
    options : mapping of str to str
        Such as ``label`` and ``class``.
    body : str
        What it says.
    span : tuple of int
        Where it begins and ends in the text.
    """

    name: str
    argument: str
    options: Mapping[str, str]
    body: str
    span: tuple[int, int]


@dataclass
class Exercise:
    """An exercise.

    Parameters
    ----------
    label : str
        Unique in the book.
    title : str
        In a few words.
    level : {'easy', 'medium', 'hard'}
        How difficult it is.
    points : int
        What it is worth.
    statement : str
        In MyST.
    hint : str
        In MyST; empty if there is none.
    solution : str
        In MyST; for what is marked by machine the idea, without code.
    answer : str
        Source of the cell where the answer goes, with the reference solution between markers; empty
        if the exercise is marked by hand.
    test : str
        Source of the cell that marks it, with hidden tests between markers; empty likewise.
    """

    label: str
    title: str
    level: str
    points: int
    statement: str
    hint: str = ""
    solution: str = ""
    answer: str = ""
    test: str = ""

    @property
    def by_machine(self) -> bool:
        """Whether no person is needed to mark it."""
        return bool(self.answer)


def directives(text: str) -> list[Directive]:
    """Find exercises, hints and solutions in a text.

    Parameters
    ----------
    text : str
        In MyST.

    Returns
    -------
    list of Directive
        In their order.
    """
    return [
        Directive(
            found["name"],
            found["argument"].strip(),
            dict(re.findall(r"^:([\w-]+):[ ]*(.*?)[ ]*$", found["options"], re.M)),
            found["body"].strip(),
            found.span(),
        )
        for found in DIRECTIVE.finditer(text)
    ]


def section(cells: Sequence[Any]) -> range:
    """Find the cells of the section *Exercises*.

    Parameters
    ----------
    cells : sequence of cells
        Of a notebook.

    Returns
    -------
    range
        From the cell with the heading to the one with the next heading of its level, which is
        among them only if it begins with something else; empty if there is no such section.
    """
    texts = [c.source if c.cell_type == "markdown" else "" for c in cells]
    first = next((i for i, t in enumerate(texts) if HEADING in t.splitlines()), len(cells))
    for index in range(first + 1, len(cells)):
        if texts[index].startswith("## "):
            return range(first, index)
    return range(first, len(cells))


def read_exercises(cells: Sequence[Any], where: str) -> list[Exercise]:
    """Read the exercises of a chapter.

    Parameters
    ----------
    cells : sequence of cells
        Of its notebook.
    where : str
        What to call it in an error.

    Returns
    -------
    list of Exercise
        In the order of the chapter.

    Raises
    ------
    BookError
        If one is incomplete; it says which and what is missing.
    """
    found: list[Exercise] = []
    for item in _items([cells[index] for index in section(cells)]):
        if isinstance(item, Directive) and item.name == "exercise":
            found.append(_begun(item, where))
        elif not found:
            raise BookError(f"{where}: a hint, solution or answer stands before any exercise")
        elif isinstance(item, Directive) and item.name == "hint":
            found[-1].hint = item.body
        elif isinstance(item, Directive):
            if item.argument != found[-1].label:
                raise BookError(
                    f"{where}: the solution to {item.argument!r} stands below {found[-1].label!r}"
                )
            found[-1].solution = item.body
        else:
            _add_cell(found[-1], *item, where)
    for exercise in found:
        _check(exercise, where)
    return found


def without_region(source: str, region: tuple[str, str], instead: str = "") -> str:
    """Leave out what stands between two markers, as nbgrader does.

    Parameters
    ----------
    source : str
        Of a cell.
    region : tuple of str
        The lines that begin and end it.
    instead : str
        A line to put in its place, indented as the region was.

    Returns
    -------
    str
        Without markers.
    """
    lines: list[str] = []
    inside = False
    for line in source.split("\n"):
        if region[0] in line:
            inside = True
            if instead:
                lines.append(line[: len(line) - len(line.lstrip())] + instead)
        elif region[1] in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines).rstrip()


def without_markers(source: str, region: tuple[str, str]) -> str:
    """Leave out the lines that begin and end a region, and keep what stands between them.

    Parameters
    ----------
    source : str
        Of a cell.
    region : tuple of str
        The markers.

    Returns
    -------
    str
        The rest.
    """
    kept = [line for line in source.split("\n") if not any(mark in line for mark in region)]
    return "\n".join(kept)


def tags(cell: Any) -> tuple[str, ...]:
    """Tags of a cell.

    Parameters
    ----------
    cell : cell
        Of a notebook.

    Returns
    -------
    tuple of str
        Empty if it has none.
    """
    return tuple(cell.metadata.get("tags", ()))


def _items(cells: Sequence[Any]) -> Iterator[Directive | tuple[str, str]]:
    """Directives, and tags with sources of the cells that belong to exercises, in their order."""
    for cell in cells:
        if cell.cell_type == "markdown":
            yield from directives(cell.source)
        else:
            yield from ((tag, cell.source) for tag in (ANSWER, TEST) if tag in tags(cell))


def _begun(item: Directive, where: str) -> Exercise:
    label = item.options.get("label", "")
    classes = item.options.get("class", "").split()
    levels = [name for name in classes if name in LEVELS]
    points = [int(name[7:]) for name in classes if re.fullmatch(r"points-[1-9]\d*", name)]
    if not label or not item.argument or not item.body:
        raise BookError(
            f"{where}: an exercise needs a title, a label and a text: {item.argument!r}"
        )
    if len(levels) != 1 or len(points) != 1:
        raise BookError(
            f"{where}: exercise {label!r} needs a class of {', '.join(LEVELS)} and points, "
            "such as :class: easy points-2"
        )
    return Exercise(label, item.argument, levels[0], points[0], item.body)


def _add_cell(exercise: Exercise, kind: str, source: str, where: str) -> None:
    if getattr(exercise, kind):
        raise BookError(f"{where}: exercise {exercise.label!r} has two cells tagged {kind}")
    if kind == TEST and not exercise.answer:
        raise BookError(f"{where}: exercise {exercise.label!r}: a test stands before the answer")
    setattr(exercise, kind, source)


def _check(exercise: Exercise, where: str) -> None:
    def demand(*, met: bool, what: str) -> None:
        if not met:
            raise BookError(f"{where}: exercise {exercise.label!r} {what}")

    demand(met=bool(exercise.solution), what="has no solution")
    if not exercise.by_machine:
        return
    demand(met=bool(exercise.test), what="has an answer and no cell tagged test")
    for source, region, kind in (
        (exercise.answer, SOLUTION, "answer"),
        (exercise.test, HIDDEN, "test"),
    ):
        lines = source.split("\n")
        marks = [[mark for mark in SOLUTION + HIDDEN if mark in line] for line in lines]
        demand(
            met=[found for found in marks if found] == [[mark] for mark in region],
            what=f"needs ### {' … ### '.join(region)} once in its {kind}, and no other such line",
        )
