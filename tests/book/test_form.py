"""A checkout in good form has no complaint, and each thing out of form has exactly one."""

import re
from pathlib import Path

import pytest

from book import form
from book.chapter_form import chapter_complaints
from book.chapters import read_chapters
from book.project import Project
from tests.book.conftest import add_dataset
from tests.book.good_chapter import GOOD, KEYS, LIMITS, write

CLAIMS = ("bounds", "cards", "declare", "records", "texts")  # modules of lib.claims
GOALS = """first:
  minutes: 5
  after: []
  needs: [numbers]
  goals:
    - goal: "add"
      exercises: [ex-one, ex-two, ex-three, ex-four]
"""


def test_a_chapter_that_jupytext_would_write_otherwise_is_out_of_form_until_fixed(
    tiny: Project, front: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = write(tiny, front, GOOD)
    good = chapter.source.read_text(encoding="utf-8")
    chapter.source.write_text(good.replace("\n## Measured", "\n\n\n## Measured"), encoding="utf-8")
    (found,) = chapter_complaints(read_chapters(tiny)["first"], KEYS)
    assert "is not as jupytext writes it" in found
    prepare(tiny)
    form.main(["--fix"])
    assert chapter.source.read_text(encoding="utf-8") == good
    assert "jupytext" not in capsys.readouterr().err


def test_limits_of_no_chapter_are_a_complaint(tiny: Project, front: str) -> None:
    complete(tiny, front)
    tiny.limits.write_text(f"{LIMITS}third: {{}}\n", encoding="utf-8")
    assert form.all_complaints(tiny) == [
        "limits.yml: no chapter 'third'; there are: first",
    ]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("third: {quick: {}}", "profiles.yml: no chapter 'third'; there are: first"),
        ("first: {fast: {}}", "profiles.yml: no profile 'fast'; there are: quick, standard, full"),
        ("first: {full: {seed: -1}}", "first: full: parameter seed takes an int, at least 0"),
        ("first: {full: {sead: 1}}", "first has no parameter 'sead'"),
        ("first: {full: {dataset: cats}}", "unknown dataset 'cats'"),
    ],
)
def test_what_a_profile_must_not_set_is_a_complaint(
    tiny: Project, front: str, table: str, complaint: str
) -> None:
    complete(tiny, front)
    add_dataset(tiny, "digits")
    tiny.profiles.write_text(table, encoding="utf-8")
    (found,) = form.all_complaints(tiny)
    assert complaint in found


def test_a_default_that_is_no_dataset_is_one_complaint(tiny: Project, front: str) -> None:
    complete(tiny, front)
    add_dataset(tiny, "cats")
    (found,) = form.all_complaints(tiny)
    assert "unknown dataset 'cats'" in found


def prepare(project: Project) -> None:
    """What the form of a whole checkout needs: references, statements, modules and tests."""
    entry = "@misc{{{0}, title={{T}}, author={{A, B}}, year={{1999}}}}\n"
    text = "".join(entry.format(key) for key in KEYS)
    (project.matter / "references.bib").write_text(text, encoding="utf-8")
    (project.notebooks / "goals.yml").write_text(GOALS, encoding="utf-8")
    (project.notebooks / "durations.yml").write_text("first: 2\n", encoding="utf-8")
    (project.matter / "statements.yml").write_text(
        "- {id: numdl/sum, document: numdl, place: slide 3, kind: claim, says: Six.,\n"
        "   chapter: first, shown_by: [first/six]}\n",
        encoding="utf-8",
    )


def complete(project: Project, front: str) -> None:
    """Bring the small book into form in every respect."""
    prepare(project)
    write(project, front, GOOD)
    project.toc.write_text(
        "format: jb-book\nroot: book/pages/intro\nchapters:\n- file: notebooks/tiny/first\n",
        encoding="utf-8",
    )
    (project.notebooks / "tiny" / "second.md").unlink()
    project.profiles.write_text("first: {quick: {seed: 1}}\n", encoding="utf-8")
    tests = [
        "tests/tiny/test_first.py",
        "tests/tiny/test_sums.py",
        "tests/tiny/test_unused.py",
        "tests/book/ext/test_x.py",
        "tests/test_shared.py",
    ]
    tests += [f"tests/claims/test_{name}.py" for name in CLAIMS]
    modules = ["lib/tiny/first.py", "lib/shared.py", "book/ext/x.py", "book/ext/__init__.py"]
    for name in (*tests, *modules):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).touch()


