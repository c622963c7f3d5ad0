"""Pages with figures that move get one script of the book's own making, others none."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from book.extensions import explorables


class App:
    def __init__(self, outdir: Path, format: str = "html") -> None:
        self.outdir, self.builder = str(outdir), SimpleNamespace(format=format)
        self.scripts: list[Any] = []
        self.handlers: dict[str, Any] = {}

    def add_js_file(self, name: str, **options: str) -> None:
        self.scripts.append((name, options))

    def connect(self, event: str, handler: Any) -> None:
        self.handlers[event] = handler


@pytest.fixture(scope="module")
def script() -> str:
    return explorables.bundle()


def test_the_script_holds_vega_and_the_books_own_lines(script: str) -> None:
    assert "figure.explorable" in script
    assert "vega" in script
    assert "null.View" not in script  # what the bundler makes of a name that it does not know
    assert "vegaEmbed" not in script[-3000:]  # a name that the bundler knows, and shortened
    assert 500_000 < len(script) < 1_000_000


def test_the_script_is_a_classic_one_that_leaves_no_names(script: str) -> None:
    assert script.startswith("(function () {")
    assert script.rstrip().endswith("})();")


@pytest.mark.parametrize(
    ("body", "scripts"),
    [
        ('<figure class="explorable" id="x">', [("near.js", {"loading_method": "defer"})]),
        ("<p>explorable</p>", []),
    ],
)
def test_only_pages_with_such_figures_load_it(tmp_path: Path, body: str, scripts: list) -> None:
    app = App(tmp_path)
    explorables.add_script(app, "page", "page.html", {"body": body}, None)
    explorables.add_script(app, "genindex", "genindex.html", {}, None)
    assert app.scripts == scripts


def test_the_site_gets_the_script_and_not_what_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorables, "bundle", lambda: "script")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "explorables.mjs").touch()
    explorables.write_script(App(tmp_path), None)
    assert [p.name for p in (tmp_path / "_static").iterdir()] == ["explorables.js"]
    assert (tmp_path / "_static" / "explorables.js").read_text() == "script"


@pytest.mark.parametrize(("format", "error"), [("latex", None), ("html", RuntimeError("broken"))])
def test_other_builders_and_broken_builds_get_none(
    tmp_path: Path, format: str, error: Exception | None
) -> None:
    explorables.write_script(App(tmp_path, format), error)
    assert list(tmp_path.iterdir()) == []


def test_it_listens_to_pages_and_to_the_end(tmp_path: Path) -> None:
    app = App(tmp_path)
    assert explorables.setup(app)["parallel_write_safe"]
    assert set(app.handlers) == {"html-page-context", "build-finished"}
