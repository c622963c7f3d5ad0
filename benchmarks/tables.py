"""The tables of what was measured, and their place in the README."""

import math
import re
from collections.abc import Iterable, Mapping

from benchmarks.building import COLD, EDITS, WARM, Made
from benchmarks.case import Case
from benchmarks.growth import REPEATS, Growth
from benchmarks.sweeping import REPEATS as SWEEPS
from benchmarks.sweeping import Sweeps
from benchmarks.timing import LEAST, Cost, times_as_fast

BUILD = 1.8  # times as fast as Jupyter Book a cold build should be, on two cores
AGAIN = 5.0  # seconds that a build without a change may take
EFFICIENCY = 0.9  # of two workers, that a sweep should reach
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
RIVALS = [
    "| what | the book | instead | times as fast | goal | memory, MiB |",
    "|---|---|---|---|---|---|",
]
NONE = "–"


def comparisons(measured: Iterable[tuple[Case, Mapping[str, Cost]]]) -> list[str]:
    """Table of comparisons.

    Parameters
    ----------
    measured : iterable of tuple
        Each case, and what its rivals cost.

    Returns
    -------
    list of str
        Lines.
    """
    found = list(measured)
    counts = sorted({case.repeats for case, _ in found})
    return [
        *RIVALS,
        *(_comparison(case.title, costs, case.goal) for case, costs in found),
        "",
        f"Medians of {' or '.join(map(str, counts))} repetitions in turns, of at least "
        f"{LEAST:g} s each, and of the ratios of each turn, with their quartiles; one thread. "
        "Memory: what a call takes at most beyond what its process, a new one, held before; the "
        "book's first.",
    ]


def sweeping(found: Sweeps) -> list[str]:
    """Table of the sweep.

    Parameters
    ----------
    found : Sweeps
        What was measured.

    Returns
    -------
    list of str
        Lines.
    """
    verdict = _verdict(f"{EFFICIENCY}", met=found.efficiency > EFFICIENCY)
    one, two = found.one, found.two
    memory = _pair(one, two)
    return [
        "| a sweep of 16 measurements | one worker | two workers | efficiency | goal "
        "| memory, MiB |",
        "|---|---|---|---|---|---|",
        f"| time | {one.median:.2f} s | {two.median:.2f} s | {found.efficiency:.2f} | {verdict} "
        f"| {memory} |",
        "",
        f"Medians of {SWEEPS} repetitions in turns. Memory: of all processes together, at most; "
        "pages that they share count for each.",
    ]


def building(found: Made) -> list[str]:
    """Table of the making of the book.

    Parameters
    ----------
    found : Made
        What was measured.

    Returns
    -------
    list of str
        Lines.
    """
    ours, theirs = ("companion build", found.ours), ("jupyter-book build", found.theirs)
    cold, again, edit = (_sides(ours, theirs, kind) for kind in ("cold", "again", "edit"))
    quick = _verdict(f"below {AGAIN:g} s", met=found.ours["again"].median < AGAIN)
    name = "one module of `lib` edited"
    stale = f"ran {found.rerun} chapters anew" + ("" if found.rerun else ": **stale**")
    ((_, own), (rival, other)) = edit.items()
    anew = found.theirs["cold"].median / found.ours["edit"].median
    return [
        *RIVALS,
        _comparison("the book, cold", cold, BUILD),
        _row("again, nothing changed", again, f"{_fast(again)[1]:.2f}", quick),
        f"| {name} | companion build: {_seconds(own)} | {rival}: {_seconds(other)}, {stale} "
        f"| {NONE} | {NONE} | {_pair(own, other)} |",
        f"| the same, nothing stale | companion build: {_seconds(own)} | {rival}, cold: "
        f"{_seconds(found.theirs['cold'])} | {anew:.2f} | {NONE} "
        f"| {_pair(own, found.theirs['cold'])} |",
        "",
        f"Medians of repetitions in turns: {COLD} cold, {WARM} without a change, {EDITS} after an "
        "edit. Jupyter Book executes the chapters itself and caches them; its cache knows a "
        "chapter by its text, and does not see `lib`. Memory: of all processes together, at most; "
        "pages that they share count for each.",
    ]


def growing(measured: Iterable[tuple[Growth, tuple[float, float, Cost]]]) -> list[str]:
    """Table of how costs grow.

    Parameters
    ----------
    measured : iterable of tuple
        Each growth with its exponent, the exponent's standard error, and the largest one's cost.

    Returns
    -------
    list of str
        Lines.
    """
    rows = [
        f"| {growth.title} | {', '.join(map(str, growth.sizes))} | {slope:.2f} ± {error:.2f} "
        f"| {_seconds(cost)} | {_mebibytes(cost)} |"
        for growth, (slope, error, cost) in measured
    ]
    return [
        "| cost grows | sizes | exponent | time of the largest | memory of the largest, MiB |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"Fitted to medians of {REPEATS} repetitions in turns, with the standard error of the fit; "
        "one thread.",
    ]


def shown(readme: str, tables: str) -> str:
    """Put tables between the README's marks.

    Parameters
    ----------
    readme : str
        Its text.
    tables : str
        New ones, in place of those that stand there.

    Returns
    -------
    str
        The new text.

    Raises
    ------
    ValueError
        If there is not one place for them.
    """
    place = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", flags=re.S)
    new, count = place.subn(lambda _: f"{BEGIN}\n{tables}{END}", readme)
    if count != 1:
        raise ValueError(f"the README needs one {BEGIN} … {END} for the tables, got {count}")
    return new


def _sides(
    ours: tuple[str, Mapping[str, Cost]], theirs: tuple[str, Mapping[str, Cost]], kind: str
) -> dict[str, Cost]:
    return {name: costs[kind] for name, costs in (ours, theirs)}


def _comparison(title: str, costs: Mapping[str, Cost], goal: float | None) -> str:
    low, ratio, high = _fast(costs)
    if goal is None:
        told = NONE
    elif low < goal <= high:
        told = f"{goal:g}: undecided"
    else:
        told = _verdict(f"{goal:g}", met=ratio >= goal)
    return _row(title, costs, f"{ratio:.2f} ({low:.2f}–{high:.2f})", told)


def _row(title: str, costs: Mapping[str, Cost], ratio: str, goal: str) -> str:
    times = " | ".join(f"{name}: {_seconds(cost)}" for name, cost in costs.items())
    return f"| {title} | {times} | {ratio} | {goal} | {_pair(*costs.values())} |"


def _fast(costs: Mapping[str, Cost]) -> tuple[float, float, float]:
    ours, theirs = costs.values()
    return times_as_fast(ours.seconds, theirs.seconds)


def _verdict(goal: str, *, met: bool) -> str:
    return f"{goal}: {'met' if met else '**missed**'}"


def _seconds(cost: Cost) -> str:
    return f"{cost.median:.3g} s"


def _pair(ours: Cost, theirs: Cost) -> str:
    return f"{_mebibytes(ours)}, {_mebibytes(theirs)}"


def _mebibytes(cost: Cost) -> str:
    if math.isnan(cost.mebibytes):
        return NONE
    return f"{cost.mebibytes:.0f}" if cost.mebibytes >= 1 else "< 1"
