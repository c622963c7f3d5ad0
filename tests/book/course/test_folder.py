"""A course is written and marked only where it belongs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book.course import folder as module
from book.course.folder import check_course, check_free, nbgrader, write_once
from book.project import BookError


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "course.json").write_text("{}\n", encoding="utf-8")
    return tmp_path


def test_a_course_is_known_by_its_mark(there: Path) -> None:
    check_course(there)
    check_free(there)


def test_new_and_empty_folders_are_free(tmp_path: Path) -> None:
    check_free(tmp_path)
    check_free(tmp_path / "new" / "deeper")


def test_a_folder_that_holds_no_course_cannot_be_marked(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "new"):
        with pytest.raises(BookError) as caught:
            check_course(folder)
        assert str(caught.value) == (
            f"{folder} holds no course; make one with: companion course build --out {folder}"
        )


def test_a_file_or_another_folder_is_not_written_into(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BookError) as caught:
        check_free(file)
    assert str(caught.value) == (f"{file} is a file; give a folder that is new, empty or a course")
    with pytest.raises(BookError) as caught:
        check_free(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is not empty and holds no course; give a new folder, or that of a course"
    )


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    write_once(tmp_path / "a" / "f", "first")
    write_once(tmp_path / "a" / "f", "second")
    assert (tmp_path / "a" / "f").read_text(encoding="utf-8") == "first"


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in place of Python, which shows how it was called and ends with a status."""
    program = tmp_path / "python"
    program.write_text(
        '#!/bin/sh\necho "$@" "$NO_COLOR" "$PWD" "$KEPT"\nprintf "\\n\\n" >&2\n'
        'for n in $(seq 20); do echo "line $n" >&2; done\nexit $STATUS\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setattr(module.sys, "executable", str(program))
    monkeypatch.setenv("KEPT", "kept")
    monkeypatch.setenv("STATUS", "0")
    return program


def test_nbgrader_works_in_the_folder(pretended: Path, tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    log = tmp_path / "logs" / "one.log"
    nbgrader(tmp_path / "course", "autograde", "small", "--force", log=log)
    told = log.read_text(encoding="utf-8")
    folder = os.path.realpath(tmp_path / "course")
    assert told.startswith(f"-m nbgrader autograde small --force 1 {folder} kept\n")
    assert told.endswith("line 19\nline 20\n")


def test_what_nbgrader_told_last_is_told_when_it_fails(
    pretended: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATUS", "3")
    with pytest.raises(BookError) as caught:
        nbgrader(tmp_path, "autograde", "small", log=tmp_path / "log")
    assert str(caught.value) == "nbgrader autograde failed: line 20"
    assert (tmp_path / "log").is_file()
    told = "Traceback\\n  x\\n  a.b.SomeError: it broke\\n[App | ERROR] look above\\n"
    pretended.write_text(f"#!/bin/sh\nprintf '{told}' >&2\nexit 1\n", encoding="utf-8")
    with pytest.raises(BookError) as caught:
        nbgrader(tmp_path, "autograde", "small")
    assert str(caught.value) == "nbgrader autograde failed: a.b.SomeError: it broke"
    pretended.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    with pytest.raises(BookError, match="nbgrader autograde failed: it told nothing"):
        nbgrader(tmp_path, "autograde", "small")
    pretended.write_text("#!/bin/sh\necho killed >&2\nkill -9 $$\n", encoding="utf-8")
    with pytest.raises(BookError, match="nbgrader autograde failed: killed"):
        nbgrader(tmp_path, "autograde", "small")


def test_what_nbgrader_tells_need_not_be_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nprintf '\\377 odd'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    nbgrader(tmp_path, "autograde", log=tmp_path / "log")
    assert (tmp_path / "log").read_text(encoding="utf-8").endswith(" odd")


def test_programs_beside_the_interpreter_are_found_wherever_the_path_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(
        module.subprocess,
        "run",
        lambda command, env, **rest: (
            found.append(shutil.which("alembic", path=env["PATH"]))
            or subprocess.CompletedProcess(command, 0, b"", b"")
        ),
    )
    nbgrader(tmp_path, "autograde", "small")
    assert found == [str(Path(sys.executable).parent / "alembic")]
