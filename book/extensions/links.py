"""Sphinx extension: links that start a chapter elsewhere lead to files that exist there.

The site is made of executed notebooks, which the repository does not hold: Binder opens the
chapter's text on the main branch, Colab the executed notebook on the branch of the site.
"""

import re
from typing import Any

from sphinx.application import Sphinx

PUBLISHED = "gh-pages"
CHAPTERS = "notebooks/"


def mend_launch(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Let a chapter's buttons for Binder and Colab name files that are there.

    Parameters
    ----------
    app : Sphinx
        The running build.
    pagename : str
        The page.
    templatename : str
        Its template.
    context : dict
        Its buttons are changed in place.
    doctree : document or None
        The page's content.
    """
    if not pagename.startswith(CHAPTERS):
        return
    for group in context.get("header_buttons", ()):
        for button in group.get("buttons", ()):
            if button.get("text") == "Binder":
                button["url"] = button["url"].removesuffix(".ipynb").removesuffix(".md") + ".md"
            elif button.get("text") == "Colab":
                button["url"] = re.sub(
                    r"/blob/[^/]+/(.*?)(\.ipynb|\.md)?$",
                    rf"/blob/{PUBLISHED}/\1.ipynb",
                    button["url"],
                )


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
    # After the theme's own handler (501), which makes the buttons.
    app.connect("html-page-context", mend_launch, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
