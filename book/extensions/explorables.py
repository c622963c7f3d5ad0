"""Sphinx extension: the script of figures with controls, on the pages that have some.

Vega comes out of the package vl-convert, which also drew the pictures that are seen without
scripts; it is bundled with a few lines of the book's own, and loaded when a figure comes near the
window. Nothing is loaded from another host.
"""

from pathlib import Path
from typing import Any

import vl_convert
from sphinx.application import Sphinx

OWN = Path(__file__).resolve().parents[1] / "static" / "explorables.mjs"
SCRIPT, LOADER = "explorables.js", "near.js"
MARK = 'class="explorable"'


def bundle() -> str:
    """Script for the browser: Vega and the book's own lines.

    Returns
    -------
    str
        A classic script that leaves no names behind, so that it also works from a file.
    """
    lines = vl_convert.javascript_bundle(OWN.read_text(encoding="utf-8"))
    return f"(function () {{\n{lines}\n}})();\n"


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let a page look out for its figures with controls, if it has some.

    Parameters
    ----------
    app : Sphinx
        The running build.
    pagename : str
        The page.
    templatename : str
        Its template.
    context : dict
        Of the template; not changed.
    doctree : document or None
        The page's content.
    """
    if MARK in context.get("body", ""):
        app.add_js_file(LOADER, loading_method="defer")


def write_script(app: Sphinx, exception: Exception | None) -> None:
    """Put the script into the site, and take out what it is made of.

    Parameters
    ----------
    app : Sphinx
        The finished build.
    exception : Exception or None
        What ended it, if anything.
    """
    if exception is None and app.builder.format == "html":
        static = Path(app.outdir, "_static")
        (static / SCRIPT).write_text(bundle(), encoding="utf-8")
        (static / OWN.name).unlink(missing_ok=True)


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
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
