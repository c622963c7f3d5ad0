"""Sphinx extension: a table of the parameters of each chapter, before the cell that sets them."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.chapters import PARAMETERS
from book.extensions.ledger import table
from book.extensions.texts import paragraph

FILE = "parameters.json"
HEAD = ("Name", "Type", "Default", "Unit", "Allowed", "What it is")
CLASS = "parameters-table"


def add_table(app: Sphinx, doctree: nodes.document) -> None:
    """Put the table before the cell of a page that has one.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page, just read.
    """
    cells = [n for n in doctree.findall(nodes.container) if f"tag_{PARAMETERS}" in n["classes"]]
    for cell in cells:
        parameters = _read(app)[app.env.docname]
        made = table(HEAD, [_row(parameter) for parameter in parameters], CLASS)
        cell.parent.insert(cell.parent.index(cell), made)


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
    app.connect("doctree-read", add_table)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: Sphinx) -> dict[str, list[dict[str, str]]]:
    found: Any = json.loads(Path(app.srcdir, FILE).read_text(encoding="utf-8"))
    return dict(found)


def _row(parameter: dict[str, str]) -> list[nodes.Node]:
    return [_cell(text, literal=key in {"name", "default"}) for key, text in parameter.items()]


def _cell(text: str, *, literal: bool) -> nodes.Node:
    if not text:
        return nodes.Text("")  # not even a paragraph, so that a phone leaves the cell out
    return nodes.paragraph("", "", nodes.literal("", text)) if literal else paragraph(text)
