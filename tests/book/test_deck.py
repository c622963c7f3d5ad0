"""What is marked on a page becomes slides, with titles, without anchors, linked to the page."""

import re

import pytest
from bs4 import BeautifulSoup

from book.deck import LONGEST_CODE, LONGEST_LIST, Slide, address, read_slides, without_marks

PAGE = "notebooks/linear/waves.html"
BODY = """<section id="waves"><h1>Waves<a class="headerlink" href="#waves">#</a></h1>
<p>Before.</p>
<!-- slide -->
<p id="first">One <a href="#eq-1">(1)</a>.</p>
<!-- slide-end -->
<p>Between.</p>
<section id="low"><h2>Low <em>waves</em></h2>
<!-- slide-more -->
<div class="math" id="equation-1">\\[x\\]</div>
<!-- slide-end -->
<section id="lower"><h3>Lower</h3>
<!-- slide -->
<p>Two.</p>
<!-- slide-end -->
<p>After.</p>
</section></section></section>"""


def cell(*tags: str, code: str = "", folded: bool = False, output: str = "") -> str:
    source = f'<div class="cell_input"><pre>{code}</pre></div>' if code else ""
    source = f"<details><summary>Show</summary>{source}</details>" if folded else source
    classes = " ".join(["cell", *(f"tag_{tag}" for tag in tags), "docutils"])
    return f'<div class="{classes}">{source}<div class="cell_output">{output}</div></div>'


def card(number: int, kind: str = "reproduced") -> str:
    rows = {"Measured": "6 (of 7)", "Bound": "at most 7 (why)", "Source": "numdl"}
    if kind == "erratum":
        rows = {"Right": "Six (not seven).", "Shown by": "first/six"}
    told = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows.items())
    inner = f'<p>Card {number}</p><dl class="claim-rows">{told}</dl>'
    return f'<div class="output"><div class="claim claim-{kind}" id="c{number}">{inner}</div></div>'


def texts(slides: list[Slide]) -> list[str]:
    return [BeautifulSoup(slide.html, "html.parser").get_text(" ", strip=True) for slide in slides]


def test_slides_hold_what_is_marked_and_nothing_else() -> None:
    slides = read_slides(BODY, PAGE)
    assert texts(slides) == ["One (1) . \\[x\\]", "Two."]


def test_a_slide_has_the_heading_above_its_beginning_and_leads_there() -> None:
    first, second = read_slides(BODY, PAGE)
    assert (first.title, first.source) == ("Waves", "../notebooks/linear/waves.html#waves")
    assert (second.title, second.source) == ("Lower", "../notebooks/linear/waves.html#lower")
    emphasized = BODY.replace("slide-more", "slide")
    assert read_slides(emphasized, PAGE)[1].title == "Low <em>waves</em>"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ('href="#eq-1"', 'href="../notebooks/linear/waves.html#eq-1"'),
        ('href="../ode/flows.html#a"', 'href="../notebooks/ode/flows.html#a"'),
        ('href="../../book/pages/intro.html"', 'href="../book/pages/intro.html"'),
        ('href="https://example.org/a?b#c"', 'href="https://example.org/a?b#c"'),
        ('href="mailto:someone"', 'href="mailto:someone"'),
        ('src="../../_images/a.svg"', 'src="../_images/a.svg"'),
        ('src="data:image/png;base64,AA=="', 'src="data:image/png;base64,AA=="'),
    ],
)
def test_addresses_hold_in_the_folder_of_the_slides(given: str, made: str) -> None:
    tag = "a" if "href" in given else "img"
    body = f"<!-- slide --><p><{tag} {given}></{tag}></p><!-- slide-end -->"
    assert made in read_slides(body, PAGE)[0].html


def test_anchors_stay_on_the_page_but_for_the_controls_of_figures() -> None:
    figure = '<figure class="explorable" id="e"><label for="s">s</label><input id="s"/></figure>'
    body = BODY.replace("<p>Two.</p>", f"<p id='two'>Two.</p>{figure}")
    slides = read_slides(body, PAGE)
    assert [re.findall(r'id="(\w+)"', slide.html) for slide in slides] == [[], ["s"]]
    assert not any("headerlink" in slide.title + slide.html for slide in slides)


