"""Slides out of a chapter's page: what is marked on it, with the links back to it."""

import copy
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Comment, PageElement, Tag

from book.slides import BEGIN, END, MORE, SLIDE

FOLDER = "slides"
# Lines of code; what is longer is left to the page.
LONGEST_CODE = 6
# Words of a list, and cards of a cell (an erratum takes the room of two); what is more goes on on
# the next slide.
LONGEST_LIST = 120
MOST_CARDS = 4
NUMBERS, RIGHT = ("Measured", "Bound"), "Right"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ADDRESSES = ("href", "src")


@dataclass
class Slide:
    """A slide.

    Parameters
    ----------
    title : str
        HTML of the heading under which its first part stands.
    source : str
        Address of that heading, seen from the folder of the slides.
    parts : list of str
        HTML of what it shows.
    """

    title: str
    source: str
    parts: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        """All that it shows below its title."""
        return "\n".join(self.parts)


def address(page: str) -> str:
    """Address of the slides of a chapter.

    Parameters
    ----------
    page : str
        Name of its page, such as ``notebooks/linear/linear_dynamics``.

    Returns
    -------
    str
        Seen from the root of the site.
    """
    return f"{FOLDER}/{posixpath.basename(page)}.html"


def without_marks(body: str) -> str:
    """Take the comments that mark slides out of a page.

    Parameters
    ----------
    body : str
        HTML.

    Returns
    -------
    str
        What readers get.
    """
    for mark in (*BEGIN.values(), END):
        body = body.replace(f"{mark}\n", "").replace(mark, "")
    return body


def read_slides(body: str, page: str) -> list[Slide]:
    """Compose the slides of a chapter from its page.

    Parameters
    ----------
    body : str
        HTML of the page's content, with marks.
    page : str
        Address of the page, seen from the root of the site.

    Returns
    -------
    list of Slide
        In the order of the page. Formulas, figures and outputs are as on the page. Of cards the
        reasons and sources are left out; of code what is folded there, long, or draws a figure.
        Anchors are gone, and links lead to the page.
    """
    slides: list[Slide] = []
    title, source, mark = "", page, ""
    for element in _blocks(BeautifulSoup(body, "html.parser")):
        if isinstance(element, Comment):
            text = f"<!--{element}-->"
            mark = next((name for name, begin in BEGIN.items() if begin == text), mark)
            if text == BEGIN[SLIDE]:
                slides.append(Slide(title, source))
            elif text == END:
                mark = ""
        elif isinstance(element, Tag) and element.name in HEADINGS:
            title = _cleaned(element, page).decode_contents().strip()
            anchor = element.parent.get("id") if element.parent else None
            source = _seen_from_slides(f"#{anchor}" if anchor else "", page)
        elif isinstance(element, Tag):
            of_cell = next((m for m in (SLIDE, MORE) if f"tag_{m}" in _classes(element)), "")
            if of_cell == SLIDE:
                slides.append(Slide(title, source))
            if of_cell or mark:
                shown = _shown(element) if "cell" in _classes(element) else element
                first, *rest = map(str, _spread(_cleaned(shown, page)))
                slides[-1].parts.append(first)
                slides += [replace(slides[-1], parts=[part]) for part in rest]
    return slides


def _blocks(node: Tag) -> Iterator[PageElement]:
    """Headings, comments and blocks of a page in their order; sections are opened."""
    for child in node.children:
        if isinstance(child, Tag) and child.name == "section":
            yield from _blocks(child)
        elif isinstance(child, Tag | Comment):
            yield child


def _classes(element: Tag) -> list[str]:
    return list(element.get_attribute_list("class"))


def _shown(cell: Tag) -> Tag:
    """A cell without code that is folded, long or draws a figure, and with brief cards."""
    cell = copy.copy(cell)
    drawn = cell.find("figure") is not None
    for code in cell.select(".cell_input"):
        lines = [line for line in code.get_text().splitlines() if line.strip()]
        if drawn or code.find_parent("details") or len(lines) > LONGEST_CODE:
            code.decompose()
    for folded in cell.select("details:not(:has(.cell_output))"):
        folded.decompose()
    for label in cell.select(".claim-rows dt"):
        text = label.find_next_sibling("dd")
        if text is not None and label.get_text() in NUMBERS:
            text.string = text.get_text().partition(" (")[0]  # the rest says why
        elif text is not None and label.get_text() != RIGHT:
            text.decompose()
            label.decompose()
    return cell


def _items(element: Tag) -> list[Tag]:
    """Points of a list, or cards of a cell."""
    if element.name == "ul":
        return element.find_all("li", recursive=False)
    return element.select(".cell_output > :has(> .claim)")


def _spread(element: Tag) -> list[Tag]:
    """Spread an element that is too long for one slide over several."""
    items, most = _items(element), MOST_CARDS
    sizes = [2 if item.select(".claim-erratum") else 1 for item in items]
    if element.name == "ul":
        sizes, most = [len(item.get_text().split()) for item in items], LONGEST_LIST
    groups: list[list[int]] = [[]]
    for number, size in enumerate(sizes):
        if groups[-1] and sum(sizes[one] for one in groups[-1]) + size > most:
            groups.append([])
        groups[-1].append(number)
    made = [copy.copy(element) for _ in groups]
    for part, kept in zip(made, groups, strict=True):
        for number, item in enumerate(_items(part)):
            if number not in kept:
                item.decompose()
    return made


def _cleaned(element: Tag, page: str) -> Tag:
    """A copy without anchors, whose addresses hold in the folder of the slides."""
    element = copy.copy(element)
    for link in element.select("a.headerlink"):
        link.decompose()
    for tag in (element, *element.find_all(True)):
        # The controls of a figure are found, and named, by their anchors.
        if not tag.find_parent(class_="explorable"):
            del tag["id"]
        for name in ADDRESSES:
            given = tag.get(name)
            if isinstance(given, str):
                tag[name] = _seen_from_slides(given, page)
    return element


def _seen_from_slides(given: str, page: str) -> str:
    """An address on a page, as it is written on a slide."""
    parts = urlsplit(given)
    if parts.scheme or parts.netloc:
        return given
    target = urlsplit(urljoin(f"/{page}", given))
    return target._replace(path=posixpath.relpath(target.path, f"/{FOLDER}")).geturl()
