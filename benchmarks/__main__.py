"""``python -m benchmarks [SECTION…]``: measure, and write the tables that the README shows."""

import datetime
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import torch

from benchmarks import tables
from benchmarks.building import building, makers
from benchmarks.case import compare
from benchmarks.cases import CASES
from benchmarks.growth import GROWTHS, measured
from benchmarks.sweeping import sweeps
from book.project import find_project, write_whole


def main(arguments: Sequence[str]) -> int:
    """Measure, and write ``benchmarks/results/`` and their place in the README.

    Parameters
    ----------
    arguments : sequence of str
        Names of `SECTIONS`; all of them if there is none.

    Returns
    -------
    int
        0, or 2 if there is no such section.
    """
    unknown = sorted(set(arguments) - set(SECTIONS))
    if unknown:
        allowed = ", ".join(SECTIONS)
        sys.stderr.write(f"benchmarks: no section {', '.join(unknown)}; give some of {allowed}\n")
        return 2
    root = find_project().root
    results = root / "benchmarks" / "results"
    for name in arguments or SECTIONS:
        lines = [*SECTIONS[name](), "", _where()]
        write_whole(results / f"{name}.md", "\n".join(lines) + "\n")
    parts = [results / f"{name}.md" for name in SECTIONS]
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts if part.is_file())
    readme = root / "README.md"
    write_whole(readme, tables.shown(readme.read_text(encoding="utf-8"), text))
    return 0


def _where() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return (
        f"Measured on {datetime.date.today():%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), {memory:.0f} GiB, no use of a GPU; "
        f"{versions}."
    )


def _building() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return tables.building(building(*makers(find_project(), Path(folder))))


SECTIONS: Mapping[str, Callable[[], list[str]]] = MappingProxyType(
    {
        "cases": lambda: tables.comparisons(compare(make) for make in CASES),
        "sweeping": lambda: tables.sweeping(sweeps()),
        "building": _building,
        "growth": lambda: tables.growing((growth, measured(growth)) for growth in GROWTHS),
    }
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
