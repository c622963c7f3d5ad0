"""Submissions run with limits, and where bubblewrap is there they see and reach nothing."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

from book.course import sandbox
from lib import datasets
from tests.book.conftest import CONFINEMENT_REQUIRED

needs_bubblewrap = pytest.mark.skipif(
    sandbox.shell() is None and not CONFINEMENT_REQUIRED,
    reason="bubblewrap is missing or forbidden here",
)


@pytest.fixture
def manager() -> Iterator[sandbox.SandboxedKernelManager]:
    made = sandbox.SandboxedKernelManager(kernel_name="python3")
    yield made
    sandbox.shutil.rmtree(made.folder, ignore_errors=True)


def enclosed(tmp_path: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the sandbox; its home is tmp_path/home."""
    home, shared = tmp_path / "home", tmp_path / "shared"
    home.mkdir()
    shared.mkdir()
    program = sandbox.shell()
    assert program is not None
    command = sandbox.enclosed(argv, program, home, shared)
    env = sandbox.environment(home)
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


# --- what is shut in ---


@needs_bubblewrap
def test_only_two_folders_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    source = f"""
import os, pathlib, sys
tmp = pathlib.Path({str(tmp_path)!r})
def can(path):
    try:
        path.write_text("x")
        return True
    except OSError:
        return False
places = [tmp / "home", tmp / "shared", pathlib.Path({str(sandbox.ROOT)!r}) / "lib",
          pathlib.Path(sys.prefix), pathlib.Path("/usr"), tmp / "other"]
print([can(place / "left") for place in places], os.getcwd() == str(tmp / "home"))
"""
    done = enclosed(tmp_path, sys.executable, "-c", source)
    assert done.stdout == "[True, True, False, False, False, False] True\n", done.stderr
    assert (tmp_path / "home" / "left").read_text(encoding="utf-8") == "x"
    assert list((tmp_path / "other").iterdir()) == []


@needs_bubblewrap
def test_what_a_solution_needs_can_be_read_and_nothing_else(tmp_path: Path) -> None:
    source = """
import os, lib.claims, numpy
print(lib.__file__, sorted(os.listdir(ROOT)))
print([os.path.exists(path) for path in ("/etc/passwd", "/var", "/proc/1/cwd/var")])
""".replace("ROOT", repr(str(sandbox.ROOT)))
    done = enclosed(tmp_path, sys.executable, "-c", source)
    file = sandbox.ROOT / "lib" / "__init__.py"
    assert done.stderr == ""
    seen, listed = done.stdout.splitlines()[0].split(" ", 1)
    # The environment may lie in the checkout.
    within = Path(sys.prefix).is_relative_to(sandbox.ROOT)
    environment = {Path(sys.prefix).relative_to(sandbox.ROOT).parts[0]} if within else set()
    assert (seen, set(ast.literal_eval(listed))) == (str(file), {"data", "lib"} | environment)
    assert done.stdout.endswith("[False, False, False]\n")


@needs_bubblewrap
def test_fetched_data_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "digits").touch()
    source = "from lib import datasets; print([p.name for p in datasets.cache_folder().iterdir()])"
    done = enclosed(tmp_path, sys.executable, "-c", source)
    assert done.stdout == "['digits']\n", done.stderr


@needs_bubblewrap
def test_a_submission_finds_nothing_of_the_course(graded: Any) -> None:
    shown = graded.shown("spies", "ex-ti-add")
    for name in ("source", "submitted", "release", "gradebook.db", "nbgrader_config.py"):
        assert f"{name} False" in shown
    for secret in ("wrote", "True\\nsubmitted"):
        assert secret not in shown
    assert "refused gradebook.db" in shown
    assert not (graded.folder / "stolen.txt").exists()
    # And has its points: what it tried does no harm.
    assert graded.scores("spies") == {"add": 1, "mean": 3, "last": 4}


@needs_bubblewrap
def test_a_submission_reaches_no_network_and_no_process(graded: Any) -> None:
    shown = graded.shown("spies", "ex-ti-add")
    assert "\\nnot connected\\n" in shown
    assert "interfaces ['lo']" in shown
    assert "processes True" in shown


def test_a_submission_sees_no_variables_and_an_empty_home(graded: Any) -> None:
    shown = graded.shown("spies", "ex-ti-add")
    assert "secret None" in shown
    assert "home ['.ipython'] True" in shown


def test_what_is_written_past_the_channels_is_lost(graded: Any) -> None:
    # Nor is a process waited for that outlives its kernel.
    (log,) = (graded.folder / "graded" / "spies").glob("*.log")
    assert "connect another client" not in log.read_text(encoding="utf-8")


# --- limits ---


def limited(tmp_path: Path, source: str) -> "subprocess.CompletedProcess[str]":
    command = sandbox.limited([sys.executable, "-c", source])
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)


