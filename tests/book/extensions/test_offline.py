"""Pages load MathJax from beside them and name the text of a chapter as its source."""

from importlib.metadata import PackagePath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from book.extensions import offline


def test_mathjax_comes_from_the_installed_package() -> None:
    source = offline.mathjax_source()
    assert source.name == "tex-svg.js"
    assert source.stat().st_size > 1_000_000


def test_a_package_without_mathjax_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offline, "files", lambda name: [PackagePath("readme.txt")])
    with pytest.raises(ExtensionError, match="sphinx-mathjax-offline"):
        offline.mathjax_source()


@pytest.mark.parametrize("failure", [None, ValueError("no page")])
def test_mathjax_is_copied_into_a_site_that_was_made(
    tmp_path: Path, failure: Exception | None
) -> None:
    (tmp_path / "_static").mkdir()
    app: Any = SimpleNamespace(outdir=tmp_path, config=SimpleNamespace(mathjax_path=None))
    offline.configure(app)
    offline.copy_mathjax(app, failure)
    assert (tmp_path / "_static" / app.config.mathjax_path).is_file() == (failure is None)


@pytest.mark.parametrize(
    ("page", "suffix"), [("notebooks/linear/a", ".md"), ("book/pages/intro", ".rst")]
)
def test_only_a_chapters_source_is_its_text(page: str, suffix: str) -> None:
    app: Any = None
    context: dict[str, Any] = {"page_source_suffix": ".rst"}
    offline.mend_source(app, page, "page.html", context, None)
    assert context == {"page_source_suffix": suffix}


def test_links_are_mended_before_the_theme_makes_them() -> None:
    connected: dict[Any, int] = {}
    app: Any = SimpleNamespace(
        connect=lambda event, call, priority=500: connected.update({call: priority})
    )
    assert offline.setup(app)["parallel_read_safe"]
    assert connected[offline.mend_source] < 500 < connected[offline.leave_out_thebe]


def test_what_would_run_code_on_another_host_is_left_out() -> None:
    app: Any = None
    scripts = [
        SimpleNamespace(filename=None, attributes={"body": "const THEBE_JS_URL = 1"}),
        SimpleNamespace(filename="_static/sphinx-thebe.js", attributes={}),
        SimpleNamespace(filename="_static/search.js", attributes={}),
    ]
    context: dict[str, Any] = {"script_files": scripts, "css_files": scripts[1:]}
    offline.leave_out_thebe(app, "index", "page.html", context, None)
    assert context == {"script_files": scripts[2:], "css_files": scripts[2:]}
