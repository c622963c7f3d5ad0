"""The static site: what goes into it, its making, and a server to look at it."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import yaml

from book import lifeline
from book.chapters import PARAMETERS
from book.course.assignment import assignment, student_version
from book.course.goals import read_goals, syllabus
from book.course.handout import ARCHIVE, addresses, packed_lib
from book.course.page import page
from book.licences import CARRIED, licence_text
from book.origin import repository
from book.outside import mark
from book.policy import with_policy
from book.project import BookError, Project, read_config, require_site, require_space
from book.runs import Run, digest
from book.slides import marked
from book.stamp import make_if_changed
from book.swap import restore, swap

# It cannot be called as a module, and its script need not be on the path.
JUPYTER_BOOK = """
from book.lifeline import follow
from jupyter_book.cli.main import main
follow()
main()
"""
# Where a reader can run a chapter without installing anything.
LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
STAMP = ".site.json"
EXTRA = "extra"  # files that the site offers as they are


def site_files(project: Project, runs: Sequence[Run]) -> list[Path]:
    """Files that the site is made of.

    Parameters
    ----------
    project : Project
        The checkout.
    runs : sequence of Run
        The chapters' runs, executed.

    Returns
    -------
    list of Path
        Sorted: configuration, own matter, executed notebooks and their records, limits, goals, the
        ledger, and the modules of `lib`, whose docstrings make the reference.
    """
    folders = [project.matter, project.root / "lib"]
    matter = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    own = [project.config, project.toc, project.pins, project.limits, project.claims]
    own += project.notebooks.glob("goals.yml")
    made = [path for run in runs for path in (run.notebook, run.record_file)]
    return sorted(path for path in [*own, *matter, *made] if "__pycache__" not in path.parts)


def build_site(project: Project, runs: Sequence[Run], *, solutions: bool = True) -> bool:
    """Bind the executed chapters into ``build/html``, unless that is current.

    Parameters
    ----------
    project : Project
        The checkout.
    runs : sequence of Run
        The chapters' runs, executed.
    solutions : bool
        Whether pages show the solutions of exercises. If not, no trace of them is left in the site.

    Returns
    -------
    bool
        True if the site was made, False if it was current.

    Raises
    ------
    BookError
        If Sphinx warned or failed; the old site stays.
    """
    config = {
        "repository": repository(project),
        "python": sys.version,
        "solutions": solutions,
        # As they were read when the runs were planned, which may be a while ago.
        "texts": {run.chapter.name: digest(run.chapter.text.encode()) for run in runs},
        "parameters": _parameter_tables(project, runs),
    }
    restore(project.html)
    return make_if_changed(
        project,
        STAMP,
        project.html,
        lambda: _make(project, runs, solutions=solutions),
        lambda: site_files(project, runs),
        config,
    )


def stage(project: Project, runs: Sequence[Run], folder: Path, *, solutions: bool) -> None:
    """Lay out the sources of the site.

    Parameters
    ----------
    project : Project
        The checkout.
    runs : sequence of Run
        The chapters' runs, executed.
    folder : Path
        Emptied and filled.
    solutions : bool
        Whether chapters keep the solutions of their exercises.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    keep_data = shutil.ignore_patterns("*.py", "__pycache__", "extensions")
    shutil.copytree(project.matter, folder / "book", ignore=keep_data)
    notices = folder / "book" / "notices"
    notices.mkdir(exist_ok=True)
    for package in CARRIED:
        (notices / f"{package}.txt").write_text(licence_text(package), encoding="utf-8")
    shutil.copy(project.toc, folder)
    shutil.copy(project.claims, folder / "claims.json")
    records = {run.chapter.name: run.record() for run in runs}
    (folder / "records.json").write_text(json.dumps(records), encoding="utf-8")
    told = syllabus(read_goals(project), [run.chapter for run in runs])
    (folder / "syllabus.json").write_text(json.dumps(told), encoding="utf-8")
    parameters = _parameter_tables(project, runs)
    (folder / "parameters.json").write_text(json.dumps(parameters), encoding="utf-8")
    _lay_out_exercises(project, runs, folder / EXTRA / "exercises")
    for run in runs:
        target = folder / run.chapter.source.relative_to(project.root).with_suffix(".ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        executed = _folded(nbformat.read(run.notebook, as_version=4))
        nbformat.write(marked(page(executed, run.chapter.name, solutions=solutions)), target)
    config = _with_repository(read_config(project), repository(project))
    text = yaml.safe_dump(config, allow_unicode=True)
    (folder / "_config.yml").write_text(text, encoding="utf-8")


def _parameter_tables(project: Project, runs: Sequence[Run]) -> dict[str, list[dict[str, str]]]:
    return {
        str(run.chapter.source.relative_to(project.root).with_suffix("")): [
            parameter.described for parameter in run.chapter.parameters.values()
        ]
        for run in runs
    }


def _folded(notebook: Any) -> Any:
    """Fold the cell of parameters, of which the page has a table."""
    for cell in notebook.cells:
        if PARAMETERS in cell.metadata.get("tags", ()):
            cell.metadata.tags.append("hide-input")
    return notebook


def _lay_out_exercises(project: Project, runs: Sequence[Run], folder: Path) -> None:
    """Put notebooks with the exercises alone, and what they need, where the site offers them."""
    folder.mkdir(parents=True)
    site, _ = addresses(project)
    archive = f"{site}/exercises/{ARCHIVE}" if site else ""
    (folder / ARCHIVE).write_bytes(packed_lib(project))
    for run in runs:
        chapter = run.chapter
        page = f"{site}/notebooks/{chapter.part}/{chapter.name}.html" if site else ""
        notebook = student_version(assignment(chapter, page, archive))
        nbformat.write(notebook, folder / f"{chapter.name}.ipynb")


def _make(project: Project, runs: Sequence[Run], *, solutions: bool) -> None:
    folder = project.build / "stage"
    stage(project, runs, folder, solutions=solutions)
    log = project.build / "sphinx.log"
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(folder)]
    command += ["-W", "-n", "--keep-going", "--all"]
    with log.open("w", encoding="utf-8") as stream:
        plain = {**os.environ, "NO_COLOR": "1"}
        options = {"stdout": stream, "stderr": subprocess.STDOUT, "env": plain}
        with lifeline.running(command, **options) as process:
            status = process.wait()
    made = folder / "_build" / "html"
    if status != 0 or not (made / "index.html").is_file():
        require_space(project.build)
        told = [line for line in log.read_text(encoding="utf-8").splitlines() if _is_warning(line)]
        raise BookError("\n".join([f"the site was not made; the whole log is {log}", *told[:20]]))
    _finish(made)
    swap(made, project.html)