def test_limits_hold_without_bubblewrap_too(tmp_path: Path) -> None:
    done = limited(tmp_path, "bytearray(7 * 2**30)")
    assert done.stderr.splitlines()[-1] == "MemoryError"
    done = limited(tmp_path, "open('f', 'wb').write(bytes(2**27))")
    assert "File too large" in done.stderr
    assert (tmp_path / "f").stat().st_size <= 2**26
    done = limited(tmp_path, "import resource as r; print(r.getrlimit(r.RLIMIT_CORE))")
    assert done.stdout == "(0, 0)\n"
    done = limited(tmp_path, "import resource as r; r.setrlimit(r.RLIMIT_AS, (2**40, 2**40))")
    assert os.geteuid() == 0 or done.returncode == 1


def test_within_the_limits_a_program_runs_with_its_arguments(tmp_path: Path) -> None:
    command = sandbox.limited([sys.executable, "-c", "import sys; print(sys.argv)", "a b", "c"])
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "['-c', 'a b', 'c']\n"
    large = "b = bytearray(2**30); open('f', 'wb').write(bytes(2**20))"
    assert limited(tmp_path, large).returncode == 0


# --- the command ---


def test_bubblewrap_that_is_forbidden_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bwrap"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandbox.shell() is None
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    assert sandbox.shell() is None
    program.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    assert sandbox.shell() == str(program)


def test_the_command_mounts_the_outermost_folders_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.sys, "base_prefix", "/usr/local")
    monkeypatch.setattr(sandbox.sys, "prefix", "/usrlike/env")
    command = sandbox.enclosed(["p", "a"], "/bin/bwrap", tmp_path / "h", tmp_path / "s")
    mounted = [command[i + 1] for i, word in enumerate(command) if word == "--ro-bind-try"]
    assert len(mounted) == len(set(mounted))
    assert "/usr" in mounted
    assert "/usr/local" not in mounted
    assert "/usrlike/env" in mounted
    assert command[0] == "/bin/bwrap"
    assert command[-3:] == ["--", "p", "a"]
    # What lies in /tmp, as here, is mounted after that is emptied.
    assert command.index("--tmpfs") < command.index("--ro-bind-try") < command.index("--bind")


@pytest.mark.usefixtures("without_bubblewrap")
def test_without_bubblewrap_the_kernel_is_limited(manager: Any) -> None:
    command = manager.format_kernel_cmd()
    assert command[:2] == [sys.executable, "-c"]
    assert "setrlimit" in command[2]
    assert command[3] == sys.executable
    assert str(manager.sockets / "kernel.json") in command


@needs_bubblewrap
def test_with_bubblewrap_limits_hold_inside(manager: Any) -> None:
    command = manager.format_kernel_cmd()
    assert command[0] == sandbox.shell()
    assert "setrlimit" in command[command.index("--") + 3]


def test_a_kernel_has_a_folder_of_its_own(manager: Any) -> None:
    other = sandbox.SandboxedKernelManager(kernel_name="python3")
    try:
        assert manager.folder != other.folder
        assert manager.transport == "ipc"
        # A path of a socket has at most 107 letters.
        assert len(f"{manager.ip}-12345") < 100
    finally:
        sandbox.shutil.rmtree(other.folder)
    assert isinstance(manager, AsyncKernelManager)


def test_the_folder_of_a_kernel_goes_with_it(manager: Any) -> None:
    manager.cleanup_resources = manager._async_cleanup_resources
    sandbox_run = __import__("asyncio").run
    sandbox_run(manager._async_cleanup_resources(restart=True))
    assert manager.folder.is_dir()
    sandbox_run(manager._async_cleanup_resources())
    assert not manager.folder.exists()


# --- the environment ---


def test_a_submission_sees_few_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    found = sandbox.environment(tmp_path)
    assert "secret" not in found.values()
    assert found["LANG"] == "C.UTF-8"
    assert "LC_ALL" not in found
    assert found["PATH"] == os.environ["PATH"]
    for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR"):
        assert Path(found[name]).is_relative_to(tmp_path)
    assert found["PYTHONHASHSEED"] == "0"
    assert found["OMP_NUM_THREADS"] == found["OPENBLAS_NUM_THREADS"] == "1"


def test_data_and_lib_are_found_from_another_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for given in (None, "somewhere"):
        if given:
            monkeypatch.setenv(datasets.CACHE, given)
        here = datasets.cache_folder().absolute()
        code = "import lib; from lib.datasets import cache_folder as folder; "
        code += "print([str(folder()), lib.__file__])"
        (tmp_path / f"far-{given}").mkdir()
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=sandbox.environment(tmp_path),
            cwd=tmp_path / f"far-{given}",
            capture_output=True,
            text=True,
            check=True,
        )
        assert ast.literal_eval(done.stdout) == [
            str(here),
            str(sandbox.ROOT / "lib" / "__init__.py"),
        ]
