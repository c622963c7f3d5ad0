"""A page with marked passages gets slides, a link to them, and a place in the list."""

from collections.abc import Callable
from importlib.metadata import PackagePath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from book.extensions import slides

Build = Callable[..., tuple[str, str]]
EXTENSIONS = [
    "myst_parser",
    "sphinx.ext.mathjax",
    "book.extensions.ledger",
    "book.extensions.offline",
    "book.extensions.slides",
]
TEMPLATES = Path(slides.__file__).parents[1] / "_templates"
CHAPTER = """# First & < last

<!-- slide -->

What it *is*, [here](#later).

<!-- slide-end -->

(later)=
## Later

<!-- slide -->

$$x$$ (eq-x)

<!-- slide-end -->
"""


def build(
    build_page: Build, folder: Path, chapter: str, index: str = "# Home\n"
) -> tuple[str, str]:
    """Build a page and a chapter in a book without a theme of its own."""
    files = {
        "notebooks/tiny/second.md": chapter,
        "conf.py": f"extensions = {EXTENSIONS!r}\ntemplates_path = [{str(TEMPLATES)!r}]\n"
        "myst_enable_extensions = ['dollarmath']\nproject = 'Tiny'\n",
    }
    index += "\n```{toctree}\nnotebooks/tiny/second\n```\n"
    return build_page(folder, index, [], files)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_a_marked_page_gets_slides_and_leads_to_them(build_page: Build, tmp_path: Path) -> None:
    _, warnings = build(build_page, tmp_path, CHAPTER)
    assert warnings == ""
    page = soup(tmp_path / "out" / "notebooks" / "tiny" / "second.html")
    (link,) = page.find_all("a", string="Slides of this chapter")
    assert link["href"] == "../../slides/second.html"
    assert "<!-- slide" not in str(page)
    deck = soup(tmp_path / "out" / "slides" / "second.html")
    assert deck.title is not None
    assert deck.title.string == "Slides: First & < last — Tiny"
    assert [h.get_text() for h in deck.select("h1, h2")] == ["First & < last", "Later"]
    assert [h.name for h in deck.select("h1, h2")] == ["h1", "h2"]
    assert deck.html is not None
    assert deck.html["lang"] == "en"
    (back,) = deck.select("footer a")
    assert (back["href"], back.get_text()) == ("../notebooks/tiny/second.html", "First & < last")
    assert deck.select(".slide-body a")[0]["href"] == "../notebooks/tiny/second.html#later"
    loaded = {str(s.get("src", "")) for s in deck.select("script")}
    assert "../_static/mathjax/startup.js" in loaded
    assert not any("near.js" in name for name in loaded)


def test_what_slides_load_is_in_the_site(build_page: Build, tmp_path: Path) -> None:
    build(build_page, tmp_path, CHAPTER)
    deck = tmp_path / "out" / "slides" / "second.html"
    own = {"favicon.svg", "companion.css", "slides.css", "slides.js"}  # static files of the book
    for tag, name in (("script", "src"), ("link", "href")):
        for element in soup(deck).select(f"{tag}[{name}]"):
            place = deck.parent / str(element[name])
            assert place.is_file() or place.name in own, place
    reveal = tmp_path / "out" / "_static" / "reveal"
    assert sorted(path.name for path in reveal.iterdir()) == ["LICENSE", "reveal.css", "reveal.js"]
    assert sum(path.stat().st_size for path in reveal.iterdir()) < 500_000


def test_slides_with_a_figure_with_controls_load_its_script(
    build_page: Build, tmp_path: Path
) -> None:
    figure = '<figure class="explorable"></figure>'
    build(build_page, tmp_path, CHAPTER.replace("What it", f"{figure}\n\nWhat it"))
    deck = soup(tmp_path / "out" / "slides" / "second.html")
    assert len(deck.select("script[src$='near.js']")) == 1


def test_the_list_leads_to_all_slides_and_tells_how_many(build_page: Build, tmp_path: Path) -> None:
    html, warnings = build(build_page, tmp_path, CHAPTER, "# Home\n\n```{slides}\n```\n")
    assert warnings == ""
    items = BeautifulSoup(html, "html.parser").select("li:has(a[href^='slides/'])")
    assert [item.get_text(strip=True) for item in items] == ["First & < last(2 slides)"]
    assert items[0].find("a")["href"] == "slides/second.html"


def test_a_page_without_marks_has_none(build_page: Build, tmp_path: Path) -> None:
    html, warnings = build(build_page, tmp_path, "# Plain\n", "# Home\n\n```{slides}\n```\n")
    assert warnings == ""
    assert not (tmp_path / "out" / "slides").exists()
    assert "Slides of this chapter" not in html
    assert "slides/" not in html.replace("slides.css", "")


def test_a_slide_that_shows_nothing_is_a_warning(build_page: Build, tmp_path: Path) -> None:
    empty = CHAPTER.replace("What it *is*, [here](#later).\n\n", "")
    _, warnings = build(build_page, tmp_path, empty)
    assert "slide 1, 'First &amp; &lt; last', shows nothing" in warnings


def test_a_package_without_reveal_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slides, "files", lambda name: [PackagePath("src/reveal.js")])
    with pytest.raises(ExtensionError, match="sphinx-revealjs does not hold dist"):
        slides.reveal_source()


@pytest.mark.parametrize(
    ("format", "failure"), [("html", ValueError("no page")), ("latex", None), ("dummy", None)]
)
def test_reveal_comes_into_a_site_that_was_made_only(
    tmp_path: Path, format: str, failure: Exception | None
) -> None:
    app: Any = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format=format))
    slides.copy_reveal(app, failure)
    assert list(tmp_path.iterdir()) == []
