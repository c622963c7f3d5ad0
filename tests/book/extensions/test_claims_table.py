"""The table of claims is whole without its script, and tells the script all that it needs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book.extensions import claims_table

Build = Callable[..., tuple[str, str]]
EXTENSIONS = ["book.extensions.claims_table", "book.extensions.sources", "sphinx.ext.mathjax"]
ADDRESS = "notebooks/tiny/first.html#claim-first-"


@pytest.fixture(scope="module")
def folder(build_page: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("source")
    _, warnings = build_page(made, "# Claims\n\n```{claims-table}\n```\n", EXTENSIONS)
    assert warnings == ""
    return made / "out"


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page, re.DOTALL)


def test_a_row_shows_what_was_measured_and_links_to_the_card(rows: list[str]) -> None:
    head, six, _ = rows
    for title in claims_table.HEAD:
        assert f"<p>{title}</p>" in head
    for text in ("✔ reproduced", ">6<", "6 ± 0", "exact", "First", "Gauss 1777, page 6"):
        assert text in six
    (link,) = re.findall(r"<a [^>]*>.*</a>", six)
    assert f'href="{ADDRESS}six"' in link
    assert re.search(r">It is &lt;b&gt;six&lt;/b&gt;, or <span[^>]*>\\\(\\epsilon\^", link)
    assert 'title="It is &lt;b&gt;six&lt;/b&gt;, or ε⁻¹."' in link, "for the script, which reads it"


def test_a_claim_that_was_never_measured_tells_why_instead_of_a_number(rows: list[str]) -> None:
    for text in ("✘ failed", "never run", f"{ADDRESS}never"):
        assert text in rows[2]


def test_rows_carry_the_values_that_the_controls_offer(page: str, rows: list[str]) -> None:
    offered = re.findall(r'<option value="([^"]+)">([^<]*)<', page)
    assert offered == [
        ("document-paper", "a paper"),
        ("chapter-first", "First"),
        ("kind-exact", "exact"),
        ("status-reproduced", "reproduced"),
        ("status-failed", "failed"),
    ]
    for row, values in zip(rows[1:], ([0, 1, 2, 3], [1, 4]), strict=True):
        match = re.match(r'<tr class="([^"]+)"', row)
        assert match
        names = {name for name, _ in offered}
        assert names & set(match[1].split()) == {offered[index][0] for index in values}


def test_controls_are_labelled_hidden_until_there_is_a_script_and_count_aloud(page: str) -> None:
    controls = page[page.index('<div class="claims-controls"') : page.index("<table")]
    assert re.match(r"<div [^>]*\bhidden>", controls)
    assert len(re.findall(r"<label>\w+ <(select|input)", controls)) == 5
    assert len(re.findall(r"<(select|input)", controls)) == 5
    assert 'aria-live="polite"' in controls


def test_only_a_page_with_the_table_loads_the_script(folder: Path, page: str) -> None:
    script = re.compile(r'<script [^>]*src="[^"]*claims\.js')
    assert script.search(page)
    chapter = (folder / "notebooks" / "tiny" / "first.html").read_text(encoding="utf-8")
    assert not script.search(chapter)


@pytest.mark.parametrize(
    ("source", "document"),
    [
        ("saxe-review, second equation; lu-slides, x", "saxe-review"),
        ("numdl", "numdl"),
        ("saxe2014exact, eq. 2", "paper"),
        ("", ""),
    ],
)
def test_a_claims_document_is_the_first_key_of_its_source(source: str, document: str) -> None:
    claim: dict[str, Any] = {"chapter": "first", "status": "failed", "source": source}
    assert claims_table.facets(claim)["document"] == document


def test_the_script_is_small_and_finds_what_the_page_holds(root: Path) -> None:
    text = (root / "book" / "static" / claims_table.SCRIPT).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    for name in (claims_table.CLASS, "claims-controls", "claims-count"):
        assert f".{name}" in text
    assert "import" not in text
    assert "innerHTML" not in text
