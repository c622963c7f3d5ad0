"""Sphinx extension: pages that need no network, with links to files that exist.

MathJax is copied from a package instead of loaded from another host. A chapter's link for
editing leads to its text, since the executed notebook is not in the repository.
"""

import shutil
from importlib.metadata import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

# Set in fonts of its own instead of drawing every glyph, MathJax is half as large; without its menu
# (which wants speech and languages that no page has) it is no tab stop at each formula.
COMPONENTS = ("core", "input/tex", "output/chtml", "a11y/assistive-mml")
MATHJAX = (
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions/*.js",  # each loaded by the first formula that needs it
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "a11y/assistive-mml.js",
)
NEVER_LOADED = ("all-packages.js",)


def mathjax_source() -> Path:
    """Find MathJax in the installed package.

    Returns
    -------
    Path
        The folder of its components.

    Raises
    ------
    ExtensionError
        If the package lacks it.
    """
    for file in files("sphinx-mathjax-offline") or ():
        if file.name == "startup.js":
            return Path(str(file.locate())).parent
    raise ExtensionError("the package sphinx-mathjax-offline does not hold MathJax's startup.js")


def configure(app: Sphinx) -> None:
    """Let pages load MathJax from beside them.

    Parameters
    ----------
    app : Sphinx
        The running build.
    """
    app.config.mathjax_path = "mathjax/startup.js"
    given = app.config.mathjax3_config or {}
    app.config.mathjax3_config = {**given, "loader": {"load": list(COMPONENTS)}}


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Put MathJax into the site.

    Parameters
    ----------
    app : Sphinx
        The finished build.
    exception : Exception or None
        What ended it, if anything.
    """
    if exception is not None:
        return
    source, target = mathjax_source(), Path(app.outdir, "_static", "mathjax")
    for path in (path for pattern in MATHJAX for path in source.glob(pattern)):
        if path.name not in NEVER_LOADED:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)


def mend_source(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Name the text of a chapter, not the notebook made of it, as the page's source.

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
    if pagename.startswith("notebooks/"):
        context["page_source_suffix"] = ".md"


def leave_out_thebe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Take Thebe off a page: it runs code on other hosts, and jupyter-book adds it twice.

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
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        context[kind] = [file for file in files if "thebe" not in _told(file)]


def _told(file: Any) -> str:
    """Name and content of a script or a style sheet of a page."""
    return f"{file.filename} {file.attributes.get('body', '')}".lower()


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
    app.connect("builder-inited", configure)
    app.connect("build-finished", copy_mathjax)
    # Before the theme's own handler (500), which makes the links.
    app.connect("html-page-context", mend_source, priority=400)
    app.connect("html-page-context", leave_out_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
