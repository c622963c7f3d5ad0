"""Printing: by a real browser, and by programs that do what a browser should not."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from book import pdf
from book.extensions.offline import mathjax_source
from book.pdf import VARIABLE, BrowserError, find_browser, make_pdf
from book.project import BookError, Project

TOC = "format: jb-book\nroot: one\nchapters:\n  - file: two\n"
CONFIG = "title: Tiny book\nauthor: Nobody\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
PAGE = """<!DOCTYPE html><html><head><script>window.MathJax = {"loader": {"load":
["core", "input/tex", "output/chtml"]}}</script>
<script defer="defer" src="_static/mathjax/startup.js"></script></head>
<body><article><section id="top"><h1>Page NAME</h1><p id="words">Words of NAME.</p>
<p><a href="OTHER.html#words">See OTHER</a></p><img src="picture.svg" alt="a square"/>
<p><span class="math">\\(FORMULA\\)</span></p></section></article></body></html>"""


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """The site of a book of two pages, which leads from each to the other."""
    project = Project(tmp_path)
    project.toc.write_text(TOC, encoding="utf-8")
    (tmp_path / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (project.html / "_static").mkdir(parents=True)
    (project.html / "_static" / "mathjax").symlink_to(mathjax_source())
    (project.html / "picture.svg").write_text(PICTURE, encoding="utf-8")
    (project.html / "index.html").write_text("the front door", encoding="utf-8")
    write(project, "one", "two")
    write(project, "two", "one")
    return project


def write(project: Project, name: str, other: str, formula: str = r"\frac{1}{2}") -> None:
    text = PAGE.replace("NAME", name).replace("OTHER", other).replace("FORMULA", formula)
    (project.html / f"{name}.html").write_text(text, encoding="utf-8")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> str:
    """A real one."""
    monkeypatch.delenv(VARIABLE)
    try:
        return find_browser()
    except BrowserError as error:
        pytest.skip(str(error))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Let a script take the place of the browser; ``$printed`` is where it is to print."""

    def make(script: str) -> Path:
        path = tmp_path / "browser.sh"
        find = 'for a; do case "$a" in --print-to-pdf=*) printed="${a#*=}";; esac; done'
        path.write_text(f"#!/bin/sh\n{find}\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv(VARIABLE, str(path))
        return path

    return make


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[str], Path]:
    """Write a PDF with a title."""

    def make(title: str) -> Path:
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.add_metadata({"/Title": title})
        path = tmp_path / "ready.pdf"
        writer.write(path)
        return path

    return make


def led_to(reader: PdfReader, page: int) -> list[int]:
    """Numbers of the pages to which the links of a page lead."""
    found = []
    for link in reader.pages[page].get("/Annots", []):
        name = str(link.get_object()["/Dest"])
        number = reader.get_destination_page_number(reader.named_destinations[name])
        assert number is not None
        found.append(number)
    return found


def test_pages_are_printed_with_numbers_contents_outline_and_links(
    small: Project, browser: str
) -> None:
    assert make_pdf(small)
    reader = PdfReader(small.pdf)
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) == 4
    assert "Tiny book" in texts[0]
    assert "1" not in texts[0]
    assert ["Page one" in text for text in texts] == [False, True, True, False]
    assert "Words of two." in texts[3]
    assert all(str(number) in texts[number - 1].split() for number in (2, 3, 4))
    assert [led_to(reader, page) for page in range(4)] == [[], [2, 3], [3], [2]]
    titles = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert titles == ["Contents", "Page one", "Page two"]
    assert not any("frac" in text for text in texts)
    assert stat.S_IMODE(small.pdf.stat().st_mode) == 0o644
    assert not list(small.build.glob("pdf-*"))


@pytest.mark.parametrize("formula", [r"\frac{1}", r"\nosuch"])
def test_a_formula_that_is_wrong_is_named_and_the_old_pdf_stays(
    small: Project, browser: str, formula: str
) -> None:
    small.pdf.write_bytes(b"old")
    write(small, "two", "one", formula)
    with pytest.raises(BookError, match="not whole: unfinished: a formula is wrong: ") as caught:
        make_pdf(small)
    assert formula in str(caught.value)
    assert small.pdf.read_bytes() == b"old"


def test_a_picture_that_is_missing_is_named_and_the_old_pdf_stays(
    small: Project, browser: str
) -> None:
    small.pdf.write_bytes(b"old")
    (small.html / "picture.svg").unlink()
    with pytest.raises(BookError, match=r"unfinished: no picture html/picture\.svg$"):
        make_pdf(small)
    assert small.pdf.read_bytes() == b"old"
    (small.html / "picture.svg").write_text(PICTURE, encoding="utf-8")
    assert make_pdf(small)


