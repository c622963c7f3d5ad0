"""`companion course check` and `mark`: marking without a course that stays."""

import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from book.chapters import Chapter
from book.course.build import build_course
from book.course.collect import UnreadableError, cell_names, read_notebook
from book.course.exercises import read_exercises
from book.course.grade import grade
from book.course.marks import Row, exercises
from book.course.submissions import SUBMITTED
from book.project import BookError, Project, write_whole

SOLVED, UNTOUCHED = "reference", "untouched"


def check_course(project: Project, chapters: Sequence[Chapter], jobs: int) -> list[str]:
    """Mark the reference solutions and the untouched stubs of chapters.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : sequence of Chapter
        Which.
    jobs : int
        How many at a time.

    Returns
    -------
    list of str
        What is wrong, a line each; empty if all is well.
    """
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda chapter: _check(project, chapter), chapters)
        return [line for lines in found for line in lines]


def _check(project: Project, chapter: Chapter) -> list[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        build_course(project, [chapter], folder)
        for student, kind in ((SOLVED, "source"), (UNTOUCHED, "release")):
            made = folder / kind / chapter.name / f"{chapter.name}.ipynb"
            target = folder / SUBMITTED / student / chapter.name / made.name
            write_whole(target, made.read_text(encoding="utf-8"))
        return complaints(grade(folder), chapter.name)


def mark_own(project: Project, chapters: Sequence[Chapter], notebook: Path) -> list[Row]:
    """Mark the answers of a reader.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : sequence of Chapter
        Among them the one whose exercises the notebook has.
    notebook : Path
        The reader's notebook, or its text version.

    Returns
    -------
    list of dict
        A row for each exercise, from `book.course.marks.exercises`.

    Raises
    ------
    BookError
        If the notebook cannot be read, or has the exercises of none of the chapters.
    """
    try:
        names = cell_names(read_notebook(notebook))
    except OSError as error:
        raise BookError(f"{notebook}: {error.strerror}") from error
    except UnreadableError as error:
        raise BookError(str(error)) from error
    for chapter in chapters:
        labels = {e.label for e in read_exercises(chapter.notebook.cells, chapter.name)}
        if labels & names:
            break
    else:
        raise BookError(
            f"{notebook} has the exercises of no chapter; take it from a chapter's page"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        build_course(project, [chapter], folder)
        target = folder / SUBMITTED / "reader" / chapter.name / notebook.name
        target.parent.mkdir(parents=True)
        shutil.copy(notebook, target)
        grade(folder)
        return exercises(folder)


def complaints(rows: Sequence[Row], name: str) -> list[str]:
    """Tell which of the two got other marks than it should.

    Parameters
    ----------
    rows : sequence of dict
        From `book.course.grade.grade`.
    name : str
        Of the chapter.

    Returns
    -------
    list of str
        A line each.
    """
    by_student = {row["student"]: row for row in rows}
    solved, untouched = by_student[SOLVED], by_student[UNTOUCHED]
    found = [f"{name}: {row['student']}: {row['note']}" for row in rows if row["note"]]
    if solved["by_machine"] != solved["max_by_machine"]:
        found.append(
            f"{name}: the reference solutions get {solved['by_machine']:g} of "
            f"{solved['max_by_machine']:g} points by machine"
        )
    if untouched["score"]:
        found.append(f"{name}: untouched stubs get {untouched['score']:g} points")
    return found
