"""Records survive JSON, and a verdict follows from the values and the bound alone."""

import json
import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.claims import CLAIM_MIME, ERRATUM_MIME, KINDS, Bound, Claim, Erratum, anchor

reals = st.floats(allow_nan=False)
accuracies = st.floats(min_value=0, allow_nan=False)
bounds = st.one_of(
    st.builds(Bound, at_most=reals, at_least=st.none() | reals),
    st.builds(Bound, at_least=reals),
    st.builds(Bound, expected=reals, within=accuracies),
    st.builds(Bound, expected=reals, rel=accuracies, at_most=st.none() | reals),
)
texts = st.text(min_size=1)
claims = st.builds(
    Claim,
    id=texts,
    says=texts,
    source=texts,
    kind=st.sampled_from(KINDS),
    because=texts,
    bound=bounds,
    values=st.lists(reals, min_size=1).map(tuple),
    deviation=st.none() | texts,
    judged=st.booleans(),
)
errata = st.builds(
    Erratum,
    id=texts,
    document=texts,
    says=texts,
    right=texts,
    shown_by=st.lists(texts, min_size=1).map(tuple),
)

HELD = Claim(
    id="first/six",
    says="It is <six> & no more.",
    source="numdl, somewhere",
    kind="exact",
    because="Gauss",
    bound=Bound(expected=6, within=0.5),
    values=(6.0,),
)
ERRATUM = Erratum("first/seven", "numdl", "It is <seven>.", "It is six.", ("first/six", "a/b"))


@given(claims)
def test_every_claim_survives_json(claim: Claim) -> None:
    text = json.dumps(claim.as_json(), allow_nan=False)
    assert Claim.from_json(json.loads(text)) == claim


@given(errata)
def test_every_erratum_survives_json(erratum: Erratum) -> None:
    assert Erratum.from_json(json.loads(json.dumps(erratum.as_json()))) == erratum


@given(claims)
def test_a_judged_claim_fails_exactly_if_a_value_breaks_the_bound(claim: Claim) -> None:
    held = all(claim.bound.holds(value) for value in claim.values)
    status = replace(claim, judged=True).status
    assert (status == "failed") == (not held)
    assert (status == "partial") == (held and claim.deviation is not None)
    assert replace(claim, judged=False).status == "not judged"


def test_one_seed_that_fails_fails_the_claim_whatever_the_mean() -> None:
    claim = replace(HELD, values=(5.0, 6.0, 7.0))
    assert claim.mean == 6.0
    assert claim.status == "failed"


@pytest.mark.parametrize("name", [f.name for f in fields(Claim)])
def test_a_claim_without_one_of_its_fields_is_refused(name: str) -> None:
    record = HELD.as_json()
    del record[name]
    with pytest.raises(ValueError, match="not a claim"):
        Claim.from_json(record)


@pytest.mark.parametrize("name", [f.name for f in fields(Erratum)])
def test_an_erratum_without_one_of_its_fields_is_refused(name: str) -> None:
    record = ERRATUM.as_json()
    del record[name]
    with pytest.raises(ValueError, match="not an erratum"):
        Erratum.from_json(record)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bound", None),
        ("bound", {}),
        ("bound", {"at_moist": 1.0}),
        ("bound", {"at_most": "nan"}),
        ("values", None),
        ("values", 6.0),
        ("values", [None]),
        ("values", ["six"]),
    ],
)
def test_a_claim_with_a_broken_field_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Claim.from_json(HELD.as_json() | {name: value})


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=9))
def test_spread_is_the_standard_deviation_of_a_sample(values: list[float]) -> None:
    claim = replace(HELD, values=tuple(values))
    mean = math.fsum(values) / len(values)
    variance = math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
    assert claim.mean == pytest.approx(mean, abs=1e-6)
    assert claim.spread == pytest.approx(math.sqrt(variance), abs=1e-6)
    assert f" {len(values)} seeds" in claim.measurement


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.0, 0.0, 0.0), "0 for each of 3 seeds"),
        ((1.50201e-11, 1.50202e-11, 1.50203e-11), "1.502·10⁻¹¹ for each of 3 seeds"),
        ((1.0, 2.0, 6.0), "3 on average, 1 to 6 over 3 seeds"),
        ((-2.0, 1.0, 1.0), "0 on average, −2 to 1 over 3 seeds"),
    ],
)
def test_seeds_that_are_told_alike_are_told_once(values: tuple[float, ...], words: str) -> None:
    assert replace(HELD, values=values).measurement == words


def test_a_single_number_has_no_spread_and_an_infinite_one_no_finite_spread() -> None:
    assert HELD.spread is None
    assert HELD.measurement == "6"
    assert replace(HELD, values=(1.0, 2.0, math.inf)).spread == math.inf


def test_measured_values_are_plain_numbers_in_json() -> None:
    claim = replace(HELD, values=tuple(float(v) for v in np.arange(3.0)))
    assert json.loads(json.dumps(claim.as_json()))["values"] == [0.0, 1.0, 2.0]


def test_a_claim_shows_as_data_as_a_card_and_as_text() -> None:
    bundle = replace(HELD, deviation="only nearly")._repr_mimebundle_()
    assert set(bundle) == {CLAIM_MIME, "text/html", "text/plain"}
    assert Claim.from_json(bundle[CLAIM_MIME]).deviation == "only nearly"
    assert f'id="{anchor(HELD.id)}"' in bundle["text/html"]
    assert "It is &lt;six&gt; &amp; no more." in bundle["text/html"]
    for part in ("partial", "6 ±\N{NO-BREAK SPACE}0.5", "only nearly", "numdl, somewhere", "Gauss"):
        assert part in bundle["text/html"]
        assert part in bundle["text/plain"]


def test_formulas_are_kept_in_the_data_and_set_in_cards() -> None:
    texts = {"says": "Is $x^2$ & <b>?", "because": "$y_1$", "deviation": r"$\alpha$"}
    bundle = replace(HELD, **texts)._repr_mimebundle_()
    assert {name: bundle[CLAIM_MIME][name] for name in texts} == texts
    for tex in ("x^2", "y_1", r"\alpha"):
        assert rf"\({tex}\)</span>" in bundle["text/html"]
    for plain in ("Is x² & <b>?", "y₁", "α"):
        assert plain in bundle["text/plain"]
    erratum = replace(ERRATUM, right="$m_\\beta$")._repr_mimebundle_()
    assert r"\(m_\beta\)" in erratum["text/html"]
    assert "mᵦ" in erratum["text/plain"]


def test_an_erratum_shows_as_data_as_a_card_and_as_text() -> None:
    bundle = ERRATUM._repr_mimebundle_()
    assert set(bundle) == {ERRATUM_MIME, "text/html", "text/plain"}
    assert Erratum.from_json(bundle[ERRATUM_MIME]) == ERRATUM
    assert f'id="{anchor(ERRATUM.id)}"' in bundle["text/html"]
    assert "It is &lt;seven&gt;." in bundle["text/html"]
    for part in ("erratum", "numdl", "It is six.", "first/six, a/b"):
        assert part in bundle["text/html"]
        assert part in bundle["text/plain"]
