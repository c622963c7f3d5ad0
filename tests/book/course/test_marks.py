"""Marks as they stand in the gradebook, in tables that a spreadsheet opens without harm."""

import csv
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="marks stand in nbgrader's gradebook")

from nbgrader import api

from book.course.marks import exercises, totals, write_marks

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
CELLS = {"ex-b-test": ("code", 3), "ex-a": ("markdown", 2), "ex-c-test": ("code", 0.5)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with two assignments and three students, of whom one handed in twice."""
    with api.Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for assignment in ("second", "first"):
            gradebook.update_or_create_assignment(assignment, duedate="2026-10-31 18:00 UTC")
            gradebook.update_or_create_notebook("only", assignment)
            # The cell around comes last, though its exercise is first.
            for name, (kind, most) in CELLS.items():
                where = (name, "only", assignment)
                gradebook.update_or_create_source_cell(*where, cell_type=kind)
                gradebook.update_or_create_grade_cell(*where, max_score=most, cell_type=kind)
        for student, assignment, when in (
            ("zoe", "first", "2026-10-31 17:59:00 UTC"),
            ("=1+1", "second", None),
            ("ada", "second", "2026-11-01 00:15:00 UTC"),
            ("ada", "first", None),
        ):
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(assignment, student, timestamp=when)
        marked = gradebook.find_grade("ex-b-test", "only", "second", "ada")
        marked.auto_score, marked.needs_manual_grade = 3, False
        by_hand = gradebook.find_grade("ex-a", "only", "second", "ada")
        by_hand.manual_score, by_hand.needs_manual_grade = 1.5, False
        changed = gradebook.find_grade("ex-c-test", "only", "second", "ada")
        changed.auto_score, changed.manual_score = 0, 0.25
        gradebook.db.commit()
    return tmp_path


def test_every_exercise_has_a_row(folder: Path) -> None:
    rows = exercises(folder)
    assert [(row["student"], row["assignment"], row["exercise"]) for row in rows] == [
        (student, assignment, exercise)
        for student, assignment in (
            ("=1+1", "second"),
            ("ada", "first"),
            ("ada", "second"),
            ("zoe", "first"),
        )
        for exercise in ("ex-b", "ex-a", "ex-c")
    ]
    first, second, third = (r for r in rows if (r["student"], r["assignment"]) == ("ada", "second"))
    assert (first["score"], first["max"], first["marked_by"], first["to_mark"]) == (
        3,
        3,
        "machine",
        0,
    )
    assert (second["score"], second["max"], second["marked_by"]) == (1.5, 2, "hand")
    # What a teacher gives goes before what the machine gave.
    assert third["score"] == 0.25


def test_delays_are_told_in_hours(folder: Path) -> None:
    late = {(row["student"], row["assignment"]): row["late_hours"] for row in exercises(folder)}
    assert late == {
        ("=1+1", "second"): 0,
        ("ada", "first"): 0,
        ("ada", "second"): 6.25,
        ("zoe", "first"): 0,
    }


HEAD = "score,max,by_machine,max_by_machine,by_hand,max_by_hand,to_mark,late_hours,note"


def test_tables_are_written_as_told(folder: Path) -> None:
    rows = write_marks(folder, {("ada", "second"): "seen, well", ("bob", "first"): "no notebook"})
    text = (folder / "marks.csv").read_text(encoding="utf-8")
    assert text == (
        f"student,assignment,{HEAD}\n"
        "'=1+1,second,0.0,5.5,0.0,3.5,0.0,2.0,3,0.0,\n"
        "ada,first,0.0,5.5,0.0,3.5,0.0,2.0,3,0.0,\n"
        'ada,second,4.75,5.5,3.25,3.5,1.5,2.0,1,6.25,"seen, well"\n'
        "bob,first,0,0,0,0,0,0,0,0.0,no notebook\n"
        "zoe,first,0.0,5.5,0.0,3.5,0.0,2.0,3,0.0,\n"
    )
    assert [row["student"] for row in rows] == ["=1+1", "ada", "ada", "bob", "zoe"]
    details = (folder / "exercises.csv").read_text(encoding="utf-8").splitlines()
    assert details[0] == "student,assignment,exercise,score,max,marked_by,to_mark"
    assert details[7:10] == [
        "ada,second,ex-b,3.0,3.0,machine,0",
        "ada,second,ex-a,1.5,2.0,hand,0",
        "ada,second,ex-c,0.25,0.5,machine,1",
    ]
    assert len(details) == 13


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    with api.Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}"):
        pass
    signs = "=+-@\t"
    write_marks(tmp_path, {(f"{sign}1", "small"): f'{sign}HYPERLINK("x")' for sign in signs})
    with (tmp_path / "marks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["student"] for row in rows} == {f"'{sign}1" for sign in signs}
    assert {row["note"] for row in rows} == {f'\'{sign}HYPERLINK("x")' for sign in signs}


def test_a_course_without_submissions_has_empty_tables(tmp_path: Path) -> None:
    with api.Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}"):
        pass
    assert write_marks(tmp_path, {}) == []
    assert (tmp_path / "marks.csv").read_text(encoding="utf-8") == f"student,assignment,{HEAD}\n"


def test_sums_keep_apart_who_marked() -> None:
    row = {"student": "s", "assignment": "a", "late_hours": 1.5, "to_mark": 1}
    rows: list[dict[str, Any]] = [
        {**row, "score": 1, "max": 2, "marked_by": "hand"},
        {**row, "score": 4, "max": 8, "marked_by": "machine"},
        {**row, "score": 16, "max": 32, "marked_by": "machine", "to_mark": 0},
    ]
    (total,) = totals(rows, {})
    assert total == {
        "student": "s",
        "assignment": "a",
        "score": 21,
        "max": 42,
        "by_machine": 20,
        "max_by_machine": 40,
        "by_hand": 1,
        "max_by_hand": 2,
        "to_mark": 2,
        "late_hours": 1.5,
        "note": "",
    }
