"""The built book in print: all of it is there, and its links lead inside."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from book.one_page import pages_in_order
from book.project import Project


@pytest.fixture(scope="module")
def project(html: Path) -> Project:
    return Project(html.parents[1])


@pytest.fixture(scope="module")
def reader(project: Project) -> PdfReader:
    if not project.pdf.is_file():
        pytest.skip(f"there is no {project.pdf}; make it with: companion pdf")
    return PdfReader(project.pdf)


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.fixture(scope="module")
def beginnings(project: Project, reader: PdfReader) -> dict[str, int]:
    """Number of the page on which each page of the site begins."""
    places = reader.named_destinations
    numbers = {
        name: reader.get_destination_page_number(places[f"/{name}"])
        for name, _ in pages_in_order(project)
    }
    return {name: number for name, number in numbers.items() if number is not None}


def test_every_page_of_the_site_is_printed_in_its_order(
    project: Project, beginnings: dict[str, int], texts: list[str]
) -> None:
    assert list(beginnings) == [name for name, _ in pages_in_order(project)]
    assert list(beginnings.values()) == sorted(set(beginnings.values()))
    # A chapter is one session of reading: five sheets at least, and not a hundred.
    ends = [*list(beginnings.values())[1:], len(texts)]
    sheets = {
        name: end - start for (name, start), end in zip(beginnings.items(), ends, strict=True)
    }
    chapters = {name: n for name, n in sheets.items() if name.startswith("notebooks/")}
    assert {name: n for name, n in chapters.items() if not 5 <= n <= 60} == {}


def test_the_outline_has_the_title_of_every_page_once(
    reader: PdfReader, html: Path, beginnings: dict[str, int]
) -> None:
    entries = [entry for entry in reader.outline if not isinstance(entry, list)]
    outline = {str(entry["/Title"]): reader.get_destination_page_number(entry) for entry in entries}
    assert len(outline) == len(entries) == len(beginnings) + 1
    for name, number in beginnings.items():
        heading = re.search(r"<h1>(.*?)<a ", (html / f"{name}.html").read_text(encoding="utf-8"))
        assert heading is not None
        assert outline[re.sub(r"<[^>]*>", "", heading[1])] == number


def test_every_link_inside_leads_to_a_place_and_none_to_a_file(reader: PdfReader) -> None:
    links = [
        link.get_object()
        for page in reader.pages
        for link in page.get("/Annots", [])
        if link.get_object()["/Subtype"] == "/Link"
    ]
    inside = [str(link["/Dest"]) for link in links if "/Dest" in link]
    assert len(inside) > 500
    assert set(inside) - set(reader.named_destinations) == set()
    outside = [str(link["/A"]["/URI"]) for link in links if "/Dest" not in link]
    assert [url for url in outside if not url.startswith("https://")] == []


def test_every_sheet_but_the_title_has_its_number_and_something_to_read(
    texts: list[str],
) -> None:
    assert "1" not in texts[0].split()
    unnumbered = [n for n, text in enumerate(texts[1:], 2) if str(n) not in text.split()]
    assert unnumbered == []
    # A running head and a number alone are some sixty letters.
    assert [n for n, text in enumerate(texts[1:], 2) if len(text) < 90] == []


def test_formulas_are_set(texts: list[str], beginnings: dict[str, int]) -> None:
    # Chapters show code and the reference shows docstrings, in which a backslash may stand.
    first = min(n for name, n in beginnings.items() if name.startswith("notebooks/"))
    told = texts[:first]
    assert [n for n, text in enumerate(told, 1) if re.search(r"\\[a-zA-Z(\[]", text)] == []
    raw = re.compile(r"\\(frac|sum|sigma|begin|left|mathbb)\b|\\\(|\\\[")
    last = beginnings["book/pages/reference"] - 1
    assert [n for n, text in enumerate(texts[:last], 1) if raw.search(text)] == []


def test_the_file_is_small_enough_to_send(project: Project, reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Why deep networks train"
    assert 1e6 < project.pdf.stat().st_size < 25e6
