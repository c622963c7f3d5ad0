"""`companion course grade`: mark what was handed in, each submission for itself."""

import contextlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbgrader.utils import parse_utc

from book.course.collect import UnreadableError, collect
from book.course.folder import SCHEDULE, check_course, gradebook, nbgrader
from book.course.marks import Row, write_marks
from book.course.submissions import TIMESTAMP, Submission, submissions
from book.project import BookError, write_whole
from book.runs import digest

AUTOGRADED = "autograded"  # nbgrader's
Progress = Callable[[Submission, str], None]


def grade(folder: Path, progress: Progress = lambda submission, state: None) -> list[Row]:
    """Mark every submission that is new or changed, and write all marks.

    Parameters
    ----------
    folder : Path
        Of the course.
    progress : callable
        Called with each submission and its state: ``current``, ``marked`` or a note on what was
        wrong.

    Returns
    -------
    list of dict
        A row for each submission, as in ``marks.csv``.

    Raises
    ------
    BookError
        If the folder holds no course, or its schedule cannot be read. A submission that cannot be
        marked raises nothing: it has no points, and a note.
    """
    check_course(folder)
    marked = _begin(folder)
    notes: dict[tuple[str, str], str] = {}
    for submission in submissions(folder):
        key = (submission.student, submission.assignment)
        state = _state(submission)
        known = _record(submission) if key in marked else {}
        if known.get("state") == state:
            note = known["note"]
            progress(submission, note or "current")
        else:
            note = _mark(submission)
            record = {"state": state, "note": note}
            write_whole(submission.record, json.dumps(record, indent=1) + "\n")
            progress(submission, note or "marked")
        notes[key] = note
    rows = write_marks(folder, notes)
    for assignment in sorted({path.name for path in (folder / AUTOGRADED).glob("*/*")}):
        # Also where nothing is new: a teacher may have marked by hand.
        nbgrader(folder, "generate_feedback", assignment, "--force")
    return rows


def _mark(submission: Submission) -> str:
    """Mark a submission; return what is to be told of it, or nothing."""
    released = nbformat.read(submission.released, as_version=4)
    note = ""
    try:
        notebook = collect(submission.folder, released)
    except UnreadableError as error:
        notebook, note = released, _line(error)
    try:
        _autograde(submission, notebook)
    except BookError as error:
        # Of what breaks nbgrader itself nothing counts; the teacher is told to look.
        note = f"could not be marked: {_line(error)}"
        with contextlib.suppress(BookError):
            _autograde(submission, released)
    return note


def _line(told: object) -> str:
    """What stands in a table: one line, not too long, of letters that can be written."""
    return " ".join(str(told).encode("utf-8", "replace").decode().split())[:300]


def _autograde(submission: Submission, notebook: Any) -> None:
    shutil.rmtree(submission.collected, ignore_errors=True)
    name = f"{submission.assignment}.ipynb"
    write_whole(submission.collected / name, nbformat.writes(notebook))
    when = _timestamp(submission.folder / TIMESTAMP)
    if when:
        write_whole(submission.collected / TIMESTAMP, when)
    nbgrader(
        submission.course,
        "autograde",
        submission.assignment,
        f"--student={submission.student}",
        "--force",
        "--create",
        log=submission.record.with_suffix(".log"),
    )


def _time(text: str) -> str:
    # nbgrader takes +0200 for 200 seconds if a space stands before it.
    return re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text.strip())


def _timestamp(path: Path) -> str:
    """A time that nbgrader can read, or nothing."""
    try:
        text = _time(path.read_text(encoding="utf-8"))
        parse_utc(text)
    except Exception:  # whatever stands in it
        return ""
    return text


def _state(submission: Submission) -> str:
    """Digest of all that the marks of a submission depend on."""
    source = submission.course / "source" / submission.assignment / submission.released.name
    config = submission.course / "nbgrader_config.py"
    parts = [f"{digest(path.read_bytes())}" for path in (submission.released, source, config)]
    for path in sorted(submission.folder.iterdir()):
        if path.is_file() and not path.is_symlink():
            parts.append(f"{path.name} {digest(path.read_bytes())}")
    return digest("\n".join(parts).encode(errors="surrogateescape"))


def _record(submission: Submission) -> dict[str, str]:
    graded = submission.course / AUTOGRADED / submission.student / submission.assignment
    try:
        record = json.loads(submission.record.read_text(encoding="utf-8"))
        known = {"state": str(record["state"]), "note": str(record["note"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return known if graded.is_dir() else {}


def _begin(folder: Path) -> set[tuple[str, str]]:
    """Set when assignments are due; return student and assignment of what has marks."""
    path = folder / SCHEDULE
    times = _schedule(path)
    with gradebook(folder) as book:
        names = [assignment.name for assignment in book.assignments]
        lost = sorted({one.assignment for one in submissions(folder)} - set(names))
        if lost:
            raise BookError(
                f"{folder / 'gradebook.db'} lacks {', '.join(lost)}; put them back with: "
                f"companion course build {' '.join(lost)} --out {folder}"
            )
        for name in times:
            if name not in names:
                raise BookError(
                    f"{path}: {name!r} is no assignment of this course; it has {', '.join(names)}"
                )
        for name in names:
            try:
                book.update_or_create_assignment(name, duedate=times.get(name))
            except Exception as error:
                raise BookError(
                    f"{path}: {name}: {times.get(name)!r} is no time; give one such as "
                    "2026-10-31 18:00 UTC"
                ) from error
        return {
            (submission.student.id, assignment.name)
            for assignment in book.assignments
            for submission in assignment.submissions
        }


def _schedule(path: Path) -> dict[str, str | None]:
    try:
        due = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(name): _time(str(when)) if when else None for name, when in due.items()}
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise BookError(f"{path} cannot be read: {_line(error)}") from error
