"""What a chapter declares is read from its source, whether or not the line would be reached."""

from pathlib import Path

import pytest

from book.chapters import Cell, Chapter, read_chapters
from book.declared import Declared, read_declared, wording_complaints
from book.parameters import Parameter
from book.project import BookError, Project


def chapter_of(*cells: str) -> Chapter:
    """A chapter of these code cells with a few parameters, without a file."""
    chapter = Chapter("first", "tiny", Path("first.md"))
    chapter.__dict__["cells"] = tuple(Cell(cell, ()) for cell in cells)
    chapter.__dict__["parameters"] = {
        "top": Parameter("top", 3, ""),
        "rate": Parameter("rate", 0.5, ""),
        "name": Parameter("name", "none", ""),
        "fast": Parameter("fast", False, ""),
    }
    return chapter


def test_claims_and_errata_are_read_in_order_with_their_cells(tiny: Project) -> None:
    triangle, spread, seven = read_declared(read_chapters(tiny)["first"])
    assert triangle.id == "first/triangle"
    assert (triangle.call, triangle.cell) == ("claim", 4)
    assert triangle.bound == {"expected": 6.0, "within": 1e-12}
    assert triangle.texts["says"] == "The sum of the first three numbers is six."
    assert triangle.texts["source"] == "numdl, somewhere"
    assert (spread.id, spread.bound) == ("first/spread", {"at_most": 4.0})
    assert seven == Declared(
        id="first/seven",
        call="erratum",
        cell=4,
        texts={
            "document": "numdl",
            "says": "It is seven.",
            "right": "It is six.",
            "shown_by": "first/triangle",
        },
        shown_by=("first/triangle",),
    )


@pytest.mark.parametrize(
    "cell",
    [
        "if False:\n    claim('a/b', at_most=1)",
        "def never():\n    claim('a/b', at_most=1)",
        "for _ in ():\n    lib.claims.claim('a/b', at_most=1)",
        "raise SystemExit\nclaims.claim('a/b', at_most=1)",
        "%magic\nx = [claim('a/b', at_most=1)]",
    ],
)
def test_a_claim_is_declared_also_where_it_is_not_reached(cell: str) -> None:
    (found,) = read_declared(chapter_of("x = 1", cell))
    assert (found.id, found.cell, found.bound) == ("a/b", 2, {"at_most": 1.0})


@pytest.mark.parametrize("cell", ["reclaim('a/b')", "x = 'claim'", "# claim('a/b')", "claims()"])
def test_other_calls_declare_nothing(cell: str) -> None:
    assert read_declared(chapter_of(cell)) == []


def test_a_bound_is_a_literal_or_a_numeric_parameter() -> None:
    (found,) = read_declared(chapter_of("claim('a/b', at_least=-1e-3, at_most=top, expected=rate)"))
    assert found.bound == {"at_least": -1e-3, "at_most": "top", "expected": "rate"}
    values = found.bound_values({"top": 7, "rate": 0.25})
    assert values == {"at_least": -1e-3, "at_most": 7.0, "expected": 0.25}


@pytest.mark.parametrize(
    "bound", ["measured", "name", "fast", "True", "'1'", "1 / 3", "f(x)", "None"]
)
def test_a_bound_that_cannot_be_read_without_running_is_refused(bound: str) -> None:
    with pytest.raises(BookError, match=r"first\.md, code cell 1: at_most= must be a literal"):
        read_declared(chapter_of(f"claim('a/b', at_most={bound})"))


@pytest.mark.parametrize("call", ["claim()", "claim(name)", "erratum(f'a/{x}')", "claim(id='a/b')"])
def test_an_id_that_cannot_be_read_without_running_is_refused(call: str) -> None:
    with pytest.raises(BookError, match="must be its id, literally"):
        read_declared(chapter_of(call))


def test_an_id_is_used_once_in_a_chapter() -> None:
    with pytest.raises(BookError, match="code cell 2: the id 'a/b' is used twice"):
        read_declared(chapter_of("claim('a/b', at_most=1)", "erratum('a/b')"))


@pytest.mark.parametrize(
    ("argument", "names"),
    [
        ("'a/b'", ("a/b",)),
        ("['a/b', 'a/c']", ("a/b", "a/c")),
        ("('a/b',)", ("a/b",)),
        ("others", ()),
    ],
)
def test_the_claims_behind_an_erratum_are_one_or_several(
    argument: str, names: tuple[str, ...]
) -> None:
    (found,) = read_declared(chapter_of(f"erratum('a/e', shown_by={argument})"))
    assert found.shown_by == names


@pytest.mark.parametrize(
    ("texts", "complaints"),
    [
        ({"says": r"It is $x^2$, Euler's.", "because": r"$10^{-3}$ in all", "source": "a_b"}, []),
        ({"says": "It is six. (As it was.)", "right": "Or $y_1$."}, []),
        ({"says": "Steps that differ"}, ["says= is no sentence"]),
        ({"says": "A.", "right": "six"}, ["right= is no sentence"]),
        ({"says": "It is x^2."}, ["says= has '^' in its words"]),
        ({"says": "It is n_in."}, ["says= has '_' in its words"]),
        ({"says": r"It is \alpha."}, [r"says= has '\\' in its words"]),
        ({"says": "It is $5."}, ["says= has '$' in its words"]),
        ({"says": "A.", "because": "below 1e-12"}, ["because= has '1e-12' in its words"]),
        ({"says": "A.", "deviation": "for y² and K₀"}, ["has '²' in", "has '₀' in"]),
    ],
)
def test_texts_that_would_not_read_well_are_told(
    texts: dict[str, str], complaints: list[str]
) -> None:
    found = wording_complaints(Declared("first/six", "claim", 1, texts=texts))
    assert len(found) == len(complaints)
    for line, part in zip(found, complaints, strict=True):
        assert line.startswith("'first/six': ")
        assert part in line
