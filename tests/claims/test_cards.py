"""Cards show everything that they are given, and no text of a claim becomes HTML."""

from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.claims import COLOURS, MARKS, Status, anchor
from lib.claims.cards import html_card, text_card
from lib.claims.texts import curly

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00$"), min_size=1)
statuses = st.sampled_from(list(MARKS))


class Reader(HTMLParser):
    """What a browser would see: tags, attributes, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str | None] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@given(statuses, texts, texts, texts, texts)
def test_no_text_becomes_markup(status: str, title: str, name: str, says: str, row: str) -> None:
    seen = read(html_card(status, title, name, says, {row: row, "left out": None}))
    assert seen.tags == ["div", "p", "strong", "p", "dl", "dt", "dd"]
    assert seen.ids == [name]
    shown = f"{MARKS[status]} {status} · {title}{curly(says)}{row}{curly(row)}"
    assert "".join(seen.pieces) == shown


def test_a_page_finds_the_rows_of_a_card_by_their_classes() -> None:
    html = html_card("erratum", "t", "n", "s", {"Shown by": "a/b, c/d", "Right": "r"})
    assert '<dd class="claim-shown-by">a/b, c/d</dd>' in html
    assert '<dd class="claim-right">r</dd>' in html


def test_a_script_in_a_claim_is_shown_and_not_run() -> None:
    evil = "</p><script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\""
    html = html_card("failed", evil, 'x" onload="alert(1)', evil, {evil: evil})
    assert "<script" not in html
    assert "<img" not in html
    assert 'onload="' not in html


@given(statuses, st.text(), st.text(), st.text())
def test_a_card_in_a_terminal_is_a_closed_box_that_fits_a_narrow_terminal(
    status: str, says: str, measured: str, source: str
) -> None:
    card = text_card(status, "title", says, {"measured": measured, "source": source, "no": None})
    first, *middle, last = card.split("\n")
    assert first == f"┌─ {MARKS[status]} {status} · title"
    assert last == "└─"
    assert all(line.startswith("│  ") and len(line) <= 79 for line in middle)
    assert not any(line.startswith("│  no:") for line in middle)


def test_a_card_in_a_terminal_loses_no_word() -> None:
    says = " ".join(f"word{index}" for index in range(100))
    rows = {"because": " ".join(f"reason{index}" for index in range(50))}
    card = text_card("reproduced", "title", says, rows)
    words = card.replace("│", " ").split()
    assert [word for word in words if word.startswith("word")] == says.split()
    assert [word for word in words if word.startswith("reason")] == rows["because"].split()


def test_every_verdict_has_a_mark_and_a_colour_of_its_own() -> None:
    wanted = {*get_args(Status), "erratum"}
    assert set(MARKS) == set(COLOURS) == wanted
    assert len(set(MARKS.values())) == len(set(COLOURS.values())) == len(wanted)


@pytest.mark.parametrize("id", ["a/b", "linear-dynamics/first-order", "x1/y-2"])
def test_an_anchor_is_usable_in_an_address(id: str) -> None:
    assert anchor(id).startswith("claim-")
    assert anchor(id).replace("-", "").isalnum()
