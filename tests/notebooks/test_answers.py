"""Every exercise that a machine marks takes right answers, also unusual ones, and no wrong one."""

import runpy
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from book.chapters import Chapter, read_chapters
from book.course.exercises import (
    SETUP,
    SOLUTION,
    STUB,
    Exercise,
    read_exercises,
    section,
    tags,
    without_region,
)
from book.project import Project

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = Path(__file__).parent / "answers"
CHAPTERS = read_chapters(Project(ROOT))


@cache
def by_machine(name: str) -> dict[str, Exercise]:
    found = read_exercises(CHAPTERS[name].notebook.cells, name)
    return {exercise.label: exercise for exercise in found if exercise.by_machine}


@cache
def known(name: str) -> dict[str, dict[str, list[str]]]:
    """Right and wrong answers to the exercises of a chapter, by label."""
    path = ANSWERS / f"{name}.py"
    answers: dict[str, dict[str, list[str]]] = {}
    if path.is_file():
        answers = runpy.run_path(str(path))["ANSWERS"]
    return answers


def setup(chapter: Chapter) -> str:
    cells = chapter.notebook.cells
    return "\n".join(cells[i].source for i in section(cells) if SETUP in tags(cells[i]))


def fault(name: str, label: str, answer: str) -> BaseException | None:
    """What a test complains of in an answer, if anything; in a fresh namespace."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(setup(CHAPTERS[name]), namespace)
    with warnings.catch_warnings():
        # A notebook goes on after a warning, and so may an answer.
        warnings.simplefilter("ignore")
        try:
            exec(answer, namespace)
            exec(by_machine(name)[label].test, namespace)
        except Exception as error:
            return error
    return None


def cases() -> Iterator[Any]:
    for name in CHAPTERS:
        for label, exercise in by_machine(name).items():
            stub = without_region(exercise.answer, SOLUTION, STUB)
            answers = [("reference", exercise.answer, True), ("stub", stub, False)]
            for kind in ("right", "wrong"):
                given = known(name).get(label, {}).get(kind, [])
                answers += [(f"{kind}{i}", text, kind == "right") for i, text in enumerate(given)]
            for kind, text, passes in answers:
                yield pytest.param(name, label, text, passes, id=f"{name}-{label}-{kind}")


@pytest.mark.parametrize(("name", "label", "answer", "passes"), list(cases()))
def test_right_answers_pass_and_wrong_ones_fail(
    name: str, label: str, answer: str, passes: bool
) -> None:
    found = fault(name, label, answer)
    assert (found is None) is passes, found
    # A wrong answer is found by what it gives, and not because it cannot be read.
    assert not isinstance(found, SyntaxError | NameError | ImportError), found


@pytest.mark.parametrize("name", CHAPTERS)
def test_there_are_enough_answers(name: str) -> None:
    assert set(known(name)) == set(by_machine(name))
    for label, answers in known(name).items():
        assert set(answers) == {"right", "wrong"}, label
        assert len(set(answers["right"])) >= 2, label
        assert len(set(answers["wrong"])) >= 4, label


def test_answers_belong_to_chapters() -> None:
    assert {path.stem for path in ANSWERS.glob("*.py")} <= set(CHAPTERS)
