"""How many faults the tests find: ``python -m benchmarks.mutation [--sample N] [--seed S]``.

Changes of one operator, number, comparison or decorator are drawn at random from `lib` and `book`
(by cosmic-ray), made one at a time in a copy of the last commit, and tested: by the module's own
tests, then by others that import it, then by the claims of the chapters that need it (profile
quick). What none of them notices is listed with its line.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from book.chapters import read_chapters
from book.closure import import_closure
from book.project import find_project

LEAST = 0.85  # share that has to be found
SECONDS = 300  # a test that takes longer has found an endless loop
# They need arguments, or change annotations, which no test can notice.
LEFT_OUT = ("Variable", "BinaryOperator_BitOr")


@dataclass(frozen=True)
class Mutant:
    """One change.

    Parameters
    ----------
    module : str
        The file, from the root of the checkout.
    operator : str
        Cosmic-ray's name of what is done.
    occurrence : int
        The how-manieth place of the file where it can be done.
    line : int
        Where that is.
    """

    module: str
    operator: str
    occurrence: int
    line: int


def candidates(module: str, code: str) -> dict[tuple[int, int], list[Mutant]]:
    """Every change of a file, by its place."""
    found: dict[tuple[int, int], list[Mutant]] = {}
    nodes = list(ast_nodes(get_ast(code)))
    for name in plugins.operator_names():
        if any(part in name for part in LEFT_OUT):
            continue
        operator, count = plugins.get_operator(name)(), 0
        for node in nodes:
            for start, _ in operator.mutation_positions(node):
                found.setdefault(start, []).append(Mutant(module, name, count, start[0]))
                count += 1
    return found


def drawn(root: Path, count: int, seed: int) -> list[Mutant]:
    """Draw changes: places uniformly over all files, then one of the changes of each place."""
    files = sorted(path for top in ("lib", "book") for path in (root / top).rglob("*.py"))
    modules = [str(path.relative_to(root)) for path in files]
    places = [
        changes
        for module in modules
        for _, changes in sorted(candidates(module, (root / module).read_text("utf-8")).items())
    ]
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    return [rng.choice(changes) for changes in rng.sample(places, min(count, len(places)))]


def stages(root: Path, module: str) -> Iterator[list[str]]:
    """Commands that may notice a change of a file, the nearest first; each a list of arguments."""
    pytest = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header"]
    path = Path(module)
    folder = (
        Path("tests", *path.parts[1:-1])
        if path.parts[0] == "lib"
        else Path("tests", *path.parts[:-1])
    )
    own = folder / f"test_{path.stem}.py"
    if (root / own).is_file():
        yield [*pytest, str(own)]
    parent, name = ".".join(path.parts[:-1]), path.stem
    naming = re.compile(rf"\b{parent}\.{name}\b|from {parent} import [^()]*\b{name}\b")
    others = [
        str(test.relative_to(root))
        for test in sorted((root / "tests").rglob("test_*.py"))
        if test != root / own
        and "site" not in test.parts
        and naming.search(test.read_text("utf-8"))
    ]
    if others:
        yield [*pytest, *others]
    project = find_project(root)
    for chapter in read_chapters(project).values():
        if root / module in import_closure(project, chapter):
            yield ["-m", "book", "run", chapter.name, "--profile", "quick"]


class Copies:
    """Copies of the checkout, one for each worker."""

    def __init__(self, root: Path, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._good: list[list[str]] = []  # commands that succeed without any change
        for number in range(count):
            copy = folder / str(number)
            subprocess.run(["git", "clone", "-q", str(root), str(copy)], check=True)
            self._free.put(copy)

    def killer(self, mutant: Mutant) -> str | None:
        """Make a change, and name the first command that notices it; None if none does."""
        copy = self._free.get()
        try:
            path = copy / mutant.module
            code = path.read_text("utf-8")
            operator = plugins.get_operator(mutant.operator)()
            changed = mutate_code(code, operator, mutant.occurrence)
            assert changed is not None
            for stage in stages(copy, mutant.module):
                if stage not in self._good:
                    if not run(copy, stage):
                        raise SystemExit(f"these fail without any change: {' '.join(stage)}")
                    self._good.append(stage)
                path.write_text(changed, "utf-8")
                try:
                    noticed = not run(copy, stage)
                finally:
                    path.write_text(code, "utf-8")
                if noticed:
                    return stage[-1] if stage[1] == "pytest" else f"claims of {stage[3]}"
            return None
        finally:
            self._free.put(copy)


def run(copy: Path, stage: Sequence[str]) -> bool:
    """Run a command in a copy; whether it succeeds in time."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {
        "OMP_NUM_THREADS": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".hypothesis"),
    }
    try:
        done = subprocess.run(
            [sys.executable, *stage],
            cwd=copy,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Draw, change, test and tell; 1 if too few changes were noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    told = parser.parse_args()
    root = find_project().root
    mutants = drawn(root, told.sample, told.seed)
    survivors = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(told.jobs) as pool:
        copies = Copies(root, Path(folder), told.jobs)
        for mutant, killer in zip(mutants, pool.map(copies.killer, mutants), strict=True):
            where = f"{mutant.module}:{mutant.line} {mutant.operator.removeprefix('core/')}"
            tell(f"{where}: {killer or 'SURVIVED'}")
            if killer is None:
                line = (root / mutant.module).read_text("utf-8").splitlines()[mutant.line - 1]
                survivors.append(f"{where}\n    {line.strip()}")
    share = 1 - len(survivors) / len(mutants)
    tell(f"\n{len(mutants)} changes, seed {told.seed}: {share:.1%} noticed; {LEAST:.0%} wanted")
    tell("\n".join(survivors))
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
