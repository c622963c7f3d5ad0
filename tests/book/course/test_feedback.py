"""Feedback shows what a student wrote, and runs nothing of it."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="submissions are marked by nbgrader")

from nbconvert.exporters import HTMLExporter
from nbformat import v4
from traitlets.config import Config

from book.course.feedback import markdown

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
SVG = "<svg onload='alert(1)'><script>alert(1)</script></svg>"
PNG = "data:image/png;base64,aaaa"


class Running(HTMLParser):
    """What would run on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        self.found += [str(v) for name, v in attrs if name.startswith("on")]
        self.found += [str(v) for _, v in attrs if str(v).lower().startswith("javascript:")]

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        self.found += [data] if self._script else []


@pytest.mark.parametrize(
    "text", [EVIL, f"*a* {EVIL}", f"\n\n<div>\n{EVIL}\n</div>\n", "[a](javascript:alert(1))", SVG]
)
def test_html_in_a_text_does_not_run(text: str) -> None:
    assert Running(markdown(text)).found == []


def test_all_that_markdown_knows_is_shown() -> None:
    html = markdown(f"# T\n\n*a* **b** `c` ![d]({PNG}) [e](f.html)\n\n| g |\n|---|\n| 1 |\n\n- h\n")
    for tag in (
        "<h1",
        "<em>a",
        "<strong>b",
        "<code>c",
        "<img ",
        '<a href="f.html"',
        "<td>",
        "<li>",
    ):
        assert tag in html
    assert r"$\sum_{i} x_i$" in markdown(r"so $\sum_{i} x_i$")


def exported(cells: list[Any], root: Path) -> str:
    """A page of what the course's configuration makes of a notebook."""
    config = Config()
    template = root / "book" / "course" / "templates" / "nbgrader_config.py.in"
    lines = template.read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if line.startswith("c.HTMLExporter.")]
    assert len(own) == 2
    exec("\n".join(own), {"c": config})
    config.HTMLExporter.template_name = "classic"  # which that of nbgrader extends
    return HTMLExporter(config=config).from_notebook_node(v4.new_notebook(cells=cells))[0]


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": EVIL},
        {"text/markdown": EVIL},
        {"image/svg+xml": SVG},
        {"application/javascript": "alert(1)"},
        {"text/latex": EVIL},
        {"text/plain": EVIL},
    ],
)
def test_nothing_of_a_submission_runs(root: Path, data: dict[str, str]) -> None:
    output = v4.new_output("display_data", data=data)
    cells = [v4.new_markdown_cell(f"text {EVIL}"), v4.new_code_cell("1", outputs=[output])]
    html = exported(cells, root)
    assert "alert(1)" in html
    assert [script for script in Running(html).found if "alert(1)" in script] == []
