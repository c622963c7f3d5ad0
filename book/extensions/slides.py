"""Sphinx extension: slides of each chapter, made from its page, and a list of them.

Slides are moved by reveal.js, whose files come out of the package sphinx-revealjs; nothing else of
that package is used, and nothing is loaded from another host.
"""

import json
import shutil
from importlib.metadata import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from book.deck import address, read_slides, without_marks
from book.extensions.explorables import LOADER, MARK
from book.slides import BEGIN, SLIDE

REVEAL = ("reveal.js", "reveal.css")
TEMPLATE = "slides.html"
COUNT = "slides"
LOG = logging.getLogger(__name__)


class slides_list(nodes.General, nodes.Element):  # noqa: N801 - docutils writes nodes so
    """Stands where the list will be until all chapters are read."""


class SlidesList(SphinxDirective):
    """A link to the slides of each chapter that has some."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the list.

        Returns
        -------
        list of Node
            The place.
        """
        return [slides_list()]


def reveal_source() -> Path:
    """Find reveal.js in the installed package.

    Returns
    -------
    Path
        The folder of its built files.

    Raises
    ------
    ExtensionError
        If the package lacks it.
    """
    for file in files("sphinx-revealjs") or ():
        if file.parts[-2:] == ("dist", REVEAL[0]):
            return Path(str(file.locate())).parent
    raise ExtensionError(f"the package sphinx-revealjs does not hold dist/{REVEAL[0]}")


def count(app: Sphinx, doctree: nodes.document) -> None:
    """Keep how many slides a page has.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    """
    texts = [node.astext().strip() == BEGIN[SLIDE] for node in doctree.findall(nodes.raw)]
    cells = [f"tag_{SLIDE}" in node["classes"] for node in doctree.findall(nodes.container)]
    if sum(texts) + sum(cells):
        app.env.metadata[app.env.docname][COUNT] = sum(texts) + sum(cells)


def add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link a chapter to its slides, and fill the lists of slides.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    if app.builder.format != "html":
        return
    chapter = next(doctree.findall(nodes.section), None)
    if COUNT in app.env.metadata[docname] and chapter is not None:
        colophons = [n for n in chapter.findall(nodes.container) if "colophon" in n["classes"]]
        place = colophons[-1] if colophons else chapter
        place.append(
            nodes.paragraph("", "", _link(app, docname, docname, "Slides of this chapter"))
        )
    for wanted in list(doctree.findall(slides_list)):
        made = [name for name in app.env.found_docs if COUNT in app.env.metadata[name]]
        order = _reading_order(app)
        made.sort(key=lambda name: (order.index(name) if name in order else len(order), name))
        items = [
            nodes.list_item(
                "",
                nodes.paragraph(
                    "",
                    "",
                    _link(app, docname, name, app.env.titles[name].astext()),
                    nodes.Text(f" ({app.env.metadata[name][COUNT]} slides)"),
                ),
            )
            for name in made
        ]
        wanted.replace_self([nodes.bullet_list("", *items)] if items else [])


def make(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Write the slides of a page that has some, and take their marks off it.

    Parameters
    ----------
    app : Sphinx
        The running build.
    pagename : str
        The page.
    templatename : str
        Its template.
    context : dict
        Changed in place.
    doctree : document or None
        The page's content.
    """
    if doctree is None or COUNT not in app.env.metadata[pagename]:
        return
    page = app.builder.get_target_uri(pagename)
    slides = read_slides(context["body"], page)
    context["body"] = without_marks(context["body"])
    for number, slide in enumerate(slides, start=1):
        if not slide.html.strip():
            LOG.warning("slide %d, %r, shows nothing", number, slide.title, location=pagename)
    target = Path(app.outdir, address(pagename))
    target.parent.mkdir(exist_ok=True)
    told = {
        "slides": slides,
        "page": relative_uri(address(pagename), page),
        "chapter": app.env.titles[pagename].astext(),
        "book": app.config.project,
        "language": app.config.language,
        "mathjax": json.dumps(app.config.mathjax3_config),
        "mathjax_path": app.config.mathjax_path,
        "loader": LOADER if any(MARK in slide.html for slide in slides) else None,
    }
    target.write_text(app.builder.templates.render(TEMPLATE, told), encoding="utf-8")


def copy_reveal(app: Sphinx, exception: Exception | None) -> None:
    """Put reveal.js into the site.

    Parameters
    ----------
    app : Sphinx
        The finished build.
    exception : Exception or None
        What ended it, if anything.
    """
    if exception is None and app.builder.format == "html":
        source, target = reveal_source(), Path(app.outdir, "_static", "reveal")
        target.mkdir(parents=True, exist_ok=True)
        for name in REVEAL:
            shutil.copy(source / name, target)
        shutil.copy(source.parent / "LICENSE", target)


def _reading_order(app: Sphinx) -> list[str]:
    names, order = [app.config.root_doc], []
    while names:
        name = names.pop(0)
        order.append(name)
        names = [*app.env.toctree_includes.get(name, ()), *names]
    return order


def _link(app: Sphinx, docname: str, chapter: str, text: str) -> nodes.reference:
    here = app.builder.get_target_uri(docname)
    return nodes.reference("", text, refuri=relative_uri(here, address(chapter)), internal=True)


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
    app.add_node(slides_list)
    app.add_directive("slides", SlidesList)
    app.connect("doctree-read", count)
    # After the colophon (500), which it ends.
    app.connect("doctree-resolved", add_links, priority=600)
    # After the handlers that mend the page's content.
    app.connect("html-page-context", make, priority=900)
    app.connect("build-finished", copy_reveal)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
