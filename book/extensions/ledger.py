"""Sphinx directives and a role that show the ledger; its pages are never typed.

``{claims-summary}`` says how many claims hold, ``{claims-by-chapter}`` how many of each chapter do,
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

from book.extensions.texts import mathematics, paragraph
from book.ledger import tally
from lib.claims import anchor
from lib.claims.texts import as_plain

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
        return [paragraph(f"{tally(ledger['counts'])} (profile {ledger['profile']}).")]


class ClaimsByChapter(SphinxDirective):
    """How many claims of each chapter hold."""

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        rows = []
        for chapter in read_ledger(self.env.app)["chapters"]:
            link = nodes.paragraph("", "", chapter_link(chapter))
            rows.append([link, paragraph(tally(chapter["counts"]))])
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
        What the reader sees. If there are formulas in it, the link has the same in plain signs as
        its title, in which words can be looked for.

    Returns
    -------
    ClaimLink
        Resolved when the page is written.
    """
    content = mathematics(text)
    formulas = any(isinstance(node, nodes.math) for node in content)
    return ClaimLink("", "", *content, claim=name, title=as_plain(text) if formulas else "")


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


def card_addresses(app: Sphinx, docname: str) -> dict[str, str]:
    """Tell where the cards are, as seen from a page.

    Parameters
    ----------
    app : Sphinx
        The running build.
    docname : str
        Name of the page.

    Returns
    -------
    dict of str to str
        Address by the id of a claim or an erratum.
    """
    ledger = read_ledger(app)
    pages = {
        chapter["name"]: app.builder.get_relative_uri(docname, chapter_page(chapter))
        for chapter in ledger["chapters"]
    }
    made = (*ledger["claims"], *ledger["errata"])
    return {item["id"]: f"{pages[item['chapter']]}#{anchor(item['id'])}" for item in made}


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
    addresses = card_addresses(app, docname)
    for link in list(doctree.findall(ClaimLink)):
        uri = addresses.get(link["claim"])
        if uri is None:
            logger.warning("no claim or erratum %r in the ledger", link["claim"], location=link)
            link.replace_self(nodes.literal("", link.astext()))
            continue
        title = {"reftitle": link["title"]} if link["title"] else {}
        found = nodes.reference("", "", *link.children, refuri=uri, internal=True, **title)
        link.replace_self(found)


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
