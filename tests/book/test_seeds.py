"""Claims are judged at seeds that share nothing with the published one, and all of them count."""

import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from book import seeds, tasks
from book.chapters import read_chapters
from book.project import PROFILES, BookError, Project
from book.runs import Run, plan_runs
from book.tasks import Outcome, run_all

Call = Callable[..., Any]


@given(st.integers(0, 10**6), st.integers(1, 20))
def test_no_seed_reaches_into_the_range_of_another(published: int, count: int) -> None:
    chosen = [published, *seeds.other_seeds(published, count)]
    assert len(chosen) == count + 1
    # Networks are drawn at the next ten thousand seeds, and new inputs 2²⁰ above.
    ranges = [range(s + up, s + up + 10_000) for s in chosen for up in (0, 2**20)]
    for one, other in itertools.combinations(ranges, 2):
        assert max(one.start, other.start) >= min(one.stop, other.stop)


def test_every_chapter_of_the_book_stays_within_its_range(root: Path) -> None:
    book = Project(root)
    for profile in PROFILES:
        for run in plan_runs(book, list(read_chapters(book).values()), profile):
            count, networks = (run.parameters.get(k, 1) for k in ("n_seeds", "networks"))
            assert isinstance(count, int)
            assert count < 10_000
            assert not isinstance(networks, int) or networks <= 10_000


def test_the_runs_are_those_of_set_and_stay_apart(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    source.write_text(source.read_text().replace("seed: int = 0", "seed: int = 5"))
    runs = seeds.plan_seeds(tiny, list(read_chapters(tiny).values()), "quick", 2)
    assert [(run.chapter.name, dict(run.settings)) for run in runs] == [
        ("first", {"seed": 100_000}),
        ("first", {"seed": 200_000}),
        ("second", {"seed": 100_005}),
        ("second", {"seed": 200_005}),
    ]
    assert runs[0].folder == tiny.build / "runs" / "first-quick-seed-100000"
    assert runs[0].parameters["sizes"] == [3]


def test_a_chapter_without_a_seed_is_named(tiny: Project) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    source.write_text(source.read_text().replace("seed: int = 0", "speed: int = 0"))
    text = tiny.limits.read_text()
    tiny.limits.write_text(text.replace("second:\n  seed:", "second:\n  speed:"))
    with pytest.raises(BookError, match="second has no parameter 'seed'"):
        seeds.plan_seeds(tiny, [read_chapters(tiny)["second"]], "quick", 2)


def shown(tallies: list[seeds.Tally]) -> list[str]:
    stream = io.StringIO()
    seeds.show(Console(file=stream, width=160), tallies)
    return [" ".join(line.split()) for line in stream.getvalue().splitlines()]


def test_a_claim_that_fails_for_some_seed_is_told_with_the_seed_and_what_was_measured(
    tiny: Project,
) -> None:
    source = tiny.notebooks / "tiny" / "second.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("at_least=0", "at_most=150_000"), encoding="utf-8")
    runs = seeds.plan_seeds(tiny, [read_chapters(tiny)["second"]], "standard", 2)
    (one,) = seeds.tally(run_all(runs, 2))
    assert one.statuses == {100_000: "reproduced", 200_000: "failed"}
    assert one.failed == {200_000: "measured 200\u202f000, bound at most 150\u202f000"}
    assert (one.told, one.kind, one.lowest, one.highest) == ("1 of 2", "exact", 1e5, 2e5)


def result(**fields: Any) -> seeds.Tally:
    given: dict[str, Any] = {
        "id": "c/one",
        "chapter": "c",
        "kind": "scaled",
        "bound": "at most 4",
        "lowest": 1.0,
        "highest": 2.5,
        "statuses": {7: "reproduced", 8: "partial"},
        "failed": {},
    }
    return seeds.Tally(**(given | fields))


def test_the_table_tells_how_many_hold_and_why_the_others_do_not() -> None:
    rows = shown(
        [
            result(),
            result(id="c/two", statuses={7: "not judged", 8: "not judged"}, highest=1.0),
            result(
                id="c/three",
                statuses={7: "failed", 8: "reproduced"},
                failed={7: "measured [5]"},
                lowest=None,
                highest=None,
            ),
        ]
    )
    assert rows == [
        "claim kind holds measured bound",
        "c/one scaled 2 of 2 1 to 2.5 at most 4",
        "c/two scaled not judged 1 at most 4",
        "c/three scaled 1 of 2 nothing at most 4",
        "failed claim seed why",
        "c/three 7 measured [5]",
        "seeds: 7, 8",
        "claims: ✔ 1 hold for every seed, ✘ 1 failed for some seed, – 1 not judged",
    ]


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    rows = shown([result(id="[/red]", kind="[/b]", failed={7: "[/i]"})])
    assert rows[1].startswith("[/red] [/b] 1 of 2")
    assert rows[3] == "[/red] 7 [/i]"


def test_infinities_are_texts_in_json() -> None:
    (record,) = seeds.as_json([result(highest=float("inf"), lowest=None)])
    assert (record["lowest"], record["highest"]) == (None, "inf")
    json.dumps(record, allow_nan=False)


def test_all_claims_of_a_chapter_that_raised_have_failed_whatever_lay_there_before(
    copied: Project, pretended: list[str]
) -> None:
    (run, _) = seeds.plan_seeds(copied, [read_chapters(copied)["first"]], "standard", 2)
    assert run_all([run], 1)[0].state == "ran"
    found = seeds.tally([Outcome(run, "failed", error="cell 2: no")])
    assert [(one.id, one.failed) for one in found] == [
        ("first/triangle", {100_000: "cell 2: no"}),
        ("first/spread", {100_000: "cell 2: no"}),
    ]
    assert {one.told for one in found} == {"0 of 1"}


# --- the command ---


def test_seeds_run_once_and_the_book_stays_as_it_is(
    copied: Project, companion: Call, pretended: list[str]
) -> None:
    book = {p: p.read_bytes() for p in (copied.build / "standard").rglob("*") if p.is_file()}
    copied.claims.unlink()  # it is not needed
    ended = companion("verify", "--seeds", "2", "--jobs", "1")
    assert (ended.returncode, len(pretended)) == (0, 4)
    assert "seeds: 100000, 200000\n" in ended.stdout
    assert "claims: ✔ 3 hold for every seed\n" in ended.stdout
    assert "first, seed=100000: running 6 cells\n" in ended.stderr
    again = companion("verify", "--seeds", "3", "second", "--json")
    assert (again.returncode, again.stderr, len(pretended)) == (0, "", 5)
    (told,) = json.loads(again.stdout)
    assert told["statuses"] == {
        "100000": "reproduced",
        "200000": "reproduced",
        "300000": "reproduced",
    }
    assert not copied.claims.exists()
    assert {path: path.read_bytes() for path in book} == book


def test_a_claim_that_fails_for_one_seed_is_status_1(
    copied: Project, companion: Call, monkeypatch: pytest.MonkeyPatch, pretended: list[str]
) -> None:
    inner = tasks._execute

    def fail_once(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        return "cell 1: no" if run.parameters["seed"] == 200_000 else inner(run, inputs, progress)

    monkeypatch.setattr(tasks, "_execute", fail_once)
    ended = companion("verify", "second", "--seeds", "2")
    assert ended.returncode == 1
    assert "claims: ✔ 0 hold for every seed, ✘ 1 failed for some seed" in ended.stdout
    assert "second: cell 1: no" in ended.stderr
