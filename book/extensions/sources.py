"""Sources of claims as readers know them, and links in the cards that notebooks bring along.

A source begins with a key of the bibliography. Where a card is made nothing is known of pages; so
its keys become author and year, with a link, only when the page is written. So do the ids of claims
that show an erratum become links.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from typing import cast

from docutils import nodes
from pybtex.database import Entry
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.domain import BibtexDomain

from book.extensions.ledger import card_addresses
from book.statements import DOCUMENTS
from lib.claims.texts import curly

BIBLIOGRAPHY = "book/pages/bibliography"
FEW = 2  # authors who are all named
ROW = re.compile(r'(<dd class="claim-(source|shown-by)">)([^<]*)(?=</dd>)')


class SourceText(nodes.Inline, nodes.TextElement):
    """Source of a claim, until the bibliography is known."""


def name(key: str, entry: Entry) -> str:
    """Name a source as readers know it.

    Parameters
    ----------
    key : str
        Its key in the bibliography.
    entry : Entry
        What stands there.

    Returns
    -------
    str
        Authors (or editors) and year; the key of a document of the book, or of what has none.

    Examples
    --------
    >>> name("a", Entry.from_string("@book{a, author={B, A and D, C}, year=2001}", "bibtex"))
    'B and D 2001'
    """
    persons = entry.persons.get("author") or entry.persons.get("editor", ())
    people = [" ".join((*person.prelast_names, *person.last_names)) for person in persons]
    people = [re.sub(r"[{}]", "", one) for one in people]
    year = entry.fields.get("year", "")
    if key in DOCUMENTS or not people or not year:
        return key
    first = " and ".join(people) if len(people) <= FEW else f"{people[0]} et al."
    return f"{first} {year}"


def pieces(source: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Take a source apart.

    Parameters
    ----------
    source : str
        Places in one or more works, with semicolons between: ``key, place; key, place``.
    names : mapping of str to str
        Keys of the bibliography and what they are called.

    Yields
    ------
    tuple of (str, str)
        A piece of text, and the key that it stands for; empty for other text.
    """
    for number, work in enumerate(source.split(";")):
        key, comma, place = work.partition(",")
        if key.strip() in names:
            if number:
                yield "; ", ""
            yield names[key.strip()], key.strip()
            yield curly(comma + place), ""
        else:
            yield curly(";" * bool(number) + work), ""


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name the sources on a page, and link what its cards mention.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    domain = cast("BibtexDomain", app.env.get_domain("cite"))
    names = {key: name(key, entry) for key, entry in domain.bibdata.data.entries.items()}
    works = {
        found.key: f"{app.builder.get_relative_uri(docname, page)}#{found.citation_id}"
        for page in (BIBLIOGRAPHY, docname)  # an entry on the page itself is nearer
        for found in domain.citations
        if found.bibliography_key.docname == page
    }
    for place in list(doctree.findall(SourceText)):
        place.replace_self([_node(*piece, works) for piece in pieces(place["source"], names)])
    cards = card_addresses(app, docname)

    def source(text: str) -> str:
        return "".join(_html(words, works.get(key)) for words, key in pieces(text, names))

    def shown_by(text: str) -> str:
        return ", ".join(_html(claim, cards.get(claim)) for claim in text.split(", "))

    for raw in doctree.findall(nodes.raw):
        if "html" in raw["format"].split() and 'class="claim ' in raw.astext():
            link(raw, {"source": source, "shown-by": shown_by})


def link(card: nodes.raw, rows: Mapping[str, Callable[[str], str]]) -> None:
    """Write rows of a card anew.

    Parameters
    ----------
    card : raw
        HTML from `lib.claims.cards.html_card`; changed in place.
    rows : mapping of str to callable
        For a row, what makes HTML of its text.
    """
    html = ROW.sub(lambda row: row[1] + rows[row[2]](unescape(row[3])), card.astext())
    card.children = []
    card += nodes.Text(html)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        What Sphinx needs to know of parallel builds.
    """
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_node(SourceText)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _node(words: str, key: str, addresses: Mapping[str, str]) -> nodes.Node:
    if key not in addresses:
        return nodes.Text(words)
    return nodes.reference("", words, refuri=addresses[key], internal=True)


def _html(words: str, address: str | None) -> str:
    if address is None:
        return escape(words)
    return f'<a class="reference internal" href="{escape(address)}">{escape(words)}</a>'
