"""The site is left without what no page loads, and its figures without digits that no eye sees."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from book.extensions import lean


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ('<path d="M 1.23456 -0.0004 L 2.5 7.10049"/>', '<path d="M 1.23 0 L 2.5 7.1"/>'),
        ('<path d="M 10 20.999 z"/>', '<path d="M 10 21 z"/>'),
        ('<path d="M 1e-05 1.2345e3"/>', '<path d="M 1e-05 1.2345e3"/>'),
        ('<text x="1.23456">1.23456</text>', '<text x="1.23456">1.23456</text>'),
    ],
)
def test_only_the_lines_of_a_figure_are_shortened(path: str, short: str) -> None:
    assert lean.shorten(path) == short
    assert lean.shorten(short) == short


def site(folder: Path) -> None:
    for name in ("scripts/a.js", "scripts/a.js.map", "scripts/fontawesome.js", "styles/b.css.map"):
        (folder / "_static" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "_static" / name).touch()
    (folder / "_images").mkdir()
    (folder / "_images" / "x.svg").write_text('<path d="M 1.23456 2"/>')


def test_what_no_page_loads_is_taken_out_of_a_finished_site(tmp_path: Path) -> None:
    site(tmp_path)
    lean.leave_out(SimpleNamespace(outdir=str(tmp_path)), None)
    left = [path.name for path in (tmp_path / "_static").rglob("*") if path.is_file()]
    assert left == ["a.js"]
    assert (tmp_path / "_images" / "x.svg").read_text() == '<path d="M 1.23 2"/>'


def test_a_broken_build_is_left_as_it_is(tmp_path: Path) -> None:
    site(tmp_path)
    lean.leave_out(SimpleNamespace(outdir=str(tmp_path)), RuntimeError("broken"))
    assert (tmp_path / "_static" / "scripts" / "a.js.map").exists()
    assert "1.23456" in (tmp_path / "_images" / "x.svg").read_text()
