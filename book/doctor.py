"""Whether a machine is ready to make the book, and what is to be done if it is not."""

import os
import platform
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rich.markup import escape

from book.chapters import Chapter
from book.course import sandbox
from book.origin import commit
from book.pdf import BrowserError, find_browser
from book.pins import read_pins
from book.project import PUBLISHED, BookError, Project
from book.runs import Run
from book.tasks import run_all
from lib import datasets

GIBIBYTE = 1 << 30
DISK, MEMORY = 1 * GIBIBYTE, 4 * GIBIBYTE  # for what is built; for two chapters at a time
FONTS = ("DejaVu Sans", "DejaVu Sans Display")  # of words and of formulas
STYLES = {"ok": "green", "missing": "yellow", "wrong": "red"}
EMPTY = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
jupytext: {text_representation: {extension: .md, format_name: myst}}
---

```{code-cell} ipython3
:tags: [parameters]

# none
```
"""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name : str
        What.
    state : {'ok', 'missing', 'wrong'}
        `missing` is what the book can be made without; `wrong` is to be mended first.
    told : str
        What was found; for what is missing, what it is for.
    advice : str
        What to do, where something is to be done.
    """

    name: str
    state: Literal["ok", "missing", "wrong"]
    told: str
    advice: str = ""


def examine(project: Project) -> Iterator[Check]:
    """Look at everything that the book needs or can make use of.

    Parameters
    ----------
    project : Project
        The checkout.

    Yields
    ------
    Check
        One thing after the other, as soon as it is known.
    """
    yield python_version()
    yield from packages(project)
    yield disk(project)
    yield memory()
    yield cores()
    yield writing(project)
    yield kernel(project)
    yield fonts()
    yield data()
    yield browser()
    yield bubblewrap()
    yield git(project)


def python_version() -> Check:
    """Which Python this is; an older one than is allowed installs nothing of the book."""
    return Check("Python", "ok", platform.python_version())


def packages(project: Project) -> list[Check]:
    """Whether every pinned package is present, of its pinned version.

    Parameters
    ----------
    project : Project
        The checkout, with ``constraints.txt`` and ``pyproject.toml``.

    Returns
    -------
    list of Check
        One on what the book needs, one on what only courses, clusters and tests do, if any of that
        is missing.
    """
    try:
        pins = read_pins(project)
        pyproject = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
        needed = _closure(pyproject["project"]["dependencies"])
    except (BookError, OSError, ValueError, KeyError) as error:
        return [Check("packages", "wrong", f"not known which: {error}", "git checkout the file")]
    present = {pin.name: _installed(pin.name) for pin in pins}
    absent = [pin.name for pin in pins if present[pin.name] is None]
    bad = [f"{name} is missing" for name in absent if canonicalize_name(name) in needed]
    for pin in pins:
        version = present[pin.name]
        # A build for a certain kind of machine, such as 2.13.0+cpu, is of the version 2.13.0.
        if version is not None and not pin.specifier.contains(version, prereleases=True):
            bad.append(f"{pin.name} is {version}, pinned {pin.specifier}")
    found = [Check("packages", "wrong", "; ".join(bad), "make install")]
    if not bad:
        told = f"{len(pins) - len(absent)} present, of the pinned versions"
        found = [Check("packages", "ok", told)]
    optional = [name for name in absent if canonicalize_name(name) not in needed]
    if optional:
        told = f"{', '.join(optional)}: for courses, clusters, JupyterLab or tests"
        found.append(Check("further packages", "missing", told, "make install, make lab"))
    return found


def disk(project: Project) -> Check:
    """Whether there is room for what is built."""
    free = shutil.disk_usage(project.root).free
    advice = "make room, or move the checkout to another disk"
    return _room("disk", free, DISK, "free", advice)


def memory() -> Check:
    """Whether there is memory for two chapters at a time."""
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    advice = "run one chapter at a time: companion build --jobs 1"
    return _room("memory", size, MEMORY, "in all", advice)


def cores() -> Check:
    """How many cores there are; one is enough."""
    count = os.cpu_count() or 1
    pace = "two chapters run at a time" if count > 1 else "chapters run one after the other"
    return Check("cores", "ok", f"{count}; {pace}")


def writing(project: Project) -> Check:
    """Whether what is built can be written."""
    folder = project.build if project.build.exists() else project.root
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check("writing", "ok", str(folder))
    except OSError as error:
        advice = f"chown or chmod {folder}, or clone into a folder of your own"
        return Check("writing", "wrong", f"{folder}: {error.strerror}", advice)


