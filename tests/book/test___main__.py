"""The command before it has loaded."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Start = Callable[..., "subprocess.Popen[str]"]
LOADING = """
import pathlib, time
pathlib.Path(__file__).with_name("loading").touch()
time.sleep(600)
"""


def test_an_interrupt_while_it_loads_ends_it_without_a_word(
    process: Start, wait_for: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "click.py").write_text(LOADING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    loading = process("-m", "book", "build")
    wait_for((tmp_path / "loading").exists)
    loading.send_signal(signal.SIGINT)
    assert loading.communicate() == ("", "")
    assert loading.returncode == -signal.SIGINT


def test_a_package_that_is_missing_is_one_line(
    process: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "doit.py").write_text("raise ModuleNotFoundError(name='doit')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = process("-m", "book", "doctor")
    _, err = ended.communicate()
    assert (ended.returncode, err) == (
        2,
        "companion: the package doit is missing; call: make install\n",
    )


def test_loading_builds_no_grammar_of_addresses(process: Start) -> None:
    code = "import sys, book.cli, jsonschema; print('lark' in sys.modules)"
    assert process("-c", code).communicate()[0] == "False\n"
