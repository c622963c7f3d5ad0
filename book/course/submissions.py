"""What students handed in: where it lies, and what of it cannot be marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUBMITTED, COLLECTED, GRADED = "submitted", "collected", "graded"
TIMESTAMP = "timestamp.txt"
# nbgrader takes a name with one of these for a pattern.
PATTERN = "*?[]"


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
    for path in _handed_in(folder, "*/*"):
        submission = Submission(folder, path.parent.name, path.name)
        if _is_marked(submission):
            yield submission


def strays(folder: Path) -> list[Path]:
    """List what lies where submissions are expected and is none.

    Parameters
    ----------
    folder : Path
        Of the course.

    Returns
    -------
    list of Path
        Such as a notebook beside the folder of its assignment, or one of no assignment.
    """
    found = [path for path in _handed_in(folder, "*") if not path.is_dir()]
    for path in _handed_in(folder, "*/*"):
        if not _is_marked(Submission(folder, path.parent.name, path.name)):
            found.append(path)
    return found


def _handed_in(folder: Path, pattern: str) -> Iterator[Path]:
    # What begins with a dot was left by systems and programs.
    top = folder / SUBMITTED
    for path in sorted(top.glob(pattern)):
        if not any(part.startswith(".") for part in path.relative_to(top).parts):
            yield path


def _is_marked(submission: Submission) -> bool:
    folder = submission.folder
    plain = not any(sign in submission.student for sign in PATTERN)
    stripped = submission.student.strip() == submission.student
    # A link could lead to what is not the student's.
    real = folder.is_dir() and not folder.is_symlink()
    return real and submission.released.is_file() and plain and stripped
