"""A small book that is built for real: two chapters, a part of lib, a page."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from book import records, tasks
from book.cli import main
from book.project import Project
from book.runs import Run
from book.tasks import Progress

Call = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]

NO_BROWSER = "no-browser-here"
# Set where bubblewrap can be had, so that what needs it cannot be left out there unnoticed.
CONFINEMENT_REQUIRED = os.environ.get("CONFINEMENT") == "required"

FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""

FIRST = (
    FRONT
    + """
# First

What it is.

```{code-cell} ipython3
from lib.claims import claim, erratum
from lib.tiny import sums
```

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
scale: float = 1.0  # of the sum
name: str = "none"  # a text
sizes: list = [1, 2, 3]  # how many terms
fast: bool = False  # less work
```

```{code-cell} ipython3
:tags: [slide]

total = scale * sums.triangle(sizes[-1])
total
```

```{code-cell} ipython3
claim("first/triangle", says="The sum of the first three numbers is six.",
      source="numdl, somewhere", measured=total, expected=6, within=1e-12, because="Gauss",
      kind="exact")
claim("first/spread", says="Three seeds agree.", source="numdl, elsewhere",
      measured=[1.0, 2.0, 3.0 + seed], at_most=4, because="three sigma over pilots", kind="scaled")
erratum("first/seven", document="numdl", says="It is seven.", right="It is six.",
        shown_by="first/triangle")
```

+++ {"tags": ["slide"]}

See {claim}`first/triangle`, that is $n(n+1)/2$.
"""
)

SECOND = (
    FRONT
    + """
# Second

Another.

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
```

```{code-cell} ipython3
from lib.claims import claim

claim("second/seed", says="Any seed will do.", source="numdl", measured=seed, at_least=0,
      because="it is a count", kind="exact")
```
"""
)

TOC = """format: jb-book
root: book/pages/intro
parts:
  - caption: Tiny
    chapters:
      - file: notebooks/tiny/first
      - file: notebooks/tiny/second
"""

INTRO = """# Tiny book

```{claims-summary}
```

```{claims-table}
```

```{errata-table}
```
"""

PROFILES = """
first:
  quick: {sizes: [3], fast: true}
second:
  quick: {}
"""

LIMITS = """
first:
  seed: {minimum: 0, maximum: 4_000_000_000}
  scale: {minimum: 0.5, maximum: 10.0}
  name: {}
  sizes: {items: {minimum: 0, maximum: 100}, minItems: 1, maxItems: 5, unit: terms}
  fast: {}
second:
  seed: {minimum: 0, maximum: 4_000_000_000}
"""


def wait_for(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something holds; the patience is for a machine that is busy."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def living(mark: str) -> list[psutil.Process]:
    """Processes that have a mark in their environment, which those inherit that they start."""
    found = []
    for candidate in psutil.process_iter():
        with suppress(psutil.Error):
            if candidate.environ().get("MARK") == mark and candidate.status() != "zombie":
                found.append(candidate)
    return found


def unable(reason: str) -> NoReturn:
    """Skip a test that a machine does not allow, or fail where it has to be run."""
    (pytest.fail if CONFINEMENT_REQUIRED else pytest.skip)(reason)


def write_book(folder: Path, root: Path) -> Project:
    """Write the sources of the small book into an empty folder."""
    for name in ("notebooks/tiny", "lib/tiny", "book/pages"):
        (folder / name).mkdir(parents=True)
    texts = {
        "notebooks/tiny/first.md": FIRST,
        "notebooks/tiny/second.md": SECOND,
        "notebooks/profiles.yml": PROFILES,
        "notebooks/limits.yml": LIMITS,
        "lib/__init__.py": "",
        "lib/tiny/__init__.py": "",
        "lib/tiny/sums.py": "def triangle(n):\n    return n * (n + 1) / 2\n",
        "lib/tiny/unused.py": "X = 1\n",
        "book/pages/intro.md": INTRO,
        "book/references.bib": "",
        "_toc.yml": TOC,
        "constraints.txt": "numpy==2.4.6\n",
        "README.md": "Tiny.\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copytree(root / "lib" / "claims", folder / "lib" / "claims")
    shutil.copytree(root / "book" / "static", folder / "book" / "static", dirs_exist_ok=True)
    shutil.copytree(root / "book" / "_templates", folder / "book" / "_templates")
    shutil.copy(root / "_config.yml", folder)
    return Project(folder)


def add_dataset(project: Project, default: str) -> None:
    """Let the first chapter have a parameter that names its images."""
    source = project.notebooks / "tiny" / "first.md"
    for path, line, more in (
        (source, "seed: int = 0  # of every draw\n", f'dataset: str = "{default}"  # images\n'),
        (project.limits, "first:\n", "  dataset: {}\n"),
    ):
        text = path.read_text(encoding="utf-8")
        assert text.count(line) == 1
        path.write_text(text.replace(line, line + more), encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing takes seconds; the tests that want it take the browser back."""
    monkeypatch.setenv("COMPANION_BROWSER", NO_BROWSER)


@pytest.fixture
def tiny(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Write the small book into an empty folder and go there."""
    monkeypatch.chdir(tmp_path)
    return write_book(tmp_path, root)


@pytest.fixture
def front(tiny: Project) -> str:
    """The header of a chapter as jupytext writes it."""
    text = (tiny.notebooks / "tiny" / "first.md").read_text(encoding="utf-8")
    return text[: text.index("# First")]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Project:
    """Build the small book once, with real kernels and Sphinx; tests only read it."""
    project = write_book(tmp_path_factory.mktemp("built"), root)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COMPANION_REPOSITORY", raising=False)
        patch.setenv("COMPANION_BROWSER", NO_BROWSER)
        patch.chdir(project.root)
        main(["build", "--jobs", "2"])
    return project


@pytest.fixture
def copied(built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the built book to change at will; its outputs are those of real runs."""
    shutil.copytree(built.root, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def pretended(built: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let each run leave what a real one left in the built book; lists the chapters that ran.

    All else is real: doit, closures, digests and records.
    """
    ran: list[str] = []

    def execute(run: Run, inputs: tasks.Inputs, progress: Progress) -> str | None:
        before = inputs()
        progress(run, 0, len(run.chapter.notebook.cells))
        source = Run(built, run.chapter, "standard").notebook
        run.notebook.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, run.notebook)
        now = tasks.datetime.datetime.now(tasks.datetime.UTC)
        records.write_record(run, now, 0.1, before if inputs() == before else "")
        ran.append(run.chapter.name)
        return None

    monkeypatch.setattr(tasks, "_execute", execute)
    return ran


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., None]:
    """Wait until something holds."""
    return wait_for


@pytest.fixture(name="living")
def _living() -> Callable[[str], list[psutil.Process]]:
    """Find the processes that have a mark."""
    return living


@pytest.fixture
def process(root: Path) -> Iterator[Start]:
    """Start the command, or a script, as a process of its own with its group; none is left.

    It hears an interrupt as in a terminal, also where the tests run in the background of a shell,
    which has all that it starts there ignore them.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, before: Sequence[str] = ()) -> "subprocess.Popen[str]":
        paths = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
        running = subprocess.Popen(
            [*before, sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(running)
        return running

    yield start
    signal.signal(signal.SIGINT, before)
    for running in started:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


@pytest.fixture
def companion(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command in this process; tells its status and what it printed."""

    def call(*arguments: str) -> "subprocess.CompletedProcess[str]":
        capsys.readouterr()
        status: object = 0
        try:
            main(arguments)
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        assert isinstance(status, int)
        return subprocess.CompletedProcess(arguments, status, out, err)

    return call
