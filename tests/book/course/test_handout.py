"""What goes to students beside their notebook works alone and is always the same."""

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from book.chapters import Chapter
from book.course import handout
from book.course.handout import addresses, packed_lib, requirements
from book.project import Project

Write = Callable[..., tuple[Project, Chapter]]


def committed(project: Project) -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
        return subprocess.run(
            command, cwd=project.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "all")
    return git("rev-parse", "HEAD")


def test_the_archive_holds_what_notebooks_import(
    write: Write, handed_out: dict[str, bytes]
) -> None:
    packed = packed_lib(write()[0])
    assert handed_out["small/companion.zip"] == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        # No moment of its making, so that the same files make the same bytes.
        assert {info.date_time for info in archive.infolist()} == {handout.EPOCH}
        assert archive.namelist() == [
            "LICENSE",
            "constraints.txt",
            "data/registry.toml",
            "lib/__init__.py",
            "lib/claims/__init__.py",
        ]


def test_lib_works_out_of_its_archive(root: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(packed_lib(Project(root)))).extractall(tmp_path)
    code = "import lib; from lib import datasets; print(lib.__file__, len(datasets.entries()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    file, entries = done.stdout.split()
    assert file == str(tmp_path / "lib" / "__init__.py")
    assert int(entries) > 1


def test_the_same_files_make_the_same_archive(write: Write) -> None:
    first = packed_lib(write()[0])
    for path in (write()[0].root / "lib").rglob("*"):
        path.touch()
    assert packed_lib(write()[0]) == first


def test_requirements_are_the_pins_of_what_is_needed(tmp_path: Path) -> None:
    project = Project(tmp_path)
    pins = "# pins\nTorch==2.9.0\nnumpy==2.4.6\nnumpydoc==1\nsphinx==7\njupyterlab==4.5\n"
    project.pins.write_text(pins, encoding="utf-8")
    assert requirements(project) == "jupyterlab==4.5\nnumpy==2.4.6\nTorch==2.9.0\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_addresses_are_those_of_the_repository(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write()[0]
    at = committed(project)
    assert addresses(project) == ("", "")
    for given in ("https://github.com/Some/Book", "https://github.com/Some/Book/"):
        monkeypatch.setenv("COMPANION_REPOSITORY", given)
        assert addresses(project) == (
            "https://some.github.io/Book",
            f"https://github.com/Some/Book/archive/{at}.zip",
        )
    monkeypatch.setenv("COMPANION_REPOSITORY", "https://example.org/some/book")
    assert addresses(project) == ("", "")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_a_changed_checkout_has_no_archive(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_REPOSITORY", "https://github.com/some/book")
    project = write()[0]
    assert addresses(project) == ("https://some.github.io/book", "")
    committed(project)
    (project.root / "lib" / "__init__.py").write_text("x = 1\n", encoding="utf-8")
    assert addresses(project) == ("https://some.github.io/book", "")
