"""Builds that are killed at random: the next one completes, and nobody sees what is half made.

`make chaos` calls it; CHAOS_SEED repeats a sequence, CHAOS_KILLS says how many kills there are to
be. Meanwhile the site is read from a server, page after page.
"""

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from pypdf import PdfWriter

from book.project import Project
from book.site import server

BROWSER = """#!/bin/sh
for a; do case "$a" in --print-to-pdf=*) printed="${a#*=}";; esac; done
sleep 1
cp "$READY" "$printed"
"""
# What differs from run to run: times of day and durations.
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00)?|\d+(\.\d+)?(\s|\u202f|&nbsp;)s\b"
)
# What a build is about to touch when it is killed, by phase, and the how-manieth time at most.
MOMENTS = {
    "lock and scratch": (r"\.lock|\.scratch", 3),
    "before a chapter": (r"standard/logs", 1),
    "between chapters": (r"standard/logs.*\.log", 2),
    "record of a chapter": (r"standard/records", 3),
    "ledger": (r"\.?claims\.json", 2),
    "staging": (r"stage(?!/_build)", 30),
    "finishing of pages": (r"stage/_build/html/.*\.html", 5),
    "swap of the sites": (r"renameat2|stage/_build/html$", 2),
    "stamp of the site": (r"\.site\.json|\.\.site\.json", 3),
    "PDF": (r"one_page|\.one_page|why-deep|\.scratch/pdf|\.pdf\.json|\.\.pdf\.json", 3),
}
# Words of the processes that it has started, by phase.
WORKERS = {"chapter": "book.runner", "Sphinx": "jupyter_book", "browser": "book.lifeline"}
OTHER, COMPLETED = "none of these, by the clock", "not killed: it had completed"
FEWEST = 20
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

    def start(self, *options: str, **more: str) -> "subprocess.Popen[bytes]":
        """Begin to build."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "book", "build", *options],
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


class Reader(threading.Thread):
    """Reads the pages of a site over and over; each must be that of one of the whole sites."""

    def __init__(self, address: str, sites: list[Snapshot]) -> None:
        super().__init__()
        self.address, self.sites = address, sites
        self.pages = [name for name, text in sites[0].items() if text and "_static" not in name]
        self.end = threading.Event()
        self.read: Counter[int] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.end.is_set():
            for page in self.pages:
                try:
                    with urllib.request.urlopen(self.address + page, timeout=60) as answer:
                        text = VOLATILE.sub("", answer.read().decode())
                    self.read[[site[page] for site in self.sites].index(text)] += 1
                except (OSError, http.client.HTTPException, ValueError) as error:
                    self.wrong.append(f"{page}: {error!r}"[:200])
            self.end.wait(0.3)


@pytest.fixture
def read_meanwhile(book: Book) -> Iterator[Callable[[list[Snapshot]], Reader]]:
    """Serve the site and begin to read it."""
    with ExitStack() as stack:

        def begin(sites: list[Snapshot]) -> Reader:
            serving = stack.enter_context(server(book.project, 0))
            serves = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
            reader = Reader(f"http://127.0.0.1:{serving.server_address[1]}/", sites)
            for thread, stop in ((serves, serving.shutdown), (reader, reader.end.set)):
                thread.start()
                stack.callback(thread.join)
                stack.callback(stop)
            return reader

        yield begin


def phase(processes: list[Any]) -> str:
    """What a build is at, by the processes that it has started."""
    lines = [" ".join(process.cmdline()) for process in processes]
    told = (name for name, word in WORKERS.items() if any(word in line for line in lines))
    return next(told, OTHER)


@pytest.mark.chaos
def test_whatever_is_killed_the_next_build_completes_and_the_old_site_is_served_until_then(
    book: Book,
    living: Callable[[str], list[Any]],
    capsys: pytest.CaptureFixture[str],
    read_meanwhile: Callable[[list[Snapshot]], Reader],
) -> None:
    seed = int(os.environ.get("CHAOS_SEED", time.time_ns() % 10**6))
    wanted = max(FEWEST, int(os.environ.get("CHAOS_KILLS", "24")))

    def say(told: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"{told}\n")

    say(f"\nCHAOS_SEED={seed}")
    draw = random.Random(seed)
    hits = Counter(dict.fromkeys([*MOMENTS, *WORKERS], 0))
    completed = 0

    good = {"B": Snapshot(), "A": Snapshot()}
    begin = time.monotonic()
    for variant in good:
        book.choose(variant)
        good[variant] = book.build()
    length = (time.monotonic() - begin) / 2
    assert good["A"]["claims"] != good["B"]["claims"]
    sites = [good["A"]["site"], good["B"]["site"]]
    reader = read_meanwhile(sites)

    def kill(running: "subprocess.Popen[bytes]") -> str:
        with suppress(psutil.Error):  # one of them may end meanwhile
            at = phase(living(book.mark))
        # The whole group, as by a closed terminal; or the command alone, as for want of memory.
        draw.choice([os.killpg, os.kill])(running.pid, signal.SIGKILL)
        return at if running.wait() == -signal.SIGKILL else ""

    def kill_by_time() -> str:
        running = book.start()
        with suppress(subprocess.TimeoutExpired):
            running.wait(draw.uniform(0, length))
        return kill(running) if running.poll() is None else ""

    def kill_worker(name: str) -> str:
        running = book.start()
        while running.poll() is None:
            with suppress(psutil.Error):
                if phase(living(book.mark)) == name:
                    time.sleep(draw.uniform(0, 0.5))
                    return kill(running)
            time.sleep(0.05)
        return ""

    def kill_by_file(name: str) -> str:
        pattern, most = MOMENTS[name]
        one_by_one = name == "between chapters"
        count = most if one_by_one else draw.randint(1, most)
        where = {"KILL_WHERE": str(book.project.build), "KILL_WHEN": pattern}
        options = ["--jobs", "1" if one_by_one else "2"]
        running = book.start(*options, KILL_COUNT=str(count), **where)
        return name if running.wait() == -signal.SIGKILL else ""

    def kill_somewhere() -> str:
        missing = [name for name, count in hits.items() if not count]
        name = draw.choice(missing or [OTHER, *MOMENTS, *WORKERS])
        if name in MOMENTS:
            return kill_by_file(name)
        return kill_worker(name) if name in WORKERS else kill_by_time()

    variant = "A"
    while hits.total() < wanted or not all(hits.values()):
        assert completed < 2 * wanted, hits
        variant = "AB"[variant == "A"]  # so that there is something to do
        for _ in range(draw.randint(2, 5)):
            book.choose(variant)
            at = kill_somewhere()
            variant = draw.choice("AB")
            hits.update([at] if at else [])
            completed += not at
            say(f"kill {hits.total()}: {at or COMPLETED}")
            assert site(book.project) in sites, at
            end = time.monotonic() + 30
            while left := living(book.mark):
                assert time.monotonic() < end, (at, left)
                time.sleep(0.05)
        # Also back to what the last complete build had been made of.
        book.choose(variant)
        assert book.build() == good[variant], hits
        assert reader.wrong == []
    for name, count in [*hits.items(), (COMPLETED, completed)]:
        say(f"{count:6d}  {name}")
    told = " and ".join(f"{reader.read[n]} of {name}" for n, name in enumerate("AB"))
    say(f"{hits.total():6d}  kills; pages read meanwhile, all of them whole: {told}")
    assert min(reader.read[0], reader.read[1]) > 10
