"""What the commands show names the chapter, the claim and the reason, and nothing twice."""

import io
import sys
from typing import Any

import pytest
from rich.console import Console

from book import report
from book.chapters import read_chapters
from book.ledger import collect
from book.project import Project
from book.runs import Run, plan_runs
from book.tasks import Outcome


def runs_of(project: Project) -> list[Run]:
    return plan_runs(project, list(read_chapters(project).values()), "standard")


class Screen:
    """A terminal that remembers, wide enough not to wrap."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.console = Console(file=self.stream, width=160)

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_outside_a_terminal_each_chapter_is_one_line_on_stderr(
    tiny: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = runs_of(tiny)
    with report.progress() as told:
        for done in range(7):
            told(first, done, 6)
        told(second, 0, 3)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "first: running 6 cells\nsecond: running 3 cells\n"


def test_json_is_accompanied_by_nothing(tiny: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with report.progress(as_json=True) as told:
        told(runs_of(tiny)[0], 0, 6)
    assert capsys.readouterr() == ("", "")


def test_in_a_terminal_each_chapter_has_one_bar(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    first, second = runs_of(tiny)
    with report.progress() as told:
        told(first, 0, 6)
        told(second, 3, 3)
        told(first, 4, 6)
    last = terminal.getvalue().rpartition("first")[2]
    assert "4/6" in last
    assert "3/3" in last


def test_how_a_run_ended_is_one_line(built: Project) -> None:
    run = runs_of(built)[0]
    where = "build/standard/notebooks/tiny/first.ipynb"
    assert report.told(Outcome(run, "ran", 2.34)) == f"first: ran in 2.3 s, {where}"
    assert report.told(Outcome(run, "current", 2.34)) == f"first: current, ran in 2.3 s, {where}"
    assert report.told(Outcome(run, "failed", error="x")) == "first: failed"


def test_a_failure_names_the_cell_the_error_the_log_and_what_became_of_the_output(
    built: Project, tiny: Project
) -> None:
    run = runs_of(built)[0]
    told = report.failure(Outcome(run, "failed", error="cell 2: ValueError: no"))
    assert told.startswith("first: cell 2: ValueError: no\n")
    assert str(run.log) in told
    assert told.endswith("the last good output stays")
    never = Outcome(runs_of(tiny)[0], "failed", error="x")
    assert report.failure(never).endswith("there is no earlier output")


def test_the_table_of_chapters_has_a_row_for_each(
    built: Project, tiny: Project, screen: Screen
) -> None:
    report.chapters(screen.console, collect(runs_of(built)))
    head, first, second = screen.text.splitlines()
    assert head.split() == ["chapter", "part", "last", "run", "seconds", "claims"]
    assert first.split()[:2] == ["first", "tiny"]
    assert first.rstrip().endswith(" 2 reproduced")
    assert " UTC " in first
    assert second.rstrip().endswith(" 1 reproduced")
    fresh = Screen()
    report.chapters(fresh.console, collect(runs_of(tiny)))
    assert fresh.text.splitlines()[1].split() == ["first", "tiny", "never", "2", "failed"]


def test_a_verdict_counts_and_then_names_each_failed_claim_with_its_reason(
    built: Project, tiny: Project, screen: Screen
) -> None:
    report.verdict(screen.console, collect(runs_of(built)))
    assert screen.text == "claims: ✔ 3 reproduced\n"
    fresh = Screen()
    report.verdict(fresh.console, collect(runs_of(tiny)))
    count, head, *rows = fresh.text.splitlines()
    assert count == "claims: ✘ 3 failed"
    assert head.split() == ["failed", "claim", "chapter", "why"]
    assert [row.split() for row in rows] == [
        ["first/triangle", "first", "never", "run"],
        ["first/spread", "first", "never", "run"],
        ["second/seed", "second", "never", "run"],
    ]
    empty = Screen()
    report.verdict(empty.console, collect([]))
    assert empty.text == "claims: none\n"


def test_every_claim_has_a_card_and_a_failed_one_its_reason(
    built: Project, tiny: Project, screen: Screen
) -> None:
    report.cards(screen.console, collect(runs_of(built)))
    for text in ("exact · first/triangle", "scaled · first/spread", "exact · second/seed"):
        assert screen.text.count(text) == 1
    assert "never run" not in screen.text
    fresh = Screen()
    report.cards(fresh.console, collect(runs_of(tiny)))
    assert fresh.text.count("✘ failed · first/triangle") == 1
    assert fresh.text.count("never run") == 3


def test_texts_are_shown_as_they_are_and_not_as_markup(built: Project, screen: Screen) -> None:
    ledger: dict[str, Any] = collect(runs_of(built))
    ledger["claims"][0] |= {"says": "In [red]brackets[/red].", "reason": "[bold]why[/bold]"}
    ledger["claims"][0]["status"] = "failed"
    ledger["claims"][0]["id"] = "first/[/red]:x:"
    ledger["chapters"][0]["name"] = "[/red]:x:"
    report.cards(screen.console, ledger)
    report.verdict(screen.console, ledger)
    report.chapters(screen.console, ledger)
    assert "In [red]brackets[/red]." in screen.text
    assert screen.text.count("[bold]why[/bold]") == 2
    assert screen.text.count("first/[/red]:x:") == 2
    assert screen.text.count("\n [/red]:x: ") == 1


@pytest.mark.parametrize("terminal", [False, True])
def test_a_setting_with_brackets_is_no_markup(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    (run,) = plan_runs(tiny, [read_chapters(tiny)["first"]], "standard", ["name=[/red]:x:"])
    with report.progress() as told:
        told(run, 0, 6)
    assert "first, name=[/red]:x:" in stream.getvalue()


def test_chapters_of_which_something_changed_since_they_ran_are_named(
    built: Project, screen: Screen
) -> None:
    ledger: dict[str, Any] = collect(runs_of(built))
    for chapter in ledger["chapters"]:
        chapter["changed"] = False
    report.changed(screen.console, ledger)
    assert screen.text == ""
    ledger["chapters"][1]["changed"] = True
    report.changed(screen.console, ledger)
    assert screen.text == "changed since they ran: second; companion build runs them again\n"
    report.chapters(screen.console, ledger)
    _, first, second = screen.text.splitlines()[1:]
    assert " UTC, changed since " in second
    assert "changed since" not in first
