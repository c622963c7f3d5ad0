"""Goals fit the chapters: each exercise tests one, and what comes first is before."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat import v4

from book.course.goals import goal_complaints, read_goals, syllabus
from book.project import BookError, Project

ENTRY: dict[str, Any] = {
    "minutes": 20,
    "after": [],
    "needs": ["numbers"],
    "goals": [{"goal": "add", "exercises": ["ex-a", "ex-b"]}],
}


def chapter(name: str, *labels: str) -> Any:
    exercises = "\n\n".join(
        f"````{{exercise}} Title of {label}\n:label: {label}\n:class: easy points-2\nDo.\n````\n\n"
        f"````{{solution}} {label}\nDone.\n````"
        for label in labels
    )
    cells = [v4.new_markdown_cell(f"# T\n\n## Exercises\n\n{exercises}\n\n## References")]
    notebook = SimpleNamespace(cells=cells)
    return SimpleNamespace(name=name, part="tiny", title=f"The {name}", notebook=notebook)


FIRST, SECOND = chapter("first", "ex-a", "ex-b"), chapter("second", "ex-c")
CHAPTERS: Any = {"first": FIRST, "second": SECOND}
GOALS = {
    "first": ENTRY,
    "second": {**ENTRY, "after": ["first"], "goals": [{"goal": "see", "exercises": ["ex-c"]}]},
}


def test_what_fits_has_no_complaint() -> None:
    assert goal_complaints(GOALS, CHAPTERS) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"second": None}, "second: has no entry in goals.yml"),
        ({"third": ENTRY}, "goals.yml: 'third' is no chapter"),
        (
            {"first": {**ENTRY, "goals": [{"goal": "add", "exercises": ["ex-a"]}]}},
            "goals.yml: first: 'ex-b' tests no goal",
        ),
        (
            {"second": {**GOALS["second"], "goals": [{"goal": "", "exercises": ["ex-c", "ex-a"]}]}},
            "goals.yml: second: no exercise 'ex-a'",
        ),
        (
            {"first": {**ENTRY, "after": ["second"]}},
            "goals.yml: first: 'second' is no chapter before it",
        ),
        (
            {"first": {**ENTRY, "after": ["first"]}},
            "goals.yml: first: 'first' is no chapter before it",
        ),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, Any], complaint: str) -> None:
    goals = {name: entry for name, entry in {**GOALS, **change}.items() if entry is not None}
    assert goal_complaints(goals, CHAPTERS) == [complaint]


def test_the_syllabus_tells_of_each_exercise_what_it_is_worth() -> None:
    told = syllabus(GOALS, [FIRST, chapter("other", "ex-x"), SECOND])
    assert [entry["name"] for entry in told] == ["first", "second"]
    assert told[0]["points"] == 4
    assert told[0]["goals"] == [
        {
            "goal": "add",
            "exercises": [
                {
                    "label": label,
                    "title": f"Title of {label}",
                    "caption": "Easy, 2 points, marked by hand.",
                }
                for label in ("ex-a", "ex-b")
            ],
        }
    ]
    assert GOALS["first"] == ENTRY, "the goals themselves were changed"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("first: [", "is not YAML"),
        ("first: {minutes: 5}", "first must have after, goals, minutes, needs"),
        ("first: 7", "first must have"),
        ("first: {minutes: 0, after: [], needs: [], goals: []}", "from 1 to 60"),
        ("first: {minutes: long, after: [], needs: [], goals: []}", "from 1 to 60"),
        ("first: {minutes: 5, after: [], needs: [], goals: [{goal: x}]}", "each goal must have"),
        ("- first", "must name chapters"),
    ],
)
def test_a_file_of_another_form_is_one_clear_error(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "goals.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=told):
        read_goals(Project(tmp_path))


def test_a_book_may_have_no_goals(tmp_path: Path) -> None:
    assert read_goals(Project(tmp_path)) == {}
