"""A small course that is built and marked for real: one chapter, many kinds of submissions."""

import copy
import json
import os
import shutil
import socket
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from book.chapters import Chapter
from book.project import Project

Notebook = Any
SECONDS = 3  # that a cell may take
HIDDEN = "told-to-nobody"
SOLVED = "known-to-the-teacher"

CHAPTER = f"""---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Small numbers

What they are.

```{{code-cell}} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
```

## Exercises

```{{code-cell}} ipython3
:tags: [setup]

import math

from lib import claims
```

````{{exercise}} Say it
:label: ex-ti-say
:class: easy points-2
Why does {{eq}}`eq-sum` hold?
````

````{{hint}}
:class: dropdown
See {{cite}}`someone2020`.
````

````{{solution}} ex-ti-say
:class: dropdown
Since {SOLVED}.

**Marking.** 2 for the reason.
````

````{{exercise}} Add
:label: ex-ti-add
:class: easy points-1
Add two numbers.
````

```{{code-cell}} ipython3
:tags: [answer]

def add(a, b):
    \"\"\"Sum of two numbers.\"\"\"
    ### BEGIN SOLUTION
    known = "{SOLVED}"
    return a + b
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test]

assert add(1, 2) == 3
### BEGIN HIDDEN TESTS
assert add(-5, 3) == -2, "{HIDDEN}"
### END HIDDEN TESTS
```

````{{solution}} ex-ti-add
:class: dropdown
By {SOLVED}.
````

````{{exercise}} Mean
:label: ex-ti-mean
:class: medium points-3
The mean of some numbers.
````

```{{code-cell}} ipython3
:tags: [answer]

def mean(numbers):
    \"\"\"Mean of a list that is not empty.\"\"\"
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test]

assert mean([1, 3]) == 2
### BEGIN HIDDEN TESTS
assert mean([4, 5, 6, 9]) == 6
### END HIDDEN TESTS
```

````{{solution}} ex-ti-mean
:class: dropdown
Sum and divide.
````

````{{exercise}} Last
:label: ex-ti-last
:class: hard points-4
The last item.
````

```{{code-cell}} ipython3
:tags: [answer]

def last(items):
    \"\"\"Last of a list that is not empty.\"\"\"
    ### BEGIN SOLUTION
    return items[-1]
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test]

assert last([1, 2]) == 2
### BEGIN HIDDEN TESTS
assert last([3, 4, 7]) == 7
### END HIDDEN TESTS
```

````{{solution}} ex-ti-last
:class: dropdown
Count from the end.
````
"""

ADD = "def add(a, b):\n    return a + b"
MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
LAST = "def last(items):\n    return items[-1]"
RIGHT = {"ex-ti-add": ADD, "ex-ti-mean": MEAN, "ex-ti-last": LAST, "ex-ti-say": "It is a sum."}


