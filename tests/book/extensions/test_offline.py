"""Pages load MathJax from beside them and name the text of a chapter as its source."""

from importlib.metadata import PackagePath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from book.extensions import offline


def app_for(folder: Path) -> Any:
    config = SimpleNamespace(mathjax_path=None, mathjax3_config={"tex": {"macros": {}}})
    return SimpleNamespace(outdir=folder, config=config)


def test_mathjax_comes_from_the_installed_package() -> None:
    source = offline.mathjax_source()
    missing = [name for name in offline.MATHJAX if not list(source.glob(name))]
    assert missing == []


def test_pages_load_its_components_and_keep_their_own_settings(tmp_path: Path) -> None:
    app = app_for(tmp_path)
    offline.configure(app)
    assert app.config.mathjax3_config == {
        "tex": {"macros": {}},
        "loader": {"load": ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]},
    }


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
    app = app_for(tmp_path)
    offline.configure(app)
    offline.copy_mathjax(app, failure)
    made = tmp_path / "_static" / "mathjax"
    assert (tmp_path / "_static" / app.config.mathjax_path).is_file() == (failure is None)
    for component in app.config.mathjax3_config["loader"]["load"] if failure is None else ():
        assert (made / f"{component}.js").is_file()
    assert bool(list(made.rglob("*.woff"))) == (failure is None)
    assert not list(made.rglob("all-packages.js"))


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
