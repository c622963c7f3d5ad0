"""Marks come once, stay, and change only with what they depend on."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="submissions are marked by nbgrader")

from nbgrader import api

from book.course import grade as module
from book.course.build import build_course
from book.course.folder import nbgrader
from book.project import BookError

Calls = list[tuple[str, ...]]


@pytest.fixture
def again(graded: Any, tmp_path: Path) -> Any:
    """A copy of the course with a submission of every kind, all of them marked."""
    return type(graded)(Path(shutil.copytree(graded.folder, tmp_path / "again", symlinks=True)))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What is asked of nbgrader; it does it, but for feedback, which takes long."""
    asked: Calls = []

    def asking(folder: Path, command: str, *arguments: str, **options: Any) -> None:
        asked.append((command, *arguments[:2]))
        if command != "generate_feedback":
            nbgrader(folder, command, *arguments, **options)

    monkeypatch.setattr(module, "nbgrader", asking)
    return asked


def marked(calls: Calls) -> list[str]:
    return [call[2].removeprefix("--student=") for call in calls if call[0] == "autograde"]


def tables(course: Any) -> list[str]:
    return [
        (course.folder / f"{n}.csv").read_text(encoding="utf-8") for n in ("marks", "exercises")
    ]


# --- all in one go ---


def test_one_bad_submission_stops_no_other(graded: Any) -> None:
    assert graded.states == {row["student"]: row["note"] or "marked" for row in graded.rows}
    assert sorted(graded.states) == [
        "Jörg O'Neil (2) +",
        "ada",
        "broken",
        "deletes",
        "dies",
        "edits",
        "empty",
        "exits",
        "floods",
        "hoards",
        "links",
        "loops",
        "myst",
        "percent",
        "spies",
        "untouched",
        "wrong",
    ]


def test_marks_are_written(graded: Any) -> None:
    lines = tables(graded)[0].splitlines()
    assert "ada,small,8.0,10.0,8.0,8.0,0.0,2.0,1,0.0," in lines
    assert "untouched,small,0.0,10.0,0.0,8.0,0.0,2.0,0,0.0," in lines
    assert "wrong,small,4.0,10.0,4.0,8.0,0.0,2.0,1,0.0," in lines
    assert len(lines) == 1 + len(graded.states)
    assert "ada,small,ex-ti-last,4.0,4.0,machine,0" in tables(graded)[1].splitlines()


def test_delays_are_told(graded: Any) -> None:
    late = {row["student"]: row["late_hours"] for row in graded.rows if row["late_hours"]}
    assert late == {"Jörg O'Neil (2) +": 2.5}
    assert graded.total("Jörg O'Neil (2) +")["score"] == 8


def test_each_submission_has_feedback_and_a_log(graded: Any) -> None:
    for student in graded.states:
        page = graded.folder / "feedback" / student / "small" / "small.html"
        assert "Small numbers" in page.read_text(encoding="utf-8")
        assert (graded.folder / "graded" / student / "small.log").is_file()


# --- again ---


def test_a_second_run_marks_nothing_and_changes_nothing(again: Any, calls: Calls) -> None:
    before = tables(again), {p: p.stat().st_mtime_ns for p in again.folder.glob("graded/*/*")}
    again.grade()
    assert calls == [("generate_feedback", "small", "--force")]
    assert again.states == {row["student"]: row["note"] or "current" for row in again.rows}
    after = tables(again), {p: p.stat().st_mtime_ns for p in again.folder.glob("graded/*/*")}
    assert after == before


@pytest.mark.slow
def test_a_changed_submission_is_marked_again_and_marks_by_hand_stay(
    again: Any, calls: Calls
) -> None:
    with api.Gradebook(f"sqlite:///{again.folder / 'gradebook.db'}") as gradebook:
        for student in ("ada", "wrong"):
            grade = gradebook.find_grade("ex-ti-say", "small", "small", student)
            grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    again.submit("ada", again.answered(add="def add(a, b):\n    return 0"))
    again.grade()
    assert marked(calls) == ["ada"]
    assert again.states["ada"] == "marked"
    assert again.states["wrong"] == "current"
    assert again.scores("ada") == {"add": 0, "mean": 3, "last": 4}
    # The teacher is asked to look again at what may have changed.
    assert (again.total("ada")["by_hand"], again.total("ada")["to_mark"]) == (1.5, 1)
    assert (again.total("wrong")["by_hand"], again.total("wrong")["to_mark"]) == (1.5, 0)
    assert (again.folder / "graded" / "ada" / "small.log").stat().st_size > 0


