"""Every statement of the documents is treated by a chapter, or says why it cannot be."""

from dataclasses import replace

import pytest

from book.declared import Declared
from book.project import BookError, Project
from book.statements import Statement, read_statements, statement_complaints

TREATED = Statement(
    id="numdl/sum",
    document="numdl",
    place="slide 3",
    kind="claim",
    says="The sum is six.",
    chapter="first",
    shown_by=("first/six",),
)
FUTURE = replace(TREATED, id="numdl/later", chapter="third", shown_by=())
NEVER = replace(TREATED, id="numdl/never", chapter="", not_checkable="a taste", shown_by=())
EXISTING = {"first": [Declared("first/six", "claim", 1), Declared("first/e", "erratum", 1)]}


def test_statements_that_are_treated_or_excused_are_in_order() -> None:
    assert statement_complaints([TREATED, FUTURE, NEVER], EXISTING) == []
    by_erratum = replace(TREATED, shown_by=("first/e",))
    assert statement_complaints([by_erratum], EXISTING) == []


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        (replace(TREATED, shown_by=()), "chapter first exists, and no claim or erratum shows it"),
        (
            replace(TREATED, shown_by=("first/six", "first/gone")),
            "no claim or erratum 'first/gone'",
        ),
        (replace(FUTURE, shown_by=("first/six",)), "its chapter does not exist"),
        (replace(TREATED, not_checkable="a taste"), "either a chapter or a reason"),
        (replace(NEVER, not_checkable=""), "either a chapter or a reason"),
        (replace(TREATED, document="nobody"), "document 'nobody' is not the one of its id"),
        (replace(TREATED, id="lu-slides/sum"), "document 'numdl' is not the one of its id"),
        (replace(TREATED, kind="rumour"), "kind 'rumour' is not one of equation"),
        (replace(TREATED, says=" "), "must not be empty"),
        (replace(TREATED, place=""), "must not be empty"),
    ],
)
def test_each_thing_wrong_with_a_statement_is_one_complaint(
    statement: Statement, complaint: str
) -> None:
    found = statement_complaints([statement], EXISTING)
    assert len(found) == 1
    assert found[0].startswith(f"{statement.id}: ")
    assert complaint in found[0]


def test_an_id_is_used_once() -> None:
    assert statement_complaints([NEVER, TREATED, NEVER], EXISTING) == ["numdl/never: used 2 times"]


def test_statements_are_read_from_their_file(tiny: Project) -> None:
    path = tiny.matter / "statements.yml"
    path.write_text(
        "- {id: numdl/sum, document: numdl, place: slide 3, kind: claim, says: The sum is six.,\n"
        "   chapter: first, shown_by: [first/six]}\n",
        encoding="utf-8",
    )
    assert read_statements(tiny) == [TREATED]


@pytest.mark.parametrize("text", ["- {id: numdl/sum}", "- {id: a, mood: good}", "[", "3"])
def test_statements_that_cannot_be_read_are_said_so(tiny: Project, text: str) -> None:
    path = tiny.matter / "statements.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=r"statements\.yml"):
        read_statements(tiny)
    path.unlink()
    with pytest.raises(BookError, match=r"statements\.yml"):
        read_statements(tiny)
