"""A claim counts as held only if source and run agree in all that decides on it."""

import json
from dataclasses import replace

import pytest

from book.chapters import read_chapters
from book.declared import Declared
from book.judge import judge
from book.project import Project
from book.runs import Run, plan_runs
from lib.claims import Bound, Claim, Kind

SIX = Claim(
    id="first/six",
    says="It is six.",
    source="numdl",
    kind="exact",
    because="Gauss",
    bound=Bound(at_most=6.5),
    values=(6.0,),
)
DECLARED = Declared(
    "first/six", "claim", 1, {"at_most": 6.5}, {"says": "It is six.", "kind": "exact"}
)
SCALED = replace(DECLARED, texts={"kind": "scaled"})
NEARLY = replace(DECLARED, texts={"kind": "exact", "deviation": "nearly\n  so"})


def runs_of(project: Project, profile: str = "standard") -> list[Run]:
    return plan_runs(project, list(read_chapters(project).values()), profile)


@pytest.mark.parametrize(
    ("made", "declared", "status", "reason"),
    [
        (SIX, DECLARED, "reproduced", ""),
        (replace(SIX, deviation="nearly so"), NEARLY, "partial", ""),
        (replace(SIX, deviation="nearly"), NEARLY, "failed", "deviation is not the one in the"),
        (replace(SIX, deviation="nearly"), DECLARED, "failed", "deviation is not the one in the"),
        (SIX, NEARLY, "failed", "deviation is not the one in the source"),
        (replace(SIX, judged=False), DECLARED, "failed", "does not fit its kind and profile"),
        (replace(SIX, kind="scaled"), SCALED, "reproduced", ""),
        (replace(SIX, kind="scaled", judged=False), SCALED, "failed", "does not fit its kind"),
        (replace(SIX, kind="scaled"), DECLARED, "failed", "kind is not the one in the source"),
        (SIX, SCALED, "failed", "kind is not the one in the source"),
        (SIX, replace(DECLARED, texts={}), "failed", "kind is not the one in the source"),
        (replace(SIX, values=(7.0,)), DECLARED, "failed", "measured 7, bound at most 6.5"),
        (SIX, replace(DECLARED, bound={"at_most": 6.0}), "failed", "not the one in the source"),
        (SIX, replace(DECLARED, bound={"at_least": 6.5}), "failed", "not the one in the source"),
        (
            replace(SIX, judged=False),
            replace(DECLARED, bound={"at_most": 9}),
            "failed",
            "not the one",
        ),
    ],
)
def test_a_verdict_needs_bound_kind_and_deviation_of_the_source(
    tiny: Project, made: Claim, declared: Declared, status: str, reason: str
) -> None:
    run = runs_of(tiny)[0]
    (entry,) = judge(run, [declared], [made], was_run=True)
    assert (entry.status, entry.claim) == (status, made)
    assert reason in entry.reason
    assert bool(entry.reason) == (status == "failed")


@pytest.mark.parametrize(
    ("kind", "judged", "status"),
    [
        ("exact", True, "reproduced"),
        ("exact", False, "failed"),
        ("scaled", True, "failed"),
        ("scaled", False, "not judged"),
        ("recorded", True, "reproduced"),
        ("recorded", False, "failed"),
    ],
)
def test_only_scaled_claims_of_the_profile_quick_go_unjudged(
    tiny: Project, kind: Kind, judged: bool, status: str
) -> None:
    made = replace(SIX, kind=kind, judged=judged)
    declared = replace(DECLARED, texts={"kind": kind})
    (entry,) = judge(runs_of(tiny, "quick")[0], [declared], [made], was_run=True)
    assert entry.status == status


def test_errata_are_not_judged(tiny: Project) -> None:
    assert judge(runs_of(tiny)[0], [Declared("a/e", "erratum", 1)], [], was_run=True) == []


def test_infinite_measurements_are_still_json(tiny: Project) -> None:
    (entry,) = judge(
        runs_of(tiny)[0], [DECLARED], [replace(SIX, values=(1.0, 2.0, float("inf")))], was_run=True
    )
    record = json.loads(json.dumps(entry.as_json(1.0), allow_nan=False))
    assert (record["measured"], record["spread"], record["status"]) == ("inf", "inf", "failed")
