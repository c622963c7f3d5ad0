"""Sphinx extension: pages without barriers that other packages leave in their HTML."""

import re
from typing import Any

from sphinx.application import Sphinx

MENDINGS = (
    # Deprecated, and not what a list may hold.
    (re.compile(r' role="doc-biblioentry"'), ' role="listitem"'),
    # It hides from speech what the summary says: which code is folded.
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # Every exercise, solution and theorem of a page has the same anchor; nothing leads there.
    (re.compile(r' id="(?:exercise|solution|proof)-content"'), ""),
)


def mend(html: str) -> str:
    """Take barriers out of a page's content.

    Parameters
    ----------
    html : str
        As Sphinx and its extensions made it.

    Returns
    -------
    str
        With roles that exist, names that say what is seen, and anchors that are there once.
    """
    for pattern, better in MENDINGS:
        html = pattern.sub(better, html)
    return html


def mend_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Take barriers out of a page.

    Parameters
    ----------
    app : Sphinx
        The running build.
    pagename : str
        The page.
    templatename : str
        Its template.
    context : dict
        Changed in place.
    doctree : document or None
        The page's content.
    """
    if "body" in context:
        context["body"] = mend(context["body"])


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
    app.connect("html-page-context", mend_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
