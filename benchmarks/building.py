"""The book's own execution against Jupyter Book's, on copies of the checkout."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.memory import watched
from benchmarks.timing import Cost
from book.project import Project

LEFT_OUT = ("build", "_build", ".git", ".venv", "__pycache__", "*.egg-info")
COMPANION = (sys.executable, "-m", "book", "build")
JUPYTER_BOOK = (
    *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
    *("build", "."),
)
EXECUTED = "Executed notebook in"  # as Jupyter Book tells, once a chapter
EDITED = Path("lib", "pde", "theorem.py")  # one chapter imports it
COLD, WARM, EDITS = 2, 3, 2  # how often each is timed


@dataclass(frozen=True)
class Maker:
    """A copy of the checkout, and what makes the book of it.

    Parameters
    ----------
    root : Path
        The copy.
    command : sequence of str
        Makes the book.
    made : str
        Folder of all that it keeps.
    """

    root: Path
    command: Sequence[str]
    made: str

    def forget(self) -> None:
        """Take away all that was made."""
        shutil.rmtree(self.root / self.made, ignore_errors=True)

    def edit(self, number: int) -> None:
        """Change a module of `lib`, in another way for each number."""
        module = self.root / EDITED
        text = f"{module.read_text(encoding='utf-8')}\n# edit {number}\n"
        module.write_text(text, encoding="utf-8")

    def make(self) -> tuple[float, float, str]:
        """Make the book.

        Returns
        -------
        tuple
            Seconds; the peak of the memory of all processes in MiB; what was told.

        Raises
        ------
        RuntimeError
            If that fails, or a chapter does.
        """
        # No browser: only the making of the site is compared.
        own = {"PYTHONPATH": str(self.root), "COMPANION_BROWSER": "/nowhere"}

        def run() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                self.command,
                cwd=self.root,
                env={**os.environ, **own},
                capture_output=True,
                text=True,
                check=False,
            )

        begin = time.perf_counter()
        done, peak = watched(run)
        seconds, told = time.perf_counter() - begin, done.stdout + done.stderr
        # Jupyter Book goes on when a cell raises; a chapter that stops early would be a quick one.
        if done.returncode or "Executing notebook failed" in told:
            raise RuntimeError(f"{' '.join(self.command)} failed:\n{told[-2000:]}")
        return seconds, peak, told


@dataclass(frozen=True)
class Made:
    """What making the book costs.

    Parameters
    ----------
    ours, theirs : mapping of str to Cost
        By `companion build` and by Jupyter Book: ``cold``, ``again`` without a change, and after an
        ``edit`` of a module that one chapter imports. Memory is that of all processes together.
    rerun : int
        How many chapters Jupyter Book executed after the edits.
    """

    ours: Mapping[str, Cost]
    theirs: Mapping[str, Cost]
    rerun: int


def makers(project: Project, folder: Path) -> tuple[Maker, Maker]:
    """Copy the checkout for either of the two.

    Parameters
    ----------
    project : Project
        The checkout.
    folder : Path
        An empty one.

    Returns
    -------
    tuple of Maker
        `companion build`, and Jupyter Book that executes the chapters itself and caches them.
    """
    ours = Maker(folder / "ours", COMPANION, made="build")
    theirs = Maker(folder / "theirs", JUPYTER_BOOK, made="_build")
    for maker in (ours, theirs):
        ignored = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(project.root, maker.root, ignore=ignored)
    _let_execute(theirs.root)
    return ours, theirs


def building(
    ours: Maker, theirs: Maker, cold: int = COLD, warm: int = WARM, edits: int = EDITS
) -> Made:
    """Measure in turns how long the book takes to make. None of them prints a PDF.

    Parameters
    ----------
    ours, theirs : Maker
        The rivals.
    cold, warm, edits : int
        How often each is timed with nothing made before, with nothing changed, and with one module
        changed.

    Returns
    -------
    Made
        What was measured.
    """
    costs: dict[Maker, dict[str, list[tuple[float, float]]]] = {ours: {}, theirs: {}}
    rerun = 0
    for kind, repeats in (("cold", cold), ("again", warm), ("edit", edits)):
        for number in range(repeats):
            for maker in (theirs, ours)[:: -1 if number % 2 else 1]:
                if kind == "cold":
                    maker.forget()
                elif kind == "edit":
                    maker.edit(number)
                seconds, peak, told = maker.make()
                costs[maker].setdefault(kind, []).append((seconds, peak))
                if maker is theirs and kind == "cold" and EXECUTED not in told:
                    raise RuntimeError("the other's cold build executed no chapter")
                if maker is theirs and kind == "edit":
                    rerun += told.count(EXECUTED)
    return Made(_costs(costs[ours]), _costs(costs[theirs]), rerun)


def _costs(found: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Cost]:
    return {
        kind: Cost(tuple(seconds for seconds, _ in pairs), max(peak for _, peak in pairs))
        for kind, pairs in found.items()
    }


def _let_execute(root: Path) -> None:
    """Let Jupyter Book execute the chapters itself, as one without a builder would."""
    path = root / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "cache", "timeout": 600}
    # The book's directives need its ledger, which only its builder makes; chapters do without.
    ours, kept = "book.extensions", "book.extensions.bibliography"
    extensions = config["sphinx"]["extra_extensions"]
    own = [name for name in extensions if not name.startswith(ours) or name == kept]
    config["sphinx"]["extra_extensions"] = own
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
