"""Sphinx extension: a site without the files of the theme that no page loads."""

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


def leave_out(app: Sphinx, exception: Exception | None) -> None:
    """Remove from the site what no page loads.

    Parameters
    ----------
    app : Sphinx
        The finished build.
    exception : Exception or None
        What ended it, if anything.
    """
    if exception is None:
        static = Path(app.outdir, "_static")
        for path in [path for pattern in NEVER_LOADED for path in static.glob(pattern)]:
            path.unlink()


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
