"""Whether the book still says what was published: two ledgers compared, claim by claim."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isclose, isfinite, sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from book.chapters import Chapter
from book.declared import read_declared
from book.ledger import FORMAT
from book.project import BookError, Project, remove
from lib.claims import KINDS, Bound, decode

# What another kind of processor makes of the same sums: networks learn in single precision, and an
# error that is itself made of rounding has no digit in common with that of another machine.
ROUNDING, NOTHING = 1e-6, 1e-12
VERDICTS = ("equal", "within spread", "drifted", "gone", "new")
# What became of an executed notebook; the last is of other inputs, versions or another machine.
BYTES = ("the same bytes", "other bytes", "not comparable")
# Of the distance to its bound: for any claim; for a single number of an experiment.
LITTLE, HALF = 0.1, 0.5
UNKNOWN = "unknown"
STYLES = {"drifted": "red", "gone": "red", "within spread": "yellow", "new": "yellow"}

Ledger = dict[str, Any]
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Compared:
    """A claim in two ledgers.

    Parameters
    ----------
    id, chapter : str
        The claim and where it is made.
    verdict : str
        One of `VERDICTS`.
    why : str
        What differs; empty if nothing does.
    """

    id: str
    chapter: str
    verdict: str
    why: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the book no longer says what was published."""
        return self.verdict in {"drifted", "gone"}


