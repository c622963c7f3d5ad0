"""Sphinx extension: a site without what no page loads and no eye sees."""

import re
from pathlib import Path

from sphinx.application import Sphinx

# Maps are for debuggers of the theme; every browser of today takes the compressed fonts; the script
# draws icons that the style sheet draws too (see _templates/static/webpack-macros.html).
NEVER_LOADED = (
    "scripts/*.map",
    "styles/*.map",
    "scripts/fontawesome.js",
    "vendor/fontawesome/webfonts/*.ttf",
)
PATH = re.compile(r' d="[^"]*"')
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?![\de])")


def shorten(svg: str) -> str:
    """Write the points of a figure's lines to a hundredth.

    Parameters
    ----------
    svg : str
        A figure as matplotlib writes it: in points, to a millionth.

    Returns
    -------
    str
        About two thirds as long; no line is off by more than a hundredth of a pixel.

    Examples
    --------
    >>> shorten('<path d="M 1.23456 -0.0004 L 2.5 7.10049"/>')
    '<path d="M 1.23 0 L 2.5 7.1"/>'
    """
    return PATH.sub(lambda path: LONG_NUMBER.sub(_hundredth, path[0]), svg)


def _hundredth(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def leave_out(app: Sphinx, exception: Exception | None) -> None:
    """Remove from the site what no page loads, and shorten its figures.

    Parameters
    ----------
    app : Sphinx
        The finished build.
    exception : Exception or None
        What ended it, if anything.
    """
    if exception is not None:
        return
    static = Path(app.outdir, "_static")
    for path in [path for pattern in NEVER_LOADED for path in static.glob(pattern)]:
        path.unlink()
    for figure in Path(app.outdir, "_images").glob("*.svg"):
        figure.write_text(shorten(figure.read_text(encoding="utf-8")), encoding="utf-8")


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
    # After the theme and the other extensions have copied theirs (500).
    app.connect("build-finished", leave_out, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
