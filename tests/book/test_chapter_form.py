"""A chapter in good form has no complaint, and each thing out of form has exactly one."""

import re

import pytest

from book.chapter_form import chapter_complaints
from book.chapters import read_chapters
from book.project import Project
from tests.book.good_chapter import GOOD, KEYS, write

SUM = "\n    ".join(["a = a"] * 27 + ["return a + b"])
LONG = "\n".join(f"x{index} = {index}" for index in range(21))


def test_a_chapter_in_good_form_has_no_complaint(tiny: Project, front: str) -> None:
    assert chapter_complaints(write(tiny, front, GOOD), KEYS) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("# First\n\nWhat it is, in one paragraph.\n", "# First\n", "must begin with its title"),
        ("# First\n", "Start.\n", "must begin with its title"),
        ("## Exercises", "## Questions", "needs the headings What the documents say"),
        ("## Exercises", "## References", "needs the headings"),
        ("someone1999", "nobody1999", "cites 'nobody1999', which is not in references.bib"),
        ("## Measured\n", f"## Measured\n\n```{{code-cell}} ipython3\n{LONG}\n```\n", "21 lines"),
        ("  # of every draw", f"  # of {'every ' * 12}draw", "a line of 96 characters"),
        ("claim, erratum\n\n", "claim, erratum\n\nf = lambda: 1\n", "defines something"),
        ("claim, erratum\n\n", "claim, erratum\n\ndef f(): ...\n\n", "defines something"),
        ("claim, erratum\n\n", "claim, erratum\n\nclass A: ...\n\n", "defines something"),
        ("claim, erratum\n\n", "claim, erratum\n\nplotting.gallery(2)\n", "go together"),
        (
            ":tags: [slide]\n\nfrom lib",
            "---\nmystnb:\n  image:\n    classes: dark-light\ntags: [slide]\n---\nfrom lib",
            "go together",
        ),
        ("  # of every draw", "", "parameter seed is not explained"),
        ("seed: int = 0", "sead: int = 0", "no parameter 'seed' to limit"),
        ("seed: int = 0", "seed: float = 0.5", "needs the parameter seed: int"),
        (":tags: [parameters]\n\n", "", "needs one cell tagged parameters, has 0"),
        (
            "from lib.claims",
            "from lib.datasets import load\nfrom lib.claims",
            "needs the parameter dataset: str",
        ),
        (
            "from lib.claims",
            "from lib import datasets\nfrom lib.claims",
            "needs the parameter dataset: str",
        ),
        ('claim("first/six"', 'str("first/six"', "makes no claim"),
        ("first/six", "second/six", "claim 'second/six' must begin with 'first/'"),
        ('source="numdl,', 'source="nobody,', "its source 'nobody' is not in references.bib"),
        ('document="numdl"', 'document="nobody"', "its source 'nobody' is not in references.bib"),
        ('shown_by="first/six"', 'shown_by="first/ten"', "no claim 'first/ten'"),
        ('"It is six.", source', '"It is x^2.", source', "says= has '^' in its words"),
        (":tags: [slide]\n\n", "", "has 5 slides, at least 6"),
        (":class: easy points-1", ":class: points-1", "'ex-one' needs a class of easy, medium"),
        (":class: hard points-4", ":class: easy points-4", "exercises must go from easy to hard"),
        (":label: ex-three", ":label: ex-four", "the solution to 'ex-three' stands below"),
        ("    return a + b\n", f"    {SUM}\n", "ex-one: solution has 32 lines, at most 30"),
        ("assert add(2, 3) == 5\n", "assert add(2, 3) == 5\n" * 39, "test has 42 lines"),
    ],
)
def test_each_thing_out_of_form_is_a_complaint(
    tiny: Project, front: str, old: str, new: str, complaint: str
) -> None:
    assert old in GOOD
    found = chapter_complaints(write(tiny, front, GOOD.replace(old, new)), KEYS)
    assert any(line.startswith("first: ") and complaint in line for line in found), found
    if old != 'claim("first/six"':  # without it the erratum hangs in the air too
        assert len(found) == 1, found


def test_headings_must_come_in_their_order(tiny: Project, front: str) -> None:
    swapped = GOOD.replace("## Exercises", "## X").replace("## References", "## Exercises")
    swapped = swapped.replace("## X", "## References")
    found = chapter_complaints(write(tiny, front, swapped), KEYS)
    assert [line for line in found if "in this order" in line]


@pytest.mark.parametrize(
    "gone",
    [
        r"````\{exercise\} Four.*?For that\.\n````\n\n",  # three are left
        r"```\{code-cell\} ipython3\n:tags: \[answer\]\n\ndef double.*?== 8\n[^\n]*\n```\n\n",
    ],
)
def test_a_chapter_needs_four_exercises_and_two_for_machines(
    tiny: Project, front: str, gone: str
) -> None:
    text, count = re.subn(gone, "", GOOD, flags=re.S)
    assert count == 1
    (found,) = chapter_complaints(write(tiny, front, text), KEYS)
    assert "needs at least 4 exercises, two marked by machine and one by hand" in found


def test_two_exercises_of_one_label_are_a_complaint(tiny: Project, front: str) -> None:
    (found,) = chapter_complaints(write(tiny, front, GOOD.replace("ex-three", "ex-four")), KEYS)
    assert "two exercises are labelled 'ex-four'" in found


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("", "parameter seed has no limits"),
        ("first:", "needs a mapping of names to limits, not None"),
        ("first: {seed: {maximum: 9}}", "limits of seed: needs the keyword minimum"),
        ("first: {seed: {minimum: 1, maximum: 9}}", "its own value 0 is not at least 1"),
        ("first: {seed: {minimum: 0, maximum: 9, least: 0}}", "unknown keyword 'least'"),
        ("first: {seed: {enum: [0]}, sead: {}}", "no parameter 'sead' to limit"),
    ],
)
def test_limits_that_do_not_fit_are_a_complaint(
    tiny: Project, front: str, table: str, complaint: str
) -> None:
    write(tiny, front, GOOD)
    tiny.limits.write_text(table, encoding="utf-8")
    (found,) = chapter_complaints(read_chapters(tiny)["first"], KEYS)
    assert found.startswith("first: notebooks/limits.yml: first: ")
    assert complaint in found
