"""Builds that are killed at random: the next one completes, and nobody sees what is half made.

`make chaos` calls it; CHAOS_SEED repeats a sequence, CHAOS_KILLS says how many kills to try.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from book.project import Project

BROWSER = """#!/bin/sh
for a; do case "$a" in --print-to-pdf=*) printed="${a#*=}";; esac; done
sleep 1
cp "$READY" "$printed"
"""
# What differs from run to run: times of day and durations.
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00)?|\d+(\.\d+)?(\s|\u202f|&nbsp;)s\b"
)
# Files that a build is about to touch when it is killed, by phase.
MOMENTS = {
    "lock and scratch": r"\.lock|\.scratch",
    "chapter": r"standard/",
    "record": r"standard/records",
    "ledger": r"\.?claims\.json",
    "staging": r"stage",
    "swap": r"html|stage/_build/html$",
    "stamp of the site": r"\.site\.json|\.\.site\.json",
    "PDF": r"one_page|\.one_page|why-deep|\.scratch/pdf|\.pdf\.json|\.\.pdf\.json",
}
Snapshot = dict[str, Any]


def snapshot(project: Project) -> Snapshot:
    """What a build has left for readers, without what differs from run to run."""
    ledger = json.loads(VOLATILE.sub("", project.claims.read_text(encoding="utf-8")))
    for entry in [*ledger["claims"], *(chapter["run"] for chapter in ledger["chapters"])]:
        entry.pop("seconds")
    outputs = project.outputs("standard") / "notebooks"
    return {
        "claims": ledger,
        "notebooks": {path.name: path.read_bytes() for path in outputs.rglob("*.ipynb")},
        "site": site(project),
        "pdf": project.pdf.read_bytes(),
    }


def site(project: Project) -> Snapshot:
    """Every page of the site, and the names of all other files."""
    return {
        str(path.relative_to(project.html)): (
            VOLATILE.sub("", path.read_text(encoding="utf-8")) if path.suffix == ".html" else ""
        )
        for path in project.html.rglob("*")
        if path.is_file()
    }


class Book:
    """The small book in two variants, A and B, with a browser that prints in a second."""

    def __init__(self, project: Project, tools: Path, environment: dict[str, str]) -> None:
        self.project = project
        self.mark = str(tools)
        self.environment = {**environment, "MARK": self.mark}
        self.log = tools / "log"

    def choose(self, variant: str) -> None:
        """Edit both chapters, a module and a page."""
        for name, begin in (
            ("notebooks/tiny/first.md", "What it is."),
            ("notebooks/tiny/second.md", "Another."),
            ("book/pages/intro.md", "# Tiny book\n"),
        ):
            path = self.project.root / name
            text = path.read_text(encoding="utf-8").replace(f"{begin}\nVariant B.", begin)
            new = f"{begin}\nVariant B." if variant == "B" else begin
            path.write_text(text.replace(begin, new), encoding="utf-8")
        seed = {"A": 0, "B": 1}[variant]
        path = self.project.notebooks / "tiny" / "second.md"
        text = re.sub(r"seed: int = \d", f"seed: int = {seed}", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")

    def start(self, **more: str) -> "subprocess.Popen[bytes]":
        """Begin to build."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "book", "build"],
                cwd=self.project.root,
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def build(self) -> Snapshot:
        """Build undisturbed; it must go well."""
        status = self.start().wait()
        assert status == 0, self.log.read_text(encoding="utf-8")
        left = [path.name for path in self.project.build.iterdir() if path.name[0] == "."]
        assert sorted(left) == [".lock", ".pdf.json", ".site.json"]
        return snapshot(self.project)


@pytest.fixture
def book(tmp_path: Path, root: Path, write_book: Callable[[Path, Path], Project]) -> Book:
    """The book, in a folder of its own, with a browser that takes a second."""
    project, tools = tmp_path / "book", tmp_path / "tools"
    project.mkdir()
    tools.mkdir()
    browser, ready = tools / "browser", tools / "ready.pdf"
    browser.write_text(BROWSER, encoding="utf-8")
    browser.chmod(0o755)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "Why deep networks train"})
    writer.write(ready)
    environment = {
        **os.environ,
        "COMPANION_BROWSER": str(browser),
        "READY": str(ready),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(root)]),
    }
    return Book(write_book(project, root), tools, environment)


def phase(processes: list[Any]) -> str:
    """What a build is at, by the processes that it has started."""
    lines = [" ".join(process.cmdline()) for process in processes]
    for word, name in (
        ("book.runner", "chapter"),
        ("jupyter_book", "Sphinx"),
        ("book.lifeline", "PDF"),
    ):
        if any(word in line for line in lines):
            return name
    return "start, or between two of these"


@pytest.mark.chaos
def test_whatever_is_killed_the_next_build_completes_and_the_old_site_is_served_until_then(
    book: Book, living: Callable[[str], list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("CHAOS_SEED", time.time_ns() % 10**6))
    wanted = int(os.environ.get("CHAOS_KILLS", "24"))
    with capsys.disabled():
        sys.stderr.write(f"\nCHAOS_SEED={seed}\n")
    draw = random.Random(seed)
    hits: Counter[str] = Counter()

    good = {"B": Snapshot(), "A": Snapshot()}
    begin = time.monotonic()
    for variant in good:
        book.choose(variant)
        good[variant] = book.build()
    length = (time.monotonic() - begin) / 2
    assert good["A"]["claims"] != good["B"]["claims"]
    sites = [good["A"]["site"], good["B"]["site"]]

    def kill_by_time() -> str | None:
        running = book.start()
        with suppress(subprocess.TimeoutExpired):
            running.wait(draw.uniform(0, length))
        if running.poll() is not None:
            return None
        at = phase(living(book.mark))
        # The whole group, as by a closed terminal; or the command alone, as for want of memory.
        draw.choice([os.killpg, os.kill])(running.pid, signal.SIGKILL)
        running.wait()
        return f"{at} (by time)"

    def kill_by_file() -> str | None:
        at = draw.choice(list(MOMENTS))
        running = book.start(
            KILL_WHERE=str(book.project.build),
            KILL_WHEN=MOMENTS[at],
            KILL_COUNT=str(draw.randint(1, 4)),
        )
        return f"{at} (by file)" if running.wait() == -signal.SIGKILL else None

    variant, tried = "A", 0
    while tried < wanted:
        variant = "AB"[variant == "A"]  # so that there is something to do
        for _ in range(draw.randint(2, 5)):
            book.choose(variant)
            at = draw.choice([kill_by_time, kill_by_file])()
            tried += 1
            variant = draw.choice("AB")
            hits[at or "none: it had completed"] += 1
            with capsys.disabled():
                sys.stderr.write(f"kill {tried}: {at or 'it had completed'}\n")
            assert site(book.project) in sites, at
            end = time.monotonic() + 30
            while left := living(book.mark):
                assert time.monotonic() < end, (at, left)
                time.sleep(0.05)
        # Also back to what the last complete build had been made of.
        book.choose(variant)
        assert book.build() == good[variant], dict(hits)
    with capsys.disabled():
        for name, count in sorted(hits.items()):
            sys.stderr.write(f"{count:4d}  {name}\n")
    assert hits.total() - hits["none: it had completed"] >= min(wanted, 20) / 2
