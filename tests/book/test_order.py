"""A build begins with the chapters that take longest, also when none has run yet."""

import datetime
from pathlib import Path

import pytest

from book import tasks
from book.chapters import read_chapters
from book.order import durations, longest_first
from book.project import BookError, Project
from book.records import write_record
from book.runs import Run, plan_runs

STARTED = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture
def runs(tiny: Project) -> list[Run]:
    return plan_runs(tiny, list(read_chapters(tiny).values()), "standard")


def tell(project: Project, text: str) -> Path:
    path = project.notebooks / "durations.yml"
    path.write_text(text, encoding="utf-8")
    return path


def names(runs: list[Run]) -> list[str]:
    return [run.chapter.name for run in longest_first(runs)]


@pytest.mark.parametrize(
    ("told", "order"),
    [
        ("first: 2\nsecond: 3\n", ["second", "first"]),
        ("first: 3\nsecond: 2\n", ["first", "second"]),
        ("first: 3\n", ["second", "first"]),  # what nobody knows may be the longest
    ],
)
def test_a_first_build_begins_with_the_longest(
    tiny: Project, runs: list[Run], told: str, order: list[str]
) -> None:
    tell(tiny, told)
    assert names(runs) == order


def test_what_was_measured_counts_before_what_is_told(tiny: Project, runs: list[Run]) -> None:
    tell(tiny, "first: 30\nsecond: 1\n")
    for run, seconds in zip(runs, (2.0, 3.0), strict=True):
        run.notebook.parent.mkdir(parents=True, exist_ok=True)
        run.notebook.write_text("{}", encoding="utf-8")
        write_record(run, STARTED, seconds, "")
    assert names(runs) == ["second", "first"]


def test_chapters_run_in_that_order(
    tiny: Project, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(tiny, "first: 2\nsecond: 3\n")
    begun: list[str] = []
    monkeypatch.setattr(tasks, "_execute", lambda run, *_: begun.append(run.chapter.name))
    tasks.run_all(runs, jobs=1)
    assert begun == ["second", "first"]


def test_without_a_file_nothing_is_told(tiny: Project) -> None:
    assert durations(tiny) == {}


@pytest.mark.parametrize(
    "text", ["first\n", "first: soon\n", "first: -1\n", "first: .nan\n", "a: true"]
)
def test_a_file_of_another_form_is_named(tiny: Project, text: str) -> None:
    path = tell(tiny, text)
    with pytest.raises(BookError, match=str(path)):
        durations(tiny)
