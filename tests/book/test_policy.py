"""A page's policy lets the scripts run that stood in it when it was made, and nothing else."""

import base64
import hashlib
import json
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from book.chapters import read_chapters
from book.cli import main
from book.one_page import one_page
from book.policy import OWN, policy, with_policy
from book.project import BookError, Project
from book.runs import plan_runs
from book.site import build_site

PAGE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n  <meta charset="utf-8"/>\n{}</head><body>{}</body>'
)


KNOWN = "DOCUMENTATION_OPTIONS.pagename = 'a/b';"


def digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def allowed(html: str) -> list[str]:
    """Sources of scripts."""
    told = dict(rule.split(" ", 1) for rule in policy(html).split("; "))
    return told["script-src"].removeprefix(OWN).split()


@pytest.mark.parametrize(
    "script",
    ["let a = 1;", " a < b && c > d; \n", "'\N{EN DASH}'", "", "// <!-- </p> &amp;\n", "x\ny"],
)
def test_a_script_in_a_page_is_allowed_by_its_digest(script: str) -> None:
    for kind in ("", ' type="module"', " data-x='1' type='text/javascript'"):
        assert allowed(f"<p>x</p><script{kind}>{script}</script>") == [digest(script)]


def test_every_end_of_a_line_counts_as_a_browser_reads_it() -> None:
    assert allowed("<script>a\r\nb\rc\n</script>") == [digest("a\nb\nc\n")]


def test_files_data_and_handlers_are_no_scripts_of_the_page() -> None:
    html = '<script src="a.js"></script><script type="application/json">{}</script>'
    assert allowed(html + '<p onclick="alert(1)">x</p><style>p {}</style>') == []


def test_equal_scripts_are_told_once_and_always_in_the_same_order() -> None:
    one, two = "<script>1</script>", "<script>2</script>"
    assert policy(one + two + one) == policy(two + one)
    assert len(allowed(one + two + one)) == 2


def test_nothing_comes_from_other_hosts_and_no_text_becomes_code() -> None:
    told = policy("<script>1</script>")
    assert told.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in told
    assert "unsafe-inline" not in told.partition("script-src")[2].partition(";")[0]
    assert not re.search(r"https?:|//|\*", told)


def test_a_page_begins_with_its_letters_and_its_policy() -> None:
    page = PAGE.format(f"<script>{KNOWN}</script>", "<p>text</p>")
    made = with_policy(page)
    first, second = BeautifulSoup(made, "html.parser").select("head > *")[:2]
    assert first["charset"] == "utf-8"
    assert second["http-equiv"] == "Content-Security-Policy"
    assert second["content"] == policy(page)
    assert re.sub(r"\n<meta http-equiv=.*>", "", made) == page


def test_a_page_without_a_head_has_a_policy_too() -> None:
    made = with_policy('<meta http-equiv="Refresh" content="0; url=a.html" />\n')
    assert made.startswith('<meta http-equiv="Content-Security-Policy" content="default-src')
    assert made.endswith('\n<meta http-equiv="Refresh" content="0; url=a.html" />\n')


def test_buttons_carry_what_they_do_as_data() -> None:
    page = PAGE.format("", '<button title="a > b" onclick="window.print()"\nclass="x">P</button>')
    (button,) = BeautifulSoup(with_policy(page), "html.parser").select("button")
    assert button.attrs == {"title": "a > b", "data-press": "window.print()", "class": ["x"]}


@pytest.mark.parametrize("place", ["head", "body"])
def test_a_page_with_a_script_of_a_stranger_is_not_finished(place: str) -> None:
    both = f"<script>{KNOWN}</script><script>alert(1)</script>"
    page = PAGE.format(*((both, "") if place == "head" else ("", both)))
    with pytest.raises(BookError, match=r"a script that nobody knows: 'alert\(1\)'"):
        with_policy(page)


@given(st.text())
def test_any_text_in_a_page_leaves_the_page_as_it_is(text: str) -> None:
    page = PAGE.format("", f"<p>{text}</p>".replace("<button", "").replace("\r", ""))
    made = with_policy(page)
    head, body = page.split('<meta charset="utf-8"/>', 1)
    assert made.startswith(head)
    assert made.endswith(body)


# --- a whole book ---

EVIL = "<script>alert(1)</script><img src='x' onerror='alert(1)'>"
QUOTE = '"onmouseover="alert(1)'


def runs_something(html: str) -> list[str]:
    """What of the smuggled goods a browser would run."""
    soup = BeautifulSoup(html, "html.parser")
    scripts = [tag.text for tag in soup.find_all("script") if "alert" in tag.text]
    attributes = [key for tag in soup.find_all(True) for key in tag.attrs if key.startswith("on")]
    return scripts + attributes


def test_what_would_run_is_seen() -> None:
    assert runs_something(EVIL) == ["alert(1)", "onerror"]
    assert runs_something(f'<p title="{QUOTE}">') == ["onmouseover"]


@pytest.mark.slow
def test_names_texts_and_parameters_of_a_chapter_are_shown_and_not_run(copied: Project) -> None:
    chapter = copied.notebooks / "tiny" / "first.md"
    text = chapter.read_text(encoding="utf-8")
    bad = EVIL + QUOTE
    for old, new in (
        ('says="The sum', f'says={bad!r} + "The sum'),
        ('because="Gauss"', f"because={bad!r}"),
        ('source="numdl, somewhere"', f"source={f'numdl, {bad}'!r}"),
        ('right="It is six."', f"right={bad!r}"),
        ('name: str = "none"  # a text', f"name: str = {bad!r}  # a text {EVIL}"),
        (
            "total = scale",
            f"from lib.plotting import table\ntable([{bad!r}, 'b'], [[{bad!r}, name]])\n"
            "```\n\n```{code-cell} ipython3\ntotal = scale",
        ),
    ):
        assert old in text
        text = text.replace(old, new)
    chapter.write_text(text, encoding="utf-8")
    # What was declared and never measured is told from the source.
    main(["build", "--jobs", "1"])
    pages = [path for path in copied.html.rglob("*.html") if "_static" not in path.parts]
    made = {path.name: path.read_text(encoding="utf-8") for path in pages}
    made["one page"] = one_page(copied)
    assert {"first.html", "intro.html", "one page"} <= set(made)
    assert made["first.html"].count("&lt;script&gt;alert(1)") >= 5
    assert {name: found for name, page in made.items() if (found := runs_something(page))} == {}


def test_what_is_no_chapter_is_neither_run_nor_shown(copied: Project) -> None:
    code = f"open({str(copied.root / 'ran')!r}, 'w').close()"
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "id": "a"}
    cell["execution_count"] = None
    stray = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    for folder in ("notebooks", "notebooks/tiny", "data"):
        (copied.root / folder).mkdir(exist_ok=True)
        (copied.root / folder / "stray.ipynb").write_text(stray)
        for module in ("stray", "numpy", "ipykernel_launcher"):  # the latter are asked for
            (copied.root / folder / f"{module}.py").write_text(code)
        text = f"# Stray\n\n```{{code-cell}} ipython3\n{code}\n```\n"
        (copied.root / folder / "stray.md").write_text(text)
    assert sorted(read_chapters(copied)) == ["first", "second"]
    main(["run", "second", "--force"])
    build_site(copied, plan_runs(copied, list(read_chapters(copied).values()), "standard"))
    assert not (copied.root / "ran").exists()
    assert [path for path in copied.build.rglob("*stray*") if "data" not in path.parts] == []
