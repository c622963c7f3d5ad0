"""The commands: statuses, what they say, one line for what was called wrongly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="the commands call nbgrader")

from book.chapters import Chapter
from book.course import build, check, cli, grade, sandbox
from book.project import Project

Call = Callable[..., Any]


@pytest.fixture
def project(write: Callable[..., tuple[Project, Chapter]], monkeypatch: Any) -> Project:
    """A checkout with the small chapter, where commands are called."""
    made = write()[0]
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is asked of the rest, which does nothing."""
    calls: list[Any] = []

    def building(project: Project, chapters: Any, folder: Path) -> list[Path]:
        calls.append(("build", [chapter.name for chapter in chapters], folder))
        return [folder / "handout" / f"{chapter.name}.zip" for chapter in chapters]

    def checking(project: Project, chapters: Any, jobs: int) -> list[str]:
        calls.append(("check", [chapter.name for chapter in chapters], jobs))
        return []

    monkeypatch.setattr(build, "build_course", building)
    monkeypatch.setattr(check, "check_course", checking)
    return calls


@pytest.mark.parametrize("names", [(), ("small",)])
def test_build_says_what_to_hand_out(
    project: Project, asked: list[Any], companion: Call, names: tuple[str, ...]
) -> None:
    told = companion("course", "build", *names, "--out", "there")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == (
        "hand out there/handout/small.zip\nhow to go on stands in there/README.md\n"
    )
    assert asked == [("build", ["small"], Path("there"))]


@pytest.mark.parametrize("command", [("build", "--out", "there"), ("check",)])
def test_an_unknown_chapter_is_a_line(
    project: Project, asked: list[Any], companion: Call, command: tuple[str, ...]
) -> None:
    told = companion("course", *command, "little")
    assert (told.returncode, told.stdout, asked) == (2, "", [])
    assert told.stderr == (
        "companion: unknown chapter 'little'; the chapters in _toc.yml are: small\n"
    )


def test_build_needs_a_folder(project: Project, companion: Call) -> None:
    told = companion("course", "build")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "companion: Missing option '--out'.\n"


def test_what_lies_in_the_way_is_a_line(project: Project, companion: Call) -> None:
    told = companion("course", "build", "--out", "LICENSE")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "companion: LICENSE is a file; give a folder that is new, empty or a course\n"
    )


def test_grade_needs_a_course(project: Project, companion: Call) -> None:
    told = companion("course", "grade", "notebooks")
    assert told.returncode == 2
    assert told.stderr == (
        "companion: notebooks holds no course; "
        "make one with: companion course build --out notebooks\n"
    )


@pytest.mark.parametrize("shell", [None, "/usr/bin/bwrap"])
def test_grade_tells_of_each_submission(
    course: Any, companion: Call, monkeypatch: pytest.MonkeyPatch, shell: str | None
) -> None:
    monkeypatch.setattr(grade, "nbgrader", lambda *a, **k: None)
    monkeypatch.setattr(sandbox, "shell", lambda: shell)
    course.submit("ada", course.answered())
    course.place("bob")
    (course.folder / "submitted" / "eve" / "little").mkdir(parents=True)
    told = companion("course", "grade", str(course.folder))
    assert told.returncode == 0
    warning = "bubblewrap is missing or forbidden here: submissions can read what you can\n"
    comfort = "submissions are shut in by bubblewrap\n"
    assert told.stdout == (
        f"{comfort if shell else warning}ada small: marked\nbob small: no notebook\n"
        f"marks of 2 submissions: {course.folder / 'marks.csv'}\n"
    )
    assert told.stderr == (
        f"{course.folder}/submitted/eve/little: passed over; "
        "it is no submitted/STUDENT/ASSIGNMENT\n"
    )


def test_check_tells_that_all_is_well(project: Project, asked: list[Any], companion: Call) -> None:
    told = companion("course", "check", "--jobs", "3")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "1 assignments: reference solutions have full marks, stubs none\n"
    assert asked == [("check", ["small"], 3)]


def test_check_fails_with_a_line_for_each_fault(
    project: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "check_course", lambda *a: ["small: one", "small: two"])
    told = companion("course", "check")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "small: one\nsmall: two\n"


@pytest.mark.parametrize("jobs", ["0", "many"])
def test_check_needs_a_number_of_jobs(project: Project, companion: Call, jobs: str) -> None:
    told = companion("course", "check", "--jobs", jobs)
    assert told.returncode == 2
    assert told.stderr.startswith("companion: Invalid value for '--jobs'")


@pytest.mark.parametrize("command", [("build", "--out", "x"), ("grade", "x"), ("check",)])
def test_without_nbgrader_each_says_how_to_get_it(
    project: Project, companion: Call, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    told = companion("course", *command)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "companion: nbgrader is missing; install it with: "
        "pip install -c constraints.txt -e '.[course]'\n"
    )
