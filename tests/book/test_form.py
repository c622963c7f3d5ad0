"""A chapter in good form has no complaint, and each thing out of form has exactly one."""

import re
from pathlib import Path

import pytest

from book import form
from book.chapters import Chapter, read_chapters
from book.project import Project
from tests.book.conftest import add_dataset

CLAIMS = ("bounds", "cards", "declare", "records", "texts")  # modules of lib.claims
KEYS = ("numdl", "someone1999")
GOOD = '''# First

What it is, in one paragraph.

## What the documents say

It is six {cite:p}`numdl,someone1999`.

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
```

## Measured

+++ {"tags": ["slide"]}

One.

+++ {"tags": ["slide"]}

Two.

+++ {"tags": ["slide"]}

Three.

+++ {"tags": ["slide"]}

Four.

+++ {"tags": ["slide"]}

Five.

```{code-cell} ipython3
:tags: [slide]

from lib.claims import claim, erratum

claim("first/six", says="It is six.", source="numdl, slide 3",
      measured=6, at_most=6, because="Gauss", kind="exact")
erratum("sums/seven", document="numdl", says="It is seven.",
        right="It is six.", shown_by="first/six")
```

## Where it breaks

Nowhere.

## Exercises

````{exercise} One
:label: ex-one
:class: easy points-1
Add.
````

````{hint}
:class: dropdown
Count.
````

```{code-cell} ipython3
:tags: [answer]

def add(a, b):
    """Sum of two numbers."""
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [test]

assert add(1, 1) == 2
### BEGIN HIDDEN TESTS
assert add(2, 3) == 5
### END HIDDEN TESTS
```

````{solution} ex-one
:class: dropdown
Add.
````

````{exercise} Two
:label: ex-two
:class: medium points-2
Double.
````

```{code-cell} ipython3
:tags: [answer]

def double(a):
    """Twice a number."""
    ### BEGIN SOLUTION
    return 2 * a
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [test]

assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(4) == 8
### END HIDDEN TESTS
```

````{solution} ex-two
:class: dropdown
Double.
````

````{exercise} Three
:label: ex-three
:class: medium points-3
Why?
````

````{solution} ex-three
:class: dropdown
So.
````

````{exercise} Four
:label: ex-four
:class: hard points-4
What for?
````

````{solution} ex-four
:class: dropdown
For that.
````

## References

None.
'''
LIMITS = "first:\n  seed: {minimum: 0, maximum: 9}\n"
GOALS = """first:
  minutes: 5
  after: []
  needs: [numbers]
  goals:
    - goal: "add"
      exercises: [ex-one, ex-two, ex-three, ex-four]
"""
SUM = "\n    ".join(["a = a"] * 27 + ["return a + b"])
LONG = "\n".join(f"x{index} = {index}" for index in range(21))


@pytest.fixture
def front(tiny: Project) -> str:
    """The header of a chapter as jupytext writes it."""
    text = (tiny.notebooks / "tiny" / "first.md").read_text(encoding="utf-8")
    return text[: text.index("# First")]


def write(project: Project, front: str, body: str) -> Chapter:
    """Write the first chapter as jupytext would, and its limits."""
    project.limits.write_text(LIMITS, encoding="utf-8")
    source = project.notebooks / "tiny" / "first.md"
    source.write_text(front + body, encoding="utf-8")
    text = form.canonical_text(read_chapters(project)["first"])
    source.write_text(text, encoding="utf-8")
    return read_chapters(project)["first"]


def test_a_chapter_in_good_form_has_no_complaint(tiny: Project, front: str) -> None:
    assert form.chapter_complaints(write(tiny, front, GOOD), KEYS) == []


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
    found = form.chapter_complaints(write(tiny, front, GOOD.replace(old, new)), KEYS)
    assert any(line.startswith("first: ") and complaint in line for line in found), found
    if old != 'claim("first/six"':  # without it the erratum hangs in the air too
        assert len(found) == 1, found


def test_headings_must_come_in_their_order(tiny: Project, front: str) -> None:
    swapped = GOOD.replace("## Exercises", "## X").replace("## References", "## Exercises")
    swapped = swapped.replace("## X", "## References")
    found = form.chapter_complaints(write(tiny, front, swapped), KEYS)
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
    (found,) = form.chapter_complaints(write(tiny, front, text), KEYS)
    assert "needs at least 4 exercises, two marked by machine and one by hand" in found


def test_two_exercises_of_one_label_are_a_complaint(tiny: Project, front: str) -> None:
    (found,) = form.chapter_complaints(
        write(tiny, front, GOOD.replace("ex-three", "ex-four")), KEYS
    )
    assert "two exercises are labelled 'ex-four'" in found


def test_a_chapter_that_jupytext_would_write_otherwise_is_out_of_form_until_fixed(
    tiny: Project, front: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = write(tiny, front, GOOD)
    good = chapter.source.read_text(encoding="utf-8")
    chapter.source.write_text(good.replace("\n## Measured", "\n\n\n## Measured"), encoding="utf-8")
    (found,) = form.chapter_complaints(read_chapters(tiny)["first"], KEYS)
    assert "is not as jupytext writes it" in found
    prepare(tiny)
    form.main(["--fix"])
    assert chapter.source.read_text(encoding="utf-8") == good
    assert "jupytext" not in capsys.readouterr().err


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
    (found,) = form.chapter_complaints(read_chapters(tiny)["first"], KEYS)
    assert found.startswith("first: notebooks/limits.yml: first: ")
    assert complaint in found


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
