"""Links that lead out of the book are told apart from those that stay in it."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from book.outside import leads_away, mark


@pytest.mark.parametrize(
    ("address", "away"),
    [
        ("https://doi.org/10.1000/1", True),
        ("HTTP://a.example", True),
        ("//a.example/b", True),
        (" https://a.example", True),
        ("../intro.html", False),
        ("#here", False),
        ("mailto:a@b.example", False),
        ("files/https://x", False),
        ("", False),
    ],
)
def test_an_address_with_a_host_leads_away(address: str, away: bool) -> None:
    assert leads_away(address) is away


@pytest.mark.parametrize(
    ("link", "rel"),
    [
        ('<a href="https://a.example">x</a>', ["noopener", "noreferrer"]),
        ("<a class='b' href='https://a.example'>x</a>", ["noopener", "noreferrer"]),
        ('<a title="a > b"\n  href="https://a.example">x</a>', ["noopener", "noreferrer"]),
        (
            '<a rel="license noopener" href="//a.example">x</a>',
            ["license", "noopener", "noreferrer"],
        ),
        ('<a href="&#104;ttps://a.example">x</a>', ["noopener", "noreferrer"]),
        ('<a href="intro.html" rel="next">x</a>', ["next"]),
        ('<a id="here">x</a>', None),
        ('<a data-href="https://a.example" href="b.html">x</a>', None),
        ("<abbr>x</abbr>", None),
    ],
)
def test_a_link_that_leads_away_keeps_what_it_had(link: str, rel: list[str] | None) -> None:
    before, after = (BeautifulSoup(html, "html.parser").find(True) for html in (link, mark(link)))
    assert before is not None
    assert after is not None
    assert after.attrs.pop("rel", None) == rel
    before.attrs.pop("rel", None)
    assert (before.attrs, before.text) == (after.attrs, after.text)


def test_marking_twice_changes_nothing() -> None:
    once = mark('<p><a href="https://a.example">x</a> <a href="b.html">y</a></p>')
    assert mark(once) == once
    assert once.endswith(' <a href="b.html">y</a></p>')


@given(st.text())
def test_what_is_no_link_is_left_alone(text: str) -> None:
    html = text.replace("<a", "")
    assert mark(html) == html
