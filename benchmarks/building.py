"""The book's own execution against Jupyter Book's, on copies of the checkout."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from book.project import Project

LEFT_OUT = ("build", ".git", ".venv", "__pycache__", "*.egg-info")
COMPANION = [sys.executable, "-m", "book", "build"]
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]


def building(project: Project, folder: Path) -> dict[str, float]:
    """Measure how long the book takes to make.

    Parameters
    ----------
    project : Project
        The checkout, which is copied.
    folder : Path
        An empty one.

    Returns
    -------
    dict of str to float
        Seconds: by Jupyter Book alone, cold; by `companion build`, cold, again without a change,
        and after an edit of a module that one chapter imports. None of them prints a PDF.
    """
    theirs, ours = folder / "theirs", folder / "ours"
    for copy in (theirs, ours):
        shutil.copytree(project.root, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _let_execute(theirs)
    seconds = {"jupyter-book build, cold": _timed(_run([*JUPYTER_BOOK, "."], theirs))}
    build = _run(COMPANION, ours)
    seconds["companion build, cold"] = _timed(build)
    seconds["companion build, nothing changed"] = _timed(build)
    module = ours / "lib" / "pde" / "theorem.py"
    module.write_text(f"{module.read_text(encoding='utf-8')}\n# edited\n", encoding="utf-8")
    seconds["companion build, one module edited"] = _timed(build)
    return seconds


def _let_execute(root: Path) -> None:
    """Let Jupyter Book execute the chapters itself, as one without a builder would."""
    path = root / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "force", "timeout": 600}
    # The book's directives need its ledger, which only its builder makes; chapters do without.
    ours, kept = "book.extensions", "book.extensions.bibliography"
    extensions = config["sphinx"]["extra_extensions"]
    own = [name for name in extensions if not name.startswith(ours) or name == kept]
    config["sphinx"]["extra_extensions"] = own
    path.write_text(yaml.safe_dump(config), encoding="utf-8")


def _run(command: list[str], folder: Path) -> Callable[[], None]:
    # No browser: only the making of the site is compared.
    environment = {**os.environ, "PYTHONPATH": str(folder), "COMPANION_BROWSER": "/nowhere"}

    def call() -> None:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        told = done.stdout + done.stderr
        # Jupyter Book goes on when a cell raises; a chapter that stops early would be a quick one.
        if done.returncode or "Executing notebook failed" in told:
            raise RuntimeError(f"{' '.join(command)} failed:\n{told[-2000:]}")

    return call


def _timed(call: Callable[[], None]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
