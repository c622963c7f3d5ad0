"""The scripts of the book's pages are known, and nothing that only looks like one."""

from pathlib import Path

import pytest

from book import scripts
from book.one_page import SCRIPT
from book.project import Project
from book.scripts import inline_scripts, is_known

MODE = """
    document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
    document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
  """


def test_every_script_of_the_built_book_is_known(built: Project) -> None:
    pages = [path for path in built.html.rglob("*.html") if "_static" not in path.parts]
    found = {s for path in pages for s in inline_scripts(path.read_text(encoding="utf-8"))}
    assert MODE in found
    assert any("search field" in script for script in found)
    assert len(found) > 10
    assert [script for script in found if not is_known(script)] == []


def test_the_script_of_the_page_to_print_is_known() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert is_known(f"\n{text}")
    assert not is_known(f"{text}alert(1)")


@pytest.mark.parametrize(
    ("script", "known"),
    [
        ("let toggleHintShow = 'Click to show';", True),
        ("let toggleHintShow = 'Click to show';alert(1)", False),
        ("let toggleHintShow = 'a' + alert('b');", False),
        ("let toggleHintShow = 'a\\\\';", False),
        ("kernelName = 'python3'", True),
        ("kernelName = ''+alert(1)+''", False),
        ("DOCUMENTATION_OPTIONS.pagename = 'a/b c';", True),
        ("DOCUMENTATION_OPTIONS.pagename = 'a';alert(1);'';", False),
        ("DOCUMENTATION_OPTIONS.search_as_you_type = false;", True),
        ("DOCUMENTATION_OPTIONS.search_as_you_type = alert;", False),
        ("location = 'https://elsewhere.example';", False),
        ('window.MathJax = {"loader": {"load": ["core"]}}', True),
        ('window.MathJax = {"a": 1}; alert(1)', False),
        ('window.MathJax = {"a": alert(1)}', False),
        ("window.MathJax = 1", False),
        (MODE, True),
        (MODE.replace("auto", "dark"), True),
        (MODE.replace("auto", '" + alert(1) + "'), False),
        (MODE + "alert(1)", False),
        ("", False),
    ],
)
def test_a_script_is_known_by_its_whole_form(script: str, known: bool) -> None:
    assert is_known(script) is known


def test_another_version_of_the_theme_has_its_own_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "layout.html").write_text(
        '<script>use("{{ mode }}")</script><script>{% if a %}b(){% endif %}</script>'
        '<script src="a.js"></script><script>  </script>'
    )
    monkeypatch.setattr(scripts, "files", lambda name: tmp_path)
    scripts._of_the_theme.cache_clear()
    try:
        assert is_known('use("dark")')
        assert not is_known('use("dark").b()')
        assert not is_known("b()")
        assert not is_known("  ")
        assert not is_known(MODE)
    finally:
        scripts._of_the_theme.cache_clear()


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<script>a < b</script>", ["a < b"]),
        ('<script type="module">a</script><SCRIPT>b</SCRIPT>', ["a", "b"]),
        ('<script src="a.js">x</script><script type="application/json">{}</script>', []),
        ("<p>&lt;script&gt;a</p>", []),
    ],
)
def test_what_a_browser_would_run_is_found(html: str, found: list[str]) -> None:
    assert inline_scripts(html) == found
