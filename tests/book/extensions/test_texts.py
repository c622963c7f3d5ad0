"""Texts with formulas are nodes that Sphinx sets like those of any page."""

from docutils import nodes

from book.extensions.texts import mathematics, paragraph


def test_formulas_and_words_take_turns() -> None:
    words, formula, rest = mathematics(r"If $x<1$, Euler's.")
    assert isinstance(formula, nodes.math)
    assert (words.astext(), formula.astext(), rest.astext()) == ("If ", "x<1", ", Euler’s.")


def test_a_paragraph_without_formulas_is_a_text() -> None:
    (text,) = paragraph("costs 5$ <b>").children
    assert isinstance(text, nodes.Text)
    assert text.astext() == "costs 5$ <b>"
    assert paragraph("").children == []
