"""Sphinx directive ``{claims-table}``: every claim in one table, to be sorted and filtered.

The table is whole without scripts; ``claims.js``, on pages that have one only, shows the controls.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book.extensions.ledger import claim_link, read_ledger, table
from book.extensions.sources import SourceText
from book.extensions.texts import paragraph
from book.statements import DOCUMENTS
from lib.claims import KINDS, MARKS

PAPER = "paper"
SCRIPT = "claims.js"
CLASS = "claims-table"
HEAD = ("Status", "Claim", "Measured", "Bound", "Kind", "Chapter", "Source")


class ClaimsTable(SphinxDirective):
    """Every claim: what it says, what was measured, its bound and its verdict."""

    def run(self) -> list[nodes.Node]:
        """Build the table and, hidden, the controls above it."""
        ledger = read_ledger(self.env.app)
        claims = ledger["claims"]
        titles = {chapter["name"]: chapter["title"] for chapter in ledger["chapters"]}
        found = table(HEAD, [_cells(claim, titles) for claim in claims], CLASS)
        for row, claim in zip(list(found.findall(nodes.row))[1:], claims, strict=True):
            row["classes"] += [_class(*item) for item in facets(claim).items()]
        return [nodes.raw("", controls(claims, titles), format="html"), found]


def facets(claim: Mapping[str, Any]) -> dict[str, str]:
    """Tell by which values a reader finds a claim.

    Parameters
    ----------
    claim : mapping
        From the ledger.

    Returns
    -------
    dict of str to str
        ``document`` (one of `DOCUMENTS`, or `PAPER`), ``chapter``, ``kind`` (empty for a claim that
        was never measured) and ``status``.
    """
    key = claim.get("source", "").partition(",")[0].strip()
    return {
        "document": key if key in DOCUMENTS else PAPER if key else "",
        "chapter": claim["chapter"],
        "kind": claim.get("kind", ""),
        "status": claim["status"],
    }


def controls(claims: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    """Write the fields by which the table is filtered.

    Parameters
    ----------
    claims : iterable of mapping
        From the ledger.
    titles : mapping of str to str
        Of the chapters.

    Returns
    -------
    str
        HTML that is hidden until the script shows it; a value is the class of the rows it keeps.
        Only values that some claim has are offered.
    """
    names = {PAPER: "a paper", **titles}
    order = {"document": (*DOCUMENTS, PAPER), "chapter": titles, "kind": KINDS, "status": MARKS}
    had = [facets(claim) for claim in claims]
    fields = ['<label>Words <input type="search" autocomplete="off"></label>']
    for name, values in order.items():
        options = [
            f'<option value="{_class(name, value)}">{escape(names.get(value, value))}</option>'
            for value in values
            if any(facet[name] == value for facet in had)
        ]
        all_of_them = '<option value="">all</option>'
        fields.append(
            f"<label>{name.capitalize()} <select>{all_of_them}{''.join(options)}</select></label>"
        )
    count = '<p class="claims-count"><span role="status" aria-live="polite"></span>. '
    count += (
        "A click on a heading sorts, a second turns round, a third restores the book’s order.</p>"
    )
    head = '<div class="claims-controls" role="group" aria-label="Which claims are shown" hidden>'
    return "\n".join([head, *fields, count, "</div>"])


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the script on pages with a table of claims, and on no other.

    Parameters
    ----------
    app : Sphinx
        The running build.
    pagename : str
        The page.
    templatename : str
        Its template.
    context : dict
        What the template is given.
    doctree : document or None
        The page's content.
    """
    frames = doctree.findall(nodes.container) if doctree else ()
    if any(CLASS in frame["classes"] for frame in frames):
        app.add_js_file(SCRIPT, loading_method="defer")


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
    app.add_directive("claims-table", ClaimsTable)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _cells(claim: Mapping[str, Any], titles: Mapping[str, str]) -> list[nodes.Node]:
    status = paragraph(f"{MARKS[claim['status']]} {claim['status']}")
    status["classes"].append("claim-status")
    says = nodes.paragraph("", "", claim_link(claim["id"], claim["says"] or claim["id"]))
    told = [claim.get("measurement") or claim["reason"], claim.get("bound_text", "")]
    told += [claim.get("kind", ""), titles[claim["chapter"]]]
    source = nodes.paragraph("", "", SourceText("", source=claim.get("source", "")))
    return [status, says, *map(paragraph, told), source]


def _class(name: str, value: str) -> str:
    """Class of the rows that have a value."""
    return f"{name}-{value.replace(' ', '-')}"
