"""What is wrong with a claim is an error where it is made, and then nothing is shown."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lib.claims import Bound, Claim, Erratum, claim, declare, erratum

GOOD: dict[str, Any] = {
    "says": "The sum is six.",
    "source": "numdl, somewhere",
    "measured": 6.0,
    "at_most": 6.5,
    "because": "Gauss",
    "kind": "exact",
}
MISTAKE: dict[str, Any] = {
    "document": "numdl",
    "says": "It is seven.",
    "right": "It is six.",
    "shown_by": "first/six",
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has been displayed, in a session of its own."""
    found: list[Any] = []
    monkeypatch.setattr(declare, "_declared", {})
    monkeypatch.setattr(declare, "display", found.append)
    return found


def test_a_claim_is_shown_with_all_that_was_said(shown: list[Any]) -> None:
    claim("first/six", **GOOD | {"says": "The sum\n   is six.", "deviation": "nearly"})
    assert shown == [
        Claim(
            id="first/six",
            says="The sum is six.",
            source="numdl, somewhere",
            kind="exact",
            because="Gauss",
            bound=Bound(at_most=6.5),
            values=(6.0,),
            deviation="nearly",
        )
    ]


def test_each_part_of_the_bound_reaches_the_record_under_its_own_name(shown: list[Any]) -> None:
    claim("a/b", **GOOD | {"at_most": 9, "at_least": 1, "expected": 6, "within": 0.5})
    claim("a/c", **GOOD | {"at_most": None, "expected": 6, "rel": 0.25})
    assert shown[0].bound == Bound(at_most=9, at_least=1, expected=6, within=0.5)
    assert shown[1].bound == Bound(expected=6, rel=0.25)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"at_most": None}, "claim 'first/six': .*needs a bound"),
        ({"at_most": None, "expected": 6.0}, "claim 'first/six': .*exactly one"),
        ({"at_most": math.nan}, "claim 'first/six': at_most="),
        ({"because": ""}, "because="),
        ({"because": " \n"}, "because="),
        ({"because": None}, "because="),
        ({"says": ""}, "says="),
        ({"source": " "}, "source="),
        ({"kind": "approximate"}, "kind= must be one of exact, scaled, recorded"),
        ({"deviation": ""}, "deviation="),
        ({"measured": math.nan}, "is NaN"),
        ({"measured": None}, "is NaN|must be a number"),
        ({"measured": [1.0, math.nan, 2.0]}, "is NaN"),
        ({"measured": "many"}, "must be a number"),
        ({"measured": object()}, "must be a number"),
        ({"measured": [1.0, 2.0]}, "at least 3 seeds"),
        ({"measured": []}, "at least 3 seeds"),
        ({"measured": np.ones((3, 3))}, "at least 3 seeds"),
    ],
)
def test_a_claim_that_says_or_bounds_nothing_is_refused_and_not_shown(
    shown: list[Any], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        claim("first/six", **GOOD | changes)
    assert shown == []
    claim("first/six", **GOOD)  # the refused one has not taken the id
    assert len(shown) == 1


@pytest.mark.parametrize("missing", ["says", "source", "measured", "because", "kind"])
def test_what_every_claim_needs_cannot_be_left_out(shown: list[Any], missing: str) -> None:
    with pytest.raises(TypeError, match=missing):
        claim("first/six", **{name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize("id", ["six", "a/b/c", "a/", "/b", "a b/c", "a/b!", "", None, 3])
def test_an_id_is_a_chapter_and_a_name(shown: list[Any], id: Any) -> None:
    with pytest.raises(ValueError, match="chapter/name"):
        claim(id, **GOOD)
    with pytest.raises(ValueError, match="chapter/name"):
        erratum(id, **MISTAKE)
    assert shown == []


def test_an_id_is_used_once_among_claims_and_errata(shown: list[Any]) -> None:
    claim("first/six", **GOOD)
    with pytest.raises(ValueError, match="'first/six' is used twice"):
        claim("first/six", **GOOD)
    with pytest.raises(ValueError, match="'first/six' is used twice"):
        erratum("first/six", **MISTAKE)
    assert len(shown) == 1


def test_a_reader_may_run_a_cell_again_and_the_builder_may_not(
    shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(execution_count=1)
    monkeypatch.setattr(declare, "get_ipython", lambda: shell)
    claim("first/six", **GOOD)
    with pytest.raises(ValueError, match="used twice"):
        claim("first/six", **GOOD)  # twice in one cell is a mistake for a reader too
    shell.execution_count = 2
    claim("first/six", **GOOD)
    monkeypatch.setenv("COMPANION_PROFILE", "standard")
    shell.execution_count = 3
    with pytest.raises(ValueError, match="used twice"):
        claim("first/six", **GOOD)
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("profile", "kind", "judged"),
    [
        ("quick", "scaled", False),
        ("quick", "exact", True),
        ("quick", "recorded", True),
        ("standard", "scaled", True),
        ("full", "scaled", True),
        (None, "scaled", True),
    ],
)
def test_only_scaled_claims_of_the_quick_profile_are_not_judged(
    shown: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    profile: str | None,
    kind: str,
    *,
    judged: bool,
) -> None:
    if profile:
        monkeypatch.setenv("COMPANION_PROFILE", profile)
    claim("first/six", **GOOD | {"kind": kind, "at_most": 1.0})
    assert shown[0].status == ("failed" if judged else "not judged")


def test_measurements_over_seeds_are_kept_each(shown: list[Any]) -> None:
    claim("first/six", **GOOD | {"measured": np.array([1, 2, 9], dtype=np.float32)})
    assert shown[0].values == (1.0, 2.0, 9.0)
    assert shown[0].status == "failed"


@pytest.mark.parametrize("shown_by", ["first/six", ["first/six"], ("first/six",)])
def test_an_erratum_is_shown_with_its_claims(shown: list[Any], shown_by: Any) -> None:
    erratum("first/seven", **MISTAKE | {"shown_by": shown_by})
    assert shown == [
        Erratum("first/seven", "numdl", "It is seven.", "It is six.", shown_by=("first/six",))
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shown_by": []}, "at least one claim"),
        ({"shown_by": ["six"]}, "chapter/name"),
        ({"document": ""}, "document="),
        ({"says": " "}, "says="),
        ({"right": ""}, "right="),
    ],
)
def test_an_erratum_that_nothing_shows_is_refused(
    shown: list[Any], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        erratum("first/seven", **MISTAKE | changes)
    assert shown == []
