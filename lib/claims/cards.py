"""Cards: how a claim or an erratum looks on the page and in a terminal."""

import textwrap
from collections.abc import Mapping
from html import escape

from lib.claims.texts import as_html, as_plain

WIDTH = 79  # of a card in a terminal
MARKS = {"reproduced": "✔", "partial": "◐", "failed": "✘", "not judged": "–", "erratum": "✎"}
COLOURS = {
    "reproduced": "#009e73",
    "partial": "#e69f00",
    "failed": "#d55e00",
    "not judged": "#808080",
    "erratum": "#cc79a7",
}


def anchor(id: str) -> str:
    """HTML anchor of a claim's or an erratum's card.

    Parameters
    ----------
    id : str
        ``chapter/name``.

    Returns
    -------
    str
        The anchor, without the hash.

    Examples
    --------
    >>> anchor("linear-dynamics/sigmoid")
    'claim-linear-dynamics-sigmoid'
    """
    return "claim-" + id.replace("/", "-")


def text_card(status: str, title: str, says: str, rows: Mapping[str, str | None]) -> str:
    """Write a card for a terminal.

    Parameters
    ----------
    status : str
        One of the keys of `MARKS`.
    title : str
        What stands behind the status.
    says : str
        The statement, which may hold formulas between dollars.
    rows : mapping of str to str or None
        What else is known, by its label, likewise; None is left out.

    Returns
    -------
    str
        Several lines, at most `WIDTH` characters wide where words allow.
    """
    lines = [f"┌─ {MARKS[status]} {status} · {title}"]
    lines += textwrap.wrap(as_plain(says), WIDTH, initial_indent="│  ", subsequent_indent="│  ")
    for name, text in rows.items():
        if text:
            head = f"│  {name + ':':<11}"
            lines += textwrap.wrap(
                as_plain(text), WIDTH, initial_indent=head, subsequent_indent="│" + " " * 13
            )
    return "\n".join([*lines, "└─"])


def html_card(status: str, title: str, name: str, says: str, rows: Mapping[str, str | None]) -> str:
    """Write a card for a page.

    Parameters
    ----------
    status : str
        One of the keys of `MARKS`.
    title : str
        What stands behind the status.
    name : str
        Anchor of the card, see `anchor`.
    says : str
        The statement, which may hold formulas between dollars.
    rows : mapping of str to str or None
        What else is known, by its label, likewise; None is left out.

    Returns
    -------
    str
        HTML; all texts are escaped.
    """
    # A page finds rows again by their classes, see `book.extensions.sources`. The little style that
    # is needed stands inline, so that the card also shows in JupyterLab.
    table = "".join(
        f"<dt>{escape(label)}</dt>"
        f'<dd class="claim-{escape(label.lower().replace(" ", "-"))}">{as_html(text)}</dd>'
        for label, text in rows.items()
        if text
    )
    return (
        f'<div class="claim claim-{status.replace(" ", "-")}" id="{escape(name)}" '
        f'style="border-left: 0.35em solid {COLOURS[status]}; padding: 0.4em 1em">'
        f'<p class="claim-head"><strong class="claim-status">{MARKS[status]} {status}</strong> '
        f"· {escape(title)}</p>"
        f'<p class="claim-says">{as_html(says)}</p><dl class="claim-rows">{table}</dl></div>'
    )
