"""The map lists every statement of the documents with the place in the book that treats it."""

import re
from collections.abc import Callable

import pytest

from book.extensions import documents
from book.statements import Statement

Build = Callable[..., tuple[str, str]]
STATEMENTS = """
- id: numdl/six
  document: numdl
  place: "slide 1"
  kind: claim
  says: "Twice three is $2\\\\cdot3$ < seven."
  chapter: first
  shown_by: [first/six, first/seven]
- id: numdl/later
  document: numdl
  place: "slide 2"
  kind: claim
  says: "Later."
  chapter: second
- id: nn-notes/taste
  document: nn-notes
  place: "first item"
  kind: claim
  says: "It is nice."
  not_checkable: "a matter of taste"
"""


@pytest.fixture(scope="module")
def page(build_page: Build, tmp_path_factory: pytest.TempPathFactory) -> str:
    made, warnings = build_page(
        tmp_path_factory.mktemp("source"),
        "# Map\n\n```{documents-map}\n```\n",
        ["book.extensions.documents", "sphinx.ext.mathjax"],
        {"book/statements.yml": STATEMENTS},
    )
    assert warnings == ""
    return made


def test_each_document_has_a_section_with_its_count(page: str) -> None:
    assert re.findall(r'<section id="map-([\w-]+)">', page) == ["numdl", "nn-notes"]
    assert "2 statements: 1 are treated, 1 belong to chapters to come, 0 cannot" in page
    assert "1 statements: 0 are treated, 0 belong to chapters to come, 1 cannot" in page


def test_a_treated_statement_leads_to_its_chapter_and_cards(page: str) -> None:
    assert 'href="notebooks/tiny/first.html"' in page
    assert 'href="notebooks/tiny/first.html#claim-first-six">six</a>' in page
    assert 'href="notebooks/tiny/first.html#claim-first-seven">seven</a>' in page


def test_others_tell_why_there_is_no_card(page: str) -> None:
    assert "to come: second" in page
    assert "not checkable: a matter of taste" in page


def test_mathematics_is_typeset_and_text_is_text(page: str) -> None:
    assert r"\(2\cdot3\)" in page
    assert " &lt; seven." in page


def test_every_statement_is_counted_once() -> None:
    own = [
        Statement("a/1", "a", "", "claim", "", chapter="first"),
        Statement("a/2", "a", "", "claim", "", chapter="other"),
        Statement("a/3", "a", "", "claim", "", not_checkable="taste"),
    ]
    told = [int(number) for number in re.findall(r"\d+", documents.count(own, {"first"}))]
    assert told == [3, 1, 1, 1]
