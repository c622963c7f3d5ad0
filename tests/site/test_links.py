"""Where the site's links lead, and what the whole of it weighs."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}


class Links(HTMLParser):
    """Anchors of a page, and what it links to and loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if url := given.get(LINKS.get(tag, "")):
            self.links.append((given.get("class", ""), url))


@pytest.fixture(scope="module")
def linked(html: Path) -> dict[Path, Links]:
    """Every page of the site."""
    pages = [path for path in html.rglob("*.html") if "_static" not in path.parts]
    return {path.resolve(): Links(path) for path in pages}


def broken(path: Path, url: str, linked: dict[Path, Links]) -> bool:
    """Whether a link stays in the site and leads nowhere."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return False
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    anchor = unquote(parts.fragment)
    missed = bool(anchor) and target in linked and anchor not in linked[target].anchors
    return missed or not target.is_file()


def test_every_link_leads_to_a_file_and_an_anchor_that_exist(linked: dict[Path, Links]) -> None:
    lost = [
        f"{path.name}: {url}"
        for path, page in linked.items()
        for _, url in page.links
        if broken(path, url, linked)
    ]
    assert lost == []


def test_a_link_that_leads_nowhere_is_seen(linked: dict[Path, Links], html: Path) -> None:
    page = (html / "book" / "pages" / "notation.html").resolve()
    assert broken(page, "gone.html", linked)
    assert broken(page, "intro.html#gone", linked)
    assert not broken(page, "intro.html", linked)


def test_every_chapter_offers_its_notebook(linked: dict[Path, Links], html: Path) -> None:
    chapters = [path for path in linked if path.is_relative_to(html.resolve() / "notebooks")]
    assert chapters
    for path in chapters:
        offered = [url for style, url in linked[path].links if "btn-download-source" in style]
        places = [(path.parent / unquote(urlsplit(url).path)).resolve() for url in offered]
        assert [place.name for place in places] == [f"{path.stem}.ipynb"]
        assert places[0].read_bytes().startswith(b"{")


def test_the_whole_site_weighs_less_than_thirty_megabytes(html: Path) -> None:
    sizes = [path.stat().st_size for path in html.rglob("*") if path.is_file()]
    assert sum(sizes) < 30_000_000


def test_nothing_lies_in_the_site_that_only_debuggers_load(html: Path) -> None:
    static = html / "_static"
    left = [str(path.relative_to(static)) for path in static.rglob("*.map")]
    assert left == []
    assert not (static / "scripts" / "fontawesome.js").exists()


def test_no_page_tells_where_it_was_made(html: Path) -> None:
    root = str(html.parents[1])
    told = [p for p in html.rglob("*") if p.suffix in {".html", ".ipynb", ".js", ".json", ".txt"}]
    assert len(told) > 20
    assert [p for p in told if root in p.read_text(encoding="utf-8")] == []
