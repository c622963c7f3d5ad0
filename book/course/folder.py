"""The folder of a course: what lies where, and nbgrader at work in it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from book.project import BookError, write_whole

MARK = "course.json"
GRADEBOOK = "gradebook.db"
SCHEDULE = "schedule.yml"
# Below a traceback.
ERROR = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit): ")


def check_course(folder: Path) -> None:
    """Demand that a folder holds a course.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    BookError
        If it does not.
    """
    if not (folder / MARK).is_file():
        raise BookError(
            f"{folder} holds no course; make one with: companion course build --out {folder}"
        )


def check_free(folder: Path) -> None:
    """Demand that a course may be written into a folder.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    BookError
        If it is a file, or holds something that is no course.
    """
    if folder.exists() and not folder.is_dir():
        raise BookError(f"{folder} is a file; give a folder that is new, empty or a course")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BookError(
            f"{folder} is not empty and holds no course; give a new folder, or that of a course"
        )


def write_once(path: Path, text: str) -> None:
    """Write a file unless it is there: it is then the teacher's.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        The content.
    """
    if not path.exists():
        write_whole(path, text)


def nbgrader(folder: Path, *arguments: str, log: Path | None = None) -> None:
    """Let nbgrader do something in a course.

    Parameters
    ----------
    folder : Path
        Of the course.
    *arguments : str
        Command and options.
    log : Path, optional
        Where to keep what it told.

    Raises
    ------
    BookError
        If it failed; with the error that it told last.
    """
    command = [sys.executable, "-m", "nbgrader", *arguments]
    # It calls alembic by name, which lies beside this interpreter but need not be on the path;
    # and its colours are meant for a terminal.
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    plain = {**os.environ, "PATH": beside, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=plain)
    told = (done.stdout + done.stderr).decode(errors="replace")
    if log is not None:
        write_whole(log, told)
    if done.returncode != 0:
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        errors = [line for line in lines if ERROR.match(line)]
        last = (errors or lines or ["it told nothing"])[-1]
        raise BookError(f"nbgrader {arguments[0]} failed: {last}")


def gradebook(folder: Path) -> Any:
    """Open the gradebook of a course.

    Parameters
    ----------
    folder : Path
        Of the course.

    Returns
    -------
    Gradebook
        Of nbgrader, to be used in a ``with``; a new and empty one if it was lost.
    """
    from nbgrader.api import Gradebook  # here, since not all who build a book have nbgrader

    path = folder / GRADEBOOK
    if not path.exists():
        # By the command, which finds the programs that making one takes.
        nbgrader(folder, "db", "assignment", "list")
    return Gradebook(f"sqlite:///{path}")
