"""A ledger made anew is held against the published one, claim by claim."""

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from book import tasks, verify
from book.chapters import Chapter, read_chapters
from book.project import BookError, Project
from book.runs import Run
from book.verify import Compared, compare, differences, fresh, notebooks, read_ledger

Ledger = dict[str, Any]
Call = Callable[..., Any]


@pytest.fixture
def ledger(built: Project) -> Ledger:
    """That of the small book: six; 1, 2 and 3 with a standard deviation of 1; nought."""
    read: Ledger = json.loads(built.claims.read_text(encoding="utf-8"))
    return read


def claim(ledger: Ledger, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in ledger["claims"] if c["id"] == name)
    return found


def changed(ledger: Ledger, name: str, **fields: Any) -> Ledger:
    """A copy with other fields of one claim."""
    other = copy.deepcopy(ledger)
    claim(other, name).update(fields)
    return other


def verdict(then: Ledger, now: Ledger, name: str) -> str:
    """The verdict on one claim; all others are equal."""
    found = {one.id: one.verdict for one in compare(then, now)}
    assert {found[other] for other in found if other != name} <= {"equal"}
    return found[name]


def test_a_ledger_is_equal_to_itself(ledger: Ledger) -> None:
    assert compare(ledger, ledger) == [
        Compared("first/triangle", "first", "equal"),
        Compared("first/spread", "first", "equal"),
        Compared("second/seed", "second", "equal"),
    ]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("first/triangle", [6.000001], "equal"),
        ("first/triangle", [6.00001], "drifted"),
        ("first/triangle", [6.001], "drifted"),
        ("first/triangle", [-6.0], "drifted"),
        ("first/triangle", ["inf"], "drifted"),
        ("first/spread", [1.0 + 1e-8, 2.0, 3.0], "equal"),
        ("first/spread", [1.1, 2.0, 3.0], "within spread"),
        # By chance another three seeds move the mean by up to 2.45 of their standard deviations.
        ("first/spread", [3.4, 4.4, 5.4], "within spread"),
        ("first/spread", [3.5, 4.5, 5.5], "drifted"),
        ("first/spread", [1.0, 2.0, "inf"], "drifted"),
        ("first/spread", [1.0, 2.0, 3.0, 2.0], "drifted"),
        ("first/spread", [3.0, 2.0, 1.0], "within spread"),
        ("second/seed", [1e-13], "equal"),
        ("second/seed", [1e-11], "drifted"),
    ],
)
def test_values_are_compared_with_rounding_and_spread(
    ledger: Ledger, name: str, values: list[Any], expected: str
) -> None:
    assert verdict(ledger, changed(ledger, name, values=values), name) == expected


def test_an_error_made_of_rounding_may_grow_to_a_tenth_of_its_bound(ledger: Ledger) -> None:
    then = changed(ledger, "first/spread", values=[1e-9, 2e-9, 3e-9])  # at most 4
    for value, expected in ((0.39, "within spread"), (0.41, "drifted")):
        now = changed(then, "first/spread", values=[value, value, value])
        assert verdict(then, now, "first/spread") == expected


def test_a_single_number_may_move_by_a_share_of_its_distance_to_the_bound(ledger: Ledger) -> None:
    then = changed(ledger, "second/seed", values=[100.0])  # at least 0
    for value, expected in ((109.9, "within spread"), (90.1, "within spread"), (89.9, "drifted")):
        now = changed(then, "second/seed", values=[value])
        assert verdict(then, now, "second/seed") == expected
    training = changed(then, "second/seed", kind="scaled")
    for value, expected in ((51.0, "within spread"), (49.0, "drifted")):
        now = changed(training, "second/seed", values=[value])
        assert verdict(training, now, "second/seed") == expected
    endless = changed(ledger, "second/seed", values=["inf"])
    assert verdict(endless, then, "second/seed") == "drifted"


def test_infinite_values_are_equal_to_themselves_alone(ledger: Ledger) -> None:
    then = changed(ledger, "first/spread", values=[1.0, 2.0, "inf"], spread="inf")
    assert verdict(then, then, "first/spread") == "equal"
    now = changed(then, "first/spread", values=[1.0, 2.0, "-inf"])
    assert verdict(then, now, "first/spread") == "drifted"