def test_a_formula_that_is_not_set_is_refused(small: Project, browser: str) -> None:
    write(small, "two", "one", r"x\) \(y")
    assert make_pdf(small)
    write(small, "two", "one", r"\frac{1")
    with pytest.raises(BookError, match=r"unfinished: a formula was not set: .*frac\{1"):
        make_pdf(small)


def test_pages_without_their_mathematics_are_refused(small: Project, browser: str) -> None:
    (small.html / "_static" / "mathjax").unlink()
    with pytest.raises(BookError, match="unfinished: a formula was not set"):
        make_pdf(small)
    assert not small.pdf.exists()


def test_it_is_printed_again_only_when_the_site_or_the_style_changed(
    small: Project,
    program: Callable[[str], Path],
    printed: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program(f'cp "{printed("Tiny book")}" "$printed"')
    assert make_pdf(small)
    assert not make_pdf(small)
    write(small, "two", "one", "x")
    assert make_pdf(small)
    style = small.root / "print.css"
    shutil.copy(pdf.one_page.STYLE, style)
    monkeypatch.setattr(pdf.one_page, "STYLE", style)
    assert make_pdf(small)
    style.write_text("p { color: red }", encoding="utf-8")
    assert make_pdf(small)
    assert not make_pdf(small)
    small.pdf.unlink()
    assert make_pdf(small)


def test_a_title_that_is_not_the_book_s_is_refused(
    small: Project, program: Callable[[str], Path], printed: Callable[[str], Path]
) -> None:
    program(f'cp "{printed("unfinished")}" "$printed"')
    small.pdf.write_bytes(b"old")
    with pytest.raises(BookError, match=r"its pages are not whole: unfinished$") as caught:
        make_pdf(small)
    assert not isinstance(caught.value, BrowserError)
    assert small.pdf.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo no display; exit 3", "ended with status 3 and did not print; see .*pdf.log"),
        ("exit 0", "ended with status 0 and did not print"),
        ('cp "$0" "$printed"', "left a PDF that cannot be read"),
        ('cp "$0" "$printed"; exit 1', "ended with status 1"),
    ],
)
def test_a_browser_that_fails_is_named_and_the_old_pdf_stays(
    small: Project, program: Callable[[str], Path], script: str, message: str
) -> None:
    path = program(script)
    small.pdf.write_bytes(b"old")
    with pytest.raises(BrowserError, match=message) as caught:
        make_pdf(small)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert small.pdf.read_bytes() == b"old"
    assert not list(small.build.glob("pdf-*"))
    if "echo" in script:
        assert (small.build / "pdf.log").read_text() == "no display\n"


def test_a_program_that_cannot_be_started_is_named(
    small: Project, program: Callable[[str], Path]
) -> None:
    program("").write_bytes(b"\x7fELF")
    with pytest.raises(BrowserError, match=r"browser\.sh does not start: Exec format error"):
        make_pdf(small)


def test_a_browser_that_hangs_is_ended_with_all_that_it_started(
    small: Project, program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = tmp_path / "pipe"
    os.mkfifo(left)
    end = os.open(left, os.O_RDONLY | os.O_NONBLOCK)
    # The child holds the pipe open for writing as long as it lives.
    program(f'sleep 600 > "{left}" & wait')
    monkeypatch.setattr(pdf, "PATIENCE", 1.0)
    with pytest.raises(BrowserError, match="did not print within 1 s"):
        make_pdf(small)
    os.set_blocking(end, True)
    assert os.read(end, 1) == b""
    os.close(end)


def test_a_browser_is_found_where_the_variable_says_or_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("google-chrome", "chromium", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "mine")
    assert find_browser() == str(tmp_path / "mine")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "~/mine")
    assert find_browser() == str(tmp_path / "mine")
    monkeypatch.delenv(VARIABLE)
    assert find_browser() == str(tmp_path / "chromium")
    (tmp_path / "chromium").unlink()
    assert find_browser() == str(tmp_path / "google-chrome")


def test_where_there_is_no_browser_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "nothing")
    with pytest.raises(BrowserError, match="COMPANION_BROWSER names nothing, which is not a"):
        find_browser()
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(pdf, "PROGRAMS", ("no-chromium-here",))
    with pytest.raises(BrowserError, match="no Chromium or Chrome found; install one, or let"):
        find_browser()


def test_without_a_site_there_is_nothing_to_print(
    small: Project, program: Callable[[str], Path]
) -> None:
    program("exit 0")
    (small.html / "index.html").unlink()
    with pytest.raises(BookError, match=r"there is no site in .*; make it with: companion build"):
        make_pdf(small)
