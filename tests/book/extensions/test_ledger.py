"""Tables and links of the ledger, built by Sphinx from a ledger written by hand."""

import json
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CLAIM = {
    "id": "first/six",
    "chapter": "first",
    "says": "It is <b>six</b>.",
    "status": "reproduced",
    "reason": "",
    "measurement": "6",
    "bound_text": "6 ± 0",
    "kind": "exact",
    "source": "numdl, somewhere",
}
NEVER = {
    "id": "first/never",
    "chapter": "first",
    "says": "Never measured.",
    "status": "failed",
    "reason": "never run",
}
ERRATUM = {
    "id": "first/seven",
    "chapter": "first",
    "document": "numdl",
    "says": "Seven.",
    "right": "Six.",
    "shown_by": ["first/six"],
}
LEDGER: dict[str, Any] = {
    "profile": "standard",
    "counts": {"reproduced": 1, "failed": 1},
    "chapters": [{"name": "first", "part": "tiny", "title": "First", "claims": 2, "held": 1}],
    "claims": [CLAIM, NEVER],
    "errata": [ERRATUM],
}
INDEX = """
Pages
=====

.. toctree::

   notebooks/tiny/first

.. claims-summary::

.. claims-table::

.. errata-table::

See :claim:`first/six`.
"""


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets += [value or "" for name, value in attrs if name == "href"]


def build(folder: Path, index: str = INDEX) -> tuple[str, str]:
    """Make a page; return its HTML and Sphinx's warnings."""
    (folder / "notebooks" / "tiny").mkdir(parents=True)
    (folder / "conf.py").write_text('extensions = ["book.extensions.ledger"]\n')
    (folder / "index.rst").write_text(index)
    (folder / "notebooks" / "tiny" / "first.rst").write_text("First\n=====\n")
    (folder / "claims.json").write_text(json.dumps(LEDGER))
    warnings, out = StringIO(), folder / "out"
    with docutils_namespace():
        app = Sphinx(folder, folder, out, out / ".doctrees", "html", status=None, warning=warnings)
        app.build()
    return (out / "index.html").read_text(encoding="utf-8"), warnings.getvalue()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    text, warnings = build(tmp_path_factory.mktemp("source"))
    assert warnings == ""
    return text


def test_the_summary_counts_by_status(page: str) -> None:
    assert "2 claims in the standard profile: 1 reproduced, 1 failed." in page


def test_the_table_shows_each_claim_with_status_measurement_and_bound(page: str) -> None:
    for text in ("✔ reproduced", "6 ± 0", "numdl, somewhere", "First: 1 of 2 hold"):
        assert text in page


def test_a_claim_that_was_never_measured_tells_why_instead_of_a_number(page: str) -> None:
    assert "✘ failed" in page
    assert "never run" in page


def test_texts_of_claims_are_escaped(page: str) -> None:
    assert "It is &lt;b&gt;six&lt;/b&gt;." in page


def test_every_claim_and_erratum_links_to_its_card(page: str) -> None:
    cards = [target for target in Links(page).targets if "#claim-" in target]
    address = "notebooks/tiny/first.html#claim-first-"
    # The table of claims, the erratum and what shows it, and the role in the text.
    assert sorted(cards) == sorted(
        address + name for name in ("six", "never", "seven", "six", "six")
    )


def test_a_link_to_a_claim_that_is_not_in_the_ledger_warns(tmp_path: Path) -> None:
    text, warnings = build(tmp_path, "Page\n====\n\nSee :claim:`first/gone`.\n")
    assert "no claim or erratum 'first/gone'" in warnings
    assert "#claim-first-gone" not in text
