"""What is read of a chapter's exercises, and the line for each that is incomplete."""

import jupytext
import pytest

from book.chapters import Chapter
from book.course import exercises
from book.course.exercises import HIDDEN, SOLUTION, STUB, read_exercises, section
from book.project import BookError

TWO_CELLS = """```{code-cell} ipython3
:tags: [TAG]

ANSWER = 1
```

"""


def read(text: str) -> list[exercises.Exercise]:
    return read_exercises(jupytext.reads(text, fmt="md:myst").cells, "small")


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_exercises_are_read_as_they_are_written(small: Chapter) -> None:
    say, add, mean, last = read_exercises(small.notebook.cells, "small")
    assert (say.label, say.title, say.level, say.points) == ("ex-ti-say", "Say it", "easy", 2)
    assert say.statement == "Why does {eq}`eq-sum` hold?"
    assert say.hint == "See {cite}`someone2020`."
    assert say.solution.startswith("Since ")
    assert say.solution.endswith("2 for the reason.")
    assert (say.answer, say.test, say.by_machine) == ("", "", False)
    assert [e.label for e in (add, mean, last)] == ["ex-ti-add", "ex-ti-mean", "ex-ti-last"]
    assert [e.level for e in (add, mean, last)] == ["easy", "medium", "hard"]
    assert [e.points for e in (add, mean, last)] == [1, 3, 4]
    assert all(e.by_machine and not e.hint for e in (add, mean, last))
    assert mean.answer.startswith("def mean(numbers):")
    assert mean.test.startswith("assert mean([1, 3]) == 2")
    assert mean.solution == "Sum and divide."


def test_points_may_have_several_digits(text: str) -> None:
    assert read(changed(text, "easy points-2", "points-12 dropdown easy"))[0].points == 12


def test_a_directive_is_found_behind_any_number_of_backticks(text: str) -> None:
    inner = "Why?\n\n```python\nx\n```\n\n`````{note}\nSo.\n`````"
    assert read(changed(text, "Why does {eq}`eq-sum` hold?", inner))[0].statement == inner


def test_a_chapter_without_the_section_has_none(text: str) -> None:
    assert read(changed(text, "## Exercises", "## Others")) == []


def test_the_section_ends_at_the_next_heading_of_its_level(text: str) -> None:
    stray = "````{exercise} After\n:label: ex-ti-after\nNo class.\n````\n"
    assert len(read(f"{text}\n+++\n\n## References\n\n{stray}")) == 4
    with pytest.raises(BookError, match="ex-ti-after"):
        read(f"{text}\n+++\n\n### Deeper\n\n{stray}")


