"""One command at a time works in a folder; what the machine refuses is one line and status 2."""

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

from book import workplace
from book.project import Project
from book.workplace import alone_in, scratch
from tests.book.conftest import unable

Start = Callable[..., "subprocess.Popen[str]"]
Call = Callable[..., "subprocess.CompletedProcess[str]"]
COMPANION = ("-m", "book")

HOLD = """
import sys, time
from pathlib import Path
from book.workplace import alone_in
with alone_in(Path(sys.argv[1])):
    print("alone", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def hold(process: Start) -> Callable[[Path], "subprocess.Popen[str]"]:
    """Let another process work in a folder."""

    def start(folder: Path) -> "subprocess.Popen[str]":
        holder = process("-c", HOLD, str(folder))
        assert holder.stdout is not None
        assert holder.stdout.readline() == "alone\n"
        return holder

    return start


def test_a_second_command_says_that_it_waits_and_goes_on_when_the_first_is_killed(
    tmp_path: Path,
    hold: Callable[[Path], "subprocess.Popen[str]"],
    capsys: pytest.CaptureFixture[str],
    wait_for: Callable[..., None],
) -> None:
    holder = hold(tmp_path / "build")
    inside = threading.Event()

    def work() -> None:
        with alone_in(tmp_path / "build"):
            inside.set()

    second = threading.Thread(target=work)
    second.start()
    said: list[str] = []
    wait_for(lambda: said.append(capsys.readouterr().err) or any(said))
    assert "".join(said) == (
        f"another companion is at work in {tmp_path / 'build'}; "
        "waiting until it ends (Ctrl-C gives up)\n"
    )
    assert not inside.is_set()
    holder.send_signal(signal.SIGKILL)  # no lock is left by it
    second.join()
    assert inside.is_set()


def test_what_a_killed_command_left_unfinished_is_removed(tmp_path: Path) -> None:
    for _ in range(2):
        scratch(tmp_path).mkdir()
        (scratch(tmp_path) / "half").touch()
        with alone_in(tmp_path):
            assert not scratch(tmp_path).exists()
            scratch(tmp_path).mkdir()
        assert not scratch(tmp_path).exists()


def test_an_error_gives_the_folder_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no"), alone_in(tmp_path):
        raise ValueError("no")
    with alone_in(tmp_path):
        pass
    assert capsys.readouterr().err == ""


def test_two_runs_of_one_chapter_at_once_execute_it_once(tiny: Project, process: Start) -> None:
    both = [process(*COMPANION, "run", "second") for _ in range(2)]
    told = [running.communicate() for running in both]
    assert [running.returncode for running in both] == [0, 0]
    assert sorted("ran in" in out and "current" not in out for out, _ in told) == [False, True]
    assert sorted("second: current" in out for out, _ in told) == [False, True]
    # The second may have come when the first was done; it does not run the chapter beside it.
    assert "".join(err for _, err in told).count("second: running 3 cells") == 1


def test_a_run_with_settings_need_not_wait_for_a_build(
    tiny: Project,
    pretended: list[str],
    companion: Call,
    hold: Callable[[Path], "subprocess.Popen[str]"],
) -> None:
    hold(tiny.build)
    hold(tiny.build / "runs" / "second-standard-seed-1")
    assert companion("run", "second", "--set", "seed=3").returncode == 0
    assert pretended == ["second"]


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (["build"], "build"),
        (["run", "second"], "build"),
        (["pdf"], "build"),
        (["run", "second", "--set", "seed=1"], "build/runs/second-standard-seed-1"),
    ],
)
def test_what_writes_the_same_outputs_waits(
    tiny: Project,
    companion: Call,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    folder: str,
) -> None:
    class Held(FileLock):
        def acquire(self, *arguments: Any, **options: Any) -> Any:
            if options.get("timeout") == 0:
                raise Timeout(self.lock_file)
            raise KeyboardInterrupt  # the person who waits has enough

    monkeypatch.setattr(workplace, "FileLock", Held)
    monkeypatch.setattr("book.pdf.find_browser", lambda: "true")
    ended = companion(*command)
    assert ended.returncode == 130
    assert f"another companion is at work in {tiny.root / folder}; waiting" in ended.stderr


# --- a machine that refuses ---


# What lets a command find another disk at a folder, or a folder that not even root may write, and
# nobody else sees it: arguments are a folder and, for a disk, its size.
BOXES = {
    "bwrap": {
        "small": "bwrap --dev-bind / / --size {size} --tmpfs {folder}",
        "read-only": "bwrap --dev-bind / / --ro-bind {folder} {folder}",
    },
    "unshare": {
        "small": "{unshare} 'mount -t tmpfs -o size={size} tmpfs {folder}; exec \"$@\"' sh",
        # The folder in which it is started is still the one below what is mounted.
        "read-only": "{unshare} 'mount --bind {folder} {folder};"
        ' mount -o remount,bind,ro {folder}; cd {folder}; exec "$@"\' sh',
    },
}
UNSHARE = f"unshare {'--map-root-user ' * (os.geteuid() != 0)}--mount sh -ec"
SIZE = 64_000_000


def box(how: str, folder: Path) -> list[str]:
    """The words before a command, by bubblewrap, or else by unshare."""
    for boxes in BOXES.values():
        words = shlex.split(boxes[how].format(folder=folder, size=SIZE, unshare=UNSHARE))
        with suppress(FileNotFoundError):
            tried = subprocess.run([*words, "true"], capture_output=True, check=False)
            if tried.returncode == 0:
                return words
    return unable(f"neither {' nor '.join(BOXES)} is here, or they may not be used")


@pytest.fixture
def confined(process: Start) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Call the command in a `box`."""

    def call(*before: str, command: list[str]) -> "subprocess.CompletedProcess[str]":
        running = process(*COMPANION, *command, before=before)
        out, err = running.communicate()
        return subprocess.CompletedProcess(command, running.returncode, out, err)

    return call


