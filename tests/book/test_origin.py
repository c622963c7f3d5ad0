"""A checkout knows its repository and the commit that it stands at."""

import shutil
import subprocess
from pathlib import Path

import pytest

from book.origin import commit, repository
from book.project import Project


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    command = ["git", "-C", str(folder), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_commit_has_forty_digits_and_a_mark_where_files_were_changed(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert commit(project) is None, "no repository"
    git(tmp_path, "init", "--quiet")
    assert commit(project) is None, "no commit yet"
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    git(tmp_path, "tag", "-a", "v1", "-m", "a tag must not stand for the digits")
    digits = git(tmp_path, "rev-parse", "HEAD")
    assert len(digits) == 40
    assert commit(project) == digits
    (tmp_path / "file").write_text("two")
    assert commit(project) == f"{digits}-dirty"


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    assert commit(Project(tmp_path)) is None


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:some/book.git", "https://github.com/some/book"),
        ("https://github.com/some/book", "https://github.com/some/book"),
        ("https://github.com/some/my.book.git", "https://github.com/some/my.book"),
        ("ssh://git@github.com/some/book.git", "https://github.com/some/book"),
        ("https://example.org/some/book.git", None),
        ("/srv/book.git", None),
        (None, None),
    ],
)
def test_the_repository_is_the_origin_if_that_is_on_github(
    tmp_path: Path, remote: str | None, address: str | None
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)
    assert repository(Project(tmp_path)) == address


def test_a_repository_that_is_given_goes_first_and_git_is_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert repository(Project(tmp_path)) is None
    monkeypatch.setenv("COMPANION_REPOSITORY", "https://github.com/given/one")
    assert repository(Project(tmp_path)) == "https://github.com/given/one"
