"""A reference solution that fails is found, and a stub that passes."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="assignments are checked by nbgrader")

from book.chapters import Chapter
from book.course import check
from book.course.check import check_course, complaints


def rows(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    good = {"note": "", "score": 8.0, "by_machine": 8.0, "max_by_machine": 8.0}
    return [
        {**good, "student": "reference", **changes.get("reference", {})},
        {**good, "student": "untouched", "score": 0.0, **changes.get("untouched", {})},
    ]


def test_all_well_is_no_complaint() -> None:
    assert complaints(rows(), "small") == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"reference": {"by_machine": 4.5}},
            "small: the reference solutions get 4.5 of 8 points by machine",
        ),
        ({"untouched": {"score": 3.0}}, "small: untouched stubs get 3 points"),
        ({"reference": {"note": "no notebook"}}, "small: reference: no notebook"),
        ({"untouched": {"note": "no notebook"}}, "small: untouched: no notebook"),
    ],
)
def test_each_fault_is_a_line(changes: dict[str, dict[str, Any]], told: str) -> None:
    assert complaints(rows(**changes), "small") == [told]


@pytest.mark.slow
def test_faults_of_chapters_are_found(write: Callable[..., Any], text: str) -> None:
    # The last one is solved wrongly, the first passes without an answer.
    wrong = text.replace("return items[-1]", "return items[1]")
    wrong = wrong.replace('"""Sum of two numbers."""', "return a + b")
    project, good = write()
    bad = good.source.with_name("bad.md")
    bad.write_text(wrong, encoding="utf-8")
    chapters = [Chapter("bad", "tiny", bad), good]
    assert check_course(project, chapters, 2) == [
        "bad: the reference solutions get 4 of 8 points by machine",
        "bad: untouched stubs get 1 points",
    ]


def test_nothing_is_left_behind(
    small: Chapter, write: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []

    def pretended(project: Any, chapters: Any, folder: Any) -> None:
        for kind in ("source", "release"):
            path = folder / kind / "small" / "small.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(kind, encoding="utf-8")

    def graded(folder: Any) -> list[dict[str, Any]]:
        places.append(folder)
        for student, kind in (("reference", "source"), ("untouched", "release")):
            handed_in = folder / "submitted" / student / "small" / "small.ipynb"
            assert handed_in.read_text(encoding="utf-8") == kind
        return rows()

    monkeypatch.setattr(check, "build_course", pretended)
    monkeypatch.setattr(check, "grade", graded)
    assert check_course(write()[0], [small], 1) == []
    assert [place.exists() for place in places] == [False]
