"""Whether claims hold for seeds that nobody tuned on: chapters run with other ones."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from book.chapters import Chapter
from book.declared import read_declared
from book.ledger import collect
from book.project import Project
from book.runs import Run, plan_runs
from book.tasks import Outcome
from lib.claims import MARKS, decode, encode, number

SEED = "seed"  # the parameter from which a chapter derives every seed of its own
# A chapter counts upwards from its seed: by n_seeds, by thousands where it draws networks, and once
# more from 2²⁰ above it. Pilot seeds, from which bounds were taken, are below ten thousand.
STRIDE = 100_000


@dataclass(frozen=True)
class Tally:
    """A claim with what became of it at each seed.

    Parameters
    ----------
    id, chapter : str
        The claim and where it is made.
    kind : str
        ``exact``, ``scaled`` or ``recorded``; empty if no run brought the claim out.
    bound : str
        What it was held to; likewise.
    lowest, highest : float or None
        Of all values that were measured at any seed; None if there are none.
    statuses : dict of int to str
        Seed to status.
    failed : dict of int to str
        Seed to the reason, for those at which the claim failed.
    """

    id: str
    chapter: str
    kind: str
    bound: str
    lowest: float | None
    highest: float | None
    statuses: dict[int, str]
    failed: dict[int, str]

    @property
    def told(self) -> str:
        """At how many seeds the claim holds."""
        judged = [status for status in self.statuses.values() if status != "not judged"]
        if not judged:
            return "not judged"
        return f"{len(judged) - len(self.failed)} of {len(judged)}"


def other_seeds(published: int, count: int) -> list[int]:
    """Choose seeds that share no random number with the published one, or with each other.

    Parameters
    ----------
    published : int
        The seed of the published book.
    count : int
        How many.

    Returns
    -------
    list of int
        The same ones each time.

    Examples
    --------
    >>> other_seeds(0, 3)
    [100000, 200000, 300000]
    """
    return [published + STRIDE * step for step in range(1, count + 1)]


def plan_seeds(
    project: Project, chapters: Sequence[Chapter], profile: str, count: int
) -> list[Run]:
    """Plan to run chapters with other seeds.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : sequence of Chapter
        What to run.
    profile : str
        The profile.
    count : int
        How many seeds.

    Returns
    -------
    list of Run
        For each chapter one with each seed, under ``build/runs/``.

    Raises
    ------
    BookError
        If the profile is unknown or a chapter has no parameter `seed`.
    """
    runs = []
    for published in plan_runs(project, chapters, profile):
        first = published.parameters.get(SEED, 0)
        assert isinstance(first, int)
        for seed in other_seeds(first, count):
            runs += plan_runs(project, [published.chapter], profile, [f"{SEED}={seed}"])
    return runs


def tally(outcomes: Sequence[Outcome]) -> list[Tally]:
    """Count for each claim at which seeds it holds.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of runs from `plan_seeds`.

    Returns
    -------
    list of Tally
        In the order of the book. At a seed where a chapter raised, all its claims have failed.
    """
    found: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for outcome in outcomes:
        name, seed = outcome.run.chapter.name, outcome.run.parameters[SEED]
        assert isinstance(seed, int)
        for claim in _claims(outcome):
            found.setdefault((name, claim["id"]), {})[seed] = claim
    return [_tally(name, chapter, at) for (chapter, name), at in found.items()]


def show(console: Console, tallies: Sequence[Tally]) -> None:
    """Show how many seeds each claim holds for, what failed, and a line that sums it up.

    Parameters
    ----------
    console : Console
        Where.
    tallies : sequence of Tally
        From `tally`.
    """
    width = max((len(one.id) for one in tallies), default=0)
    claim = Column("claim", no_wrap=True, min_width=width)
    table = Table(claim, "kind", "holds", "measured", "bound", box=None)
    for one in tallies:
        style = "red" if one.failed else None
        told = (one.id, one.kind, one.told, _range(one), one.bound)
        table.add_row(*map(escape, told), style=style)
    console.print(table)
    failed = [one for one in tallies if one.failed]
    if failed:
        claim = Column("failed claim", no_wrap=True, min_width=width)
        table = Table(claim, "seed", "why", box=None)
        for one in failed:
            for seed, reason in one.failed.items():
                table.add_row(escape(one.id), str(seed), escape(reason))
        console.print(table)
    seeds = sorted({seed for one in tallies for seed in one.statuses})
    unjudged = sum(one.told == "not judged" for one in tallies)
    counts = [
        ("reproduced", len(tallies) - len(failed) - unjudged, "hold for every seed"),
        ("failed", len(failed), "failed for some seed"),
        ("not judged", unjudged, "not judged"),
    ]
    words = [f"{MARKS[s]} {n} {told}" for s, n, told in counts if n or s == "reproduced"]
    console.print(f"seeds: {', '.join(map(str, seeds))}", highlight=False, soft_wrap=True)
    console.print(f"claims: {', '.join(words)}", highlight=False, soft_wrap=True)


def as_json(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """JSON form of tallies.

    Parameters
    ----------
    tallies : sequence of Tally
        From `tally`.

    Returns
    -------
    list of dict
        Their fields; infinities are texts.
    """
    ends = ("lowest", "highest")
    records = [asdict(one) for one in tallies]
    return [{**r, **{k: None if r[k] is None else encode(r[k]) for k in ends}} for r in records]


def _claims(outcome: Outcome) -> list[dict[str, Any]]:
    if outcome.state != "failed":
        return list(collect([outcome.run])["claims"])
    # What the run before it left under the same name says nothing of this one.
    declared = [item for item in read_declared(outcome.run.chapter) if item.call == "claim"]
    return [{"id": item.id, "status": "failed", "reason": outcome.error} for item in declared]


def _tally(name: str, chapter: str, at: dict[int, dict[str, Any]]) -> Tally:
    some: dict[str, Any] = next((claim for claim in at.values() if "values" in claim), {})
    values = [decode(value) for claim in at.values() for value in claim.get("values", ())]
    return Tally(
        id=name,
        chapter=chapter,
        kind=some.get("kind", ""),
        bound=some.get("bound_text", ""),
        lowest=min(values, default=None),
        highest=max(values, default=None),
        statuses={seed: claim["status"] for seed, claim in at.items()},
        failed={s: claim["reason"] for s, claim in at.items() if claim["status"] == "failed"},
    )


def _range(one: Tally) -> str:
    if one.lowest is None or one.highest is None:
        return "nothing"
    low, high = number(one.lowest), number(one.highest)
    return low if low == high else f"{low} to {high}"