def test_a_tagged_cell_begins_or_continues_a_slide() -> None:
    cells = [cell("slide", output="A"), cell("slide-more", output="B"), cell(output="C")]
    body = BODY.replace("<p>Between.</p>", "".join(cells))
    assert texts(read_slides(body, PAGE)) == ["One (1) .", "A B \\[x\\]", "Two."]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"code": "x\n" * LONGEST_CODE}, True),
        ({"code": "x\n" * (LONGEST_CODE + 1)}, False),
        ({"code": "x\n\n" * LONGEST_CODE}, True),
        ({"code": "x", "folded": True}, False),
        ({"code": "x", "output": "<figure><img alt='A'/></figure>"}, False),
    ],
)
def test_code_is_shown_if_the_page_shows_it_and_it_is_short(given, shown: bool) -> None:
    (slide,) = read_slides(cell("slide", **given), PAGE)
    assert ("x" in slide.html) == shown
    assert ("Show" in slide.html) is False
    assert ("cell_input" in slide.html) == shown


def test_cards_tell_their_numbers_without_reasons() -> None:
    (slide,) = read_slides(cell("slide", output=card(1) + card(2, "erratum")), PAGE)
    assert texts([slide]) == ["Card 1 Measured 6 Bound at most 7 Card 2 Right Six (not seven)."]


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        (["reproduced"] * 4, [4]),
        (["reproduced"] * 5, [4, 1]),
        (["erratum"] * 2, [2]),
        (["erratum"] * 3, [2, 1]),
        (["reproduced"] * 3 + ["erratum"], [3, 1]),
    ],
)
def test_many_cards_take_several_slides(kinds: list[str], counts: list[int]) -> None:
    output = "".join(card(number, kind) for number, kind in enumerate(kinds))
    slides = read_slides(
        f'<section id="a"><h1>A</h1>{cell("slide", output=output)}</section>', PAGE
    )
    assert [slide.html.count("Card") for slide in slides] == counts
    told = [int(n) for slide in slides for n in re.findall(r"Card (\d)", slide.html)]
    assert told == list(range(len(kinds)))
    assert {(slide.title, slide.source) for slide in slides} == {("A", slides[0].source)}


def test_a_long_list_takes_several_slides_and_what_follows_stands_on_the_last() -> None:
    words = " ".join(["word"] * (LONGEST_LIST // 2))
    items = "".join(f"<li>{number} {words}</li>" for number in range(3))
    body = f"<!-- slide --><p>Intro.</p><ul>{items}</ul><p>End.</p><!-- slide-end -->"
    slides = texts(read_slides(body, PAGE))
    assert [re.findall(r"\d|Intro|End", text) for text in slides] == [
        ["Intro", "0"],
        ["1"],
        ["2", "End"],
    ]
    assert len(read_slides(body.replace(words, "word"), PAGE)) == 1
    head, _, tail = BODY.partition("<p>Two.</p>")
    last = read_slides(f"{head}<ul>{items}</ul>{tail}", PAGE)
    assert [slide.title for slide in last] == ["Waves", "Lower", "Lower", "Lower"]


def test_a_page_without_marks_has_no_slides_and_stays_as_it_is() -> None:
    plain = without_marks(BODY)
    assert "<!--" not in plain
    assert read_slides(plain, PAGE) == []
    assert without_marks(plain) == plain
    assert BeautifulSoup(plain, "html.parser").get_text().split() == (
        BeautifulSoup(BODY, "html.parser").get_text().split()
    )


def test_other_comments_mark_nothing() -> None:
    body = "<!-- a --><p>A</p><!-- slide --><!-- b --><p>B</p><!-- slide-end --><p>C</p>"
    assert texts(read_slides(body, PAGE)) == ["B"]
    assert "<!-- a -->" in without_marks(body)


def test_slides_are_named_after_their_chapter() -> None:
    assert address("notebooks/linear/waves") == "slides/waves.html"
