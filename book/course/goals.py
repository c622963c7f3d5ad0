"""What each chapter needs and teaches, and which exercise tests it: ``notebooks/goals.yml``."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from book.chapters import Chapter
from book.course.exercises import read_exercises
from book.course.page import caption
from book.project import BookError, Project

KEYS = {"minutes", "after", "needs", "goals"}
Goals = dict[str, dict[str, Any]]


def read_goals(project: Project) -> Goals:
    """Read what chapters teach.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict
        By chapter: ``minutes`` of reading; chapters ``after`` which it comes; what else it
        ``needs``; and ``goals``, each with the labels of the ``exercises`` that test it. Empty if
        the checkout has no such file.

    Raises
    ------
    BookError
        If the file is not of this form.
    """
    path = project.notebooks / "goals.yml"
    if not path.is_file():
        return {}
    try:
        found: Goals = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BookError(f"{path} is not YAML: {error}") from error
    if not isinstance(found, dict):
        raise BookError(f"{path} must name chapters")
    for name, entry in found.items():
        if not isinstance(entry, dict) or set(entry) != KEYS:
            raise BookError(f"{path}: {name} must have {', '.join(sorted(KEYS))}")
        if not isinstance(entry["minutes"], int) or not 1 <= entry["minutes"] <= 60:
            raise BookError(f"{path}: {name}: minutes must be a whole number from 1 to 60")
        if any(set(goal) != {"goal", "exercises"} for goal in entry["goals"]):
            raise BookError(f"{path}: {name}: each goal must have goal and exercises")
    return found


def goal_complaints(goals: Goals, chapters: Mapping[str, Chapter]) -> list[str]:
    """Find where goals and chapters do not fit.

    Parameters
    ----------
    goals : dict
        From `read_goals`.
    chapters : mapping of str to Chapter
        Of the book, by name and in its order.

    Returns
    -------
    list of str
        A line each: chapters without goals or the other way round, exercises that no goal names or
        that do not exist, chapters to be read first that come later.
    """
    order = list(chapters)
    found = [f"{name}: has no entry in goals.yml" for name in order if name not in goals]
    for name, entry in goals.items():
        if name not in chapters:
            found.append(f"goals.yml: {name!r} is no chapter")
            continue
        labels = {e.label for e in read_exercises(chapters[name].notebook.cells, name)}
        named = {label for goal in entry["goals"] for label in goal["exercises"]}
        found += [f"goals.yml: {name}: no exercise {label!r}" for label in sorted(named - labels)]
        found += [f"goals.yml: {name}: {x!r} tests no goal" for x in sorted(labels - named)]
        found += [
            f"goals.yml: {name}: {earlier!r} is no chapter before it"
            for earlier in entry["after"]
            if earlier not in order[: order.index(name)]
        ]
    return found


def syllabus(goals: Goals, chapters: Sequence[Chapter]) -> list[dict[str, Any]]:
    """Put together what the syllabus tells of each chapter.

    Parameters
    ----------
    goals : dict
        From `read_goals`.
    chapters : sequence of Chapter
        In the order of the book; those without goals are passed over.

    Returns
    -------
    list of dict
        For each chapter ``name``, ``part``, ``title`` and ``points``, the keys of its goals, and
        in place of labels the ``label``, ``title`` and ``caption`` of each exercise.
    """
    found = []
    for chapter in chapters:
        if chapter.name not in goals:
            continue
        entry = goals[chapter.name]
        exercises = read_exercises(chapter.notebook.cells, chapter.name)
        told = {
            e.label: {"label": e.label, "title": e.title, "caption": caption(e)} for e in exercises
        }
        teaches = [
            {"goal": goal["goal"], "exercises": [told[label] for label in goal["exercises"]]}
            for goal in entry["goals"]
        ]
        about = {"name": chapter.name, "part": chapter.part, "title": chapter.title}
        points = sum(exercise.points for exercise in exercises)
        found.append({**entry, **about, "points": points, "goals": teaches})
    return found
