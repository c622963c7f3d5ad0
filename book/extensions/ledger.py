"""Sphinx directives and a role that show the ledger; its pages are never typed.

``{claims-summary}`` says how many claims hold, ``{claims-by-chapter}`` how many of each chapter,
``{errata-table}`` lists the mistakes of the documents, and ``{claim}`` in a text links to the card
where a claim is measured. The table of all claims is in `book.extensions.claims_table`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from lib.claims import MARKS, anchor

logger = logging.getLogger(__name__)


class ClaimLink(nodes.Inline, nodes.TextElement):
    """A link to a card, until the page that it leads to is known to the builder."""


class ClaimRole(ReferenceRole):
    """``{claim}`` with an id, or with a text and an id in angle brackets, links to its card."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link."""
        return [claim_link(self.target, self.title)], []


class ClaimsSummary(SphinxDirective):
    """A sentence on how many claims hold."""

    def run(self) -> list[nodes.Node]:
        """Count."""
        ledger = read_ledger(self.env.app)
        counts, total = ledger["counts"], len(ledger["claims"])
        parts = [f"{counts[status]} {status}" for status in MARKS if counts.get(status)]
        text = f"{total} claims in the {ledger['profile']} profile: {', '.join(parts)}."
        return [nodes.paragraph("", nodes.Text(text))]


class ClaimsByChapter(SphinxDirective):
    """How many claims of each chapter hold."""

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        rows = []
        for chapter in read_ledger(self.env.app)["chapters"]:
            state = f"{chapter['held']} of {chapter['claims']} claims hold"
            rows.append([nodes.paragraph("", "", chapter_link(chapter)), paragraph(state)])
        return [table(("Chapter", "State"), rows, "chapters-table")]


class ErrataTable(SphinxDirective):
    """Every mistake of the documents that the book found and shows."""

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        head = ("Document", "It says", "Right is", "Shown by")
        rows = []
        for erratum in read_ledger(self.env.app)["errata"]:
            shown = nodes.paragraph()
            for name in erratum["shown_by"]:
                shown += [claim_link(name, name), nodes.Text(" ")]
            document = claim_link(erratum["id"], erratum["document"])
            cells = [nodes.paragraph("", "", document), paragraph(erratum["says"])]
            rows.append([*cells, paragraph(erratum["right"]), shown])
        return [table(head, rows, "errata-table")]


def claim_link(name: str, text: str) -> ClaimLink:
    """Make a link to the card of a claim or an erratum.

    Parameters
    ----------
    name : str
        Its id.
    text : str
        What the reader sees.

    Returns
    -------
    ClaimLink
        Resolved when the page is written.
    """
    return ClaimLink("", text, claim=name)


def chapter_link(chapter: Mapping[str, Any]) -> addnodes.pending_xref:
    """Make a link to a chapter that shows its title.

    Parameters
    ----------
    chapter : mapping
        From the ledger.

    Returns
    -------
    pending_xref
        Resolved by Sphinx.
    """
    return addnodes.pending_xref(
        "",
        nodes.inline("", chapter["title"]),
        refdomain="std",
        reftype="doc",
        refexplicit=True,
        refwarn=True,
        reftarget=f"/{chapter_page(chapter)}",
    )


def table(head: Sequence[str], rows: Sequence[Sequence[nodes.Node]], name: str) -> nodes.Node:
    """Build a table.

    Parameters
    ----------
    head : sequence of str
        Titles of the columns.
    rows : sequence of sequences of nodes
        One node a cell.
    name : str
        Class for the style sheet.

    Returns
    -------
    nodes.Node
        In a frame that scrolls where the page is narrow.
    """
    group = nodes.tgroup("", *[nodes.colspec(colwidth=1) for _ in head], cols=len(head))
    group += nodes.thead("", _row([paragraph(title) for title in head]))
    group += nodes.tbody("", *[_row(row) for row in rows])
    return nodes.container("", nodes.table("", group), classes=["wide-table", name])


def chapter_page(chapter: Mapping[str, Any]) -> str:
    """Name the page of a chapter.

    Parameters
    ----------
    chapter : mapping
        From the ledger.

    Returns
    -------
    str
        As Sphinx names it.
    """
    return f"notebooks/{chapter['part']}/{chapter['name']}"


def paragraph(text: str) -> nodes.paragraph:
    """Make a paragraph of plain text.

    Parameters
    ----------
    text : str
        Shown as it is.

    Returns
    -------
    paragraph
        For a cell, say.
    """
    return nodes.paragraph("", nodes.Text(text))


def read_ledger(app: Sphinx) -> dict[str, Any]:
    """Read the ledger that lies beside the sources.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        From `book.ledger.collect`.
    """
    found: dict[str, Any] = json.loads(Path(app.srcdir, "claims.json").read_text(encoding="utf-8"))
    return found


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn each `ClaimLink` of a page into a reference.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    ledger = read_ledger(app)
    pages = {chapter["name"]: chapter_page(chapter) for chapter in ledger["chapters"]}
    chapters = {item["id"]: item["chapter"] for item in (*ledger["claims"], *ledger["errata"])}
    for link in list(doctree.findall(ClaimLink)):
        chapter = chapters.get(link["claim"])
        if chapter is None:
            logger.warning("no claim or erratum %r in the ledger", link["claim"], location=link)
            link.replace_self(nodes.literal("", link.astext()))
            continue
        page = app.builder.get_relative_uri(docname, pages[chapter])
        uri = f"{page}#{anchor(link['claim'])}"
        link.replace_self(nodes.reference("", link.astext(), refuri=uri, internal=True))


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
    app.add_node(ClaimLink)
    app.add_role("claim", ClaimRole())
    app.add_directive("claims-summary", ClaimsSummary)
    app.add_directive("claims-by-chapter", ClaimsByChapter)
    app.add_directive("errata-table", ErrataTable)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", cell) for cell in cells])
