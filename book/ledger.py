"""The ledger: what every chapter claimed, judged by its source and collected in one file."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from book.declared import read_declared
from book.judge import Entry, judge
from book.project import BookError, Project, write_whole
from book.runs import Run
from lib.claims import CLAIM_MIME, ERRATUM_MIME, MARKS, Claim, Erratum

FORMAT = 1


def collect(runs: Sequence[Run]) -> dict[str, Any]:
    """Collect and judge the claims of some runs.

    Parameters
    ----------
    runs : sequence of Run
        Runs of one profile; one without a good execution counts all its claims as failed.

    Returns
    -------
    dict
        The ledger as JSON values: ``claims``, ``errata``, ``chapters``, ``counts``, ``profile``.

    Raises
    ------
    BookError
        If a chapter's source declares a claim in a way that cannot be read, or two declare one id.
    """
    claims: list[dict[str, Any]] = []
    errata: list[dict[str, Any]] = []
    chapters: list[dict[str, Any]] = []
    owners: dict[str, str] = {}
    for run in runs:
        record = run.record()
        seconds = float(record["seconds"]) if record else 0.0
        declared = read_declared(run.chapter)
        for item in declared:
            owner = owners.setdefault(item.id, run.chapter.name)
            if owner != run.chapter.name:
                raise BookError(f"{owner} and {run.chapter.name} both use the id {item.id!r}")
        made_claims, made_errata = _outputs(run) if record else ([], [])
        entries = judge(run, declared, made_claims, was_run=record is not None)
        claims += [entry.as_json(seconds) for entry in entries]
        errata += [erratum.as_json() | {"chapter": run.chapter.name} for erratum in made_errata]
        chapters.append(_chapter(run, record, entries))
    return {
        "format": FORMAT,
        "profile": runs[0].profile if runs else None,
        "counts": dict(Counter(claim["status"] for claim in claims)),
        "chapters": chapters,
        "claims": claims,
        "errata": errata,
    }


def write_ledger(project: Project, ledger: dict[str, Any]) -> None:
    """Write ``build/claims.json``, unless it says so already.

    Parameters
    ----------
    project : Project
        The checkout.
    ledger : dict
        From `collect`.
    """
    text = json.dumps(ledger, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        if project.claims.read_text(encoding="utf-8") == text:
            return
    except (OSError, UnicodeDecodeError):
        pass
    write_whole(project.claims, text)


def tally(counts: Mapping[str, int]) -> str:
    """Tell how many claims there are and how they came out.

    Parameters
    ----------
    counts : mapping of str to int
        Claims by status, of a chapter or of the book.

    Returns
    -------
    str
        Without a full stop.

    Examples
    --------
    >>> tally({"partial": 1, "reproduced": 41})
    '42 claims: 41 reproduced, 1 partial'
    """
    total = sum(counts.values())
    return f"{total} claim{'s' * (total != 1)}: {outcomes(counts)}"


def outcomes(counts: Mapping[str, int]) -> str:
    """Tell how claims came out.

    Parameters
    ----------
    counts : mapping of str to int
        Claims by status.

    Returns
    -------
    str
        Every status that some claim has, with its number.

    Examples
    --------
    >>> outcomes({"partial": 1, "reproduced": 41})
    '41 reproduced, 1 partial'
    """
    parts = [f"{counts[status]} {status}" for status in MARKS if counts.get(status)]
    return ", ".join(parts) or "none"


def failures(ledger: dict[str, Any]) -> list[dict[str, Any]]:
    """The failed claims of a ledger.

    Parameters
    ----------
    ledger : dict
        From `collect`.

    Returns
    -------
    list of dict
        Their entries.
    """
    return [claim for claim in ledger["claims"] if claim["status"] == "failed"]


def _outputs(run: Run) -> tuple[list[Claim], list[Erratum]]:
    claims, errata = [], []
    try:
        notebook = json.loads(run.notebook.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if CLAIM_MIME in data:
                    claims.append(Claim.from_json(data[CLAIM_MIME]))
                if ERRATUM_MIME in data:
                    errata.append(Erratum.from_json(data[ERRATUM_MIME]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BookError(
            f"{run.notebook} is no executed notebook any more; delete it and run the chapter again"
        ) from error
    return claims, errata


def _chapter(run: Run, record: dict[str, Any] | None, entries: Sequence[Entry]) -> dict[str, Any]:
    kept = (
        *("parameters", "started", "seconds", "python", "versions", "machine", "commit"),
        *("inputs", "notebook_sha256"),
    )
    return {
        "name": run.chapter.name,
        "part": run.chapter.part,
        "title": run.chapter.title,
        "claims": len(entries),
        "counts": dict(Counter(entry.status for entry in entries)),
        "run": {name: record.get(name) for name in kept} if record else None,
    }