@pytest.mark.slow
def test_what_was_interrupted_goes_on(
    again: Any, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(again)
    for student in ("ada", "wrong"):  # as if they had not come to be marked
        (again.folder / "graded" / student / "small.json").unlink()
    asking = module.nbgrader

    def interrupted(folder: Path, command: str, *arguments: str, **options: Any) -> None:
        if "--student=wrong" in arguments:
            raise KeyboardInterrupt
        asking(folder, command, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, "nbgrader", interrupted)
        with pytest.raises(KeyboardInterrupt):
            again.grade()
    assert marked(calls) == ["ada"]
    again.grade()
    assert marked(calls) == ["ada", "wrong"]
    assert again.states["ada"] == "current"
    assert again.states["wrong"] == "marked"
    assert tables(again) == before


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"state": 1}', "\x00"])
def test_a_record_that_cannot_be_read_is_made_anew(
    again: Any, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    asked: Calls = []
    monkeypatch.setattr(module, "nbgrader", lambda folder, *a, **k: asked.append(a))
    (again.folder / "graded" / "ada" / "small.json").write_text(content, encoding="utf-8")
    again.grade()
    assert marked(asked) == ["ada"]
    record = json.loads((again.folder / "graded/ada/small.json").read_text(encoding="utf-8"))
    assert record["note"] == ""


@pytest.mark.parametrize(
    "changed",
    [
        "source/small/small.ipynb",
        "release/small/small.ipynb",
        "nbgrader_config.py",
        "submitted/ada/small/small.ipynb",
        "submitted/ada/small/timestamp.txt",
        "autograded/ada/small/",
    ],
)
def test_marks_depend_on(again: Any, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    asked: Calls = []
    monkeypatch.setattr(module, "nbgrader", lambda folder, *a, **k: asked.append(a))
    path = again.folder / changed
    if changed.endswith("/"):
        shutil.rmtree(path)
    else:
        text = path.read_text(encoding="utf-8") if path.exists() else "2026-11-01 00:00 UTC"
        path.write_text(f"{text}\n", encoding="utf-8")
    again.grade()
    everyone = not changed.startswith(("submitted", "autograded"))
    assert marked(asked) == (sorted(again.states) if everyone else ["ada"])


def test_what_the_gradebook_does_not_know_is_marked(
    again: Any, built: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Calls = []
    monkeypatch.setattr(module, "nbgrader", lambda folder, *a, **k: asked.append(a))
    shutil.copy(built.folder / "gradebook.db", again.folder)
    again.grade()
    assert marked(asked) == sorted(again.states)


def test_a_lost_gradebook_is_named(again: Any, calls: Calls) -> None:
    (again.folder / "gradebook.db").unlink()
    with pytest.raises(BookError) as caught:
        again.grade()
    assert str(caught.value) == (
        f"{again.folder / 'gradebook.db'} lacks small; put them back with: "
        f"companion course build small --out {again.folder}"
    )
    assert calls == []


@pytest.mark.slow
def test_a_renewed_course_marks_by_its_new_exercises(
    course: Any, write: Callable[..., Any], text: str, calls: Calls
) -> None:
    course.submit("ada", course.answered(mean="def mean(numbers):\n    return 2"))
    course.grade()
    with api.Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("ex-ti-say", "small", "small", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    # Another hidden test and other points.
    text = text.replace("assert mean([4, 5, 6, 9]) == 6", "assert mean([2, 2]) == 2")
    text = text.replace("medium points-3", "medium points-5")
    project, chapter = write(text)
    build_course(project, [chapter], course.folder)
    course.grade()
    assert course.states == {"ada": "marked"}
    assert course.scores("ada") == {"add": 1, "mean": 5, "last": 4}
    total = course.total("ada")
    assert (total["score"], total["max"], total["by_hand"]) == (11.5, 12, 1.5)


def test_exercises_of_what_was_handed_in_neither_come_nor_go(
    again: Any, write: Callable[..., Any], text: str
) -> None:
    before = {p: p.read_bytes() for p in again.folder.rglob("*") if p.is_file()}
    project, chapter = write(text[: text.index("````{exercise} Last")])
    with pytest.raises(BookError) as caught:
        build_course(project, [chapter], again.folder)
    assert str(caught.value) == (
        "small: ex-ti-last, ex-ti-last-test, ex-ti-last-text came or went, but students have "
        "handed in; make a new course in another folder"
    )
    assert {p: p.read_bytes() for p in again.folder.rglob("*") if p.is_file()} == before


# --- what cannot be marked ---


def test_what_breaks_nbgrader_has_no_points_and_a_note(
    again: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    again.submit("new", again.answered())
    asked: Calls = []
    states: list[str] = []

    def failing(folder: Path, command: str, *arguments: str, **options: Any) -> None:
        asked.append((command, *arguments))
        if "--student=new" in arguments:
            collected = folder / "collected" / "new" / "small" / "small.ipynb"
            states.append(collected.read_text(encoding="utf-8"))
            raise BookError("failed: in  this\tway " + "x" * 999)

    monkeypatch.setattr(module, "nbgrader", failing)
    again.grade()
    row = again.total("new")
    assert (row["score"], row["max"]) == (0, 0)
    assert row["note"].startswith("could not be marked: failed: in this way xxx")
    assert len(row["note"]) < 400
    assert again.states["new"] == row["note"]
    assert again.states["ada"] == "current"
    # First what was handed in, then what was handed out.
    assert ["return a + b" in text for text in states] == [True, False]
    # Which is tried again, since nothing is known of it.
    asked.clear()
    again.grade()
    assert marked([call for call in asked if call[0] == "autograde"]) == ["new", "new"]


def test_a_time_that_cannot_be_read_is_no_time(course: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "nbgrader", lambda *a, **k: None)
    one = module.Submission(course.folder, "ada", "small")
    course.submit("ada", course.answered())
    for content in (b"yesterday", b"\xff\xfe", b"", b"2026-13-45 99:00"):
        (one.folder / "timestamp.txt").write_bytes(content)
        course.grade()
        assert not (one.collected / "timestamp.txt").exists()
    (one.folder / "timestamp.txt").write_text(" 2026-10-31 20:00 UTC\n", encoding="utf-8")
    course.grade()
    written = (one.collected / "timestamp.txt").read_text(encoding="utf-8")
    assert written == "2026-10-31 20:00 UTC"


def test_odd_names_of_files_can_be_told(course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "nbgrader", lambda *a, **k: None)
    place = str(course.place("ada"))
    for name in (b"a\xff.ipynb", b"b\n.ipynb"):
        with open(place.encode() + b"/" + name, "wb"):
            pass
    course.grade()
    assert course.states == {"ada": "several notebooks: a?.ipynb, b .ipynb"}
    assert "b .ipynb" in tables(course)[0]


# --- the course and its schedule ---


def test_a_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="holds no course"):
        module.grade(tmp_path)


def test_a_course_without_submissions_is_fine(course: Any, calls: Calls) -> None:
    course.grade()
    assert (course.rows, course.states, calls) == ([], {}, [])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("small: soon", "small: 'soon' is no time; give one such as 2026-10-31 18:00 UTC"),
        ("small: [1, 2]", "small: '[1, 2]' is no time; give one such as 2026-10-31 18:00 UTC"),
        ("little: 2026-10-31", "'little' is no assignment of this course; it has small"),
        ("- small", " cannot be read: "),
        ("small: {", " cannot be read: "),
        ("small: 2026-13-45", " cannot be read: "),
        ("just text", " cannot be read: "),
        (b"small: \xff", " cannot be read: "),
        (None, " cannot be read: "),
    ],
)
def test_a_bad_schedule_is_named(course: Any, content: Any, told: str) -> None:
    path = course.folder / "schedule.yml"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BookError) as caught:
        course.grade()
    line = str(caught.value)
    assert line.startswith(str(path))
    assert told in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("content", "due"),
    [
        ("", None),
        ("small:", None),
        ("small: 2026-10-31 18:00 UTC", "2026-10-31 18:00:00"),
        ("small: 2026-10-31 18:00 +0200", "2026-10-31 16:00:00"),
        ("small: 2026-10-31 18:00:00", "2026-10-31 18:00:00"),
        ("small: 2026-10-31", "2026-10-31 00:00:00"),
    ],
)
def test_times_of_the_schedule_are_those_of_the_gradebook(
    course: Any, content: str, due: str | None
) -> None:
    (course.folder / "schedule.yml").write_text(content, encoding="utf-8")
    course.grade()
    with api.Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        found = gradebook.find_assignment("small").duedate
    assert str(found) == str(due)


def test_a_time_that_is_taken_out_of_the_schedule_is_forgotten(course: Any) -> None:
    for content in ("small: 2026-10-31", "small:"):
        (course.folder / "schedule.yml").write_text(content, encoding="utf-8")
        course.grade()
    with api.Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        assert gradebook.find_assignment("small").duedate is None
