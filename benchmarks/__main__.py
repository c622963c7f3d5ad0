"""``python -m benchmarks [SECTION…]``: measure, and write the tables that the README shows."""

import datetime
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import torch

from benchmarks.building import building
from benchmarks.cases import CASES
from benchmarks.growth import growth
from benchmarks.sweeping import efficiency
from benchmarks.timing import in_turns
from book.project import find_project, write_whole

TURNS = "Medians of repetitions in turns, with one thread."
ONCE = "Each timed once."
EFFICIENCY = 0.9  # of two workers, that a sweep should reach
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


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
    torch.set_num_threads(1)
    root = find_project().root
    results = root / "benchmarks" / "results"
    for name in arguments or SECTIONS:
        lines = [*SECTIONS[name](), "", _where()]
        write_whole(results / f"{name}.md", "\n".join(lines) + "\n")
    parts = [results / f"{name}.md" for name in SECTIONS]
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts if part.is_file())
    readme = (root / "README.md").read_text(encoding="utf-8")
    new = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}{END}", readme, flags=re.S)
    write_whole(root / "README.md", new)
    return 0


def _where() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return (
        f"Measured on {datetime.date.today():%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), {memory:.0f} GiB, no use of a GPU; "
        f"{versions}."
    )


def _cases() -> list[str]:
    lines = [
        "| what | the book | instead | times as fast | goal | memory, MiB |",
        "|---|---|---|---|---|---|",
    ]
    for make in CASES:
        case = make()
        found = in_turns(case.rivals, case.repeats)
        (mine, ours), (other, theirs) = found.items()
        ratio = theirs.median / ours.median
        met = "met" if ratio >= case.goal else "**missed**"
        lines.append(
            f"| {case.title} | {mine}: {ours.median:.3g} s | {other}: {theirs.median:.3g} s "
            f"| {ratio:.1f} | {case.goal:g}: {met} "
            f"| {ours.mebibytes:.0f}, {theirs.mebibytes:.0f} |"
        )
    return [*lines, "", TURNS]


def _sweeping() -> list[str]:
    found = efficiency()
    met = "met" if found["efficiency"] >= EFFICIENCY else "**missed**"
    return [
        "| sweep of 16 measurements | one worker | two workers | efficiency | goal |",
        "|---|---|---|---|---|",
        f"| seconds | {found['one worker']:.1f} | {found['two workers']:.1f} "
        f"| {found['efficiency']:.2f} | {EFFICIENCY}: {met} |",
        "",
        ONCE,
    ]


def _building() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        seconds = building(find_project(), Path(folder))
    theirs = next(iter(seconds.values()))
    lines = ["| making the book | seconds | times as fast |", "|---|---|---|"]
    return [
        *lines,
        *[f"| {name} | {value:.0f} | {theirs / value:.1f} |" for name, value in seconds.items()],
        "",
        ONCE,
    ]


def _growth() -> list[str]:
    lines = ["| cost grows | sizes | exponent |", "|---|---|---|"]
    rows = [f"| {name} | {n} | {value:.2f} |" for name, (n, value) in growth().items()]
    return [*lines, *rows, "", TURNS]


SECTIONS: Mapping[str, Callable[[], list[str]]] = MappingProxyType(
    {"cases": _cases, "sweeping": _sweeping, "building": _building, "growth": _growth}
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
