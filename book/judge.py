"""The verdict on a claim: what its run brought out, held against what the source declares."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from book.declared import Declared
from book.runs import Run
from lib.claims import Claim, encode

UNJUDGED = ("quick", "scaled")  # the profile whose runs are too small for claims of this kind


@dataclass(frozen=True)
class Entry:
    """A claim as the ledger judges it.

    Parameters
    ----------
    chapter : str
        Where it is made.
    id : str
        Its name.
    status : str
        ``reproduced``, ``partial``, ``failed`` or ``not judged``.
    reason : str
        For a failed claim: why.
    claim : Claim or None
        What the run brought out; None if nothing.
    says : str
        The statement.
    """

    chapter: str
    id: str
    status: str
    reason: str
    claim: Claim | None
    says: str

    def as_json(self, seconds: float) -> dict[str, Any]:
        """JSON form; `seconds` is how long the chapter took."""
        entry: dict[str, Any] = {
            "id": self.id,
            "chapter": self.chapter,
            "says": self.says,
            "status": self.status,
            "reason": self.reason,
            "seconds": seconds,
        }
        if self.claim is None:
            return entry
        spread = self.claim.spread
        return (
            entry
            | self.claim.as_json()
            | {
                "status": self.status,
                "measured": encode(self.claim.mean),
                "measurement": self.claim.measurement,
                "bound_text": str(self.claim.bound),
                "spread": None if spread is None else encode(spread),
                "seeds": len(self.claim.values),
            }
        )


def judge(
    run: Run, declared: Iterable[Declared], made: Iterable[Claim], *, was_run: bool
) -> list[Entry]:
    """Judge each claim that a chapter's source declares by what its run brought out.

    Parameters
    ----------
    run : Run
        The run.
    declared : iterable of Declared
        From the source.
    made : iterable of Claim
        From the executed notebook.
    was_run : bool
        Whether there is a good execution at all.

    Returns
    -------
    list of Entry
        In the order of the source, then claims that no source declares.
    """
    found = {claim.id: claim for claim in made}
    entries = []
    for item in declared:
        if item.call != "claim":
            continue
        claim = found.pop(item.id, None)
        if claim is None:
            reason = "declared, but the run did not bring it out" if was_run else "never run"
            entries.append(_failed(run, item.id, reason, None, item.texts.get("says", "")))
        elif other := _otherwise(run, item, claim):
            reason = f"its {other} is not the one in the source; run the chapter again"
            entries.append(_failed(run, item.id, reason, claim, claim.says))
        elif claim.judged == ((run.profile, claim.kind) == UNJUDGED):
            reason = (
                "whether it was judged does not fit its kind and profile; run the chapter again"
            )
            entries.append(_failed(run, item.id, reason, claim, claim.says))
        else:
            missed = f"measured {claim.measurement}, bound {claim.bound}"
            reason = missed if claim.status == "failed" else ""
            entries.append(
                Entry(run.chapter.name, claim.id, claim.status, reason, claim, claim.says)
            )
    stray = "in the executed notebook, but not declared in the source"
    return entries + [_failed(run, c.id, stray, c, c.says) for c in found.values()]


def _failed(run: Run, name: str, reason: str, claim: Claim | None, says: str) -> Entry:
    return Entry(run.chapter.name, name, "failed", reason, claim, says)


def _otherwise(run: Run, item: Declared, claim: Claim) -> str | None:
    """What decides on the verdict and is otherwise in the source than in the run."""
    told = {name: " ".join(text.split()) for name, text in item.texts.items()}
    same = {
        "bound": item.bound_values(run.parameters) == _finite(claim),
        "kind": told.get("kind") == claim.kind,
        "deviation": told.get("deviation") == claim.deviation,
    }
    return next((name for name, agrees in same.items() if not agrees), None)


def _finite(claim: Claim) -> dict[str, float]:
    parts = claim.bound.__dict__.items()
    return {name: float(value) for name, value in parts if value is not None}
