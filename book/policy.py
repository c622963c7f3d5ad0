"""What a page may do: a content security policy that lets its own scripts run and no others.

The pages are served by anyone's server, or opened from a folder: what they may do stands in the
pages themselves. Whatever a text, a name or a number might smuggle into a page, it runs nothing
that was not there when the site was made, and reaches no other host.
"""

import base64
import hashlib
import re

from book.project import BookError
from book.scripts import inline_scripts, is_known

# Pages opened from a folder have no origin, so that 'self' may mean nothing to them; a page that
# came from a server loads nothing from a disk, whatever its policy says.
OWN = "'self' file:"
POLICY = {
    "default-src": "'none'",
    "script-src": OWN,
    # MathJax and Vega write styles into the page, and cards bring theirs for JupyterLab along.
    "style-src": f"{OWN} 'unsafe-inline'",
    "img-src": f"{OWN} data:",
    "font-src": OWN,
    "connect-src": OWN,  # the search reads the pages that it found
    "form-action": OWN,
    "base-uri": "'none'",
}
PRESS = re.compile(r"""(<button\b(?:[^>"']|"[^"]*"|'[^']*')*?)\sonclick=(?=["'])""")
# The policy counts from where it stands; how letters are written must be told before everything.
HEAD = re.compile(r"\A(?:.*?<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?)?", re.S)


def policy(html: str) -> str:
    """Tell what a page may do.

    Parameters
    ----------
    html : str
        The whole page.

    Returns
    -------
    str
        A content security policy: files from beside the page, and the scripts that stand in it, by
        their digests.

    Examples
    --------
    >>> policy("<p>No script.</p>").split("; ")[:2]
    ["default-src 'none'", "script-src 'self' file:"]
    """
    scripts = sorted({_digest(script) for script in inline_scripts(html)})
    told = {**POLICY, "script-src": " ".join([OWN, *scripts])}
    return "; ".join(f"{name} {sources}" for name, sources in told.items())


def with_policy(html: str) -> str:
    """Write into a page what it may do.

    Parameters
    ----------
    html : str
        The whole page, finished: a script that is changed later does not run.

    Returns
    -------
    str
        The page with its policy at the beginning of its head. What its buttons do when they are
        pressed is no script any more but data, which ``static/buttons.js`` reads.

    Raises
    ------
    BookError
        If a script stands in it that is neither the theme's nor the book's.
    """
    for script in inline_scripts(html):
        if not is_known(script):
            raise BookError(
                f"a page has a script that nobody knows: {script[:200]!r}; where it is right, its "
                "form belongs into book/scripts.py"
            )
    html = PRESS.sub(r"\1 data-press=", html)
    told = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    return HEAD.sub(lambda head: f"{head[0]}\n{told}" if head[0] else f"{told}\n", html, count=1)


def _digest(script: str) -> str:
    # A browser reads every end of a line as \n.
    written = re.sub(r"\r\n?", "\n", script).encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(written).digest()).decode()}'"
