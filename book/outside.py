"""Links that lead out of the book: the place that they lead to learns nothing of the reader."""

import re
from html import unescape

LINK = re.compile(r"""<a\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
ADDRESS = re.compile(r"""\shref=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
REL = re.compile(r"""\srel=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
AWAY = re.compile(r"(?:https?:)?//", re.I)


def leads_away(address: str) -> bool:
    """Whether an address is one of another host.

    Parameters
    ----------
    address : str
        As it stands in a link.

    Returns
    -------
    bool
        True for what names a host.

    Examples
    --------
    >>> leads_away("https://doi.org/10.1000/1"), leads_away("intro.html#here")
    (True, False)
    """
    return AWAY.match(address.strip()) is not None


def mark(html: str) -> str:
    """Mark the links of a page that lead out of the book.

    Parameters
    ----------
    html : str
        A page, or a piece of one.

    Returns
    -------
    str
        With ``rel="noopener noreferrer"`` on those links: a page that opens from there has no hold
        on this one, and is not told where the reader came from. ``static/companion.css`` tells
        the reader by the same mark.
    """
    return LINK.sub(lambda link: _marked(link[0]), html)


def _marked(link: str) -> str:
    if not leads_away(unescape(_value(ADDRESS, link))):
        return link
    told = " ".join(dict.fromkeys([*_value(REL, link).split(), "noopener", "noreferrer"]))
    return f'<a rel="{told}"{REL.sub("", link)[2:]}'


def _value(attribute: re.Pattern[str], link: str) -> str:
    found = attribute.search(link)
    return next(filter(None, found.groups()), "") if found else ""
