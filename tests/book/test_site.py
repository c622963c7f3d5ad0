"""The site is whole, needs no other host, and an old one stays until a new one is good."""

import json
import re
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml

from book import site
from book.chapters import read_chapters
from book.ledger import collect, write_ledger
from book.licences import CARRIED
from book.project import BookError, Project
from book.runs import Run, plan_runs
from book.site import build_site, server, site_files, stage
from book.slides import marked

LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """What a page loads, where it links to and which anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.append(given["id"])
        if tag in LOADS and LOADS[tag] in given:
            self.loads.append(given[LOADS[tag]])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


def runs_of(project: Project) -> list[Run]:
    return plan_runs(project, list(read_chapters(project).values()), "standard")


def pages(project: Project) -> dict[Path, Page]:
    """Every page of the site; the theme also leaves templates, which are none."""
    files = [p for p in project.html.rglob("*.html") if "_static" not in p.parts]
    assert project.html / "notebooks" / "tiny" / "first.html" in files
    return {path.resolve(): Page(path) for path in files}


def test_no_page_loads_anything_from_another_host(built: Project) -> None:
    for path, page in pages(built).items():
        # The front door only sends the reader on; slides do without the theme.
        fewest = 5 if path.parent.name == "slides" else 10
        assert len(page.loads) > fewest or path == (built.html / "index.html").resolve()
        foreign = [url for url in page.loads if urlsplit(url).netloc or urlsplit(url).scheme]
        assert [url for url in foreign if not url.startswith("data:")] == [], path


def test_no_style_sheet_loads_anything_from_another_host(built: Project) -> None:
    sheets = list(built.html.rglob("*.css"))
    assert built.html / "_static" / "companion.css" in sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"""(url\(|@import)\s*['"]?(https?:)?//""", text), sheet


def test_mathematics_is_drawn_by_a_file_beside_the_pages(built: Project) -> None:
    first = pages(built)[(built.html / "notebooks" / "tiny" / "first.html").resolve()]
    (script,) = [url for url in first.loads if "mathjax" in url]
    target = built.html / "notebooks" / "tiny" / urlsplit(script).path
    assert target.resolve() == (built.html / "_static" / "mathjax" / "startup.js").resolve()
    assert (target.parent / "core.js").stat().st_size > 100_000


def test_every_link_leads_to_a_file_and_an_anchor_that_exist(built: Project) -> None:
    found = pages(built)
    for path, page in found.items():
        for url in page.loads + page.links:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.name}: {url}"
            if parts.fragment and target in found:
                assert unquote(parts.fragment) in found[target].anchors, f"{path.name}: {url}"


def test_the_ledger_and_the_role_link_to_the_cards_of_all_claims(built: Project) -> None:
    found = pages(built)
    intro = found[(built.html / "book" / "pages" / "intro.html").resolve()]
    first = found[(built.html / "notebooks" / "tiny" / "first.html").resolve()]
    to = "../../notebooks/tiny"
    assert {url for url in intro.links if "#claim-" in url} == {
        f"{to}/first.html#claim-first-triangle",
        f"{to}/first.html#claim-first-spread",
        f"{to}/first.html#claim-first-seven",
        f"{to}/second.html#claim-second-seed",
    }
    assert [url for url in first.links if url.endswith("#claim-first-triangle")]
    assert {a for a in first.anchors if a.startswith("claim-")} == {
        "claim-first-triangle",
        "claim-first-spread",
        "claim-first-seven",
    }


def test_without_a_repository_no_page_links_to_one(built: Project) -> None:
    for page in pages(built).values():
        assert not [url for url in page.links if "github.com" in url]


def test_the_site_is_made_of_all_that_it_shows(built: Project) -> None:
    files = site_files(built, runs_of(built))
    names = {str(path.relative_to(built.root)) for path in files}
    assert names >= {
        "_config.yml",
        "_toc.yml",
        "constraints.txt",
        "notebooks/limits.yml",
        "build/claims.json",
        "build/standard/notebooks/tiny/first.ipynb",
        "book/pages/intro.md",
        "book/static/companion.css",
        "lib/tiny/unused.py",  # its docstrings are in the reference
    }
    assert "README.md" not in names
    assert files == sorted(files)


@pytest.fixture
def makings(copied: Project, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the site be made in no time; lists how often it was."""
    made: list[int] = []
    monkeypatch.setattr(site, "_make", lambda project, runs, solutions: made.append(1))
    return made


def test_the_site_is_made_again_exactly_when_its_sources_change(
    copied: Project, makings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = runs_of(copied)
    page = copied.root / "book" / "pages" / "more.md"
    assert not build_site(copied, runs)
    page.write_text("# More\n", encoding="utf-8")
    assert build_site(copied, runs)
    page.unlink()
    assert build_site(copied, runs)
    copied.limits.write_text(copied.limits.read_text().replace("100", "99"), encoding="utf-8")
    assert build_site(copied, runs)
    (copied.root / "README.md").write_text("Other.\n", encoding="utf-8")
    assert not build_site(copied, runs)
    monkeypatch.setenv("COMPANION_REPOSITORY", "https://github.com/a/b")
    assert build_site(copied, runs)
    (copied.html / "index.html").unlink()
    assert build_site(copied, runs)
    assert len(makings) == 5


def exchange(html: Path) -> None:
    one, other = (html / "notebooks" / "tiny" / f"{name}.html" for name in ("first", "second"))
    texts = one.read_bytes(), other.read_bytes()
    one.write_bytes(texts[1])
    other.write_bytes(texts[0])


def look_green(html: Path) -> None:
    page = html / "notebooks" / "tiny" / "second.html"
    text = page.read_text(encoding="utf-8")
    assert "reproduced" in text
    page.write_text(text.replace("reproduced", "Reproduced"), encoding="utf-8")


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda html: (html / "index.html").write_text(""), id="front door emptied"),
        pytest.param(
            lambda html: (html / "notebooks" / "tiny" / "first.html").unlink(), id="page removed"
        ),
        pytest.param(exchange, id="pages exchanged"),
        pytest.param(look_green, id="verdict on a page edited"),
        pytest.param(lambda html: (html / "more.html").touch(), id="page added"),
        pytest.param(lambda html: shutil.rmtree(html / "_static"), id="styles removed"),
    ],
)
def test_a_site_that_was_tampered_with_is_made_again(
    copied: Project, makings: list[int], tamper: Callable[[Path], object]
) -> None:
    assert not build_site(copied, runs_of(copied))
    tamper(copied.html)
    assert build_site(copied, runs_of(copied))
    assert makings == [1]


def test_after_a_death_between_two_renames_the_old_site_is_there_again(
    copied: Project, makings: list[int]
) -> None:
    before = {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()}
    copied.html.rename(copied.html.with_name("html.old"))
    assert not build_site(copied, runs_of(copied))
    assert {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()} == before
    assert not (copied.build / "html.old").exists()


def test_a_disk_that_sphinx_filled_is_told_as_that(
    copied: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError("full")

    monkeypatch.setattr(site, "JUPYTER_BOOK", "raise SystemExit(1)")
    monkeypatch.setattr(site, "require_space", full)
    (copied.matter / "pages" / "more.md").touch()
    with pytest.raises(OSError, match="full"):
        build_site(copied, runs_of(copied))


def test_a_warning_of_sphinx_stops_the_new_site_and_the_old_one_stays(copied: Project) -> None:
    intro = copied.root / "book" / "pages" / "intro.md"
    text = intro.read_text(encoding="utf-8")
    intro.write_text(text + "\nSee {claim}`first/gone` and {ref}`nowhere`.\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()}
    runs = runs_of(copied)
    write_ledger(copied, collect(runs))
    with pytest.raises(BookError) as raised:
        build_site(copied, runs)
    head, *warnings = str(raised.value).splitlines()
    assert str(copied.build / "sphinx.log") in head
    assert any("no claim or erratum 'first/gone' in the ledger" in line for line in warnings)
    assert any("nowhere" in line for line in warnings)
    after = {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()}
    assert after == before


def test_what_is_staged_holds_executed_chapters_and_no_code(copied: Project) -> None:
    (copied.matter / "__pycache__").mkdir()
    (copied.matter / "code.py").touch()
    folder = copied.build / "stage"
    (folder / "left").mkdir(parents=True, exist_ok=True)
    runs = runs_of(copied)
    stage(copied, runs, folder, solutions=True)
    staged = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    matter = {
        str(path.relative_to(copied.root))
        for name in ("static", "_templates")
        for path in (copied.matter / name).rglob("*")
        if path.is_file()
    }
    assert {"book/static/companion.css", "book/static/claims.js"} <= matter
    assert staged == matter | {
        "extra/exercises/companion.zip",
        "extra/exercises/first.ipynb",
        "extra/exercises/second.ipynb",
        "_config.yml",
        "_toc.yml",
        "claims.json",
        "parameters.json",
        "records.json",
        "syllabus.json",
        "book/references.bib",
        "book/pages/intro.md",
        "notebooks/tiny/first.ipynb",
        "notebooks/tiny/second.ipynb",
        *(f"book/notices/{package}.txt" for package in CARRIED),
    }
    assert not (folder / "left").exists()
    staged_first = folder / "notebooks" / "tiny" / "first.ipynb"
    executed = nbformat.read(runs[0].notebook, as_version=4)
    (cell,) = (c for c in executed.cells if "parameters" in c.metadata.get("tags", ()))
    cell.metadata.tags.append("hide-input")  # the page has a table
    assert nbformat.read(staged_first, as_version=4) == marked(executed)
    told = json.loads((folder / "parameters.json").read_text(encoding="utf-8"))
    assert list(told) == ["notebooks/tiny/first", "notebooks/tiny/second"]
    names = [row["name"] for row in told["notebooks/tiny/first"]]
    assert names == ["seed", "scale", "name", "sizes", "fast"]


def test_a_chapter_shows_its_parameters_in_a_table_above_the_folded_cell(built: Project) -> None:
    page = (built.html / "notebooks" / "tiny" / "first.html").read_text(encoding="utf-8")
    table = page.index("parameters-table")
    cell = page.index("tag_parameters")
    assert table < cell < page.index("</details>", cell)
    assert "at least 0.5, at most 10.0" in page[table:cell]
    assert "tag_hide-input" in page[cell : cell + 200]


def test_pages_have_buttons_for_a_repository_exactly_where_there_is_one(
    copied: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def config() -> dict[str, object]:
        stage(copied, [], copied.build / "stage", solutions=True)
        text = (copied.build / "stage" / "_config.yml").read_text(encoding="utf-8")
        read: dict[str, object] = yaml.safe_load(text)
        return read

    given = yaml.safe_load((copied.root / "_config.yml").read_text(encoding="utf-8"))
    assert config() == given
    monkeypatch.setenv("COMPANION_REPOSITORY", "https://github.com/a/b")
    told = config()
    assert told["repository"] == {"url": "https://github.com/a/b", "branch": "main"}
    assert isinstance(told["html"], dict)
    assert told["html"] == given["html"] | {
        "use_repository_button": True,
        "use_issues_button": True,
        "use_edit_page_button": True,
    }


# --- the server ---


def test_the_site_is_served_on_this_machine_alone(
    built: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    with server(built, 0) as serving:
        host, port = serving.server_address[:2]
        assert host == "127.0.0.1"
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            url = f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(f"{url}/notebooks/tiny/first.html") as answer:
                assert answer.status == 200
                page = built.html / "notebooks" / "tiny" / "first.html"
                assert answer.read() == page.read_bytes()
            for outside in ("/../claims.json", "/%2e%2e/claims.json", "/gone.html"):
                with pytest.raises(urllib.error.HTTPError, match="404") as refused:
                    urllib.request.urlopen(url + outside)
                refused.value.close()
        finally:
            serving.shutdown()
            thread.join()
    assert capfd.readouterr() == ("", "")


def test_a_port_in_use_is_one_line_that_names_the_others(built: Project) -> None:
    with server(built, 0) as serving:
        port = serving.server_address[1]
        in_use = pytest.raises(BookError, match=rf"port {port}: .*1024 to 65535.*0 for any")
        with in_use, server(built, port):
            pass
    with server(built, port):
        pass  # free again


def test_without_a_site_the_line_tells_how_to_make_one(tiny: Project) -> None:
    with pytest.raises(BookError, match="companion build"), server(tiny, 0):
        pass


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("notebooks/tiny/first.md", "# of every draw", "# of another draw"),
        ("notebooks/limits.yml", "maximum: 10.0", "maximum: 11.0"),
    ],
)
def test_what_was_edited_after_planning_is_shown_by_the_next_site(
    copied: Project, monkeypatch: pytest.MonkeyPatch, name: str, old: str, new: str
) -> None:
    monkeypatch.setattr(site, "_make", lambda project, runs, *, solutions: None)
    runs = runs_of(copied)
    assert runs[0].chapter.parameters["scale"].default == 1.0  # the files have been read
    path = copied.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    build_site(copied, runs)
    assert build_site(copied, runs_of(copied))
    assert not build_site(copied, runs_of(copied))