def write_small(folder: Path, text: str = CHAPTER) -> Project:
    """Write a checkout with the small chapter into an empty folder."""
    files = {
        "notebooks/tiny/small.md": text,
        "notebooks/profiles.yml": "small: {}\n",
        "notebooks/limits.yml": "small: {seed: {minimum: 0, maximum: 9}}\n",
        "lib/__init__.py": "",
        "lib/claims/__init__.py": "",
        "lib/claims/notes.txt": "not packed\n",
        "data/registry.toml": "",
        "LICENSE": "Free.\n",
        "_toc.yml": "format: jb-book\nroot: README\nchapters:\n  - file: notebooks/tiny/small\n",
        "constraints.txt": "numpy==2.4.6\nJupyterLab==4.5.0\nsphinx==7.4.7\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return Project(folder)


def small_chapter(project: Project) -> Chapter:
    """The chapter of `write_small`."""
    return Chapter("small", "tiny", project.notebooks / "tiny" / "small.md")


@dataclass
class Course:
    """A course of the small chapter, with what marking it told."""

    folder: Path
    states: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def released(self) -> Notebook:
        return nbformat.read(self.folder / "release" / "small" / "small.ipynb", as_version=4)

    def answered(self, **answers: str) -> Notebook:
        """What was handed out with answers to add, mean, last and say; right where not given."""
        notebook = copy.deepcopy(self.released)
        for cell in notebook.cells:
            name = cell.metadata.nbgrader.grade_id
            if name in RIGHT:
                cell.source = answers.get(name.removeprefix("ex-ti-"), RIGHT[name])
        return notebook

    @staticmethod
    def cell(notebook: Notebook, name: str) -> Any:
        """The first cell of a notebook with a name."""
        return next(c for c in notebook.cells if c.metadata.nbgrader.grade_id == name)

    def place(self, student: str) -> Path:
        """The folder where a student's notebook goes."""
        folder = self.folder / "submitted" / student / "small"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def submit(self, student: str, notebook: Notebook, name: str = "small.ipynb") -> Path:
        path = self.place(student) / name
        kinds = {".md": "md:myst", ".py": "py:percent"}
        text = (
            jupytext.writes(notebook, fmt=kinds[path.suffix])
            if path.suffix in kinds
            else json.dumps(notebook)  # as it is, without what a library would mend
        )
        path.write_text(text, encoding="utf-8")
        return path

    def grade(self) -> None:
        """Mark all of it anew."""
        from book.course.grade import grade

        self.states.clear()
        self.rows = grade(
            self.folder, lambda one, state: self.states.__setitem__(one.student, state)
        )

    def total(self, student: str) -> dict[str, Any]:
        """The row of a student."""
        (row,) = (row for row in self.rows if row["student"] == student)
        return row

    def scores(self, student: str) -> dict[str, float]:
        """Points by machine for add, mean and last."""
        from book.course.marks import exercises

        return {
            row["exercise"].removeprefix("ex-ti-"): row["score"]
            for row in exercises(self.folder)
            if row["student"] == student and row["marked_by"] == "machine"
        }

    def shown(self, student: str, name: str) -> str:
        """All that a cell of a student's marked notebook shows."""
        path = self.folder / "autograded" / student / "small" / "small.ipynb"
        notebook = nbformat.read(path, as_version=4)
        (cell,) = (
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
        )
        return json.dumps(cell.outputs)


@pytest.fixture
def text() -> str:
    """The small chapter."""
    return CHAPTER


@pytest.fixture
def secrets() -> tuple[str, str]:
    """A word of all reference solutions, and one of a hidden test."""
    return SOLVED, HIDDEN


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader calls alembic by name where a test makes a gradebook with it."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    monkeypatch.setenv("PATH", beside)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[Project, Chapter]]:
    """Writes a checkout with the small chapter, or with another text of it."""

    def writing(text: str = CHAPTER) -> tuple[Project, Chapter]:
        project = write_small(tmp_path / "book", text)
        return project, small_chapter(project)

    return writing


@pytest.fixture
def small(write: Callable[..., tuple[Project, Chapter]]) -> Chapter:
    """The small chapter."""
    return write()[1]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course as it is made; tests only read it."""
    pytest.importorskip("nbgrader", reason="courses need nbgrader")
    from book.course.build import build_course

    folder = tmp_path_factory.mktemp("made")
    project = write_small(folder / "book")
    build_course(project, [small_chapter(project)], folder / "course")
    config = folder / "course" / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    assert text.count("timeout = 60") == 1
    config.write_text(text.replace("timeout = 60", f"timeout = {SECONDS}"), encoding="utf-8")
    return Course(folder / "course")


@pytest.fixture
def course(built: Course, tmp_path: Path) -> Course:
    """A copy of the course in which nobody has handed in anything."""
    return Course(Path(shutil.copytree(built.folder, tmp_path / "course")))


@pytest.fixture(scope="session")
def graded(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with one submission of every kind, marked in one go; tests only read it."""
    folder = tmp_path_factory.mktemp("marked")
    course = Course(Path(shutil.copytree(built.folder, folder / "course")))
    _well_behaved(course)
    listening = socket.create_server(("127.0.0.1", 0))
    _harmful(course, listening.getsockname()[1])
    _changed(course)
    _unreadable(course, folder / "secret.ipynb")
    schedule = course.folder / "schedule.yml"
    schedule.write_text("small: 2026-10-31 18:00 UTC\n", encoding="utf-8")
    with listening, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", "of the teacher")
        course.grade()
    return course


@pytest.fixture
def without_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none, for this process and those that it starts."""
    kept = [p for p in os.environ["PATH"].split(os.pathsep) if not (Path(p) / "bwrap").exists()]
    monkeypatch.setenv("PATH", os.pathsep.join(kept))


def _well_behaved(course: Course) -> None:
    course.submit("ada", course.answered())
    # Another way, that shows a number, prints and warns, in a file of another name, too late.
    talks = "import sys, warnings\n"
    talks += "def add(a, b):\n    print('hm', file=sys.stderr)\n    warnings.warn('well')\n"
    talks += "    return -(-a - b)\nadd(0, 0)"
    shows = "def mean(numbers):\n    display(0.5)\n    return math.fsum(numbers) / len(numbers)"
    notebook = course.answered(add=talks, mean=shows + "\nmean([7])")
    course.submit("Jörg O'Neil (2) +", notebook, "my last answer.ipynb")
    timestamp = course.place("Jörg O'Neil (2) +") / "timestamp.txt"
    timestamp.write_text("2026-10-31 20:30:00 UTC\n", encoding="utf-8")
    course.submit("myst", course.answered(mean="def mean(numbers):\n    return 2"), "small.md")
    course.submit("percent", course.answered(add="def add(a, b):\n    return 3"), "small.py")
    course.submit("untouched", course.released)
    wrong = course.answered(add="def add(a, b):\n    return a - b", mean="def mean(numbers:")
    course.submit("wrong", wrong)


def _harmful(course: Course, port: int) -> None:
    # What the third answer needs stands in a cell of the student's own.
    loops = course.answered(
        add="def add(a, b):\n    while True:\n        pass",
        mean="while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        last="def last(items):\n    return operator.itemgetter(-1)(items)",
    )
    loops.cells.insert(1, nbformat.v4.new_code_cell("import operator"))
    loops.cells[1].metadata["nbgrader"] = {"grade_id": "own"}
    course.submit("loops", loops)
    kills = "import os, signal\ndef mean(numbers):\n    os.kill(os.getpid(), signal.SIGKILL)"
    course.submit(
        "dies", course.answered(add="import os\ndef add(a, b):\n    os._exit(0)", mean=kills)
    )
    leaves = "import sys\ndef add(a, b):\n    sys.exit(0)"
    course.submit("exits", course.answered(add=leaves, mean="def mean(numbers):\n    exit()"))
    hoards = "def add(a, b):\n    return len(bytearray(2**36))"
    fills = "open('much', 'wb').write(bytes(2**27))\n" + MEAN
    course.submit("hoards", course.answered(add=hoards, mean=fills))
    floods = "def add(a, b):\n    while True:\n        print('x' * 10**6)"
    talks = "def mean(numbers):\n    print('y' * 10**7)\n    return sum(numbers) / len(numbers)"
    fails = "def last(items):\n    raise ValueError('z' * 10**7)"
    course.submit("floods", course.answered(add=floods, mean=talks, last=fails))
    course.submit("spies", course.answered(add=spying(course.folder, port) + ADD))


def spying(folder: Path, port: int) -> str:
    """Source that tells what it finds of a course and outside."""
    return f"""
import os, pathlib, socket
os.system("echo past the channels >&2; sleep 9 &")
folder = pathlib.Path({str(folder)!r})
for name in ("source", "submitted", "release", "gradebook.db", "nbgrader_config.py"):
    print(name, (folder / name).exists())
for name, mode in (("stolen.txt", "w"), ("gradebook.db", "r+b")):
    try:
        open(folder / name, mode).close()
        print("wrote", name)
    except OSError as error:
        print("refused", name)
try:
    open({str(Path(__file__))!r}, "a").close()
    print("wrote a test")
except OSError:
    print("refused the test")
try:
    open(pathlib.Path(math.__spec__.origin or os.__file__).parent / "stolen", "w").close()
    print("wrote a package")
except OSError:
    print("refused the package")
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1)
    print("connected")
