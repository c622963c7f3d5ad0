"""What was handed in is found, and what lies there besides is named."""

from pathlib import Path

import pytest

from book.course.submissions import Submission, strays, submissions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for assignment in ("small", "other"):
        released = tmp_path / "release" / assignment / f"{assignment}.ipynb"
        released.parent.mkdir(parents=True)
        released.touch()
    for place in ("bob/small", "ada/small", "ada/other", "Jörg O'Neil (2) +/small"):
        (tmp_path / "submitted" / place).mkdir(parents=True)
    return tmp_path


def found(folder: Path) -> list[str]:
    return [f"{one.student}/{one.assignment}" for one in submissions(folder)]


def passed_over(folder: Path) -> list[str]:
    return [str(path.relative_to(folder / "submitted")) for path in strays(folder)]


GOOD = ["Jörg O'Neil (2) +/small", "ada/other", "ada/small", "bob/small"]


def test_submissions_are_sorted_by_student_and_assignment(folder: Path) -> None:
    assert found(folder) == GOOD
    assert passed_over(folder) == []


def test_a_course_without_submissions_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == passed_over(tmp_path) == []


def test_what_is_no_submission_is_named(folder: Path) -> None:
    top = folder / "submitted"
    (top / "small.ipynb").touch()
    (top / "ada" / "small.ipynb").touch()
    (top / "bob" / "little").mkdir()
    (top / "links").mkdir()
    (top / "links" / "small").symlink_to(top / "ada" / "small")
    assert found(folder) == GOOD
    assert passed_over(folder) == ["small.ipynb", "ada/small.ipynb", "bob/little", "links/small"]


@pytest.mark.parametrize("name", ["star*", "what?", "a[b]", " space", "space "])
def test_names_that_nbgrader_takes_for_others_are_named(folder: Path, name: str) -> None:
    (folder / "submitted" / name / "small").mkdir(parents=True)
    assert found(folder) == GOOD
    assert passed_over(folder) == [f"{name}/small"]


def test_what_programs_leave_is_passed_over(folder: Path) -> None:
    top = folder / "submitted"
    (top / ".DS_Store").touch()
    (top / "ada" / ".ipynb_checkpoints").mkdir()
    (top / ".git" / "small").mkdir(parents=True)
    assert found(folder) == GOOD
    assert passed_over(folder) == []


def test_places_of_a_submission() -> None:
    one = Submission(Path("c"), "ada", "small")
    assert one.folder == Path("c/submitted/ada/small")
    assert one.collected == Path("c/collected/ada/small")
    assert one.record == Path("c/graded/ada/small.json")
    assert one.released == Path("c/release/small/small.ipynb")