def test_another_bound_or_kind_is_drift_though_it_holds(ledger: Ledger) -> None:
    (_, was, _) = ledger["claims"]
    assert was["bound"] == {"at_most": 4}
    for then, now in (({"at_most": 4000}, was["bound"]), (was["bound"], {"at_most": 4.00001})):
        (_, one, _) = compare(
            changed(ledger, "first/spread", bound=then), changed(ledger, "first/spread", bound=now)
        )
        most = f"at_most={then['at_most']}, now at_most={now['at_most']}"
        assert (one.verdict, one.why) == ("drifted", f"bound changed: {most}")
    assert verdict(ledger, changed(ledger, "first/spread", kind="exact"), "first/spread") == (
        "drifted"
    )
    wider = changed(ledger, "first/spread", values=[30.0, 40.0, 50.0], bound={"at_most": 4000})
    assert verdict(wider, ledger, "first/spread") == "drifted"


def test_another_status_is_drift_whatever_the_values(ledger: Ledger) -> None:
    now = changed(ledger, "first/spread", status="failed", reason="measured 3, bound at most 2")
    (_, one, _) = compare(ledger, now)
    assert (one.verdict, one.is_bad) == ("drifted", True)
    assert one.why == "reproduced, now failed: measured 3, bound at most 2"


def test_a_claim_that_was_never_measured_has_drifted(ledger: Ledger) -> None:
    bare = {"id": "second/seed", "chapter": "second", "status": "failed", "reason": "never run"}
    now = copy.deepcopy(ledger)
    now["claims"][2] = bare
    assert verdict(ledger, now, "second/seed") == "drifted"
    assert verdict(now, now, "second/seed") == "equal"


def test_what_is_new_is_told_and_only_what_is_gone_is_bad(ledger: Ledger) -> None:
    less = copy.deepcopy(ledger)
    del less["claims"][1]
    (_, new, _) = compare(less, ledger)
    assert (new.id, new.verdict, new.is_bad) == ("first/spread", "new", False)
    (*_, gone) = compare(ledger, less)
    assert (gone.id, gone.verdict, gone.is_bad) == ("first/spread", "gone", True)


def test_claims_of_other_chapters_are_not_missed(ledger: Ledger) -> None:
    part = {**ledger, "claims": ledger["claims"][2:], "chapters": ledger["chapters"][1:]}
    assert [one.verdict for one in compare(ledger, part, ["second"])] == ["equal"]
    assert [one.verdict for one in compare(ledger, part)] == ["equal", "gone", "gone"]


def test_the_difference_of_versions_parameters_and_machines_is_named(ledger: Ledger) -> None:
    then = copy.deepcopy(ledger)
    run = then["chapters"][0]["run"]
    run["versions"]["numpy"] = "1.0"
    run["parameters"]["scale"] = 2.0
    now_runs = ledger["chapters"][0]["run"]
    del run["machine"]  # as in ledgers of old
    assert differences(ledger, ledger) == {}
    assert differences(then, ledger) == {
        "numpy": ("1.0", now_runs["versions"]["numpy"]),
        "first, scale": ("2.0", "1.0"),
        "machine": ("unknown", now_runs["machine"]),
    }
    then["chapters"][0]["run"] = None
    assert differences(then, ledger) == {}


HEAD = '{"format": 1, "profile": "standard", "claims": '


def test_the_same_inputs_versions_and_machine_make_the_same_bytes(ledger: Ledger) -> None:
    assert notebooks(ledger, ledger) == dict.fromkeys(["first", "second"], "the same bytes")
    for name, value, became in (
        ("notebook_sha256", "0" * 64, "other bytes"),
        ("inputs", "0" * 64, "not comparable"),
        ("versions", {}, "not comparable"),
        ("machine", "abacus", "not comparable"),
    ):
        then = copy.deepcopy(ledger)
        then["chapters"][0]["run"][name] = value
        assert notebooks(then, ledger) == {"first": became, "second": "the same bytes"}
    # What was edited while it ran is of no known inputs.
    unknown = copy.deepcopy(ledger)
    unknown["chapters"][0]["run"]["inputs"] = ""
    assert notebooks(unknown, unknown)["first"] == "not comparable"
    old = copy.deepcopy(ledger)
    del old["chapters"][0]["run"]["inputs"], old["chapters"][0]["run"]["notebook_sha256"]
    assert notebooks(old, ledger)["first"] == "not comparable"
    old["chapters"][0]["run"] = None
    assert list(notebooks(old, ledger)) == ["second"]


def test_names_from_a_ledger_are_shown_as_they_are(ledger: Ledger) -> None:
    odd = changed(ledger, "first/spread", id="[/red]")
    odd["chapters"][0]["name"] = "[/b]"
    stream = io.StringIO()
    verify.show(Console(file=stream, width=100), compare(odd, ledger), odd, odd)
    assert "[/red]  " in stream.getvalue()
    assert "notebooks, the same bytes: [/b], second" in stream.getvalue()


