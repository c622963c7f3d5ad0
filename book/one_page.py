"""All pages of the site as one, to be printed: its links and pictures lead inside it.

Made from the finished pages and not by Sphinx's own builder ``singlehtml``, in which equal anchors
of two pages collide, and for which half of the extensions have no handlers.
"""

import html
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from book.policy import with_policy
from book.project import BookError, Project, read_config, read_yaml

STYLE = Path(__file__).with_name("print.css")
SCRIPT = Path(__file__).with_name("print.js")
UNFINISHED = "unfinished"
# Paper has no use for scripts, for what scripts show, for marks to click on, nor for code that the
# page folds away; all else that is folded is opened.
LEFT_OUT = "script, button, [hidden], .headerlink, .d-print-none, details.above-input"
# Without a look of their own, but each would be an object of the PDF.
PLAIN = ".highlight :is(.n, .p, .w), span.pre, em.sig-param > span"
REFERENCES = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
SVG_REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class Page:
    """A page of the site, made fit to stand beside the others.

    Parameters
    ----------
    name : str
        Path in the site without ending; also its anchor.
    part : str
        Title of the part of the book that it begins, else empty.
    head : tuple of str
        Style sheets and mathematics that it loads, in HTML.
    article : Tag
        What it says.
    """

    name: str
    part: str
    head: tuple[str, ...]
    article: Tag

    @property
    def title(self) -> Tag:
        """Its first heading."""
        heading = self.article.find("h1")
        assert isinstance(heading, Tag), self.name
        return heading


def pages_in_order(project: Project) -> list[tuple[str, str]]:
    """List the pages as the table of contents has them.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of (str, str)
        Name of a page, and title of the part that it begins or an empty text.
    """
    toc = read_yaml(project.toc)
    listed = [(str(toc["root"]), "")]
    for part in toc.get("parts", [toc]):
        names = _files([*part.get("chapters", []), *part.get("sections", [])])
        captions = chain([str(part.get("caption", ""))], repeat(""))
        listed += zip(names, captions, strict=False)
    return listed


