"""Sphinx directives and a role that show the ledger; its pages are never typed.

``{claims-summary}`` says how many claims hold, ``{claims-table}`` and ``{errata-table}`` list them,
and ``{claim}`` in a text links to the card where a claim is measured.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from lib.claims import MARKS, anchor

logger = logging.getLogger(__name__)


class ClaimLink(nodes.Inline, nodes.TextElement):
    """A link to a card, until the page that it leads to is known to the builder."""


class ClaimRole(SphinxRole):
    """``{claim}`` with an id links to where the claim is measured."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link."""
        return [claim_link(self.text, self.text)], []


class ClaimsSummary(SphinxDirective):
    """A sentence on how many claims hold."""

    def run(self) -> list[nodes.Node]:
        """Count."""
        ledger = read_ledger(self.env.app)
        counts, total = ledger["counts"], len(ledger["claims"])
        parts = [f"{counts[status]} {status}" for status in MARKS if counts.get(status)]
        text = f"{total} claims in the {ledger['profile']} profile: {', '.join(parts)}."
        return [nodes.paragraph("", nodes.Text(text))]


class ClaimsTable(SphinxDirective):
    """Every claim: what it says, what was measured, its bound and its verdict."""

    def run(self) -> list[nodes.Node]:
        """Build a table for each chapter."""
        ledger = read_ledger(self.env.app)
        head = ("Status", "Claim", "Measured", "Bound", "Kind", "Source")
        found: list[nodes.Node] = []
        for chapter in ledger["chapters"]:
            rows = [_claim_row(c) for c in ledger["claims"] if c["chapter"] == chapter["name"]]
            title = nodes.Text(f"{chapter['title']}: {chapter['held']} of {chapter['claims']} hold")
            found += [nodes.rubric("", "", title), table(head, rows, "claims-table")]
        return found


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
            cells = [nodes.paragraph("", "", document), _text(erratum["says"])]
            rows.append([*cells, _text(erratum["right"]), shown])
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
    group += nodes.thead("", _row([_text(title) for title in head]))
    group += nodes.tbody("", *[_row(row) for row in rows])
    return nodes.container("", nodes.table("", group), classes=["wide-table", name])


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
    parts = {chapter["name"]: chapter["part"] for chapter in ledger["chapters"]}
    chapters = {item["id"]: item["chapter"] for item in (*ledger["claims"], *ledger["errata"])}
    for link in list(doctree.findall(ClaimLink)):
        chapter = chapters.get(link["claim"])
        if chapter is None:
            logger.warning("no claim or erratum %r in the ledger", link["claim"], location=link)
            link.replace_self(nodes.literal("", link.astext()))
            continue
        page = f"notebooks/{parts[chapter]}/{chapter}"
        uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor(link['claim'])}"
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
    app.add_directive("claims-table", ClaimsTable)
    app.add_directive("errata-table", ErrataTable)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _claim_row(claim: dict[str, Any]) -> list[nodes.Node]:
    status = nodes.paragraph("", f"{MARKS[claim['status']]} {claim['status']}")
    status["classes"] += ["claim-status", f"status-{claim['status'].replace(' ', '-')}"]
    says = nodes.paragraph("", "", nodes.Text(claim["says"] + " "), claim_link(claim["id"], "↗"))
    told = [claim.get("measurement") or claim["reason"], claim.get("bound_text", "")]
    return [status, says, *map(_text, [*told, claim.get("kind", ""), claim.get("source", "")])]


def _text(text: str) -> nodes.paragraph:
    return nodes.paragraph("", nodes.Text(text))


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", cell) for cell in cells])
