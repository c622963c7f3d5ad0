"""Which scripts may stand in a page: those of the theme, of Sphinx and its extensions, the book's.

A policy lets every script run that stood in a page when it was made; what a text, a name or an
output smuggled in before that would be among them. So the build knows its scripts by their form.
"""

import json
import re
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

# What a browser runs; scripts of other types are data.
RUN = ("", "module", "text/javascript", "application/javascript")
TEXT = r"'[^'\\\n]*'"
# Sphinx and its extensions only give values to names of their own.
VALUES = re.compile(
    rf"DOCUMENTATION_OPTIONS\.\w+ = (?:{TEXT}|true|false);"
    rf"|(?:let|var) toggle\w+ = {TEXT};"
    r"|kernelName = '[\w.-]+'"
)
MATHJAX = "window.MathJax = "  # and then JSON
THEMES = ("pydata_sphinx_theme", "sphinx_book_theme")
BLANK = re.compile(r"\{\{.*?\}\}")  # where a template has a name of a colour scheme put in
FILLED = r"[\w-]*"


class _Scripts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag == "script" and "src" not in given and given.get("type", "") in RUN
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as its base has it
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def inline_scripts(html: str) -> list[str]:
    """Find the scripts that stand in a page.

    Parameters
    ----------
    html : str
        The whole page.

    Returns
    -------
    list of str
        What a browser would run, in the order of the page; not what is loaded from files.

    Examples
    --------
    >>> inline_scripts("<script>a()</script><script src='b.js'></script>")
    ['a()']
    """
    return _Scripts(html).scripts


def is_known(script: str) -> bool:
    """Whether a script is one that the pages of the book are made with.

    Parameters
    ----------
    script : str
        From `inline_scripts`.

    Returns
    -------
    bool
        True if it gives a value to a name of Sphinx or an extension, stands in a template of the
        theme that is installed, or in a file of the book.

    Examples
    --------
    >>> is_known("let toggleHintShow = 'Show';"), is_known("let toggleHintShow = alert(1);")
    (True, False)
    """
    if VALUES.fullmatch(script):
        return True
    if script.startswith(MATHJAX):
        try:
            return isinstance(json.loads(script.removeprefix(MATHJAX)), dict)
        except ValueError:
            return False
    return script.strip() in _own() or any(form.fullmatch(script) for form in _of_the_theme())


@cache
def _own() -> frozenset[str]:
    folder = Path(__file__).parent
    return frozenset(path.read_text(encoding="utf-8").strip() for path in folder.glob("*.js"))


@cache
def _of_the_theme() -> tuple[re.Pattern[str], ...]:
    """Read the theme's templates, so that another version of it has other scripts."""
    paths = [path for name in THEMES for path in Path(str(files(name))).rglob("*.html")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    scripts = [script for text in texts for script in inline_scripts(text)]
    return tuple(
        re.compile(FILLED.join(map(re.escape, BLANK.split(script))))
        for script in scripts
        if script.strip() and "{%" not in script
    )
