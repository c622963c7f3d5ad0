"""A page that Sphinx builds from a ledger written by hand."""

import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

Build = Callable[..., tuple[str, str]]

CLAIM = {
    "id": "first/six",
    "chapter": "first",
    "says": r"It is <b>six</b>, or $\epsilon^{-1}$.",
    "status": "reproduced",
    "reason": "",
    "measurement": "6",
    "bound_text": "6 ± 0",
    "kind": "exact",
    "source": "gauss1777numbers, page 6",
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
    "says": "Seven < $2^3$.",
    "right": "It is $3!$, Gauss's.",
    "shown_by": ["first/six"],
}
REFERENCES = """
@misc{numdl, key = {Slides}, title = {Slides}, year = {2018}}
@book{gauss1777numbers, author = {Gauss, Carl}, title = {Numbers}, year = {1777}, publisher = {P}}
"""
LEDGER: dict[str, Any] = {
    "profile": "standard",
    "counts": {"reproduced": 1, "failed": 1},
    "chapters": [
        {
            "name": "first",
            "part": "tiny",
            "title": "First",
            "claims": 2,
            "counts": {"reproduced": 1, "failed": 1},
        }
    ],
    "claims": [CLAIM, NEVER],
    "errata": [ERRATUM],
}


def build(
    folder: Path,
    index: str,
    extensions: list[str],
    files: Mapping[str, str] | None = None,
    settings: str = "",
) -> tuple[str, str]:
    """Make a page in MyST and a chapter beside it; return its HTML and Sphinx's warnings."""
    (folder / "notebooks" / "tiny").mkdir(parents=True)
    names = ["myst_parser", "book.extensions.ledger", *extensions]
    conf = f"extensions = {names!r}\nmyst_enable_extensions = ['dollarmath']\nnumfig = True\n"
    conf += "bibtex_bibfiles = ['references.bib']\n"
    (folder / "conf.py").write_text(conf + settings)
    contents = "\n```{toctree}\n:hidden:\n\nnotebooks/tiny/first\n```\n"
    (folder / "index.md").write_text(index + contents)
    (folder / "notebooks" / "tiny" / "first.md").write_text("# First\n\n(fig-six)=\n## Six\n")
    (folder / "claims.json").write_text(json.dumps(LEDGER))
    (folder / "references.bib").write_text(REFERENCES)
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    warnings, out = StringIO(), folder / "out"
    with docutils_namespace():
        app = Sphinx(folder, folder, out, out / ".doctrees", "html", status=None, warning=warnings)
        app.build()
    return (out / "index.html").read_text(encoding="utf-8"), warnings.getvalue()


@pytest.fixture(scope="session")
def build_page() -> Build:
    return build


@pytest.fixture(scope="session")
def ledger() -> dict[str, Any]:
    return LEDGER
