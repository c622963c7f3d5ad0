"""What the commands show in a terminal: progress, tables, cards, failures."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from book.ledger import failures, outcomes
from book.runs import Run
from book.tasks import Outcome
from book.tasks import Progress as Report
from lib import datasets
from lib.claims import MARKS, Claim

STYLES = {"reproduced": "green", "partial": "yellow", "failed": "red", "not judged": "dim"}


@contextmanager
def progress(*, as_json: bool = False) -> Iterator[Report]:
    """Show how far the chapters are: bars in a terminal, a line a chapter elsewhere.

    Parameters
    ----------
    as_json : bool
        Show nothing, since the output is read by a program.

    Yields
    ------
    callable
        To be called with a run, the cells done and their number.
    """
    if as_json:
        yield lambda run, done, total: None
    elif sys.stderr.isatty():
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cells"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bars:
            yield _bars(bars)
    else:
        console = Console(stderr=True, highlight=False)
        yield (
            lambda run, done, total: (
                None if done else console.print(Text(f"{_called(run)}: running {total} cells"))
            )
        )


def _called(run: Run) -> str:
    settings = (f"{name}={value}" for name, value in run.settings.items())
    return ", ".join([run.chapter.name, *settings])


def _bars(bars: Progress) -> Report:
    known: dict[str, Any] = {}
    lock = threading.Lock()  # chapters tell of their cells from threads of their own

    def advance(run: Run, done: int, total: int) -> None:
        with lock:
            if run.name not in known:
                known[run.name] = bars.add_task(_called(run), total=total)
        bars.update(known[run.name], completed=done, total=total)

    return advance


def told(outcome: Outcome) -> str:
    """A line on how a run ended.

    Parameters
    ----------
    outcome : Outcome
        The run and its end.

    Returns
    -------
    str
        Without a line break.
    """
    run = outcome.run
    if outcome.state == "failed":
        return f"{run.chapter.name}: failed"
    where = run.notebook.relative_to(run.project.root)
    verb = "ran in" if outcome.state == "ran" else "current, ran in"
    return f"{run.chapter.name}: {verb} {outcome.seconds:.1f} s, {where}"


def failure(outcome: Outcome) -> str:
    """What a person needs to know of a chapter that raised.

    Parameters
    ----------
    outcome : Outcome
        A failed one.

    Returns
    -------
    str
        The cell, the error, the log, and what became of the output.
    """
    run = outcome.run
    kept = "the last good output stays" if run.record() else "there is no earlier output"
    return f"{run.chapter.name}: {outcome.error}\n  log: {run.log}\n  {kept}"


def chapters(console: Console, ledger: dict[str, Any]) -> None:
    """Show the table of chapters.

    Parameters
    ----------
    console : Console
        Where.
    ledger : dict
        From `book.ledger.collect`.
    """
    table = Table("chapter", "part", "last run", "seconds", "claims", box=None)
    for chapter in ledger["chapters"]:
        run = chapter["run"]
        when = run["started"].replace("T", " ").replace("+00:00", " UTC") if run else "never"
        seconds = f"{run['seconds']:.1f}" if run else ""
        if chapter.get("changed"):
            when += ", changed since"
        row = (chapter["name"], chapter["part"], when, seconds, outcomes(chapter["counts"]))
        table.add_row(*map(Text, row))
    console.print(table)


def changed(console: Console, ledger: dict[str, Any]) -> None:
    """Name the chapters whose last run is not of what there is now; say nothing if there are none.

    Parameters
    ----------
    console : Console
        Where.
    ledger : dict
        From `book.ledger.collect`; ``changed`` says it of each chapter.
    """
    names = ", ".join(chapter["name"] for chapter in ledger["chapters"] if chapter["changed"])
    if names:
        told = f"changed since they ran: {names}; companion build runs them again"
        console.print(Text(told), soft_wrap=True)


def data(console: Console, entries: Sequence[datasets.Entry]) -> None:
    """Show what datasets there are, and what of them is on this machine.

    Parameters
    ----------
    console : Console
        Where.
    entries : sequence of Entry
        Of the registry.
    """
    table = Table("name", "what", "images", "MB", "licence", "here", box=None)
    for entry in entries:
        parts = {file.part for file in entry.files}
        here = sorted(part for part in parts if datasets.is_fetched(entry, part))
        row = (
            entry.name,
            entry.title,
            str(entry.images),
            f"{entry.bytes / 1e6:.1f}" if entry.files else "",
            entry.licence,
            "yes" if set(here) == parts else " and ".join(here) or "no",
        )
        table.add_row(*map(Text, row))
    console.print(table)
    console.print(Text(f"cache: {datasets.cache_folder()}"), soft_wrap=True)


def cards(console: Console, ledger: dict[str, Any]) -> None:
    """Show the card of every claim.

    Parameters
    ----------
    console : Console
        Where.
    ledger : dict
        From `book.ledger.collect`.
    """
    for entry in ledger["claims"]:
        style = STYLES[entry["status"]]
        text = str(Claim.from_json(entry)) if "values" in entry else f"┌─ ✘ failed · {entry['id']}"
        head, _, rest = text.partition("\n")
        console.print(Text.assemble((head, style), "\n", rest), soft_wrap=True)
        if entry["reason"]:
            console.print(Text(f"   {entry['reason']}", style), soft_wrap=True)


def verdict(console: Console, ledger: dict[str, Any]) -> None:
    """Show how many claims hold, and a table of those that failed.

    Parameters
    ----------
    console : Console
        Where.
    ledger : dict
        From `book.ledger.collect`.
    """
    counts = ledger["counts"]
    parts = [f"{MARKS[s]} {counts[s]} {s}" for s in STYLES if counts.get(s)]
    console.print("claims: " + (", ".join(parts) or "none"), highlight=False)
    failed = failures(ledger)
    if failed:
        table = Table("failed claim", "chapter", "why", box=None)
        for entry in failed:
            table.add_row(*(Text(entry[name]) for name in ("id", "chapter", "reason")))
        console.print(table)
