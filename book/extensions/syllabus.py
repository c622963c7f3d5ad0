"""Sphinx directive ``{syllabus}``: what each chapter needs and teaches, and what tests it."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book.extensions.ledger import chapter_link, chapter_page, table
from book.extensions.texts import paragraph

HEAD = ("After it you can …", "Tested by")
CLASS = "syllabus-table"


class ExerciseLink(nodes.Inline, nodes.TextElement):
    """A link to an exercise, until the page that it leads to is known to the builder."""


class Syllabus(SphinxDirective):
    """A section for each chapter."""

    def run(self) -> list[nodes.Node]:
        """Build the sections."""
        path = Path(self.env.app.srcdir, "syllabus.json")
        chapters = {c["name"]: c for c in json.loads(path.read_text(encoding="utf-8"))}
        return [_section(chapter, chapters) for chapter in chapters.values()]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn each `ExerciseLink` of a page into a reference.

    Parameters
    ----------
    app : Sphinx
        The running build.
    doctree : document
        The page.
    docname : str
        Its name.
    """
    for link in list(doctree.findall(ExerciseLink)):
        uri = f"{app.builder.get_relative_uri(docname, link['page'])}#{link['label']}"
        link.replace_self(nodes.reference("", link.astext(), refuri=uri, internal=True))


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
    app.add_node(ExerciseLink)
    app.add_directive("syllabus", Syllabus)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _section(chapter: dict[str, Any], chapters: dict[str, dict[str, Any]]) -> nodes.section:
    name = f"syllabus-{chapter['name'].replace('_', '-')}"
    found = nodes.section("", nodes.title("", chapter["title"]), ids=[name], names=[name])
    time = nodes.paragraph("", "", chapter_link(chapter))
    time += nodes.Text(f": {chapter['minutes']} minutes of reading; {chapter['points']} points.")
    needs = nodes.paragraph("", "Needs: ")
    for earlier in chapter["after"]:
        needs += [nodes.Text("the chapter "), chapter_link(chapters[earlier]), nodes.Text("; ")]
    needs += nodes.Text("; ".join(chapter["needs"]) + ".")
    rows = [
        [paragraph(goal["goal"]), _exercises(goal["exercises"], chapter_page(chapter))]
        for goal in chapter["goals"]
    ]
    found += [time, needs, table(HEAD, rows, CLASS)]
    return found


def _exercises(exercises: list[dict[str, str]], page: str) -> nodes.Node:
    items = []
    for exercise in exercises:
        link = ExerciseLink("", exercise["title"], page=page, label=exercise["label"])
        told = nodes.Text(f" ({exercise['caption'].rstrip('.').lower()})")
        items.append(nodes.list_item("", nodes.paragraph("", "", link, told)))
    return nodes.bullet_list("", *items)
