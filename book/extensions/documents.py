"""Sphinx directive ``{documents-map}``: where the book treats each statement of the documents."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book.extensions.ledger import chapter_link, claim_link, read_ledger, table
from book.extensions.texts import paragraph
from book.project import Project
from book.statements import DOCUMENTS, Statement, read_statements

HEAD = ("Place", "Statement", "In the book")
CLASS = "documents-map"


class DocumentsMap(SphinxDirective):
    """A section for each document, a row for each of its statements."""

    def run(self) -> list[nodes.Node]:
        """Build the sections."""
        statements = read_statements(Project(Path(self.env.app.srcdir)))
        ledger = read_ledger(self.env.app)
        chapters = {chapter["name"]: chapter for chapter in ledger["chapters"]}
        found = []
        for document in DOCUMENTS:
            own = [statement for statement in statements if statement.document == document]
            if own:
                found.append(_section(document, own, chapters))
        return list(found)


def count(statements: Sequence[Statement], chapters: Collection[str]) -> str:
    """Tell how many statements are treated.

    Parameters
    ----------
    statements : sequence of Statement
        Of a document.
    chapters : collection of str
        Names of the chapters that exist.

    Returns
    -------
    str
        A sentence.
    """
    treated = sum(statement.chapter in chapters for statement in statements)
    idle = sum(bool(statement.not_checkable) for statement in statements)
    return (
        f"{len(statements)} statements: {treated} are treated, {len(statements) - treated - idle} "
        f"belong to chapters to come, {idle} cannot be checked by a measurement."
    )


def _section(
    document: str,
    statements: Sequence[Statement],
    chapters: Mapping[str, dict[str, Any]],
) -> nodes.section:
    rows = [
        [
            paragraph(statement.place),
            paragraph(statement.says),
            _where(statement, chapters),
        ]
        for statement in statements
    ]
    title = nodes.title("", document)
    found = nodes.section("", title, ids=[f"map-{document}"], names=[document])
    found += [paragraph(count(statements, chapters)), table(HEAD, rows, CLASS)]
    return found


def _where(statement: Statement, chapters: Mapping[str, dict[str, Any]]) -> nodes.paragraph:
    if statement.not_checkable:
        return paragraph(f"not checkable: {statement.not_checkable}")
    chapter = chapters.get(statement.chapter)
    if chapter is None:
        return paragraph(f"to come: {statement.chapter.replace('_', ' ')}")
    found = nodes.paragraph()
    found += chapter_link(chapter)
    for name in statement.shown_by:
        found += [nodes.Text(" "), claim_link(name, name.partition("/")[2])]
    return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        What Sphinx needs to know of parallel builds.
    """
    app.add_directive("documents-map", DocumentsMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