def _finish(made: Path) -> None:
    """Say on each page what it may do and which links lead away, once nothing else changes it."""
    for path in made.rglob("*.html"):
        if "_static" not in path.relative_to(made).parts:  # where the theme leaves its templates
            path.write_text(with_policy(mark(path.read_text("utf-8"))), encoding="utf-8")


def _is_warning(line: str) -> bool:
    return re.search(r"\b(WARNING|ERROR|CRITICAL|Error)\b", line) is not None


def _with_repository(config: dict[str, Any], url: str | None) -> dict[str, Any]:
    if url is None:
        return config
    buttons = {f"use_{name}_button": True for name in ("repository", "issues", "edit_page")}
    html = {**config.get("html", {}), **buttons}
    launch = {**config.get("launch_buttons", {}), **LAUNCH}
    repository = {"url": url, "branch": "main"}
    return {**config, "repository": repository, "html": html, "launch_buttons": launch}


@contextmanager
def server(project: Project, port: int) -> Iterator[http.server.ThreadingHTTPServer]:
    """Serve the site on this machine alone.

    Parameters
    ----------
    project : Project
        The checkout.
    port : int
        From 0 (any that is free) to 65535.

    Yields
    ------
    ThreadingHTTPServer
        Bound, ready for ``serve_forever``.

    Raises
    ------
    BookError
        If there is no site, or the port is in use or not allowed.
    """
    require_site(project)
    handler = functools.partial(_QuietHandler, directory=str(project.html))
    try:
        serving = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise BookError(
            f"port {port}: {error.strerror}; choose another from 1024 to 65535, "
            "or 0 for any that is free"
        ) from error
    with serving:
        yield serving


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""
