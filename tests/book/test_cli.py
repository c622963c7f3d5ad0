"""The command: statuses, JSON alone on stdout, one line for what was called wrongly."""

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from book import cli, tasks
from book.project import BookError, Project
from tests.book.conftest import add_dataset

Call = Callable[..., Any]


def tree(folder: Path, *without: str) -> dict[Path, bytes]:
    """Every file below a folder with its content."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not any(part in path.parts for part in without)
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def first(project: Project) -> Path:
    return project.notebooks / "tiny" / "first.md"


# --- what all went well ---


def test_a_second_build_does_nothing(
    built: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.root)
    before = {path: path.stat().st_mtime_ns for path in tree(built.root, ".lock")}
    ended = companion("build")
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert ended.stdout.count("current, ran in") == 2
    assert "site: current" in ended.stdout
    assert "claims: ✔ 3 reproduced" in ended.stdout
    assert {path: path.stat().st_mtime_ns for path in tree(built.root, ".lock")} == before


def test_without_a_browser_a_build_says_so_and_is_well_but_pdf_is_refused(
    built: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.root)
    ended = companion("build")
    assert ended.returncode == 0
    assert "pdf: not made, COMPANION_BROWSER names no-browser-here" in ended.stdout
    refused = companion("pdf")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("companion: COMPANION_BROWSER names no-browser-here, which is")
    assert refused.stderr.count("\n") == 1


def test_build_and_pdf_print_the_site_once(
    copied: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def printed(browser: str, page: Path, folder: Path, log: Path) -> Path:
        made.append(page)
        writer = PdfWriter()
        writer.add_metadata({"/Title": "Why deep networks train"})
        writer.write(folder / "printed.pdf")
        return folder / "printed.pdf"

    monkeypatch.setattr("book.pdf.print_page", printed)
    monkeypatch.setenv("COMPANION_BROWSER", "true")
    first, second = companion("pdf"), companion("pdf")
    assert (first.returncode, first.stdout) == (0, f"pdf: made, {copied.pdf}\n")
    assert (second.returncode, second.stdout) == (0, f"pdf: current, {copied.pdf}\n")
    copied.pdf.unlink()
    monkeypatch.setattr("book.cli.build_site", lambda project, runs, solutions: False)
    monkeypatch.setattr("book.cli.run_all", lambda *_: [])
    assert f"pdf: made, {copied.pdf}\n" in companion("build").stdout
    assert len(made) == 2


def test_a_build_whose_pages_cannot_be_printed_whole_fails(
    built: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.root)

    def refuse(project: Project) -> bool:
        raise BookError("no picture")

    monkeypatch.setattr("book.cli.make_pdf", refuse)
    ended = companion("build")
    assert (ended.returncode, ended.stderr) == (2, "companion: no picture\n")


def test_list_tells_of_each_chapter_in_words_and_in_json(copied: Project, companion: Call) -> None:
    words = companion("list")
    assert (words.returncode, words.stderr) == (0, "")
    assert [line.split()[0] for line in words.stdout.splitlines()] == ["chapter", "first", "second"]
    told = companion("list", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    chapters = json.loads(told.stdout)
    assert [(c["name"], c["part"], c["claims"], c["counts"]) for c in chapters] == [
        ("first", "tiny", 2, {"reproduced": 2}),
        ("second", "tiny", 1, {"reproduced": 1}),
    ]
    assert chapters[0]["run"]["seconds"] > 0
    never = json.loads(companion("list", "--json", "--profile", "full").stdout)
    assert [chapter["run"] for chapter in never] == [None, None]


def test_check_prints_the_ledger_and_runs_nothing(
    copied: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_execute", None)
    before = tree(copied.root)
    told = companion("check", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    ledger = json.loads(told.stdout)
    assert [chapter.pop("changed") for chapter in ledger["chapters"]] == [False, False]
    assert ledger == json.loads(copied.claims.read_text(encoding="utf-8"))
    assert companion("check").stdout == "claims: ✔ 3 reproduced\n"
    assert tree(copied.root) == before


def test_list_and_check_say_what_has_changed_since_it_ran(copied: Project, companion: Call) -> None:
    edit(copied.root / "lib" / "tiny" / "sums.py", "return n", "return 2 * n")
    assert companion("check").stdout == (
        "changed since they ran: first; companion build runs them again\nclaims: ✔ 3 reproduced\n"
    )
    chapters = json.loads(companion("check", "--json").stdout)["chapters"]
    assert [chapter["changed"] for chapter in chapters] == [True, False]
    chapters = json.loads(companion("list", "--json").stdout)
    assert [chapter["changed"] for chapter in chapters] == [True, False]
    _, first, second = companion("list").stdout.splitlines()
    assert "UTC, changed since" in first
    assert "changed" not in second
    never = json.loads(companion("list", "--json", "--profile", "full").stdout)
    assert [chapter["changed"] for chapter in never] == [False, False]


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(Path.unlink, id="removed"),
        pytest.param(lambda path: path.write_text(""), id="emptied"),
        pytest.param(lambda path: path.write_text(path.read_text()[:300]), id="cut off"),
        pytest.param(
            lambda path: edit(path, '"status": "failed"', '"status": "reproduced"'),
            id="edited to look green",
        ),
        pytest.param(lambda path: edit(path, '"at_least": 0', '"at_least": -1'), id="loosened"),
    ],
)
def test_the_ledger_is_never_believed(
    copied: Project,
    companion: Call,
    pretended: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tamper: Callable[[Path], object],
) -> None:
    monkeypatch.setattr(cli, "build_site", lambda project, runs, solutions: False)
    edit(copied.notebooks / "tiny" / "second.md", "at_least=0", "at_least=1")

    assert companion("build").returncode == 1
    whole = json.loads(copied.claims.read_text(encoding="utf-8"))
    assert whole["counts"]["failed"] == 1
    tamper(copied.claims)
    assert companion("check").returncode == 1
    assert companion("build").returncode == 1
    assert json.loads(copied.claims.read_text(encoding="utf-8")) == whole


def test_check_fails_where_nothing_has_run(tiny: Project, companion: Call) -> None:
    told = companion("check", "--json")
    assert told.returncode == 1
    assert {claim["status"] for claim in json.loads(told.stdout)["claims"]} == {"failed"}
    words = companion("check")
    assert words.returncode == 2
    assert words.stderr == (
        "companion: no chapter was run in the profile standard; begin with companion run\n"
    )
    assert not tiny.build.exists()


def test_running_a_chapter_again_gives_the_same_bytes(tiny: Project, companion: Call) -> None:
    ran = companion("run", "first")
    assert ran.returncode == 0
    assert "first: ran in " in ran.stdout
    assert "✔ reproduced · exact · first/triangle" in ran.stdout
    notebook = tiny.build / "standard" / "notebooks" / "tiny" / "first.ipynb"
    whole, inode = notebook.read_bytes(), notebook.stat().st_ino
    assert "first: current" in companion("run", "first").stdout
    assert notebook.stat().st_ino == inode
    assert "first: ran in " in companion("run", "first", "--force").stdout
    assert notebook.stat().st_ino != inode
    assert notebook.read_bytes() == whole


def test_run_prints_the_cards_or_the_claims_as_json_alone(
    tiny: Project, companion: Call, pretended: list[str]
) -> None:
    told = companion("run", "second", "first", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert [claim["id"] for claim in json.loads(told.stdout)] == [
        "first/triangle",
        "first/spread",
        "second/seed",
    ]
    words = companion("run", "second", "--force")
    assert words.stdout.startswith("┌─ ✔ reproduced · exact · second/seed\n")
    assert words.stderr == "second: running 3 cells\n"


def test_quick_shows_scaled_claims_without_judging_them(tiny: Project, companion: Call) -> None:
    ended = companion("run", "first", "--profile", "quick", "--set", "seed=7", "--json")
    assert ended.returncode == 0  # a spread of 10 would break its bound of 4
    claims = {claim["id"]: claim for claim in json.loads(ended.stdout)}
    assert claims["first/spread"]["status"] == "not judged"
    assert claims["first/spread"]["values"] == [1.0, 2.0, 10.0]
    assert claims["first/triangle"]["status"] == "reproduced"


# --- failures: status 1 ---


def test_a_run_with_settings_leaves_the_book_alone_and_its_failed_claim_is_status_1(
    copied: Project, companion: Call
) -> None:
    before = tree(copied.root, "runs")
    ended = companion("run", "first", "--set", "scale=2", "--set", "name=a/b", "--json")
    assert ended.returncode == 1
    claims = {claim["id"]: claim for claim in json.loads(ended.stdout)}
    assert claims["first/triangle"]["status"] == "failed"
    assert claims["first/triangle"]["measured"] == 12.0
    assert claims["first/spread"]["status"] == "reproduced"
    assert tree(copied.root, "runs") == before
    (record,) = (copied.build / "runs").rglob("*.json")
    parameters = json.loads(record.read_text(encoding="utf-8"))["parameters"]
    assert (parameters["scale"], parameters["name"]) == (2.0, "a/b")


def test_failed_claims_are_named_after_every_chapter_ran_and_the_site_is_made(
    tiny: Project, companion: Call
) -> None:
    edit(tiny.notebooks / "tiny" / "second.md", "at_least=0", "at_least=1")
    edit(first(tiny), 'claim("first/spread"', 'if seed > 5:\n    claim("first/spread"')
    edit(first(tiny), "      measured=[1.0", "          measured=[1.0")
    ended = companion("build")
    assert ended.returncode == 1
    assert "first: ran in" in ended.stdout
    assert "second: ran in" in ended.stdout
    assert "claims: ✔ 1 reproduced, ✘ 2 failed" in ended.stdout
    table = " ".join(ended.stdout.partition("failed claim")[2].split())
    assert "second/seed second measured 0, bound at least 1" in table
    assert "first/spread first declared, but the run did not bring it out" in table
    assert "first/triangle" not in table
    assert (tiny.html / "index.html").is_file()
    intro = (tiny.html / "book" / "pages" / "intro.html").read_text(encoding="utf-8")
    assert "3 claims: 1 reproduced, 2 failed (profile standard)." in intro
    ledger = json.loads(tiny.claims.read_text(encoding="utf-8"))
    assert ledger["counts"] == {"reproduced": 1, "failed": 2}
    assert companion("check").returncode == 1


def test_a_failed_cell_is_named_with_its_error_and_log_and_the_old_output_and_site_stay(
    tiny: Project, companion: Call, pretended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cli, "build_site", lambda project, runs, solutions: True)
        assert companion("build").returncode == 0
    monkeypatch.undo()  # from here on kernels are real
    monkeypatch.chdir(tiny.root)
    tiny.html.mkdir()
    (tiny.html / "index.html").write_text("the old site", encoding="utf-8")
    edit(first(tiny), "\ntotal\n", '\ntotal\nraise RuntimeError("out of paper")\n')
    before = tree(tiny.build, "logs", ".lock")
    ended = companion("build")
    assert ended.returncode == 1
    assert "first: failed" in ended.stdout
    assert "second: current" in ended.stdout
    log = tiny.build / "standard" / "logs" / "tiny" / "first.log"
    assert ended.stderr.splitlines()[-4:] == [
        "the site was not made anew, since a chapter failed",
        "first: cell 4, In [3], which begins 'total = scale * sums.triangle(sizes[-1])': "
        "RuntimeError: out of paper",
        f"  log: {log}",
        "  the last good output stays",
    ]
    assert "Traceback" not in ended.stderr
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert tree(tiny.build, "logs", ".lock") == before
    assert (tiny.html / "index.html").read_text(encoding="utf-8") == "the old site"


def test_an_id_that_is_made_twice_in_a_run_fails_its_cell(tiny: Project, companion: Call) -> None:
    second = tiny.notebooks / "tiny" / "second.md"
    edit(second, 'claim("second/seed"', 'for _ in range(2):\n  claim("second/seed"')
    ended = companion("run", "second", "--json")
    assert ended.returncode == 1
    assert json.loads(ended.stdout) == []
    assert "ValueError: the id 'second/seed' is used twice" in ended.stderr
    assert "there is no earlier output" in ended.stderr


# --- called wrongly: status 2, one line, nothing changed ---


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "third"], "unknown chapter 'third'; the chapters in _toc.yml are: first, second"),
        (["run", "first", "third"], "unknown chapter 'third'"),
        (["run", "first", "--set", "sead=1"], "seed (int), scale (float), name (str), sizes"),
        (["run", "first", "second", "--set", "scale=1"], "second has no parameter 'scale'"),
        (
            ["run", "first", "--set", "seed=one"],
            "parameter seed takes an int, at least 0, at most 4_000_000_000, such",
        ),
        (
            ["run", "first", "--set", "scale=big"],
            "parameter scale takes a float, at least 0.5, at most 10.0, such as",
        ),
        (["run", "first", "--set", "fast=3"], "parameter fast takes a bool, such as false"),
        (["run", "first", "--set", "sizes=[a]"], "parameter sizes takes a list of int"),
        (["run", "first", "--set", "seed"], "write NAME=VALUE"),
        (["run", "first", "--profile", "fast"], "the profiles are: quick, standard, full"),
        (["build", "--profile", "fast"], "the profiles are: quick, standard, full"),
        (["list", "--profile", "fast"], "the profiles are: quick, standard, full"),
        (["check", "--profile", "fast", "--json"], "the profiles are: quick, standard, full"),
        (["run", "first", "--jobs", "0"], "x>=1"),
        (["run", "first", "--jobs", "two"], "'two' is not a valid integer range"),
        (["run"], "Missing argument 'CHAPTERS...'"),
        (["print"], "No such command 'print'"),
        (["serve", "--port", "65536"], "0<=x<=65535"),
        (["serve", "--port", "http"], "not a valid integer range"),
    ],
)
def test_a_wrong_call_is_one_line_that_names_what_is_allowed_and_changes_nothing(
    copied: Project, companion: Call, arguments: list[str], told: str
) -> None:
    before = tree(copied.root)
    ended = companion(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("companion: ")
    assert ended.stderr.count("\n") == 1
    assert told in ended.stderr
    assert tree(copied.root) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("within=1e-12", "within=scale * 1e-12", "within= must be a literal number"),
        ('erratum("first/seven"', 'erratum("first/triangle"', "'first/triangle' is used twice"),
        ("total = scale", "total = = scale", "first.md, code cell 3, line 1: not Python"),
    ],
)
def test_a_chapter_that_cannot_be_read_is_one_line_and_changes_nothing(
    copied: Project, companion: Call, old: str, new: str, told: str
) -> None:
    edit(first(copied), old, new)
    before = tree(copied.root)
    ended = companion("check")
    assert ended.returncode == 2
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert tree(copied.root) == before


def test_outside_a_book_the_command_says_so(
    tmp_path: Path, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = companion("build")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("companion: no book here")
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_line(copied: Project, companion: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = companion("serve", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"companion: port {port}: ")
    assert ended.stderr.count("\n") == 1


def test_without_a_site_there_is_nothing_to_serve(copied: Project, companion: Call) -> None:
    shutil.rmtree(copied.html)
    ended = companion("serve", "--port", "0")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


# --- the rest ---


def test_serving_tells_the_address_and_ends_with_an_interrupt(
    copied: Project, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: object, poll_interval: float = 0.5) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    ended = companion("serve", "--port", "0")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("command", [["build"], ["run", "first"], ["run", "first", "--json"]])
def test_an_interrupt_is_status_130_and_no_traceback(
    tiny: Project, companion: Call, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_all", interrupted)
    ended = companion(*command)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.strip().count("\n") == 0
    assert "interrupted" in ended.stderr


@pytest.mark.parametrize("command", sorted(cli.companion.commands))
def test_every_command_explains_itself(
    tmp_path: Path, companion: Call, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)  # help needs no book
    assert command in companion("--help").stdout
    ended = companion(command, "-h")
    assert (ended.returncode, ended.stderr) == (0, "")
    options = {parameter.opts[0] for parameter in cli.companion.commands[command].params}
    assert [o for o in options if o.startswith("--") and o not in ended.stdout] == []


def test_without_a_command_the_help_is_shown(companion: Call) -> None:
    ended = companion()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: ")
    assert "Commands:" in ended.stderr


def test_the_arguments_are_those_of_the_process_if_none_are_given(
    copied: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["companion", "check"])
    cli.main()
    assert capsys.readouterr().out == "claims: ✔ 3 reproduced\n"


# --- images to learn from ---


def cached(toy_registry: Path) -> list[str]:
    return sorted(path.name for path in (toy_registry / "cache").rglob("*") if path.is_file())


def table(stdout: str) -> dict[str, str]:
    """First and last word of each line."""
    return {line.split()[0]: line.split()[-1] for line in stdout.splitlines()}


def test_data_lists_what_there_is_and_what_of_it_is_here(
    tmp_path: Path, toy_registry: Path, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it needs no book
    monkeypatch.setenv("COLUMNS", "200")
    ended = companion("data")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert table(ended.stdout) == {
        "name": "here",
        "digits": "yes",  # needs no fetching
        "toys": "no",
        "broken": "no",
        "photos": "no",
        "cache:": str(toy_registry / "cache"),
    }
    assert "Title of toys" in ended.stdout
    assert "licence of photos" in ended.stdout
    assert not (toy_registry / "cache").exists()


def test_data_fetches_what_is_named(
    tmp_path: Path, toy_registry: Path, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ended = companion("data", "toys:test")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert cached(toy_registry) == ["test-i.gz", "test-l.gz"]
    assert table(ended.stdout)["toys"] == "test"
    ended = companion("data", "toys", "photos", "digits")
    assert ended.returncode == 0
    assert len(cached(toy_registry)) == 5
    assert [table(ended.stdout)[name] for name in ("toys", "broken", "photos")] == [
        "yes",
        "no",
        "yes",
    ]
    # A file that was spoilt is not here any more, and fetched anew.
    spoilt = toy_registry / "cache" / "toys" / "train-l.gz"
    spoilt.write_bytes(b"spoilt")
    assert table(companion("data").stdout)["toys"] == "test"
    assert table(companion("data", "toys").stdout)["toys"] == "yes"
    assert spoilt.read_bytes() == (toy_registry / "mirror" / "toys" / "train-l.gz").read_bytes()


def test_data_tells_the_same_as_json_alone(toy_registry: Path, companion: Call) -> None:
    ended = companion("data", "photos", "toys:train", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == {
        "cache": str(toy_registry / "cache"),
        "fetched": {"digits": True, "toys": False, "broken": False, "photos": True},
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["data", "cats"], "unknown dataset 'cats'; give one of digits, toys, broken, photos"),
        (["data", "cats", "--json"], "unknown dataset 'cats'"),
        (["data", "toys:"], "dataset 'toys' has no part ''; give toys:train or toys:test"),
        (["data", "digits:test"], "dataset 'digits' has no part 'test'"),
        (["data", "nowhere.npz"], "'nowhere.npz': no such .npz file or folder in"),
        (["data", "broken"], "'broken': broken.gz could not be fetched"),
        (["run", "first", "--set", "dataset=cats"], "unknown dataset 'cats'"),
        (["run", "first", "--set", "dataset=mine.npz"], "no such .npz file or folder in"),
        (["run", "first", "--set", "dataset=toys:all"], "give toys:train or toys:test"),
        (["run", "first", "--set", "dataset=broken"], "COMPANION_MIRROR to a folder or an address"),
    ],
)
def test_images_that_cannot_be_had_are_status_2_and_one_line_and_nothing_is_executed(
    tiny: Project,
    toy_registry: Path,
    companion: Call,
    pretended: list[str],
    arguments: list[str],
    told: str,
) -> None:
    add_dataset(tiny, "digits")
    before = tree(tiny.root)
    ended = companion(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("companion: ")
    assert ended.stderr.count("\n") == 1
    assert told in ended.stderr
    assert pretended == []
    assert tree(tiny.root) == before
    assert cached(toy_registry) == []


def test_no_chapter_is_executed_if_the_images_of_one_cannot_be_fetched(
    tiny: Project, toy_registry: Path, companion: Call, pretended: list[str]
) -> None:
    add_dataset(tiny, "broken")
    for arguments in (["build"], ["run", "second", "first"], ["run", "first", "--json"]):
        ended = companion(*arguments)
        assert (ended.returncode, ended.stdout) == (2, ""), arguments
        assert "broken.gz could not be fetched" in ended.stderr
        assert pretended == []
        assert not tiny.build.exists()
    # Judging what ran before needs no images.
    assert companion("list").returncode == 0


@pytest.mark.parametrize("setting", [[], ["--set", "dataset=toys:test"]])
def test_images_are_fetched_before_anything_is_executed(
    tiny: Project,
    toy_registry: Path,
    companion: Call,
    monkeypatch: pytest.MonkeyPatch,
    setting: list[str],
) -> None:
    add_dataset(tiny, "digits" if setting else "toys:test")
    seen: list[list[str]] = []

    def execute(*_: object) -> str:
        seen.append(cached(toy_registry))
        return "stop here"

    monkeypatch.setattr(tasks, "_execute", execute)
    assert companion("run", "first", *setting).returncode == 1
    assert seen == [["test-i.gz", "test-l.gz"]]


def test_build_fetches_images_before_anything_is_executed(
    tiny: Project, toy_registry: Path, companion: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_dataset(tiny, "photos")
    seen: list[list[str]] = []

    def execute(*_: object) -> str:
        seen.append(cached(toy_registry))
        return "stop here"

    monkeypatch.setattr(tasks, "_execute", execute)
    assert companion("build").returncode == 1
    assert seen == [["photos.tar.gz"]] * 2