def kernel(project: Project) -> Check:
    """Whether a notebook with nothing in it runs, in the way chapters do."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "empty.md")
        source.write_text(EMPTY, encoding="utf-8")
        scratch = Project(project.root, Path(name, "build"))
        run = Run(scratch, Chapter("empty", "doctor", source), PUBLISHED)
        try:
            (outcome,) = run_all([run], 1)
        except (BookError, OSError) as error:
            return Check("kernel", "wrong", f"nothing can be run: {error}", "make install")
        if outcome.state != "failed":
            return Check("kernel", "ok", f"an empty notebook ran in {outcome.seconds:.1f} s")
        last = run.log.read_text(encoding="utf-8").strip().splitlines()[-1:]
    told = f"an empty notebook failed, {outcome.error}"
    advice = "make install" + "".join(f"; the log ends with: {line}" for line in last)
    return Check("kernel", "wrong", told, advice)


def fonts() -> Check:
    """Whether matplotlib finds the fonts of figures, without which they would look otherwise."""
    try:
        from matplotlib import (
            font_manager,
            get_cachedir,
        )  # here, since it takes a while and may be missing
    except ImportError as error:
        return Check("fonts", "wrong", f"matplotlib: {error}", "make install")
    try:
        for name in FONTS:
            font_manager.findfont(name, fallback_to_default=False)
    except ValueError:
        advice = f"they come with matplotlib; delete its list in {get_cachedir()}"
        return Check("fonts", "wrong", f"matplotlib does not find {name}", advice)
    return Check("fonts", "ok", ", ".join(FONTS))


def data() -> Check:
    """Which datasets are here; the published book learns from one that comes with a package."""
    entries = datasets.entries().values()
    here = [entry.name for entry in entries if datasets.is_fetched(entry)]
    away = [entry.name for entry in entries if entry.name not in here]
    told = f"here: {', '.join(here)}; cache: {datasets.cache_folder()}"
    if not away:
        return Check("data", "ok", told)
    advice = f"companion data {' '.join(away)}, to have them without a network"
    absent = f"{', '.join(away)}, for chapters with --set dataset"
    return Check("data", "missing", f"{absent}; {told}", advice)


def browser() -> Check:
    """Whether the PDF can be printed."""
    try:
        return Check("browser", "ok", find_browser())
    except BrowserError as error:
        return Check("browser", "missing", "for the PDF", str(error))


def bubblewrap() -> Check:
    """Whether submissions to a course can be shut in when they are marked."""
    program = sandbox.shell()
    if program:
        return Check("bubblewrap", "ok", program)
    told = "to shut submissions in when a course is marked"
    installed = shutil.which(sandbox.SHELL)
    advice = "allow unprivileged user namespaces" if installed else "install bubblewrap"
    return Check(
        "bubblewrap", "missing", f"{told}{'; forbidden here' if installed else ''}", advice
    )


def git(project: Project) -> Check:
    """Whether pages can tell from which commit they were made."""
    found = commit(project)
    if found:
        return Check("git", "ok", f"commit {found}")
    told, installed = "to tell on pages from which commit they are", shutil.which("git")
    advice = f"git clone instead of a copy: {project.root}" if installed else "install git"
    return Check("git", "missing", told, advice)


def line(check: Check) -> str:
    """Tell of a check in one line, for rich.

    Parameters
    ----------
    check : Check
        What was looked at.

    Returns
    -------
    str
        State, name, what was found and what to do.
    """
    state = f"[{STYLES[check.state]}]{check.state:<7}[/]"
    optional = " (optional)" if check.state == "missing" else ""
    advice = f"; to do: {check.advice}" if check.advice else ""
    return f"{state}  {check.name}{optional}: {escape(check.told + advice)}"


def _room(name: str, size: int, needed: int, of: str, advice: str) -> Check:
    told = f"{size / GIBIBYTE:.1f} GiB {of}"
    if size < needed:
        return Check(name, "wrong", f"{told}; {needed / GIBIBYTE:.0f} are needed", advice)
    return Check(name, "ok", told)


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _closure(requirements: list[str]) -> set[str]:
    """Names of packages that some need, directly or through others."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        asked = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if name not in found and asked:
            found.add(name)
            waiting += [Requirement(text) for text in _requires(name)]
    return found


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
