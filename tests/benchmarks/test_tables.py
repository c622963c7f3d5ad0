import math
from collections.abc import Mapping

import pytest

from benchmarks.building import Made
from benchmarks.case import Case
from benchmarks.growth import Growth
from benchmarks.sweeping import Sweeps
from benchmarks.tables import BEGIN, END, building, comparisons, growing, shown, sweeping
from benchmarks.timing import Cost


def row(ours: float, theirs: float, goal: float | None, mebibytes: float = 3.0) -> str:
    case = Case("title", {"a": dict, "b": dict}, dict, goal)
    costs = {"a": Cost((ours,) * 3, mebibytes), "b": Cost((theirs,) * 3, 0.2)}
    return comparisons([(case, costs)])[2]


def test_a_goal_is_met_or_missed() -> None:
    assert (
        row(1.0, 5.0, goal=5) == "| title | a: 1 s | b: 5 s | 5.00 (5.00–5.00) | 5: met | 3, < 1 |"
    )
    assert row(1.0, 4.96, goal=5) == (
        "| title | a: 1 s | b: 4.96 s | 4.96 (4.96–4.96) | 5: **missed** | 3, < 1 |"
    )
    assert row(1.0, 0.5, goal=None).endswith("| 0.50 (0.50–0.50) | – | 3, < 1 |")


def test_where_turns_differ_about_a_goal_nothing_is_decided() -> None:
    costs = {"a": Cost((1.0,) * 5, 1.0), "b": Cost((0.8, 0.9, 1.1, 1.2, 1.3), 1.0)}
    cases = [(Case("", dict.fromkeys(costs, dict), dict, goal), costs) for goal in (0.8, 1, 1.3)]
    verdicts = [line.split(" | ")[-2] for line in comparisons(cases)[2:5]]
    assert verdicts == ["0.8: met", "1: undecided", "1.3: **missed**"]


def test_memory_that_nobody_told_is_a_dash() -> None:
    assert row(1.0, 1.0, goal=1, mebibytes=math.nan).endswith("| –, < 1 |")


def test_footers_say_how_often_things_were_timed() -> None:
    cost = {"a": Cost((1.0,), 1.0), "b": Cost((1.0,), 1.0)}
    cases = [(Case("", {}, dict, None, repeats=repeats), cost) for repeats in (7, 5, 7)]
    assert "Medians of 5 or 7 repetitions in turns" in comparisons(cases)[-1]


def test_the_sweep_has_its_goal() -> None:
    good = Sweeps(Cost((4.0,) * 3, 300), Cost((2.1,) * 3, 900))
    assert "| 0.95 | 0.9: met | 300, 900 |" in sweeping(good)[2]
    bad = Sweeps(Cost((3.6,) * 3, 300), Cost((2.1,) * 3, 900))
    assert "| 0.86 | 0.9: **missed** |" in sweeping(bad)[2]


def made(cold: float, again: float, rerun: int = 0) -> Made:
    def costs(*seconds: float) -> Mapping[str, Cost]:
        kinds = zip(("cold", "again", "edit"), seconds, strict=True)
        return {kind: Cost((value,) * 2, 100) for kind, value in kinds}

    return Made(costs(cold, again, 20), costs(180, 9, 10), rerun)


def test_the_build_has_its_goals() -> None:
    _, _, cold, again, edit, anew, *_ = building(made(100, 4))
    assert (
        "| companion build: 100 s | jupyter-book build: 180 s | 1.80 (1.80–1.80) | 1.8: met |"
        in cold
    )
    assert "| 2.25 | below 5 s: met |" in again
    assert "jupyter-book build: 10 s, ran 0 chapters anew: **stale** | – | – |" in edit
    assert "jupyter-book build, cold: 180 s | 9.00 | – |" in anew
    _, _, cold, again, edit, *_ = building(made(101, 5, rerun=2))
    assert "1.8: **missed**" in cold
    assert "below 5 s: **missed**" in again
    assert "ran 2 chapters anew |" in edit


def test_growth_tells_the_fit_and_its_spread() -> None:
    (line,) = growing([(Growth("by n", id, (1, 2)), (1.234, 0.056, Cost((2.0,), 7.0)))])[2:3]
    assert line == "| by n | 1, 2 | 1.23 ± 0.06 | 2 s | 7 |"


@pytest.mark.parametrize("old", ["", "old | table\n"])
def test_tables_stand_between_the_marks_of_the_readme(old: str) -> None:
    readme = f"before\n{BEGIN}\n{old}{END}\nafter\n"
    new = shown(readme, "a \\1 table\n")
    assert new == f"before\n{BEGIN}\na \\1 table\n{END}\nafter\n"
    assert shown(new, "a \\1 table\n") == new


@pytest.mark.parametrize("readme", ["none", f"{BEGIN}{END}{BEGIN}{END}", f"{END}{BEGIN}"])
def test_a_readme_without_one_place_is_refused(readme: str) -> None:
    with pytest.raises(ValueError, match="needs one"):
        shown(readme, "table\n")
