"""Buttons start what is there: Binder a text on main, Colab a notebook of the site."""

from pathlib import Path
from typing import Any

import pytest

from book.chapters import read_chapters
from book.extensions import links
from book.project import Project
from book.runs import plan_runs

HOME = "https://github.com/someone/companion"


def buttons(path: str) -> list[dict[str, Any]]:
    launch = [
        {
            "text": "Binder",
            "url": f"https://mybinder.org/v2/gh/someone/companion/main?urlpath=lab/tree/{path}",
        },
        {
            "text": "Colab",
            "url": f"https://colab.research.google.com/github/someone/companion/blob/main/{path}",
        },
    ]
    download = {"text": "", "url": "_sources/x.ipynb"}
    return [{"type": "group", "buttons": launch}, {"type": "link", **download}]


@pytest.mark.parametrize("suffix", [".ipynb", ".md"])
def test_binder_opens_the_text_and_colab_the_executed_notebook(suffix: str) -> None:
    context = {"header_buttons": buttons(f"notebooks/tiny/first{suffix}")}
    links.mend_launch(None, "notebooks/tiny/first", "page.html", context, None)
    binder, colab = context["header_buttons"][0]["buttons"]
    assert binder["url"].endswith("/companion/main?urlpath=lab/tree/notebooks/tiny/first.md")
    assert colab["url"].endswith("/companion/blob/gh-pages/notebooks/tiny/first.ipynb")
    assert context["header_buttons"][1] == buttons("")[1]


def test_other_pages_and_pages_without_buttons_stay_as_they_are() -> None:
    context = {"header_buttons": buttons("book/pages/intro.md")}
    links.mend_launch(None, "book/pages/intro", "page.html", context, None)
    assert context == {"header_buttons": buttons("book/pages/intro.md")}
    empty: dict[str, Any] = {}
    links.mend_launch(None, "notebooks/tiny/first", "page.html", empty, None)
    assert empty == {}


def test_both_paths_exist_where_the_buttons_look_for_them(root: Path) -> None:
    project = Project(root)
    workflow = (root / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")
    # The branch of the site has the notebooks that the site was made of below notebooks/.
    assert "cp -r build/stage/notebooks/. public/notebooks/" in workflow
    for run in plan_runs(project, list(read_chapters(project).values()), "standard"):
        page = f"notebooks/{run.chapter.part}/{run.chapter.name}"
        context = {"header_buttons": buttons(f"{page}.ipynb")}
        links.mend_launch(None, page, "page.html", context, None)
        binder, colab = (button["url"] for button in context["header_buttons"][0]["buttons"])
        assert (root / binder.partition("lab/tree/")[2]).is_file()
        published = colab.partition("/blob/gh-pages/notebooks/")[2]
        assert project.build / "standard" / "notebooks" / published == run.notebook
