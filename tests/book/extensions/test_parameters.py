"""The table of parameters stands before their cell, and nothing in it is taken for HTML."""

import json
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from docutils import nodes
from docutils.core import publish_from_doctree
from docutils.utils import new_document

from book.extensions.parameters import FILE, add_table
from book.parameters import Parameter

BAD = "<script>alert(1)</script>"
EVIL = Parameter("evil", BAD, "of & <b>", {"enum": [BAD]})
STEPS = Parameter(
    "steps", 80, "of training", {"minimum": 40, "maximum": 10**5, "multipleOf": 40, "unit": "steps"}
)


def page(folder: Path, *classes: str) -> str:
    """HTML of a page with a cell of these classes; beside it lie the parameters."""
    told = {"notebooks/tiny/first": [STEPS.described, EVIL.described]}
    (folder / FILE).write_text(json.dumps(told), encoding="utf-8")
    document = new_document("first")
    document += nodes.container("", nodes.paragraph("", "the cell"), classes=list(classes))
    env = SimpleNamespace(docname="notebooks/tiny/first")
    add_table(cast("Any", SimpleNamespace(srcdir=folder, env=env)), document)
    return cast("bytes", publish_from_doctree(document, writer_name="html5")).decode()


def test_a_chapter_has_a_table_of_its_parameters_before_their_cell(tmp_path: Path) -> None:
    html = page(tmp_path, "cell", "tag_parameters")
    assert "<script>alert" not in html
    table, _, rest = html[html.index("parameters-table") :].partition("</table>")
    assert "the cell" in rest
    rows = [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td.*?</td>", row)]
        for row in table.replace("\n", " ").split("<tr")[2:]
    ]
    limits = "at least 40, at most 100_000, a multiple of 40"
    assert rows == [
        ["steps", "int", "80", "steps", limits, "of training"],
        ["evil", "str", BAD, "", f"one of: {BAD}", "of & <b>"],
    ]


def test_a_page_without_the_cell_has_no_table(tmp_path: Path) -> None:
    assert "table" not in page(tmp_path, "cell", "tag_slide").partition("<body")[2]