def test_a_checkout_in_form_has_no_complaint(
    tiny: Project, front: str, capsys: pytest.CaptureFixture[str]
) -> None:
    complete(tiny, front)
    assert form.all_complaints(tiny) == []
    assert form.main() == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("gone", "complaint"),
    [
        (
            "lib/tiny/first.py",
            "notebooks/tiny/first.md has no module in lib; lib/tiny/first.py is missing",
        ),
        ("tests/tiny/test_sums.py", "lib/tiny/sums.py has no test"),
        ("tests/test_shared.py", "lib/shared.py has no test"),
        ("tests/claims/test_cards.py", "lib/claims/cards.py has no test"),
        ("tests/book/ext/test_x.py", "book/ext/x.py has no test"),
    ],
)
def test_a_missing_half_of_a_mirror_is_a_complaint(
    tiny: Project, front: str, capsys: pytest.CaptureFixture[str], gone: str, complaint: str
) -> None:
    complete(tiny, front)
    Path(tiny.root, gone).unlink()
    assert form.all_complaints(tiny) == [complaint]
    assert form.main() == 1
    assert capsys.readouterr() == ("", complaint + "\n")


def test_a_chapter_that_the_table_of_contents_forgets_is_a_complaint(
    tiny: Project, front: str
) -> None:
    complete(tiny, front)
    (tiny.notebooks / "tiny" / "forgotten.md").touch()
    assert form.all_complaints(tiny) == ["forgotten.md: not in the table of contents"]


@pytest.mark.parametrize("name", ["numpy.py", "matplotlibrc", "numpy/core.so"])
def test_what_lies_beside_chapters_and_is_none_is_a_complaint(
    tiny: Project, front: str, name: str
) -> None:
    complete(tiny, front)
    path = tiny.notebooks / "tiny" / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    (tiny.notebooks / "tiny" / ".ipynb_checkpoints").mkdir()
    (tiny.notebooks / "tiny" / ".ipynb_checkpoints" / "first.txt").touch()
    (tiny.notebooks / "tiny" / "first.ipynb").touch()
    assert form.all_complaints(tiny) == [f"notebooks/tiny/{name}: no chapter and no table"]


def test_a_statement_that_nothing_shows_is_a_complaint(tiny: Project, front: str) -> None:
    complete(tiny, front)
    path = tiny.matter / "statements.yml"
    path.write_text(
        re.sub("first/six", "first/ten", path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    assert form.all_complaints(tiny) == ["numdl/sum: no claim or erratum 'first/ten'"]


def test_an_exercise_that_tests_no_goal_is_a_complaint(tiny: Project, front: str) -> None:
    complete(tiny, front)
    text = GOALS.replace(", ex-three", "")
    (tiny.notebooks / "goals.yml").write_text(text, encoding="utf-8")
    assert form.all_complaints(tiny) == ["goals.yml: first: 'ex-three' tests no goal"]


def test_a_chapter_without_a_duration_is_a_complaint(tiny: Project, front: str) -> None:
    complete(tiny, front)
    (tiny.notebooks / "durations.yml").write_text("third: 2\n", encoding="utf-8")
    assert form.all_complaints(tiny) == [
        "first: has no entry in durations.yml",
        "durations.yml: 'third' is no chapter",
    ]


def test_a_file_that_cannot_be_read_is_one_line(
    tiny: Project, front: str, capsys: pytest.CaptureFixture[str]
) -> None:
    complete(tiny, front)
    (tiny.matter / "statements.yml").unlink()
    assert form.main() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("form: ")
    assert err.count("\n") == 1
