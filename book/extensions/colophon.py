"""Sphinx extension: at the end of each chapter stands how the page was made."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book.closure import DATASET
from book.origin import DIRTY

TITLE = "How this page was made"


def rows(record: Mapping[str, Any]) -> dict[str, list[str]]:
    """Tell what a record says, in words.

    Parameters
    ----------
    record : mapping
        From `book.records.write_record`; what an older one lacks is passed over.

    Returns
    -------
    dict of str to list of str
        What is told and the lines that tell it.
    """
    parameters = record["parameters"]
    named = [f"{name} {parameters[name]}" for name in ("seed", DATASET) if name in parameters]
    started = datetime.datetime.fromisoformat(record["started"]).astimezone(datetime.UTC)
    versions = {"Python": record["python"], **record["versions"]}
    found = {
        "Run": [", ".join([f"profile {record['profile']}", *named])],
        "Time": [f"{record['seconds']:.0f} s, begun {started:%Y-%m-%d %H:%M} UTC"],
        "Versions": [", ".join(f"{name} {number}" for name, number in versions.items())],
    }
    commit = record.get("commit")
    if commit:
        changed = " and changes that were not committed" if commit.endswith(DIRTY) else ""
        found["Code"] = [f"commit {commit.removesuffix(DIRTY)}{changed}"]
    data = record.get("data")
    if data:
        found["Data"] = [f"{name}: SHA-256 {digest}" for name, digest in data.items()]
    return found


def add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a chapter's record below it.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    path = Path(app.srcdir, "records.json")
    records = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    record = records.get(docname.rpartition("/")[2]) if docname.startswith("notebooks/") else None
    chapter = next(doctree.findall(nodes.section), None)
    if record is None or chapter is None:
        return
    items = [
        nodes.definition_list_item(
            "",
            nodes.term("", name),
            nodes.definition("", *[nodes.paragraph("", line) for line in lines]),
        )
        for name, lines in rows(record).items()
    ]
    title = nodes.rubric("", TITLE)
    chapter += nodes.container("", title, nodes.definition_list("", *items), classes=["colophon"])


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
    app.connect("doctree-resolved", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
