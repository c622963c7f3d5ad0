"""A claim counts as held only if source, run and bound agree; whatever is missing has failed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from book.chapters import read_chapters
from book.ledger import collect, failures, tally, write_ledger
from book.project import BookError, Project
from book.runs import Run, digest, plan_runs, seal
from lib.claims import CLAIM_MIME


def runs_of(project: Project, profile: str = "standard") -> list[Run]:
    return plan_runs(project, list(read_chapters(project).values()), profile)


def forge(run: Run, change: Callable[[dict[str, Any]], None], *, sign: bool = True) -> None:
    """Change an executed notebook behind the builder's back; signed, its record fits again."""
    notebook = json.loads(run.notebook.read_text(encoding="utf-8"))
    change(notebook)
    run.notebook.write_text(json.dumps(notebook), encoding="utf-8")
    if sign:
        record = json.loads(run.record_file.read_text(encoding="utf-8"))
        record["notebook_sha256"] = digest(run.notebook.read_bytes())
        record["seal"] = seal(record)
        run.record_file.write_text(json.dumps(record), encoding="utf-8")


def claims_in(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return [o["data"][CLAIM_MIME] for o in outputs if CLAIM_MIME in o.get("data", {})]


def statuses(project: Project) -> dict[str, str]:
    return {claim["id"]: claim["status"] for claim in collect(runs_of(project))["claims"]}


def test_the_ledger_of_the_built_book_tells_everything(built: Project) -> None:
    ledger = collect(runs_of(built))
    assert json.loads(built.claims.read_text(encoding="utf-8")) == ledger
    assert ledger["profile"] == "standard"
    assert ledger["counts"] == {"reproduced": 3}
    assert failures(ledger) == []
    triangle, spread, seed = ledger["claims"]
    assert triangle["id"] == "first/triangle"
    assert triangle["chapter"] == "first"
    assert triangle["says"] == "The sum of the first three numbers is six."
    assert (triangle["measured"], triangle["seeds"], triangle["spread"]) == (6.0, 1, None)
    assert triangle["bound"] == {"expected": 6, "within": 1e-12}
    assert (triangle["kind"], triangle["source"]) == ("exact", "numdl, somewhere")
    assert (spread["measured"], spread["seeds"], spread["spread"]) == (2.0, 3, 1.0)
    assert spread["seconds"] > 0
    assert seed["chapter"] == "second"
    (erratum,) = ledger["errata"]
    assert (erratum["id"], erratum["chapter"]) == ("first/seven", "first")
    assert erratum["shown_by"] == ["first/triangle"]
    first, second = ledger["chapters"]
    assert (first["claims"], first["counts"]) == (2, {"reproduced": 2})
    assert (second["claims"], second["counts"]) == (1, {"reproduced": 1})
    assert first["run"]["parameters"]["seed"] == 0
    assert {"started", "seconds", "python", "versions"} <= set(first["run"])
    notebook = runs_of(built)[0].notebook.read_bytes()
    assert first["run"]["notebook_sha256"] == digest(notebook)
    assert len(first["run"]["inputs"]) == 64


def test_a_chapter_that_never_ran_has_failed_every_claim(tiny: Project) -> None:
    ledger = collect(runs_of(tiny))
    assert [claim["reason"] for claim in failures(ledger)] == ["never run"] * 3
    assert failures(ledger)[0]["says"] == "The sum of the first three numbers is six."
    assert [chapter["run"] for chapter in ledger["chapters"]] == [None, None]
    assert collect([])["claims"] == []


def test_a_bound_edited_in_the_executed_notebook_fails_even_if_signed(copied: Project) -> None:
    def widen(notebook: dict[str, Any]) -> None:
        claims_in(notebook)[0]["bound"]["within"] = 100.0

    forge(runs_of(copied)[0], widen)
    ledger = collect(runs_of(copied))
    (failed,) = failures(ledger)
    assert failed["id"] == "first/triangle"
    assert "bound is not the one in the source" in failed["reason"]
    assert ledger["chapters"][0]["counts"] == {"failed": 1, "reproduced": 1}


def test_a_bound_edited_in_the_source_fails_until_the_chapter_runs_again(copied: Project) -> None:
    source = copied.notebooks / "tiny" / "first.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("within=1e-12", "within=1e-6"), encoding="utf-8")
    assert statuses(copied)["first/triangle"] == "failed"


def test_a_bound_by_a_parameter_is_that_of_the_run(copied: Project) -> None:
    source = copied.notebooks / "tiny" / "second.md"
    text = source.read_text(encoding="utf-8").replace("at_least=0", "at_least=seed")
    source.write_text(text, encoding="utf-8")
    assert statuses(copied)["second/seed"] == "reproduced"
    source.write_text(text.replace("seed: int = 0", "seed: int = 1"), encoding="utf-8")
    assert statuses(copied)["second/seed"] == "failed"


def test_a_measurement_edited_in_the_executed_notebook_without_its_record_is_no_run(
    copied: Project,
) -> None:
    def better(notebook: dict[str, Any]) -> None:
        claims_in(notebook)[1]["values"] = [1.0, 1.0, 1.0]

    forge(runs_of(copied)[0], better, sign=False)
    assert {c["reason"] for c in failures(collect(runs_of(copied)))} == {"never run"}


def test_a_claim_that_the_run_did_not_bring_out_has_failed(copied: Project) -> None:
    def silence(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            cell["outputs"] = [o for o in cell.get("outputs", ()) if "data" not in o]

    forge(runs_of(copied)[1], silence)
    (failed,) = failures(collect(runs_of(copied)))
    assert failed["id"] == "second/seed"
    assert failed["reason"] == "declared, but the run did not bring it out"
    assert failed["says"] == "Any seed will do."


def test_a_claim_that_no_source_declares_has_failed(copied: Project) -> None:
    def rename(notebook: dict[str, Any]) -> None:
        claims_in(notebook)[0]["id"] = "second/other"

    forge(runs_of(copied)[1], rename)
    reasons = {claim["id"]: claim["reason"] for claim in failures(collect(runs_of(copied)))}
    assert "did not bring it out" in reasons["second/seed"]
    assert "not declared in the source" in reasons["second/other"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"judged": False}, "whether it was judged does not fit its kind and profile"),
        ({"kind": "scaled"}, "its kind is not the one in the source"),
        ({"kind": "scaled", "judged": False}, "its kind is not the one in the source"),
        ({"deviation": "nearly"}, "its deviation is not the one in the source"),
    ],
)
def test_what_else_decides_on_the_verdict_is_not_believed_either(
    copied: Project, change: dict[str, Any], reason: str
) -> None:
    forge(runs_of(copied)[0], lambda notebook: claims_in(notebook)[0].update(change))
    (failed,) = failures(collect(runs_of(copied)))
    assert failed["id"] == "first/triangle"
    assert reason in failed["reason"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 10**5, '{"cells": [1]}', '{"cells": [{"outputs": 1}]}']
)
def test_a_forged_notebook_that_is_none_is_one_line(copied: Project, text: str) -> None:
    run = runs_of(copied)[0]
    run.notebook.write_text(text, encoding="utf-8")
    record = json.loads(run.record_file.read_text(encoding="utf-8"))
    record["notebook_sha256"] = digest(text.encode())
    record["seal"] = seal(record)
    run.record_file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(BookError, match=r"first\.ipynb is no executed notebook any more; delete"):
        collect(runs_of(copied))


