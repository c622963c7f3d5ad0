"""Texts with formulas between dollars, as docutils nodes."""

from docutils import nodes

from lib.claims.texts import split


def mathematics(text: str) -> list[nodes.Node]:
    """Typeset what stands between dollars.

    Parameters
    ----------
    text : str
        Of a claim, an erratum or a statement; see `lib.claims.texts.split`.

    Returns
    -------
    list of nodes.Node
        Texts and formulas.
    """
    return [
        nodes.math(piece, piece) if formula else nodes.Text(piece) for piece, formula in split(text)
    ]


def paragraph(text: str) -> nodes.paragraph:
    """Make a paragraph.

    Parameters
    ----------
    text : str
        As `mathematics` takes it.

    Returns
    -------
    paragraph
        For a cell, say.
    """
    return nodes.paragraph("", "", *mathematics(text))
