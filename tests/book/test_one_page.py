"""Pages that are joined keep their names apart, and their links lead inside."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from book.one_page import UNFINISHED, one_page, pages_in_order, read_page
from book.project import BookError, Project

TOC = """format: jb-book
root: pages/intro
parts:
  - caption: Part I — One & only
    chapters:
      - file: notebooks/one
        sections:
          - file: notebooks/two
"""
CONFIG = 'title: "Small & <whole>"\nauthor: Nobody\n'
PAGE = """<!DOCTYPE html><html><head><title>t</title>
<link rel="stylesheet" href="../_static/look.css"/><link rel="icon" href="../_static/i.svg"/>
<script>window.MathJax = {"loader": {}}</script><script>var toggles = 1;</script>
<script defer="defer" src="../_static/mathjax/startup.js"></script>
<script src="../_static/other.js"></script></head>
<body><nav><a href="gone.html">outside</a></nav><article>TEXT</article></body></html>"""


def site(folder: Path, **texts: str) -> Project:
    """A checkout whose site has three pages; what is not told of a page is a heading."""
    project = Project(folder)
    project.toc.write_text(TOC, encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    for name in ("pages/intro", "notebooks/one", "notebooks/two"):
        path = project.html / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = texts.get(path.stem, f"<h1>{path.stem}</h1>")
        path.write_text(PAGE.replace("TEXT", text), encoding="utf-8")
    return project


def joined(folder: Path, **texts: str) -> BeautifulSoup:
    return BeautifulSoup(one_page(site(folder, **texts)), "html.parser")


def article(text: str, name: str = "notebooks/one") -> str:
    return str(read_page(PAGE.replace("TEXT", f"<h1>T</h1>{text}"), name, "", "html").article)


def test_pages_come_in_the_order_of_the_contents_with_the_parts_they_begin(tmp_path: Path) -> None:
    project = site(tmp_path)
    assert pages_in_order(project) == [
        ("pages/intro", ""),
        ("notebooks/one", "Part I — One & only"),
        ("notebooks/two", ""),
    ]
    soup = joined(tmp_path)
    assert [tag["id"] for tag in soup.select(".chapter")] == [
        "pages/intro",
        "notebooks/one",
        "notebooks/two",
    ]
    assert [tag.text for tag in soup.select(".chapter .part")] == ["Part I — One & only"]


def test_equal_anchors_of_two_pages_stay_apart(tmp_path: Path) -> None:
    text = '<h1>T</h1><p id="p"><a href="#p">here</a> <a href="{}#p">there</a></p>'
    soup = joined(tmp_path, one=text.format("two.html"), two=text.format("../notebooks/one.html"))
    (first,) = soup.select('[id="notebooks/one:p"]')
    (second,) = soup.select('[id="notebooks/two:p"]')
    assert [a["href"] for a in first.select("a")] == ["#notebooks/one:p", "#notebooks/two:p"]
    assert [a["href"] for a in second.select("a")] == ["#notebooks/two:p", "#notebooks/one:p"]


def test_a_link_to_a_page_leads_to_its_beginning(tmp_path: Path) -> None:
    soup = joined(tmp_path, intro='<h1>I</h1><p><a href="../notebooks/two.html">two</a></p>')
    (link,) = soup.select(".chapter a")
    assert link["href"] == "#notebooks/two"


def test_links_to_other_hosts_stay_and_links_to_other_files_leave_their_words(
    tmp_path: Path,
) -> None:
    text = (
        '<h1>T</h1><p><a href="https://a.org/a.html#b">far</a> <a href="mailto:a@b.c">mail</a>'
        ' <a href="../genindex.html">index</a> <a href="#gone">gone</a></p>'
    )
    soup = joined(tmp_path, one=text)
    links = {a.text: a["href"] for a in soup.select(".chapter a")}
    assert links == {"far": "https://a.org/a.html#b", "mail": "mailto:a@b.c"}
    (words,) = soup.select(".chapter p:not(.part)")
    assert words.text == "far mail index gone"


def test_what_names_an_anchor_is_renamed_with_it() -> None:
    text = article(
        '<svg><clipPath id="c"/><g clip-path="url(#c)"/><use xlink:href="#c"/></svg>'
        '<p id="a" aria-labelledby="a b" style="clip-path: url(#c)"></p><label for="a">x</label>'
    )
    assert '<g clip-path="url(#notebooks/one:c)">' in text
    assert '<use xlink:href="#notebooks/one:c">' in text
    assert 'aria-labelledby="notebooks/one:a notebooks/one:b"' in text
    assert 'style="clip-path: url(#notebooks/one:c)"' in text
    assert '<label for="notebooks/one:a">' in text
    assert 'clippath id="notebooks/one:c"' in text


def test_pictures_are_found_from_beside_the_site() -> None:
    text = article(
        '<img src="../_images/a.svg" alt="x"/><img src="data:image/png;base64,AA" alt=""/>'
    )
    assert 'src="html/_images/a.svg"' in text
    assert 'src="data:image/png;base64,AA"' in text


def test_paper_gets_what_is_folded_and_not_what_is_for_screens() -> None:
    text = article(
        '<script>1</script><button>b</button><div hidden>h</div><a class="headerlink">#</a>'
        '<details class="admonition hide above-input"><summary>s</summary>code</details>'
        '<details class="note"><summary>more</summary>opened</details>'
        '<div class="highlight"><pre><span class="n">x</span><span class="o">=</span></pre></div>'
    )
    kept = BeautifulSoup(text, "html.parser").text
    assert kept == "Tmoreopenedx="
    assert '<details class="note" open="">' in text
    assert '<pre>x<span class="o">=</span></pre>' in text


def test_only_styles_and_mathematics_are_loaded_and_once(tmp_path: Path) -> None:
    soup = joined(tmp_path)
    assert soup.title is not None
    assert soup.title.text == UNFINISHED
    assert [link["href"] for link in soup.select("link")] == ["html/_static/look.css"]
    sources = [str(script.get("src", "")) for script in soup.select("script")]
    assert [source for source in sources if source] == ["html/_static/mathjax/startup.js"]
    assert str(soup).count("window.MathJax = ") == 1
    assert "toggles" not in str(soup)


def test_title_and_contents_are_text_whatever_is_in_them(tmp_path: Path) -> None:
    text = (
        '<section id="top"><h1>A "b" <code>\\c</code> &lt;/style&gt;</h1>'
        '<section id="s"><h2>x &lt; y</h2></section></section>'
    )
    soup = joined(tmp_path, one=text)
    assert [tag.text for tag in soup.select(".book-title")] == ["Small & <whole>"]
    links = {a.text: a["href"] for a in soup.select("nav a")}
    assert links == {
        "intro": "#pages/intro",
        'A "b" \\c </style>': "#notebooks/one",
        "x < y": "#notebooks/one:s",
        "two": "#notebooks/two",
    }
    (style,) = soup.select("style")
    (quoted,) = re.findall(r"@page chapter-1 \{ @top-left \{ content: \"(.*)\"; \} \}", style.text)
    plain = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), quoted)
    assert plain == 'A "b" \\c </style>'


def test_a_page_that_is_missing_or_has_no_heading_is_named(tmp_path: Path) -> None:
    project = site(tmp_path, two="<p>nothing</p>")
    with pytest.raises(BookError, match=r"notebooks/two\.html has no article with a heading"):
        one_page(project)
    (project.html / "notebooks" / "two.html").unlink()
    with pytest.raises(BookError, match=r"there is no .*two\.html; make the site"):
        one_page(project)


NAMES = st.sampled_from(["a", "b", "a:b", "one", "pages/intro", "%41", "é", "x.y"])
URLS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "one.html", "two.html", "../pages/intro.html", "../gone.html"]),
    st.one_of(st.just(""), NAMES.map(lambda name: "#" + name.replace("%", "%25"))),
)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.lists(NAMES, unique=True), st.lists(URLS)), min_size=3, max_size=3))
def test_every_link_inside_has_its_anchor_and_no_anchor_is_there_twice(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[list[str], list[str]]]
) -> None:
    texts = {
        page: "<h1>T</h1>"
        + "".join(f'<p id="{anchor}"></p>' for anchor in anchors)
        + "".join(f'<a href="{url}">w</a>' for url in urls)
        for page, (anchors, urls) in zip(("intro", "one", "two"), written, strict=True)
    }
    soup = joined(tmp_path_factory.mktemp("site"), **texts)
    anchors = Counter(str(tag["id"]) for tag in soup.select("[id]"))
    assert set(anchors.values()) == {1}
    assert len(anchors) == 3 + sum(len(own) for own, _ in written)
    inside = [unquote(str(a["href"])[1:]) for a in soup.select("a[href^='#']")]
    assert [target for target in inside if target not in anchors] == []
    # A link of a chapter to itself is never lost.
    own = sum(url[1:].replace("%25", "%") in anchors for anchors, urls in written for url in urls)
    assert len(soup.select(".chapter a")) >= own