def one_line(ended: "subprocess.CompletedProcess[str]") -> str:
    lines = [line for line in ended.stderr.splitlines() if ": running " not in line]
    assert (ended.returncode, len(lines)) == (2, 1), ended.stderr
    assert "Traceback" not in ended.stdout
    return lines[0]


def tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_checkout_that_may_not_be_written_is_one_line_and_can_be_read(
    copied: Project, confined: Callable[..., Any]
) -> None:
    before = tree(copied.root)
    shut = box("read-only", copied.root)
    told = one_line(confined(*shut, command=["build"]))
    assert told == (
        f"companion: {copied.build / '.lock'}: Read-only file system; "
        "what is finished of the book is kept; call it again when that is mended"
    )
    told = one_line(confined(*shut, command=["run", "first", "--set", "seed=1"]))
    assert "Read-only file system" in told
    assert confined(*shut, command=["check"]).returncode == 0
    assert tree(copied.root) == before


@pytest.mark.parametrize("name", ["build", "build/standard", "build/claims.json"])
def test_what_is_in_the_way_is_named(
    tiny: Project, pretended: list[str], companion: Call, name: str
) -> None:
    path = tiny.root / name
    path.parent.mkdir(exist_ok=True)
    if name.endswith(".json"):
        (path / "mine").mkdir(parents=True)
    else:
        path.touch()
    told = one_line(companion("build"))
    assert told.startswith("companion: ")
    assert name in told
    assert path.is_dir() == name.endswith(".json")


FILL = f"""
for left in 0 400000; do
  rm -f build/filler
  fallocate -l $(({SIZE} - $(du -sB1 build | cut -f1) - left)) build/filler
  "$@"; echo "status $?"
done
rm build/filler
"$@"; echo "status $?"
find build -type f | sort
"""


def test_a_full_disk_is_one_line_and_a_build_completes_when_there_is_space_again(
    tiny: Project, confined: Callable[..., Any]
) -> None:
    tiny.build.mkdir()
    ended = confined(*box("small", tiny.build), "sh", "-c", FILL, "sh", command=["build"])
    assert [line for line in ended.stdout.splitlines() if "status" in line] == [
        "status 2",
        "status 2",
        "status 0",
    ], ended
    told = [line for line in ended.stderr.splitlines() if ": running " not in line]
    assert len(told) == 2, told
    assert all("No space left on device" in line for line in told)
    assert " could not be run: " in told[0]
    assert "build/html/notebooks/tiny/second.html" in ended.stdout.splitlines()
    assert not [line for line in ended.stdout.splitlines() if ".scratch" in line]
