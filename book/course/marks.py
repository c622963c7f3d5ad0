"""Marks out of nbgrader's gradebook, as tables."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from book.course.folder import gradebook
from book.project import write_whole

TOTALS, DETAILS = "marks.csv", "exercises.csv"
COUNTS = ("score", "max", "by_machine", "max_by_machine", "by_hand", "max_by_hand", "to_mark")
HEAD = ("student", "assignment", *COUNTS, "late_hours", "note")
DETAIL_HEAD = ("student", "assignment", "exercise", "score", "max", "marked_by", "to_mark")
Row = dict[str, Any]


def exercises(folder: Path) -> list[Row]:
    """Read the marks of every exercise.

    Parameters
    ----------
    folder : Path
        Of the course.

    Returns
    -------
    list of dict
        With the keys `DETAIL_HEAD` and ``late_hours``, sorted by student and assignment, exercises
        in the order of the assignment. A mark of the teacher goes before that of the machine.
    """
    rows = []
    with gradebook(folder) as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                late = submission.total_seconds_late / 3600
                grades = [grade for nb in submission.notebooks for grade in nb.grades]
                order = {
                    cell.name: index
                    for nb in assignment.notebooks
                    for index, cell in enumerate(nb.source_cells)
                }
                for grade in sorted(grades, key=lambda grade: order.get(grade.name, 0)):
                    by_machine = grade.cell_type == "code"
                    rows.append(
                        {
                            "student": submission.student.id,
                            "assignment": assignment.name,
                            "exercise": grade.name.removesuffix("-test"),
                            "score": grade.score,
                            "max": grade.max_score,
                            "marked_by": "machine" if by_machine else "hand",
                            "to_mark": int(grade.needs_manual_grade),
                            "late_hours": round(late, 2),
                        }
                    )
    return sorted(rows, key=lambda row: (row["student"], row["assignment"]))


def totals(rows: Iterable[Row], notes: Mapping[tuple[str, str], str]) -> list[Row]:
    """Add up the marks of each submission.

    Parameters
    ----------
    rows : iterable of dict
        From `exercises`.
    notes : mapping
        What is to be told of a submission, by student and assignment.

    Returns
    -------
    list of dict
        With the keys `HEAD`, sorted by student and assignment.
    """
    found: dict[tuple[str, str], Row] = {}

    def begun(student: str, assignment: str, late: float) -> Row:
        key = (student, assignment)
        names = {"student": student, "assignment": assignment, "note": notes.get(key, "")}
        return found.setdefault(key, {**dict.fromkeys(HEAD, 0), **names, "late_hours": late})

    for row in rows:
        total = begun(row["student"], row["assignment"], row["late_hours"])
        for name in ("score", "max", "to_mark"):
            total[name] += row[name]
        total[f"by_{row['marked_by']}"] += row["score"]
        total[f"max_by_{row['marked_by']}"] += row["max"]
    for student, assignment in notes:
        # Also what the gradebook does not know, since it could not be marked at all.
        begun(student, assignment, 0.0)
    return [found[key] for key in sorted(found)]


def write_marks(folder: Path, notes: Mapping[tuple[str, str], str]) -> list[Row]:
    """Write the tables of a course.

    Parameters
    ----------
    folder : Path
        Of the course.
    notes : mapping
        What is to be told of a submission, by student and assignment.

    Returns
    -------
    list of dict
        A row for each submission.
    """
    details = exercises(folder)
    sums = totals(details, notes)
    write_whole(folder / DETAILS, _table(DETAIL_HEAD, details))
    write_whole(folder / TOTALS, _table(HEAD, sums))
    return sums


def _table(head: Iterable[str], rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(head), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return stream.getvalue()


def _harmless(value: object) -> object:
    # A spreadsheet takes what begins like this for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value
