"""Sources have the names that readers know, and what cards mention is linked when it is known."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes
from pybtex.database import parse_file, parse_string

from book.extensions import sources
from book.statements import DOCUMENTS
from lib.claims.cards import html_card

Build = Callable[..., tuple[str, str]]
EXTENSIONS = ["book.extensions.sources"]
GAUSS = "gauss1777numbers"
NAMES = {"numdl": "numdl", GAUSS: "Gauss 1777"}
CARD = html_card(
    "erratum",
    "numdl · first/seven",
    "claim-here",
    "Seven.",
    {"Shown by": "first/six, first/gone", "Source": f"{GAUSS}, page 6; numdl, <b>'s"},
)
PAGE = f"# Page\n\n```{{raw}} html\n{CARD}\n```\n\n{{cite}}`{GAUSS}`\n"
BIBLIOGRAPHY = "\n```{bibliography}\n```\n"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("author = {Gauss, Carl}, year = 1777", "Gauss 1777"),
        ("author = {A, B and C, D}, year = 2001", "A and C 2001"),
        ("author = {A, B and C, D and E, F}, year = 2001", "A et al. 2001"),
        ("author = {van der Corput, J.}, year = 1935", "van der Corput 1935"),
        ("author = {{The group}}, year = 2001", "The group 2001"),
        ("editor = {A, B}, year = 2001", "A 2001"),
        ("author = {A, B}", "key"),
        ("year = 2001", "key"),
    ],
)
def test_a_source_is_named_by_authors_and_year(entry: str, name: str) -> None:
    found = parse_string(f"@book{{key, {entry}}}", "bibtex").entries["key"]
    assert sources.name("key", found) == name
    assert sources.name("numdl", found) == "numdl"


def test_every_work_of_the_bibliography_has_a_name_of_its_own_that_is_not_a_key(root: Path) -> None:
    entries = parse_file(str(root / "book" / "references.bib")).entries
    names = {key: sources.name(key, entry) for key, entry in entries.items()}
    assert {key for key, name in names.items() if name == key} == set(DOCUMENTS)
    assert not any(set(name) & set("{}\\") for name in names.values())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("numdl, page 1", "[numdl], page 1"),
        (f"{GAUSS}", "[Gauss 1777]"),
        (
            f"numdl, a, b; {GAUSS}, eq. 2; Saxe et al. 2014",
            "[numdl], a, b; [Gauss 1777], eq. 2; Saxe et al. 2014",
        ),
        ("numdl, one; two; three's", "[numdl], one; two; three’s"),
        ("unheard2001, page 1", "unheard2001, page 1"),
        ("", ""),
    ],
)
def test_each_work_of_a_source_is_named(source: str, shown: str) -> None:
    told = [f"[{words}]" if key else words for words, key in sources.pieces(source, NAMES)]
    assert "".join(told) == shown


def test_a_card_on_a_page_leads_to_the_bibliography_and_to_other_cards(
    build_page: Build, tmp_path: Path
) -> None:
    page, warnings = build_page(tmp_path, PAGE + BIBLIOGRAPHY, EXTENSIONS)
    assert warnings == ""
    link = '<a class="reference internal" href='
    six = f'{link}"notebooks/tiny/first.html#claim-first-six">first/six</a>'
    assert f'<dd class="claim-shown-by">{six}, first/gone</dd>' in page
    assert f'{link}"#id4">Gauss 1777</a>, page 6; numdl, &lt;b&gt;’s</dd>' in page
    assert 'id="id4"' in page


def test_without_an_entry_on_the_page_the_one_of_the_bibliography_is_taken(
    build_page: Build, tmp_path: Path
) -> None:
    files = {f"{sources.BIBLIOGRAPHY}.md": "---\norphan: true\n---\n# Works\n" + BIBLIOGRAPHY}
    page, _ = build_page(tmp_path, PAGE, EXTENSIONS, files)
    works = (tmp_path / "out" / f"{sources.BIBLIOGRAPHY}.html").read_text(encoding="utf-8")
    row = page.partition('class="claim-source">')[2]
    target = row.partition(f'<a class="reference internal" href="{sources.BIBLIOGRAPHY}.html#')[2]
    target = target.partition('"')[0]
    assert target
    assert f'id="{target}"' in works


def test_a_row_with_formulas_and_other_rows_stay_as_they_are() -> None:
    html = html_card("failed", "t", "n", "s", {"Source": "$x$ numdl", "Bound": "numdl"})
    card = nodes.raw("", html, format="html")
    sources.link(card, {"source": str.upper, "shown-by": str.upper})
    assert card.astext() == html