@pytest.fixture
def chapters(built: Project) -> list[Chapter]:
    return list(read_chapters(built).values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no ledger at .*; companion build makes one, and --against names another"),
        ("{", "cannot be read as a ledger"),
        ("[" * 100_000, "cannot be read as a ledger: maximum recursion depth"),
        ("[]", "is not a ledger"),
        ('{"claims": []}', "is not a ledger"),
        ('{"format": 9, "claims": []}', "a ledger of format 9; this version compares 1"),
        (HEAD + "[{}]}", "a broken ledger: KeyError"),
        (HEAD + "[]}", "broken ledger: .*chapters"),
        (HEAD + '[], "chapters": []}', "no claim of first, second: there is nothing to compare"),
        (
            '{"format": 1, "profile": "quick", "claims": []}',
            "of the profile quick, not standard; give --profile quick or another ledger",
        ),
    ],
)
def test_what_cannot_be_compared_with_is_refused(
    tmp_path: Path, chapters: list[Chapter], text: str | None, message: str
) -> None:
    path = tmp_path / "claims.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=message):
        read_ledger(path, "standard", chapters)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bound": None}, "first/spread needs values, a bound and one of"),
        ({"bound": {}}, "first/spread needs"),
        ({"bound": {"at_most": "four"}}, "not a number: 'four'"),
        ({"bound": {"at_most": None}}, "not a number: None"),
        ({"bound": {"at_most": 10**400}}, "OverflowError"),
        ({"bound": {"at_most": "nan"}}, "at_most= must be a number, not nan"),
        ({"bound": {"most": 4}}, "unexpected keyword"),
        ({"bound": [4]}, "no attribute 'items'"),
        ({"kind": None}, "first/spread needs"),
        ({"kind": "odd"}, "first/spread needs"),
        ({"kind": []}, "first/spread needs"),
        ({"values": []}, "first/spread needs"),
        ({"values": ["many"]}, "not a number: 'many'"),
        ({"values": [True]}, "not a number: True"),
        ({"id": 3}, "the id 3 is there 1 times"),
        ({"id": ["first/spread"]}, "unhashable"),
        ({"id": "first/triangle"}, "the id 'first/triangle' is there 2 times"),
        ({"chapter": "third"}, "'first' is to have 2 claims and has 1"),
    ],
)
def test_a_claim_that_would_stop_the_comparison_is_refused_before_anything_runs(
    tmp_path: Path,
    chapters: list[Chapter],
    ledger: Ledger,
    fields: dict[str, Any],
    message: str,
) -> None:
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(ledger), encoding="utf-8")
    assert read_ledger(path, "standard", chapters) == ledger
    path.write_text(json.dumps(changed(ledger, "first/spread", **fields)), encoding="utf-8")
    with pytest.raises(BookError, match=f"a broken ledger: .*{message}"):
        read_ledger(path, "standard", chapters)


def test_a_ledger_from_which_claims_were_taken_is_refused(
    tmp_path: Path, chapters: list[Chapter], ledger: Ledger
) -> None:
    path = tmp_path / "claims.json"
    for left, told in (([], 0), (ledger["claims"][:1], 1)):
        path.write_text(json.dumps({**ledger, "claims": left}), encoding="utf-8")
        with pytest.raises(BookError, match=f"'first' is to have 2 claims and has {told}"):
            read_ledger(path, "standard", chapters)
    part = {**ledger, "claims": ledger["claims"][2:], "chapters": ledger["chapters"][1:]}
    path.write_text(json.dumps(part), encoding="utf-8")
    with pytest.raises(BookError, match="no claim of first: there is nothing to compare with"):
        read_ledger(path, "standard", chapters[:1])
    assert read_ledger(path, "standard", chapters) == part


def test_a_ledger_with_infinities_and_claims_that_were_never_measured_is_read(
    tmp_path: Path, chapters: list[Chapter], ledger: Ledger
) -> None:
    path = tmp_path / "claims.json"
    for field in ("values", "bound", "kind"):
        del claim(ledger, "second/seed")[field]
    told = changed(ledger, "first/spread", values=[1.0, 2.0, "inf"], spread="inf")
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_ledger(path, "standard", chapters) == told


def test_a_fresh_folder_is_empty_each_time_and_within_build(tiny: Project) -> None:
    one = fresh(tiny)
    assert (one.root, one.build.parent) == (tiny.root, tiny.build / "verify")
    one.claims.touch()
    other = fresh(tiny)
    assert one == other
    assert list(other.build.iterdir()) == []