def test_an_id_belongs_to_one_chapter(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("second/seed", "first/seven"), encoding="utf-8")
    with pytest.raises(BookError, match="first and second both use the id 'first/seven'"):
        collect(runs_of(tiny))


def test_a_partial_claim_is_not_told_as_reproduced(copied: Project) -> None:
    def nearly(notebook: dict[str, Any]) -> None:
        claims_in(notebook)[0]["deviation"] = "nearly"

    source = copied.notebooks / "tiny" / "first.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('because="Gauss"', 'because="Gauss", deviation="nearly"'))
    forge(runs_of(copied)[0], nearly)
    ledger = collect(runs_of(copied))
    assert tally(ledger["chapters"][0]["counts"]) == "2 claims: 1 reproduced, 1 partial"
    assert tally(ledger["counts"]) == "3 claims: 2 reproduced, 1 partial"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, "0 claims: none"),
        ({"partial": 1}, "1 claim: 1 partial"),
        (
            {"not judged": 4, "failed": 3, "partial": 2, "reproduced": 1},
            "10 claims: 1 reproduced, 2 partial, 3 failed, 4 not judged",
        ),
    ],
)
def test_a_tally_names_every_status(counts: dict[str, int], told: str) -> None:
    assert tally(counts) == told


def test_the_ledger_is_written_only_when_it_says_something_new(tiny: Project) -> None:
    ledger = collect(runs_of(tiny))
    write_ledger(tiny, ledger)
    before = tiny.claims.stat()
    write_ledger(tiny, ledger)
    assert tiny.claims.stat().st_ino == before.st_ino
    tiny.claims.write_bytes(b"\xff")
    write_ledger(tiny, ledger)
    assert json.loads(tiny.claims.read_text(encoding="utf-8")) == ledger