def read_ledger(path: Path, profile: str, chapters: Sequence[Chapter]) -> Ledger:
    """Read a ledger to compare with.

    Parameters
    ----------
    path : Path
        ``claims.json``, from a build or from a published site.
    profile : str
        Of which it must be.
    chapters : sequence of Chapter
        Of which it must hold some claim.

    Returns
    -------
    dict
        As `book.ledger.collect` made it.

    Raises
    ------
    BookError
        If there is none, it is of another format or profile, its parts contradict each other, or
        there is nothing in it to compare with.
    """
    try:
        ledger = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BookError(
            f"no ledger at {path}; companion build makes one, and --against names another"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BookError(f"{path}: cannot be read as a ledger: {error}") from error
    if not isinstance(ledger, dict) or "claims" not in ledger or "format" not in ledger:
        raise BookError(f"{path} is not a ledger, as build/claims.json is one")
    if ledger["format"] != FORMAT:
        raise BookError(
            f"{path} is a ledger of format {ledger['format']!r}; this version compares {FORMAT}"
        )
    found = ledger.get("profile")
    if found != profile:
        raise BookError(
            f"{path} is a ledger of the profile {found}, not {profile}; "
            f"give --profile {found} or another ledger"
        )
    try:
        _check(ledger)
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise BookError(f"{path} is a broken ledger: {error!r}") from error
    held = {claim["id"] for claim in ledger["claims"]}
    if held.isdisjoint(item.id for chapter in chapters for item in read_declared(chapter)):
        names = ", ".join(chapter.name for chapter in chapters)
        raise BookError(f"{path} holds no claim of {names}: there is nothing to compare with")
    return ledger


def folder(project: Project) -> Path:
    """Name the folder in which everything runs again.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    Path
        In ``build/``; for one command at a time.
    """
    return project.build / "verify"


def fresh(project: Project) -> Project:
    """Let a checkout be run where nothing was made before.

    Parameters
    ----------
    project : Project
        The checkout, of which `folder` is locked.

    Returns
    -------
    Project
        The same sources, with an empty folder for all that is made; what an earlier call left there
        is gone.
    """
    outputs = folder(project) / "outputs"
    remove(outputs)
    outputs.mkdir(parents=True)
    return Project(project.root, outputs)


def compare(then: Ledger, now: Ledger, chapters: Sequence[str] = ()) -> list[Compared]:
    """Compare two ledgers of one profile.

    Parameters
    ----------
    then : dict
        What was published.
    now : dict
        What came out.
    chapters : sequence of str
        Those of which claims are compared; none means all.

    Returns
    -------
    list of Compared
        In the order of the new ledger, then what is gone.
    """
    old = {c["id"]: c for c in then["claims"] if not chapters or c["chapter"] in chapters}
    found = []
    for claim in now["claims"]:
        before = old.pop(claim["id"], None)
        verdict, why = ("new", "") if before is None else _verdict(before, claim)
        found.append(Compared(claim["id"], claim["chapter"], verdict, why))
    return found + [Compared(c["id"], c["chapter"], "gone") for c in old.values()]


def differences(then: Ledger, now: Ledger) -> dict[str, tuple[str, str]]:
    """Tell with what the runs of two ledgers were made, where that differs.

    Parameters
    ----------
    then, now : dict
        Ledgers.

    Returns
    -------
    dict of str to (str, str)
        Name of a package, a parameter and so on to what it was and what it is, for the chapters
        that were run in both.
    """
    old = {chapter["name"]: chapter["run"] for chapter in then["chapters"]}
    found: dict[str, tuple[str, str]] = {}
    for chapter in now["chapters"]:
        name = chapter["name"]
        if chapter["run"] and old.get(name):
            before, after = _made_with(name, old[name]), _made_with(name, chapter["run"])
            pairs = {
                k: (before.get(k, UNKNOWN), after.get(k, UNKNOWN)) for k in {**before, **after}
            }
            found |= {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    return found


def notebooks(then: Ledger, now: Ledger) -> dict[str, str]:
    """Tell whether chapters came out as the same bytes, figures too.

    Parameters
    ----------
    then, now : dict
        Ledgers.

    Returns
    -------
    dict of str to str
        Name of a chapter that was run in both to one of `BYTES`. Those can be compared that were
        made of the same inputs with the same versions on the same kind of machine.
    """
    old = {chapter["name"]: chapter["run"] for chapter in then["chapters"]}
    found = {}
    for chapter in now["chapters"]:
        before, after = old.get(chapter["name"]), chapter["run"]
        if before and after:
            alike = all(
                after.get(name) and before.get(name) == after[name]
                for name in ("inputs", "versions", "machine")
            )
            equal = before.get("notebook_sha256") == after.get("notebook_sha256")
            found[chapter["name"]] = BYTES[0 if alike and equal else 1 if alike else 2]
    return found


def show(console: Console, found: Sequence[Compared], then: Ledger, now: Ledger) -> None:
    """Show what became of each claim, a line that sums it up, and what it may come from.

    Parameters
    ----------
    console : Console
        Where.
    found : sequence of Compared
        From `compare`.
    then, now : dict
        The ledgers.
    """
    width = max((len(one.id) for one in found), default=0)
    table = Table(Column("claim", no_wrap=True, min_width=width), "verdict", "why", box=None)
    for one in found:
        style = STYLES.get(one.verdict)
        table.add_row(escape(one.id), one.verdict, escape(one.why), style=style)
    console.print(table)
    counts = Counter(one.verdict for one in found)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    console.print(f"claims: {told or 'none'}", highlight=False)
    became = notebooks(then, now)
    for told in BYTES:
        names = [name for name, how in became.items() if how == told]
        if names:
            console.print(f"notebooks, {told}: {', '.join(names)}", markup=False, highlight=False)
    if any(one.is_bad for one in found):
        pairs = differences(then, now)
        lines = [f"  {name}: {before}, now {after}" for name, (before, after) in pairs.items()]
        told = "made with other things than then:" if lines else "made with the same versions"
        console.print(escape("\n".join([told, *lines])), highlight=False, soft_wrap=True)


def as_json(found: Sequence[Compared], then: Ledger, now: Ledger) -> dict[str, Any]:
    """JSON form of a comparison.

    Parameters
    ----------
    found : sequence of Compared
        From `compare`.
    then, now : dict
        The ledgers.

    Returns
    -------
    dict
        ``profile``, ``counts`` of verdicts, ``claims`` with their values then and now,
        ``notebooks`` with what became of their bytes, and ``differences`` of what they were made
        with.
    """
    ledgers = {"then": then, "now": now}
    values = {
        when: {claim["id"]: claim.get("values") for claim in ledger["claims"]}
        for when, ledger in ledgers.items()
    }
    return {
        "profile": now["profile"],
        "counts": dict(Counter(one.verdict for one in found)),
        "claims": [
            asdict(one) | {when: values[when].get(one.id) for when in ledgers} for one in found
        ],
        "notebooks": notebooks(then, now),
        "differences": {
            name: dict(zip(ledgers, pair, strict=True))
            for name, pair in differences(then, now).items()
        },
    }


def _check(ledger: Ledger) -> None:
    """Raise for what would not be compared, or compared wrongly, once everything has run."""
    names = [claim["id"] for claim in ledger["claims"]]
    for name, count in Counter(names).items():
        if not isinstance(name, str) or count > 1:
            raise ValueError(f"the id {name!r} is there {count} times")
    counts = {chapter["name"]: chapter["claims"] for chapter in ledger["chapters"]}
    found = Counter(claim["chapter"] for claim in ledger["claims"])
    for name in {**counts, **found}:
        if counts.get(name) != found[name]:
            raise ValueError(f"{name!r} is to have {counts.get(name)} claims and has {found[name]}")
    for claim in ledger["claims"]:
        measured = [name for name in ("values", "bound", "kind") if claim.get(name)]
        if measured:  # else its chapter raised, or it was not brought out
            if len(measured) < 3 or claim["kind"] not in KINDS:
                raise ValueError(f"{claim['id']} needs values, a bound and one of {KINDS} as kind")
            _bound(claim)
    compare(ledger, ledger)
    differences(ledger, ledger)


def _verdict(before: Entry, after: Entry) -> tuple[str, str]:
    if before["status"] != after["status"]:
        reason = f": {after['reason']}" if after["reason"] else ""
        return "drifted", f"{before['status']}, now {after['status']}{reason}"
    for name in ("bound", "kind"):
        was, now = before.get(name), after.get(name)
        if was != now:
            return "drifted", f"{name} changed: {_words(was)}, now {_words(now)}"
    old, new = (list(map(decode, entry.get("values", ()))) for entry in (before, after))
    why = f"{before.get('measurement', UNKNOWN)}, now {after.get('measurement', UNKNOWN)}"
    if len(old) != len(new):
        return "drifted", why
    if all(
        isclose(*pair, rel_tol=ROUNDING, abs_tol=NOTHING) for pair in zip(old, new, strict=True)
    ):
        return "equal", ""
    finite = isfinite(sum(old + new))
    near = finite and abs(mean(new) - mean(old)) <= _allowed(before, old)
    return "within spread" if near else "drifted", why


def _bound(entry: Entry) -> Bound:
    return Bound(**{name: decode(part) for name, part in entry["bound"].items()})


def _words(told: Any) -> str:
    if isinstance(told, Mapping):
        return ", ".join(f"{name}={part}" for name, part in told.items())
    return UNKNOWN if told is None else str(told)


def _allowed(entry: Entry, values: Sequence[float]) -> float:
    """How far the mean may move by rounding and by chance."""
    room = _bound(entry).distance(mean(values))
    if len(values) > 1:
        # By three standard deviations of the difference that another draw of the seeds makes.
        return max(3 * stdev(values) * sqrt(2 / len(values)), LITTLE * room)
    # There is no spread: the bound, which was taken from one, stands for it.
    return room * (HALF if entry["kind"] == "scaled" else LITTLE)


def _made_with(chapter: str, run: Mapping[str, Any]) -> dict[str, str]:
    parameters = {f"{chapter}, {name}": value for name, value in run["parameters"].items()}
    whole = {name: run.get(name) for name in ("python", "machine", "commit")}
    told = {**whole, **run["versions"], **parameters}
    return {name: str(value) for name, value in told.items() if value is not None}