# --- the command ---


def test_verify_runs_everything_anew_and_leaves_the_book_alone(
    copied: Project, companion: Call, pretended: list[str]
) -> None:
    before = {path: path.read_bytes() for path in copied.build.rglob("*") if path.is_file()}
    ended = companion("verify", "--jobs", "1")
    assert (ended.returncode, sorted(pretended)) == (0, ["first", "second"])
    assert ended.stdout.splitlines()[-2:] == [
        "claims: 3 equal",
        "notebooks, the same bytes: first, second",
    ]
    assert ended.stderr == "first: running 6 cells\nsecond: running 3 cells\n"
    after = {path: path.read_bytes() for path in copied.build.rglob("*") if path.is_file()}
    assert after == before | {copied.build / "verify" / ".lock": b""}


def test_verify_against_a_ledger_that_says_otherwise_is_status_1_and_keeps_what_ran(
    copied: Project, companion: Call, pretended: list[str], ledger: Ledger, tmp_path: Path
) -> None:
    then = changed(ledger, "first/triangle", values=[7.0])
    then["chapters"][0]["run"]["versions"]["torch"] = "1.0"
    path = tmp_path / "published.json"
    path.write_text(json.dumps(then), encoding="utf-8")
    copied.claims.unlink()
    ended = companion("verify", "first", "--against", str(path))
    assert (ended.returncode, pretended) == (1, ["first"])
    rows = [line.split()[:2] for line in ended.stdout.splitlines()]
    assert ["first/triangle", "drifted"] in rows
    assert ["first/spread", "equal"] in rows
    assert "claims: 1 equal, 1 drifted" in ended.stdout
    assert "  torch: 1.0, now " in ended.stdout
    kept = copied.build / "verify" / "outputs"
    assert f"what came out stays in {kept} until the next call\n" in ended.stderr
    assert (kept / "standard" / "notebooks" / "tiny" / "first.ipynb").is_file()

    told = companion("verify", "first", "--against", str(path), "--json")
    assert told.returncode == 1
    answer = json.loads(told.stdout)
    assert answer["counts"] == {"drifted": 1, "equal": 1}
    assert answer["claims"][0]["then"] == [7.0]
    assert answer["claims"][0]["now"] == [6.0]
    assert answer["differences"]["torch"]["then"] == "1.0"


def test_a_chapter_that_raises_is_status_1_though_its_claims_be_new(
    copied: Project,
    companion: Call,
    monkeypatch: pytest.MonkeyPatch,
    pretended: list[str],
    ledger: Ledger,
) -> None:
    inner = tasks._execute

    def fail(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        run.log.parent.mkdir(parents=True, exist_ok=True)
        return "cell 1: no" if run.chapter.name == "second" else inner(run, inputs, progress)

    monkeypatch.setattr(tasks, "_execute", fail)
    part = {**ledger, "claims": ledger["claims"][:2], "chapters": ledger["chapters"][:1]}
    copied.claims.write_text(json.dumps(part), encoding="utf-8")
    ended = companion("verify", "--jobs", "1")
    assert ended.returncode == 1
    assert "claims: 2 equal, 1 new" in ended.stdout
    assert "second: cell 1: no" in ended.stderr


def test_a_ledger_that_holds_nothing_of_a_chapter_is_refused_before_it_runs(
    copied: Project, companion: Call, pretended: list[str], ledger: Ledger
) -> None:
    part = {**ledger, "claims": ledger["claims"][:2], "chapters": ledger["chapters"][:1]}
    copied.claims.write_text(json.dumps(part), encoding="utf-8")
    ended = companion("verify", "second")
    assert (ended.returncode, ended.stdout, pretended) == (2, "", [])
    assert ended.stderr.endswith("no claim of second: there is nothing to compare with\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["third"], "unknown chapter 'third'"),
        (["--profile", "fast"], "unknown profile 'fast'"),
        (["--profile", "quick"], "a ledger of the profile standard, not quick"),
        (["--against", "nowhere.json"], "no ledger at nowhere.json"),
        (["--against", "build/claims.json", "--seeds", "1"], "--seeds compares with none"),
        (["--seeds", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_call_is_one_line_and_runs_nothing(
    copied: Project, companion: Call, pretended: list[str], arguments: list[str], message: str
) -> None:
    ended = companion("verify", *arguments)
    assert (ended.returncode, ended.stdout, pretended) == (2, "", [])
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (copied.build / "verify").exists()
