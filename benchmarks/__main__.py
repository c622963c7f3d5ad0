"""``python -m benchmarks``: measure everything and write the table that the README shows."""

import datetime
import os
import platform
import re
import tempfile
from pathlib import Path

import torch

from benchmarks.building import building
from benchmarks.cases import CASES
from benchmarks.growth import growth
from benchmarks.sweeping import efficiency
from benchmarks.timing import in_turns
from book.project import find_project, write_whole

EFFICIENCY = 0.9  # of two workers, that a sweep should reach
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


def main() -> None:
    """Measure, and write ``benchmarks/results.md`` and its place in the README."""
    torch.set_num_threads(1)
    project = find_project()
    lines = [_where(), "", *_cases(), "", *_sweeping(), "", *_building(), "", *_growth()]
    text = "\n".join(lines) + "\n"
    write_whole(project.root / "benchmarks" / "results.md", f"# What it costs\n\n{text}")
    readme = project.root / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}{END}", old, flags=re.S)
    write_whole(readme, new)


def _where() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return (
        f"Measured on {datetime.date.today():%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), {memory:.0f} GiB, no GPU; {versions}; one "
        "thread. Medians of repetitions in turns."
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
    return lines


def _sweeping() -> list[str]:
    found = efficiency()
    met = "met" if found["efficiency"] >= EFFICIENCY else "**missed**"
    return [
        "| sweep of 16 measurements | one worker | two workers | efficiency | goal |",
        "|---|---|---|---|---|",
        f"| seconds | {found['one worker']:.1f} | {found['two workers']:.1f} "
        f"| {found['efficiency']:.2f} | {EFFICIENCY}: {met} |",
    ]


def _building() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        seconds = building(find_project(), Path(folder))
    theirs = next(iter(seconds.values()))
    lines = ["| making the book | seconds | times as fast |", "|---|---|---|"]
    return [
        *lines,
        *[f"| {name} | {value:.0f} | {theirs / value:.1f} |" for name, value in seconds.items()],
    ]


def _growth() -> list[str]:
    lines = ["| cost grows | sizes | exponent |", "|---|---|---|"]
    return [*lines, *[f"| {name} | {n} | {value:.2f} |" for name, (n, value) in growth().items()]]


if __name__ == "__main__":
    main()
