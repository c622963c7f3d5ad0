"""`companion course build`: a course for nbgrader, made from the chapters."""

import json
import re
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from book.chapters import Chapter, read_chapters
from book.course.assignment import TEMPLATES, TEXT_STUB, assignment
from book.course.exercises import STUB, read_exercises
from book.course.folder import MARK, SCHEDULE, check_free, nbgrader, write_once
from book.course.handout import ARCHIVE, addresses, packed, packed_lib, requirements
from book.project import BookError, Project, write_whole


def build_course(project: Project, chapters: Sequence[Chapter], folder: Path) -> list[Path]:
    """Make a course, or renew one.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : sequence of Chapter
        An assignment is made of each.
    folder : Path
        New, empty, or a course made before: then its configuration, schedule, submissions and
        marks stay.

    Returns
    -------
    list of Path
        What is handed out to students: an archive for each chapter.

    Raises
    ------
    BookError
        If the folder holds something else, an exercise is incomplete or was added to what students
        have handed in, or nbgrader failed.
    """
    check_free(folder)
    site, archive = addresses(project)
    made: dict[str, str] = {}
    for chapter in chapters:
        page = f"{site}/notebooks/{chapter.part}/{chapter.name}.html" if site else ""
        notebook = assignment(chapter, page, archive)
        _check_kept(folder, chapter.name, notebook)
        made[chapter.name] = nbformat.writes(notebook)
    names = {*made, *(path.name for path in (folder / "source").glob("*"))}
    listed = [chapter for chapter in read_chapters(project).values() if chapter.name in names]
    # Marked first, so that what is interrupted can be begun again.
    write_whole(folder / MARK, json.dumps({"chapters": [c.name for c in listed]}) + "\n")
    for name, text in made.items():
        write_whole(folder / "source" / name / f"{name}.ipynb", text)
    write_once(
        folder / "nbgrader_config.py",
        _filled("nbgrader_config.py.in", stub=STUB, text_stub=TEXT_STUB),
    )
    _write_schedule(folder / SCHEDULE, listed)
    write_whole(folder / "README.md", _filled("teacher.md", chapters=_table(listed)))
    extras = {
        ARCHIVE: packed_lib(project),
        "README.md": _filled("student.md", archive=ARCHIVE).encode(),
        "requirements.txt": requirements(project).encode(),
    }
    handed_out = []
    for name in made:
        nbgrader(folder, "generate_assignment", name, "--force", "--create")
        released = (folder / "release" / name / f"{name}.ipynb").read_bytes()
        target = folder / "handout" / f"{name}.zip"
        target.parent.mkdir(exist_ok=True)
        files = {**extras, f"{name}.ipynb": released}
        target.write_bytes(packed({f"{name}/{file}": data for file, data in files.items()}))
        handed_out.append(target)
    return handed_out


def schedule(chapters: Sequence[Chapter]) -> str:
    """Write the schedule that a teacher fills in.

    Parameters
    ----------
    chapters : sequence of Chapter
        In their order.

    Returns
    -------
    str
        YAML: a line for each chapter.
    """
    lines = [
        "# When each assignment is due, such as 2026-10-31 18:00 UTC; empty: any time.",
        "# What comes later is marked, and its delay told in marks.csv.",
        *[f"{chapter.name}:" for chapter in chapters],
    ]
    return "\n".join(lines) + "\n"


def _write_schedule(path: Path, chapters: Sequence[Chapter]) -> None:
    """Begin a schedule, or give one that the teacher has edited a line for what is new."""
    write_once(path, schedule(chapters))
    text = path.read_text(encoding="utf-8")
    new = [c.name for c in chapters if not re.search(rf"^\W*{c.name}\W*:", text, re.M)]
    if new:
        end = "" if text.endswith("\n") else "\n"
        write_whole(path, text + end + "".join(f"{name}:\n" for name in new))


def _check_kept(folder: Path, name: str, notebook: Any) -> None:
    """Demand that what has marks keeps its cells, as nbgrader does when it is too late."""
    before = folder / "source" / name / f"{name}.ipynb"
    if not before.is_file() or not any((folder / "autograded").glob(f"*/{name}")):
        return
    old = {cell.get("id") for cell in nbformat.read(before, as_version=4).cells}
    changed = sorted(old ^ {cell.id for cell in notebook.cells})
    if changed:
        raise BookError(
            f"{name}: {', '.join(changed)} came or went, but students have handed in; "
            "make a new course in another folder"
        )


def _table(chapters: Sequence[Chapter]) -> str:
    lines = ["| assignment | chapter | exercises | by machine | by hand |", "|---|---|---|---|---|"]
    for chapter in chapters:
        exercises = read_exercises(chapter.notebook.cells, chapter.name)
        machine = sum(e.points for e in exercises if e.by_machine)
        hand = sum(e.points for e in exercises if not e.by_machine)
        lines.append(
            f"| `{chapter.name}` | {chapter.title} | {len(exercises)} | {machine} points "
            f"| {hand} points |"
        )
    return "\n".join(lines)


def _filled(template: str, **values: str) -> str:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return string.Template(text).substitute(values)