except OSError:
    print("not connected")
print("interfaces", sorted(name for _, name in socket.if_nameindex()))
print("processes", sorted(int(n) for n in os.listdir("/proc") if n.isdigit())[-1] < 99)
print("secret", os.environ.get("SECRET"))
print("home", os.listdir("."), pathlib.Path.home() == pathlib.Path.cwd())
"""


def _changed(course: Course) -> None:
    fewer = course.answered()
    for name in ("ex-ti-add", "ex-ti-mean-test", "find-lib"):
        fewer.cells.remove(course.cell(fewer, name))
    course.submit("deletes", fewer)
    edited = course.answered(add="def add(a, b):\n    return 0", mean=MEAN)
    for name in ("ex-ti-add-test", "ex-ti-mean-test"):
        cell = course.cell(edited, name)
        cell.source = "assert True"
        cell.metadata.nbgrader["points"] = 1000
    course.cell(edited, "ex-ti-say").metadata.nbgrader["points"] = 1000
    twice = copy.deepcopy(course.cell(edited, "ex-ti-last"))
    twice.source = "def last(items):\n    return 'the copy'"
    edited.cells.insert(0, copy.deepcopy(course.cell(edited, "ex-ti-mean-test")))
    edited.cells.append(twice)
    course.submit("edits", edited)


def _unreadable(course: Course, secret: Path) -> None:
    (course.place("empty") / "thoughts.pdf").write_bytes(b"%PDF")
    (course.place("broken") / "small.ipynb").write_text('{"cells": [', encoding="utf-8")
    secret.write_text(nbformat.writes(course.answered(say="of another")), encoding="utf-8")
    (course.place("links") / "small.ipynb").symlink_to(secret)
    course.submit("star*", course.answered())
    course.submit(" spaced ", course.answered())


@pytest.fixture
def handed_out(built: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(built.folder / "handout" / "small.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}
