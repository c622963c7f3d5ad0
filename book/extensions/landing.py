"""Sphinx directive ``{part}``: what a part of the book asks and answers, with a figure out of it.

The text is written on the page; the figure is one of a chapter, as it was when that was last run,
and the list of chapters with how their claims came out comes from the ledger.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book.extensions.ledger import chapter_link, read_ledger
from book.ledger import tally

logger = logging.getLogger(__name__)


class TakenFigure(nodes.General, nodes.Element):
    """A figure of another page, until all pages have been read."""


class Part(SphinxDirective):
    """A part: its folder as argument, the label of a figure, and what is said of it."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], str]]] = {
        "figure": directives.unchanged_required
    }

    def run(self) -> list[nodes.Node]:
        """Build the words and leave room for the figure."""
        part = self.arguments[0]
        chapters = [c for c in read_ledger(self.env.app)["chapters"] if c["part"] == part]
        if not chapters:
            raise self.error(f"no chapter of the book is in a part {part!r}")
        if "figure" not in self.options:
            raise self.error(f"part {part!r} needs a figure: give the label of one")
        words = nodes.container("", classes=["part-words"])
        self.state.nested_parse(self.content, self.content_offset, words)
        words += nodes.bullet_list("", *[_state(c) for c in chapters])
        figure = TakenFigure("", label=self.options["figure"])
        self.set_source_info(figure)
        return [nodes.container("", words, figure, classes=["part-card"])]


def take(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a copy of a chapter's figure in each place that was left for one.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    labels = app.env.domains["std"].data["anonlabels"]
    for place in list(doctree.findall(TakenFigure)):
        image = None
        if place["label"] in labels:
            page, anchor = labels[place["label"]]
            image = _image(app.env.get_doctree(page), anchor)
        if image is None:
            logger.warning("no figure is labelled %r", place["label"], location=place)
            place.parent.remove(place)
            continue
        copy = image.deepcopy()
        if "dark-light" not in copy["classes"]:
            copy["classes"] += ["figure-flips"]  # for the dark theme, which leaves pictures alone
        uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        link = nodes.reference("", "", copy, refuri=uri, internal=True)
        place.replace_self(nodes.container("", link, classes=["part-figure"]))


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
    app.add_node(TakenFigure)
    app.add_directive("part", Part)
    app.connect("doctree-resolved", take)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _state(chapter: Mapping[str, Any]) -> nodes.list_item:
    state = nodes.Text(f" \N{EN DASH} {tally(chapter['counts'])}")
    words = nodes.paragraph("", "", chapter_link(chapter), state)
    return nodes.list_item("", words)


def _image(doctree: nodes.document, anchor: str) -> nodes.image | None:
    for figure in doctree.findall(nodes.figure):
        if anchor in figure["ids"]:
            return next(iter(figure.findall(nodes.image)), None)
    return None