def test_the_section_begins_at_its_heading(text: str) -> None:
    cells = jupytext.reads(text, fmt="md:myst").cells
    found = section(cells)
    assert cells[found[0]].source.splitlines()[0] == "## Exercises"
    assert found[-1] == len(cells) - 1
    # A line of code is no heading.
    assert len(section(jupytext.reads('"""\n## Exercises\n"""', fmt="py:percent").cells)) == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (":label: ex-ti-say\n", "", "an exercise needs a title, a label and a text: 'Say it'"),
        ("{exercise} Say it", "{exercise}", "an exercise needs a title, a label and a text: ''"),
        (
            "Why does {eq}`eq-sum` hold?\n",
            "",
            "an exercise needs a title, a label and a text: 'Say it'",
        ),
        (
            ":class: easy points-2",
            ":class: points-2",
            "exercise 'ex-ti-say' needs a class of easy, medium, hard and points, "
            "such as :class: easy points-2",
        ),
        (":class: easy points-2", ":class: easy hard points-2", "exercise 'ex-ti-say' needs a"),
        (":class: easy points-2", ":class: easy", "exercise 'ex-ti-say' needs a class of easy"),
        (":class: easy points-2", ":class: easy points-0", "exercise 'ex-ti-say' needs a class"),
        (":class: easy points-2", ":class: easy points-2 points-3", "exercise 'ex-ti-say' needs"),
        (":class: easy points-2", ":class: easy points-2.5", "exercise 'ex-ti-say' needs a class"),
        (":class: easy points-2\n", "", "exercise 'ex-ti-say' needs a class of easy, medium, hard"),
        (
            "{solution} ex-ti-say",
            "{solution} ex-ti-other",
            "the solution to 'ex-ti-other' stands below 'ex-ti-say'",
        ),
        ("{solution} ex-ti-say", "{note} ex-ti-say", "exercise 'ex-ti-say' has no solution"),
        (
            "````{exercise} Say it",
            "````{hint}\nEarly.\n````\n\n````{exercise} Say it",
            "a hint, solution or answer stands before any exercise",
        ),
        (
            "````{exercise} Say it",
            TWO_CELLS.replace("TAG", "answer") + "````{exercise} Say it",
            "a hint, solution or answer stands before any exercise",
        ),
        (
            "```{code-cell} ipython3\n:tags: [test]",
            TWO_CELLS.replace("TAG", "answer") + "```{code-cell} ipython3\n:tags: [test]",
            "exercise 'ex-ti-add' has two cells tagged answer",
        ),
        (
            "```{code-cell} ipython3\n:tags: [test]",
            TWO_CELLS.replace("TAG", "test") + "```{code-cell} ipython3\n:tags: [test]",
            "exercise 'ex-ti-add' has two cells tagged test",
        ),
        (
            "````{exercise} Mean",
            TWO_CELLS.replace("TAG", "test") + "````{exercise} Mean",
            "exercise 'ex-ti-add' has two cells tagged test",
        ),
        (
            "````{exercise} Add",
            TWO_CELLS.replace("TAG", "test") + "````{exercise} Add",
            "exercise 'ex-ti-say': a test stands before the answer",
        ),
        (":tags: [test]", ":tags: [text]", "exercise 'ex-ti-add' has an answer and no cell tagged"),
        (
            "    ### BEGIN SOLUTION\n",
            "",
            "exercise 'ex-ti-add' needs ### BEGIN SOLUTION … ### END SOLUTION once in its answer, "
            "and no other such line",
        ),
        ("    ### END SOLUTION\n", "", "exercise 'ex-ti-add' needs ### BEGIN SOLUTION … ### END"),
        ("### BEGIN SOLUTION\n", "### END SOLUTION\n", "exercise 'ex-ti-add' needs ### BEGIN SOLU"),
        (
            "### BEGIN SOLUTION\n",
            "### BEGIN SOLUTION, ### END SOLUTION\n",
            "exercise 'ex-ti-add' needs ### BEGIN SOLUTION … ### END SOLUTION once in its answer",
        ),
        (
            "def add(a, b):",
            "# BEGIN SOLUTION\n# END SOLUTION\ndef add(a, b):",
            "exercise 'ex-ti-add' needs ### BEGIN SOLUTION … ### END SOLUTION once in its answer",
        ),
        (
            "def add(a, b):",
            "# BEGIN HIDDEN TESTS\n# END HIDDEN TESTS\ndef add(a, b):",
            "exercise 'ex-ti-add' needs ### BEGIN SOLUTION … ### END SOLUTION once in its answer",
        ),
        (
            "### END HIDDEN TESTS\n",
            "",
            "exercise 'ex-ti-add' needs ### BEGIN HIDDEN TESTS … ### END HIDDEN TESTS once in its "
            "test, and no other such line",
        ),
        (
            "assert add(1, 2) == 3\n",
            "### BEGIN SOLUTION\nassert add(1, 2) == 3\n### END SOLUTION\n",
            "exercise 'ex-ti-add' needs ### BEGIN HIDDEN TESTS … ### END HIDDEN TESTS once in its",
        ),
    ],
)
def test_what_is_incomplete_is_named(text: str, old: str, new: str, told: str) -> None:
    with pytest.raises(BookError) as caught:
        read(changed(text, old, new))
    line = str(caught.value)
    assert line.startswith(f"small: {told}")
    assert "\n" not in line


SOURCES = {
    "whole body": "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION",
    "middle": "a = 1\n\n  # ### BEGIN SOLUTION of it\nb = 2\n\n### END SOLUTION\nreturn b\n",
    "tabs": "def f():\n\t### BEGIN SOLUTION\n\treturn 1\n\t### END SOLUTION\n",
    "odd ends of lines": "a = 'x\x0cy\u2028z'\n### BEGIN SOLUTION\n\x0c1\n### END SOLUTION\n\n\n",
    "none": "a = 1\n",
    "empty region": "### BEGIN SOLUTION\n### END SOLUTION",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_stubs_are_those_of_nbgrader(source: str) -> None:
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason="compares with nbgrader")
    cell = jupytext.reads("x", fmt="py:percent").cells[0]
    cell.source = source
    clearing = preprocessors.ClearSolutions(code_stub={"python": STUB})
    replaced = clearing._replace_solution_region(cell, "python")
    ours = exercises.without_region(source, SOLUTION, STUB)
    assert ours == cell.source.rstrip()
    assert replaced == (STUB in ours)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_tests_without_hidden_ones_are_those_of_nbgrader(source: str) -> None:
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason="compares with nbgrader")
    cell = jupytext.reads("x", fmt="py:percent").cells[0]
    cell.source = source.replace("SOLUTION", "HIDDEN TESTS")
    ours = exercises.without_region(cell.source, HIDDEN)
    preprocessors.ClearHiddenTests()._remove_hidden_test_region(cell)
    assert ours == cell.source.rstrip()


def test_markers_alone_can_be_left_out() -> None:
    source = SOURCES["middle"]
    kept = exercises.without_markers(source, SOLUTION)
    assert kept == "a = 1\n\nb = 2\n\nreturn b\n"
