"""A chapter runs again exactly when something that it depends on has changed."""

import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book import lifeline, tasks
from book.chapters import read_chapters
from book.project import BookError, Project
from book.records import write_record
from book.runs import Run, plan_runs
from book.tasks import Outcome, run_all

Edit = Callable[[Project], None]
STARTED = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def update(project: Project, profile: str = "standard", *, force: bool = False) -> list[Outcome]:
    """Bring every chapter up to date."""
    runs = plan_runs(project, list(read_chapters(project).values()), profile)
    return run_all(runs, jobs=2, force=force)


def states(project: Project, profile: str = "standard") -> list[str]:
    return [outcome.state for outcome in update(project, profile)]


def replace_in(name: str, old: str, new: str) -> Edit:
    def edit(project: Project) -> None:
        path = project.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def append_to(name: str, text: str = "\n# a comment\n") -> Edit:
    def edit(project: Project) -> None:
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")

    return edit


def touch_all(project: Project) -> None:
    for path in project.root.rglob("*"):
        if path.is_file() and project.build not in path.parents:
            os.utime(path)


def in_build(name: str, change: Callable[[Path], object]) -> Edit:
    return lambda project: [change(project.build / "standard" / name), None][1]


def cut(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def exchange(*names: str) -> Edit:
    def edit(project: Project) -> None:
        for name in names:
            first, second = (
                project.build / "standard" / name.format(chapter) for chapter in ("first", "second")
            )
            texts = first.read_bytes(), second.read_bytes()
            first.write_bytes(texts[1])
            second.write_bytes(texts[0])

    return edit


BOTH, FIRST, SECOND, NONE = ["first", "second"], ["first"], ["second"], list[str]()


@pytest.mark.parametrize(
    ("edit", "again"),
    [
        pytest.param(append_to("notebooks/tiny/first.md", "\nMore.\n"), FIRST, id="text"),
        pytest.param(append_to("lib/tiny/sums.py"), FIRST, id="imported module"),
        pytest.param(append_to("lib/tiny/deep.py"), FIRST, id="module imported by a module"),
        pytest.param(append_to("lib/tiny/__init__.py"), FIRST, id="package of a module"),
        pytest.param(append_to("lib/claims/bounds.py"), BOTH, id="shared module"),
        pytest.param(append_to("lib/__init__.py"), BOTH, id="lib itself"),
        pytest.param(append_to("constraints.txt", "scipy==1\n"), BOTH, id="pins"),
        pytest.param(append_to("mine.csv", "1\n"), FIRST, id="data file named by a parameter"),
        pytest.param(
            append_to("notebooks/profiles.yml", "  standard: {seed: 1}\n"),
            SECOND,
            id="parameters of the profile",
        ),
        pytest.param(
            replace_in("notebooks/tiny/second.md", "seed: int = 0", "seed: int = 1"),
            SECOND,
            id="default of a parameter",
        ),
        pytest.param(
            in_build("notebooks/tiny/first.ipynb", lambda p: p.write_text(p.read_text() + " ")),
            FIRST,
            id="executed notebook tampered with",
        ),
        pytest.param(
            in_build("notebooks/tiny/second.ipynb", Path.unlink), SECOND, id="output deleted"
        ),
        pytest.param(
            in_build("records/tiny/second.json", Path.unlink), SECOND, id="record deleted"
        ),
        pytest.param(
            in_build("notebooks/tiny/first.ipynb", cut), FIRST, id="executed notebook cut off"
        ),
        pytest.param(
            in_build("notebooks/tiny/first.ipynb", lambda p: p.write_text("")),
            FIRST,
            id="executed notebook emptied",
        ),
        pytest.param(
            in_build("records/tiny/second.json", lambda p: p.write_text("")),
            SECOND,
            id="record emptied",
        ),
        pytest.param(in_build("records/tiny/second.json", cut), SECOND, id="record cut off"),
        pytest.param(
            in_build(
                "records/tiny/second.json",
                lambda p: p.write_text(p.read_text().replace('"seconds": 0.1', '"seconds": 0.2')),
            ),
            SECOND,
            id="a value of the record edited",
        ),
        pytest.param(
            in_build("records/tiny/second.json", lambda p: p.write_text("[" * 10**5)),
            SECOND,
            id="record nested deeply",
        ),
        pytest.param(exchange("notebooks/tiny/{}.ipynb"), BOTH, id="notebooks exchanged"),
        pytest.param(exchange("records/tiny/{}.json"), BOTH, id="records exchanged"),
        pytest.param(
            exchange("notebooks/tiny/{}.ipynb", "records/tiny/{}.json"),
            BOTH,
            id="notebooks exchanged with their records",
        ),
        pytest.param(append_to("lib/tiny/unused.py"), NONE, id="module not imported"),
        pytest.param(append_to("lib/other/new.py"), NONE, id="new module not imported"),
        pytest.param(append_to("README.md"), NONE, id="README"),
        pytest.param(append_to("book/pages/intro.md"), NONE, id="page of the book"),
        pytest.param(append_to("_config.yml"), NONE, id="configuration of the site"),
        pytest.param(append_to("other.csv", "1\n"), NONE, id="file that no parameter names"),
        pytest.param(
            append_to("notebooks/profiles.yml", "# why\n"), NONE, id="comment on profiles"
        ),
        pytest.param(
            append_to("notebooks/profiles.yml", "  full: {seed: 1}\n"), NONE, id="other profile"
        ),
        pytest.param(
            replace_in("notebooks/limits.yml", "  seed: {minimum: 0,", "  seed: {minimum: -1,"),
            NONE,
            id="limits of parameters",
        ),
        pytest.param(in_build("logs/x.log", lambda p: p.parent.mkdir()), NONE, id="log"),
        pytest.param(touch_all, NONE, id="times of all files"),
        pytest.param(lambda project: None, NONE, id="nothing"),
    ],
)
def test_a_chapter_runs_again_exactly_when_what_it_depends_on_changed(
    tiny: Project, pretended: list[str], edit: Edit, again: list[str]
) -> None:
    append_to("lib/tiny/sums.py", "from . import deep\n")(tiny)
    append_to("lib/tiny/deep.py", "Y = 1\n")(tiny)
    append_to("mine.csv", "0\n")(tiny)
    replace_in("notebooks/tiny/first.md", 'name: str = "none"', 'name: str = "mine.csv"')(tiny)
    assert states(tiny) == ["ran", "ran"]
    pretended.clear()
    edit(tiny)
    assert states(tiny) == ["ran" if name in again else "current" for name in BOTH]
    assert sorted(pretended) == again
    assert states(tiny) == ["current", "current"]
    assert sorted(pretended) == again


def test_the_registry_of_data_counts_where_the_loaders_are_imported(
    tiny: Project, pretended: list[str]
) -> None:
    append_to("lib/datasets/__init__.py", "X = 1\n")(tiny)
    append_to("data/registry.toml", "[digits]\n")(tiny)
    replace_in(
        "notebooks/tiny/second.md", "from lib.claims", "import lib.datasets\nfrom lib.claims"
    )(tiny)
    states(tiny)
    append_to("data/registry.toml", "[more]\n")(tiny)
    assert states(tiny) == ["current", "ran"]
    append_to("data/new.csv", "1\n")(tiny)
    assert states(tiny) == ["current", "ran"]
    (tiny.root / "data" / "new.csv").unlink()
    assert states(tiny) == ["current", "ran"]
    append_to("data/README.md")(tiny)
    assert states(tiny) == ["current", "current"]


def test_data_may_lie_outside_the_checkout(
    tiny: Project, pretended: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("own") / "own.csv"
    own.write_text("1\n", encoding="utf-8")
    first = read_chapters(tiny)["first"]
    runs = plan_runs(tiny, [first], "standard", [f"name={own}"])
    assert [o.state for o in run_all(runs, 1) + run_all(runs, 1)] == ["ran", "current"]
    own.write_text("2\n", encoding="utf-8")
    assert [o.state for o in run_all(runs, 1)] == ["ran"]


def test_another_python_runs_everything_again(
    tiny: Project, pretended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states(tiny)
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert states(tiny) == ["ran", "ran"]


def test_profiles_are_current_each_for_itself(tiny: Project, pretended: list[str]) -> None:
    assert states(tiny, "quick") == ["ran", "ran"]
    assert states(tiny, "standard") == ["ran", "ran"]
    assert states(tiny, "quick") == states(tiny, "standard") == ["current", "current"]


def test_force_runs_also_what_is_current(tiny: Project, pretended: list[str]) -> None:
    states(tiny)
    assert [outcome.state for outcome in update(tiny, force=True)] == ["ran", "ran"]
    assert states(tiny) == ["current", "current"]


def test_an_edit_made_while_a_chapter_runs_is_not_taken_as_read(
    tiny: Project, pretended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tasks._execute

    def slow(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        result = inner(run, inputs, progress)
        if run.chapter.name == "first":
            append_to("lib/tiny/sums.py")(tiny)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_execute", slow)
        assert states(tiny) == ["ran", "ran"]
    assert states(tiny) == ["ran", "current"]
    assert states(tiny) == ["current", "current"]


def test_an_edit_made_after_planning_is_not_taken_as_read(
    tiny: Project, pretended: list[str]
) -> None:
    runs = plan_runs(tiny, list(read_chapters(tiny).values()), "standard")
    assert runs[0].parameters["seed"] == 0  # the text has been read
    append_to("notebooks/tiny/first.md", "\nMore.\n")(tiny)
    assert [outcome.state for outcome in run_all(runs, 1)] == ["ran", "ran"]
    assert states(tiny) == ["ran", "current"]
    assert states(tiny) == ["current", "current"]


def test_what_is_executed_is_the_text_that_was_planned(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path_factory.mktemp("bin"), "exit 1"))
    runs = plan_runs(tiny, [read_chapters(tiny)["first"]], "standard")
    assert runs[0].chapter.title == "First"
    replace_in("notebooks/tiny/first.md", "# of every draw", "# another")(tiny)
    run_all(runs, 1)
    job = (tiny.root / "job.json").read_text(encoding="utf-8")
    assert "# of every draw" in job
    assert "# another" not in job


@pytest.mark.parametrize("half", [False, True])
def test_what_ran_when_the_command_died_is_not_taken_for_what_ran_before(
    tiny: Project, pretended: list[str], monkeypatch: pytest.MonkeyPatch, *, half: bool
) -> None:
    """Edited, run, killed when the record was written or just before, and the edit taken back."""
    assert states(tiny) == ["ran", "ran"]
    inner = tasks._execute

    def dies(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        old = run.record_file.read_bytes()
        inner(run, inputs, progress)
        run.notebook.write_bytes(run.notebook.read_bytes() + b" ")
        if half:
            run.record_file.write_bytes(old)
        else:
            write_record(run, STARTED, 0.1, inputs())
        raise OSError("killed")

    source = tiny.root / "lib" / "tiny" / "sums.py"
    text = source.read_bytes()
    append_to("lib/tiny/sums.py")(tiny)
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_execute", dies)
        with pytest.raises(OSError, match="killed"):
            update(tiny)
    source.write_bytes(text)
    assert states(tiny) == ["ran", "current"]


def test_what_ran_when_the_command_died_need_not_run_again(
    tiny: Project, pretended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tasks._execute

    def dies(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        inner(run, inputs, progress)
        raise OSError("killed")

    runs = plan_runs(tiny, list(read_chapters(tiny).values()), "standard")
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_execute", dies)
        with pytest.raises(OSError, match="killed"):
            run_all(runs, jobs=1)
    assert sorted(outcome.state for outcome in run_all(runs, jobs=1)) == ["current", "ran"]


def test_a_machine_that_refuses_is_no_failure_of_the_chapter(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = """echo '{"event": "unable", "error": "/x: No space left on device"}'; exit 1"""
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path_factory.mktemp("bin"), script))
    runs = plan_runs(tiny, [read_chapters(tiny)["first"]], "quick")
    with pytest.raises(BookError, match=r"first could not be run: /x: No space left on device$"):
        run_all(runs, 1)


def test_a_failed_chapter_stops_no_other_and_is_tried_again(
    tiny: Project, pretended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tasks._execute

    def fail_first(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        return "cell 1: no" if run.chapter.name == "first" else inner(run, inputs, progress)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_execute", fail_first)
        first, second = update(tiny)
        assert (first.state, first.error) == ("failed", "cell 1: no")
        assert second.state == "ran"
        assert states(tiny) == ["failed", "current"]
    assert states(tiny) == ["ran", "current"]


def test_no_runs_are_no_work(tiny: Project) -> None:
    assert run_all([], jobs=1) == []
    assert not tiny.build.exists()


def test_an_error_of_the_builder_itself_is_not_taken_for_success(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def broken(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        tried.append(run.name)
        raise OSError("disk full")

    monkeypatch.setattr(tasks, "_execute", broken)
    runs = plan_runs(tiny, list(read_chapters(tiny).values()), "standard")
    with pytest.raises(OSError, match="disk full"):
        run_all(runs, jobs=1)
    assert len(tried) == 1  # the others would meet the same


def fake_python(folder: Path, script: str) -> str:
    """A program to stand for Python; it reads its job, and its input is held open."""
    path = folder / "python"
    head = "#!/bin/sh\nread -r job\nprintf '%s' \"$job\" > job.json\n"
    path.write_text(f"{head}{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_what_the_runner_tells_is_passed_on(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = """
env > env.txt
echo hello
echo '{"event": "cell", "done": 1, "total": 6}'
echo '["event"]'
echo '{"event": "other"}'
echo '{"event": "error", "where": "cell 2", "error": "ValueError: no"}'
echo a traceback >&2
exit 1"""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path_factory.mktemp("bin"), script))
    monkeypatch.setenv("MPLBACKEND", "svg")
    runs = plan_runs(tiny, [read_chapters(tiny)["first"]], "quick")
    (outcome,) = run_all(runs, 1, lambda run, done, total: told.append((done, total)))
    assert (outcome.state, outcome.error) == ("failed", "cell 2: ValueError: no")
    assert told == [(0, 6), (1, 6)]
    log = runs[0].log.read_text(encoding="utf-8").splitlines()
    # Two processes write it.
    assert sorted(log) == sorted(["hello", '["event"]', '{"event": "other"}', "a traceback"])
    assert not runs[0].record_file.exists()
    job = json.loads((tiny.root / "job.json").read_text(encoding="utf-8"))
    assert job["parameters"] == {"sizes": [3], "fast": True}
    assert (job["place"], job["output"]) == (
        str(runs[0].chapter.source.parent),
        str(runs[0].notebook),
    )
    environment = (tiny.root / "env.txt").read_text(encoding="utf-8").splitlines()
    assert "COMPANION_PROFILE=quick" in environment
    assert not any(line.startswith("MPLBACKEND") for line in environment)
    path = next(line for line in environment if line.startswith("PYTHONPATH="))
    assert path.partition("=")[2].split(os.pathsep)[0] == str(tiny.root)


def test_a_runner_that_dies_without_a_word_is_a_failure(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(
        sys, "executable", fake_python(tmp_path_factory.mktemp("bin"), "kill -9 $$")
    )
    (outcome,) = run_all(plan_runs(tiny, [read_chapters(tiny)["first"]], "quick"), 1)
    assert (outcome.state, outcome.error) == ("failed", "its process ended without a word")


def test_an_interrupted_chapter_takes_its_process_with_it(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = """echo '{"event": "cell", "done": 1, "total": 6}'\nexec sleep 60"""
    started: list[subprocess.Popen[str]] = []

    def watched(command: list[str], **options: Any) -> "subprocess.Popen[str]":
        started.append(start(command, **options))
        return started[0]

    start = lifeline.start

    def interrupt(run: Run, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "executable", fake_python(tmp_path_factory.mktemp("bin"), script))
    monkeypatch.setattr(lifeline, "start", watched)
    monkeypatch.setattr(lifeline, "PATIENCE", 0.1)  # it does not follow
    (run,) = plan_runs(tiny, [read_chapters(tiny)["first"]], "quick")
    with pytest.raises(KeyboardInterrupt):
        tasks._execute(run, str, interrupt)
    assert started[0].returncode == -9
    assert not run.record_file.exists()
