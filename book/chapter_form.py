"""The form that a chapter keeps: headings, cells, parameters, claims, exercises, references."""

import ast
import re
from collections.abc import Collection

import jupytext
from jupytext.config import load_jupytext_config

from book.chapters import Chapter
from book.closure import parse_cell
from book.course.exercises import ANSWER, LEVELS, TEST, read_exercises, section
from book.declared import read_declared, wording_complaints
from book.project import BookError
from book.slides import slide_complaints

LONGEST_CELL, WIDEST = 20, 79  # what a page shows without scrolling
LONGEST_ANSWER, LONGEST_TEST = 30, 40  # with docstring and markers
FEWEST = 4
HEADINGS = ("What the documents say", "Where it breaks", "Exercises", "References")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
HIDDEN = "hide-input"
KEEPS_COLOURS = "dark-light"
LEARNS_FROM_IMAGES = "lib.datasets"


def chapter_complaints(chapter: Chapter, keys: Collection[str]) -> list[str]:
    """Find where a chapter is out of form.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    keys : collection of str
        Those of the bibliography.

    Returns
    -------
    list of str
        A line each; empty if all is well.
    """
    found = [
        *_prose(chapter, keys),
        *_code(chapter),
        *_pictures(chapter),
        *_parameters(chapter),
        *_claims(chapter, keys),
        *_exercises(chapter),
        *slide_complaints(chapter.notebook.cells),
    ]
    if canonical_text(chapter) != chapter.source.read_text(encoding="utf-8"):
        found.append("is not as jupytext writes it; make format does so")
    return [f"{chapter.name}: {complaint}" for complaint in found]


def canonical_text(chapter: Chapter) -> str:
    """Write a chapter as JupyterLab would save it, so that saving one shows no difference.

    Parameters
    ----------
    chapter : Chapter
        The chapter.

    Returns
    -------
    str
        Its text, by the rules of ``jupytext.toml``.
    """
    config = load_jupytext_config(str(chapter.source))
    return str(jupytext.writes(chapter.notebook, fmt="md:myst", config=config))


def _prose(chapter: Chapter, keys: Collection[str]) -> list[str]:
    text = "\n".join(c.source for c in chapter.notebook.cells if c.cell_type == "markdown")
    first = chapter.notebook.cells[0].source if chapter.notebook.cells else ""
    found = []
    if not re.match(r"(\([\w-]+\)=\n)?# [^\n]+\n\n[^\n#]", first):
        found.append("must begin with its title and a paragraph that answers it")
    headings = re.findall(r"^## (.+)$", text, re.M)
    at = [headings.index(name) for name in HEADINGS if name in headings]
    if len(at) != len(HEADINGS) or at != sorted(at):
        found.append(f"needs the headings {', '.join(HEADINGS)}, in this order")
    cited = {k.strip() for m in re.findall(r"\{cite[^}]*\}`([^`]+)`", text) for k in m.split(",")}
    return found + [f"cites {key!r}, which is not in references.bib" for key in cited - set(keys)]


def _code(chapter: Chapter) -> list[str]:
    found = []
    for index, cell in enumerate(chapter.cells, start=1):
        if {ANSWER, TEST} & set(cell.tags):
            continue  # functions are what exercises ask for
        tree = parse_cell(cell.source, f"{chapter.source}, code cell {index}")
        if any(isinstance(node, DEFINITIONS) for node in ast.walk(tree)):
            found.append(f"code cell {index} defines something; that belongs in lib")
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > LONGEST_CELL:
            found.append(f"code cell {index} has {len(lines)} lines, at most {LONGEST_CELL}")
        width = max(map(len, lines), default=0)
        if width > WIDEST and HIDDEN not in cell.tags:
            found.append(f"code cell {index} has a line of {width} characters, at most {WIDEST}")
    if any(cell.get("outputs") for cell in chapter.notebook.cells):
        found.append("holds outputs; sources are text")
    return found


def _pictures(chapter: Chapter) -> list[str]:
    """Pictures have a light ground, and a class that keeps the dark theme from turning them."""
    found = []
    cells = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    for index, cell in enumerate(cells, start=1):
        image = cell.metadata.get("mystnb", {}).get("image", {})
        kept = KEEPS_COLOURS in str(image.get("classes", "")).split()
        if kept != ("plotting.gallery(" in cell.source):
            found.append(
                f"code cell {index}: plotting.gallery and the image class {KEEPS_COLOURS} "
                "go together"
            )
    return found


def _parameters(chapter: Chapter) -> list[str]:
    try:
        parameters = chapter.parameters
    except BookError as error:
        return [str(error)]
    found = [f"parameter {p.name} is not explained" for p in parameters.values() if not p.help]
    wanted = {"seed": "int"}
    if any(LEARNS_FROM_IMAGES in c.source or "import datasets" in c.source for c in chapter.cells):
        wanted["dataset"] = "str"
    for name, kind in wanted.items():
        if name not in parameters or parameters[name].type != kind:
            found.append(f"needs the parameter {name}: {kind}")
    return found


def _claims(chapter: Chapter, keys: Collection[str]) -> list[str]:
    found = []
    prefix = chapter.name.replace("_", "-") + "/"
    declared = read_declared(chapter)
    claims = {item.id for item in declared if item.call == "claim"}
    if not claims:
        found.append("makes no claim")
    for item in declared:
        if item.call == "claim" and not item.id.startswith(prefix):
            found.append(f"claim {item.id!r} must begin with {prefix!r}")
        source = item.texts.get("source", item.texts.get("document", "")).split(",")[0].strip()
        if source not in keys:
            found.append(f"{item.id!r}: its source {source!r} is not in references.bib")
        found += wording_complaints(item)
        found += [f"{item.id!r}: no claim {n!r}" for n in item.shown_by if n not in claims]
    return found


def _exercises(chapter: Chapter) -> list[str]:
    if not section(chapter.notebook.cells):
        return []  # the heading is asked for elsewhere
    try:
        exercises = read_exercises(chapter.notebook.cells, "exercises")
    except BookError as error:
        return [str(error)]
    found = []
    machine = sum(exercise.by_machine for exercise in exercises)
    if len(exercises) < FEWEST or machine < 2 or machine == len(exercises):
        found.append(f"needs at least {FEWEST} exercises, two marked by machine and one by hand")
    levels = [LEVELS.index(exercise.level) for exercise in exercises]
    if levels != sorted(levels):
        found.append("exercises must go from easy to hard")
    labels = [exercise.label for exercise in exercises]
    found += [f"two exercises are labelled {x!r}" for x in set(labels) if labels.count(x) > 1]
    for exercise in exercises:
        for what, source, most in (
            ("solution", exercise.answer, LONGEST_ANSWER),
            ("test", exercise.test, LONGEST_TEST),
        ):
            lines = [line for line in source.splitlines() if line.strip()]
            if len(lines) > most:
                found.append(f"{exercise.label}: {what} has {len(lines)} lines, at most {most}")
    return found
