"""`companion course grade`: mark what was handed in, each submission for itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from book.course.collect import UnreadableError, collect
from book.course.folder import SCHEDULE, check_course, nbgrader
from book.course.marks import Row, write_marks
from book.project import BookError, write_whole
from book.runs import digest

SUBMITTED, COLLECTED, GRADED = "submitted", "collected", "graded"
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Submission:
    """What a student handed in for an assignment.

    Parameters
    ----------
    course : Path
        Folder of the course.
    student, assignment : str
        Whose it is, and for what.
    """

    course: Path
    student: str
    assignment: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.course / SUBMITTED / self.student / self.assignment

    @property
    def collected(self) -> Path:
        """Where nbgrader finds it."""
        return self.course / COLLECTED / self.student / self.assignment

    @property
    def record(self) -> Path:
        """What is known of its marking."""
        return self.course / GRADED / self.student / f"{self.assignment}.json"

    @property
    def released(self) -> Path:
        """The assignment as it was handed out."""
        return self.course / "release" / self.assignment / f"{self.assignment}.ipynb"


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
    _set_due(folder)
    notes: dict[tuple[str, str], str] = {}
    touched: set[str] = set()
    for submission in submissions(folder):
        key = _state(submission)
        known = _record(submission)
        if known.get("state") == key:
            note = known["note"]
            progress(submission, note or "current")
        else:
            note = _mark(submission)
            touched.add(submission.assignment)
            record = {"state": key, "note": note}
            write_whole(submission.record, json.dumps(record, indent=1) + "\n")
            progress(submission, note or "marked")
        notes[submission.student, submission.assignment] = note
    for assignment in sorted({submission.assignment for submission in submissions(folder)}):
        # Also where nothing is new: a teacher may have marked by hand.
        nbgrader(folder, "generate_feedback", assignment, "--force")
    return write_marks(folder, notes)


def submissions(folder: Path) -> Iterator[Submission]:
    """List what was handed in.

    Parameters
    ----------
    folder : Path
        Of the course.

    Yields
    ------
    Submission
        Of the assignments of the course, sorted.
    """
    for path in sorted((folder / SUBMITTED).glob("*/*")):
        submission = Submission(folder, path.parent.name, path.name)
        if path.is_dir() and not path.is_symlink() and submission.released.is_file():
            yield submission


def _mark(submission: Submission) -> str:
    """Mark a submission; return what is to be told of it, or nothing."""
    released = nbformat.read(submission.released, as_version=4)
    note = ""
    try:
        notebook = collect(submission.folder, released)
    except UnreadableError as error:
        notebook, note = released, str(error)
    try:
        _autograde(submission, notebook)
    except BookError as error:
        # Of what breaks nbgrader itself nothing counts; the teacher is told to look.
        note = f"could not be marked: {str(error).splitlines()[-1][:200]}"
        _autograde(submission, released)
    return note


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


def _timestamp(path: Path) -> str:
    """A time that nbgrader can read, or nothing."""
    try:
        text = path.read_text(encoding="utf-8").strip()
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
    return digest("\n".join(parts).encode())


def _record(submission: Submission) -> dict[str, str]:
    graded = submission.course / "autograded" / submission.student / submission.assignment
    try:
        record = json.loads(submission.record.read_text(encoding="utf-8"))
        known = {"state": str(record["state"]), "note": str(record["note"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return known if graded.is_dir() else {}


def _set_due(folder: Path) -> None:
    path = folder / SCHEDULE
    try:
        due = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        times = {str(name): str(when) if when else None for name, when in due.items()}
    except (OSError, AttributeError, yaml.YAMLError) as error:
        raise BookError(f"{path} cannot be read: {error}") from error
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for name in (assignment.name for assignment in list(gradebook.assignments)):
            try:
                gradebook.update_or_create_assignment(name, duedate=times.get(name))
            except Exception as error:
                raise BookError(
                    f"{path}: {name}: {times.get(name)!r} is no time; give one such as "
                    "2026-10-31 18:00 UTC"
                ) from error
