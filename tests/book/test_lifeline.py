"""No process outlives the one that started it: interrupted, ended, killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book import lifeline
from book.chapters import read_chapters
from book.project import Project
from book.runs import plan_runs

Start = Callable[..., "subprocess.Popen[str]"]
COMPANION = ("-m", "book")

CHILD = """
import subprocess, sys, time
from book import lifeline
lifeline.follow()
# One that leaves the group, as kernels do.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""
STARTER = f"""
import subprocess, sys, time
from book import lifeline
child = lifeline.start([sys.executable, "-c", {CHILD!r}], stdout=subprocess.PIPE)
print(child.stdout.readline(), end="", flush=True)
time.sleep(600)
"""
PAUSE = """
```{code-cell} ipython3
import time
from pathlib import Path

Path("running").touch()
time.sleep(600)
```
"""


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Mark all processes that the test starts."""
    monkeypatch.setenv("MARK", str(tmp_path))
    return str(tmp_path)


def test_the_killed_are_followed_by_all_that_they_started(
    process: Start, mark: str, wait_for: Callable[..., None], living: Callable[[str], list[Any]]
) -> None:
    starter = process("-c", STARTER)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "ready\n"
    assert len(living(mark)) == 3
    starter.kill()
    wait_for(lambda: not living(mark))


def test_a_process_is_ended_with_all_that_it_started(
    root: Path, mark: str, living: Callable[[str], list[Any]]
) -> None:
    child = lifeline.start(
        [sys.executable, "-c", CHILD],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "ready\n"
        lifeline.end_all()
    assert child.returncode == 1
    assert living(mark) == []
    lifeline.end(child)  # again: nothing to do


def test_one_that_does_not_follow_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "PATIENCE", 0.1)
    child = lifeline.start(["sleep", "600"])
    lifeline.end(child)
    assert child.returncode == -signal.SIGKILL


def test_a_program_that_knows_nothing_is_followed_for(
    root: Path, mark: str, living: Callable[[str], list[Any]]
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    wrapped = [sys.executable, "-m", "book.lifeline"]

    def run(*command: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        child = lifeline.start(
            [*wrapped, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
        assert child.stdout is not None
        with child.stdout:
            told = child.stdout.readline()
            if "sleep" not in command[-1]:
                child.wait()
        lifeline.end(child)
        return subprocess.CompletedProcess(command, child.returncode, told)

    ended = run("sh", "-c", "echo said; exit 3")
    assert (ended.returncode, ended.stdout) == (3, "said\n")
    refused = run(str(root))
    assert (refused.returncode, refused.stdout) == (lifeline.CANNOT_START, "Permission denied\n")
    # One that is starting others when it is to end.
    run("sh", "-c", "echo started; for i in $(seq 300); do sleep 600 & done; wait")
    assert living(mark) == []


# --- the command, at its work ---


@pytest.fixture
def paused(tiny: Project) -> Project:
    """The small book, where the second chapter comes to its last cell and stays there."""
    source = tiny.notebooks / "tiny" / "second.md"
    source.write_text(source.read_text(encoding="utf-8") + PAUSE, encoding="utf-8")
    return tiny


@pytest.mark.parametrize(
    ("send", "number", "status"),
    [
        pytest.param(os.killpg, signal.SIGINT, 130, id="Ctrl-C in a terminal"),
        pytest.param(os.kill, signal.SIGINT, 130, id="an interrupt for the command alone"),
        pytest.param(os.kill, signal.SIGTERM, 143, id="told to end"),
        pytest.param(os.kill, signal.SIGKILL, -9, id="killed"),
    ],
)
def test_in_a_chapter_a_signal_ends_the_command_and_leaves_no_kernel(
    paused: Project,
    process: Start,
    mark: str,
    wait_for: Callable[..., None],
    living: Callable[[str], list[Any]],
    send: Callable[[int, int], None],
    number: int,
    status: int,
) -> None:
    running = process(*COMPANION, "run", "second")
    wait_for((paused.notebooks / "tiny" / "running").exists)
    assert len(living(mark)) >= 3  # the command, its runner, the kernel
    send(running.pid, number)
    _, err = running.communicate()
    assert running.returncode == status
    if status > 0:
        assert living(mark) == []
        assert err.splitlines()[-1] == (
            "companion: interrupted; what is finished of the book is kept; call it again"
        )
        assert "Traceback" not in err
        assert not list(paused.build.rglob("*.ipynb"))
        assert not (paused.build / ".scratch").exists()
    wait_for(lambda: not living(mark))
    (run,) = plan_runs(paused, [read_chapters(paused)["second"]], "standard")
    assert run.record() is None


def test_a_kernel_ends_with_its_runner(
    paused: Project,
    process: Start,
    mark: str,
    wait_for: Callable[..., None],
    living: Callable[[str], list[Any]],
) -> None:
    running = process(*COMPANION, "run", "second")
    wait_for((paused.notebooks / "tiny" / "running").exists)
    (runner,) = [p for p in living(mark) if "book.runner" in p.cmdline()]
    runner.kill()
    _, err = running.communicate()
    assert running.returncode == 1
    assert "second: its process ended without a word" in err
    wait_for(lambda: not living(mark))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_in_sphinx_a_signal_ends_it_and_the_old_site_stays(
    copied: Project,
    process: Start,
    mark: str,
    wait_for: Callable[..., None],
    living: Callable[[str], list[Any]],
    number: int,
    status: int,
) -> None:
    with (copied.matter / "pages" / "intro.md").open("a", encoding="utf-8") as page:
        page.write("\nMore.\n")
    shutil.rmtree(copied.build / "stage")
    before = {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()}
    running = process(*COMPANION, "build")
    wait_for((copied.build / "stage" / "_build").exists)
    os.kill(running.pid, number)
    _, err = running.communicate()
    assert running.returncode == status
    if status > 0:
        assert living(mark) == []
        (line,) = err.strip().splitlines()
        assert line.startswith("companion: interrupted; what is finished of the book is kept")
    wait_for(lambda: not living(mark))
    assert {path: path.read_bytes() for path in copied.html.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_in_print_a_signal_ends_the_browser(
    copied: Project,
    process: Start,
    mark: str,
    wait_for: Callable[..., None],
    living: Callable[[str], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    status: int,
) -> None:
    browser = copied.root / "browser.sh"
    browser.write_text("#!/bin/sh\nsleep 600 & touch printing; wait\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("COMPANION_BROWSER", str(browser))
    running = process(*COMPANION, "pdf")
    wait_for((copied.root / "printing").exists)
    assert len(living(mark)) == 4  # the command, who follows it, the browser, what that started
    os.kill(running.pid, number)
    running.communicate()
    assert running.returncode == status
    wait_for(lambda: not living(mark))
    assert not copied.pdf.exists()