def one_page(project: Project) -> str:
    """Join the pages of the site.

    Parameters
    ----------
    project : Project
        The checkout; its site has been made.

    Returns
    -------
    str
        A page to lie beside the folder of the site: a title page, contents with links, then the
        pages. In a browser its title says that it is unfinished until every formula is set and
        every picture there; then it is the title of the book.

    Raises
    ------
    BookError
        If a page is not there.
    """
    config = read_config(project)
    site = project.html.name
    pages = []
    for name, part in pages_in_order(project):
        path = project.html / f"{name}.html"
        if not path.is_file():
            raise BookError(f"there is no {path}; make the site with: companion build")
        pages.append(read_page(path.read_text(encoding="utf-8"), name, part, site))
    _drop_lost_links(pages)
    head = "\n".join(dict.fromkeys(tag for page in pages for tag in page.head))
    chapters = [_chapter(number, page) for number, page in enumerate(pages)]
    body = "\n".join([_title_page(config), _contents(pages), *chapters])
    return with_policy(
        '<!DOCTYPE html>\n<html lang="en" data-theme="light" data-mode="light">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{UNFINISHED}</title>\n{head}\n'
        f"<style>\n{STYLE.read_text(encoding='utf-8')}{_running_heads(pages)}</style>\n"
        f"<script>\n{SCRIPT.read_text(encoding='utf-8')}</script>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def read_page(text: str, name: str, part: str, site: str) -> Page:
    """Take from a page what it says, with names that no other page has.

    Parameters
    ----------
    text : str
        The page, in HTML.
    name : str
        Its path in the site without ending.
    part : str
        Title of the part that it begins, or empty.
    site : str
        Path of the site as seen from the one page.

    Returns
    -------
    Page
        Links to pages of the site lead to ``#page`` and ``#page:anchor``, whether or not there is
        such an anchor.

    Raises
    ------
    BookError
        If the page has no article with a heading.
    """
    # Of several values of an attribute none is split off: all come out as they went in.
    soup = BeautifulSoup(text, "html.parser", multi_valued_attributes=None)
    article = soup.select_one("article:has(h1)")
    if article is None:
        raise BookError(f"{name}.html has no article with a heading")
    head = soup.select("head link[rel=stylesheet], head script[src*=mathjax]")
    head += [s for s in soup.select("head script:not([src])") if "window.MathJax" in s.text]
    for tag in article.select(LEFT_OUT):
        tag.decompose()
    for tag in article.select(PLAIN):
        tag.unwrap()
    for tag in article.select("details"):
        tag["open"] = ""
    for tag in [article, *article.find_all(True), *head]:
        tag.attrs = dict(_renamed(tag, name, site))
    return Page(name, part, tuple(map(str, head)), article)


def _files(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield entry["file"]
        yield from _files(entry.get("sections", []))


def _anchor(page: str, name: str) -> str:
    # No page has a colon in its name: what stands before the first one is the page.
    return f"{page}:{name}" if name else page


def _renamed(tag: Tag, page: str, site: str) -> Iterator[tuple[str, str]]:
    """Attributes of a tag, with the names and links of the one page."""
    for key, value in tag.attrs.items():
        text = str(value)
        if key == "id":
            yield key, _anchor(page, text)
        elif key in REFERENCES:
            yield key, " ".join(_anchor(page, word) for word in text.split())
        elif key == "src" or (key == "href" and tag.name == "link"):
            yield key, _place(text, page, site)
        elif key in {"href", "xlink:href"}:
            yield key, _target(text, page)
        else:
            yield key, SVG_REFERENCE.sub(lambda m: f"url(#{_anchor(page, m[1])})", text)


def _place(url: str, page: str, site: str) -> str:
    """Where a file that a page loads lies, seen from the one page."""
    if urlsplit(url).scheme:
        return url
    return posixpath.normpath(posixpath.join(site, posixpath.dirname(page), url))


def _target(url: str, page: str) -> str:
    """Where a link of a page leads, seen from the one page."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return url
    path = posixpath.join(posixpath.dirname(page), parts.path) if parts.path else page
    name = posixpath.normpath(path).removesuffix(".html")
    return "#" + _anchor(name, parts.fragment)


def _drop_lost_links(pages: Sequence[Page]) -> None:
    """Keep the words alone of links to other files of the site, and to what was left out."""
    anchors = {page.name for page in pages}
    anchors |= {str(tag["id"]) for page in pages for tag in page.article.select("[id]")}
    for page in pages:
        for link in page.article.select('a[href^="#"]'):
            if unquote(str(link["href"])[1:]) not in anchors:
                link.unwrap()


def _running_heads(pages: Sequence[Page]) -> str:
    """A kind of sheet for each page, since a running head cannot quote a heading."""
    rules = []
    for number, page in enumerate(pages):
        title = re.sub(r"[^\w ]", lambda m: f"\\{ord(m[0]):x} ", page.title.get_text())
        rules.append(f'@page chapter-{number} {{ @top-left {{ content: "{title}"; }} }}\n')
    return "".join(rules)


def _title_page(config: Mapping[str, Any]) -> str:
    footer = config.get("html", {}).get("extra_footer", "")
    return (
        f'<div class="title-page"><p class="book-title">{html.escape(config["title"])}</p>\n'
        f'<p class="book-author">{html.escape(config["author"])}</p>\n'
        '<div class="book-note"><p>Printed from the pages of the book. Solutions are shown; code '
        f"that the pages fold away is left out.</p>{footer}</div></div>"
    )


def _contents(pages: Sequence[Page]) -> str:
    lines = ['<nav class="book-contents mathjax_ignore"><h1>Contents</h1>']
    for page in pages:
        lines.append(_part(page))
        lines.append(f'<p class="in-chapter">{_link(page.title, page.name)}</p>')
        sections = [
            _link(heading, str(section["id"]))
            for section in page.article.select("section[id]")
            for heading in section.find_all("h2", recursive=False)
        ]
        if sections:
            lines.append(f'<p class="in-sections">{" · ".join(sections)}</p>')
    return "\n".join([*lines, "</nav>"])


def _link(heading: Tag, anchor: str) -> str:
    return f'<a href="#{quote(anchor, safe="/:")}">{html.escape(heading.get_text())}</a>'


def _part(page: Page) -> str:
    return f'<p class="part">{html.escape(page.part)}</p>' if page.part else ""


def _chapter(number: int, page: Page) -> str:
    # The theme's style sheets speak to these classes.
    return (
        f'<div class="chapter bd-content" id="{page.name}" style="page: chapter-{number}">'
        f'{_part(page)}\n<div class="bd-article-container">{page.article}</div></div>'
    )
