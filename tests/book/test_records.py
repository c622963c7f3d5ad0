"""A record tells when, how long, with what and from which commit a run was made."""

import datetime
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from book.chapters import read_chapters
from book.project import Project
from book.records import commit, write_record
from book.runs import Run, plan_runs

STARTED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


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


def test_a_record_holds_the_checksums_of_the_data_that_was_read(copied: Project) -> None:
    archive = copied.root / "own.npz"
    np.savez(archive, images=np.zeros((4, 2, 2)), labels=np.arange(4) % 2)
    (planned, *_) = plan_runs(copied, list(read_chapters(copied).values()), "standard")
    run = Run(copied, planned.chapter, "standard", {"dataset": str(archive)})
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.notebook.write_text("{}")
    write_record(run, STARTED, 1.234)
    record = run.record()
    assert record is not None
    assert record["data"] == {"own.npz": hashlib.sha256(archive.read_bytes()).hexdigest()}
    assert (record["started"], record["seconds"]) == ("2026-01-02T03:04:05+00:00", 1.23)


def test_a_chapter_without_images_names_none(copied: Project) -> None:
    runs = plan_runs(copied, list(read_chapters(copied).values()), "standard")
    run = next(run for run in runs if "dataset" not in run.parameters)
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.notebook.write_text("{}")
    write_record(run, STARTED, 0.0)
    assert json.loads(run.record_file.read_text(encoding="utf-8"))["data"] == {}
