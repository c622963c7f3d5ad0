"""The checkout is found from anywhere inside it, and files are written whole."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from book.project import (
    PROFILES,
    PUBLISHED,
    BookError,
    Project,
    find_project,
    remove,
    require_space,
    trouble,
    write_whole,
)


def test_the_checkout_is_found_from_any_folder_inside_it(tiny: Project) -> None:
    deep = tiny.root / "notebooks" / "tiny"
    assert find_project(deep).root == find_project().root == tiny.root.resolve()


def test_outside_a_checkout_one_line_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").touch()  # half a book is none
    with pytest.raises(BookError, match=r"_toc\.yml and notebooks/") as raised:
        find_project(tmp_path)
    assert "\n" not in str(raised.value)


def test_all_that_is_made_lies_under_build(tiny: Project) -> None:
    made = [tiny.html, tiny.claims, *(tiny.outputs(profile) for profile in PROFILES)]
    assert all(tiny.build in path.parents for path in made)
    assert len(set(made)) == len(made)
    assert PUBLISHED in PROFILES


def test_a_file_is_written_with_its_folder_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_whole(path, "first")
    write_whole(path, "ψ second")
    assert path.read_text(encoding="utf-8") == "ψ second"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_write_left_is_gone_after_the_next(tmp_path: Path) -> None:
    (tmp_path / ".file.json.part").write_text("hal")
    write_whole(tmp_path / "file.json", "whole")
    assert os.listdir(tmp_path) == ["file.json"]


def test_whatever_is_in_the_place_of_a_file_is_removed(tmp_path: Path) -> None:
    file, folder, link = (tmp_path / name for name in ("file", "folder", "link"))
    (folder / "deep").mkdir(parents=True)
    file.touch()
    link.symlink_to(folder)
    for path in (file, link, tmp_path / "missing"):
        remove(path)
    assert os.listdir(tmp_path) == ["folder"]
    remove(folder)
    assert os.listdir(tmp_path) == []


def test_what_the_system_refused_is_told_with_the_file(tmp_path: Path) -> None:
    assert trouble(OSError(errno.ENOSPC, "No space", "/x")) == "/x: No space"
    assert trouble(OSError(errno.ENOSPC, "No space")) == "No space"
    assert trouble(OSError("odd")) == "odd"
    assert (
        trouble(OSError(errno.EISDIR, "Is a directory", "/x", None, "/y")) == "/y: Is a directory"
    )
    refused = shutil.Error([("/a", "/b", "[Errno 28] No space"), ("/c", "/d", "more")])
    assert trouble(refused) == "/b: [Errno 28] No space"
    with pytest.raises(FileNotFoundError) as raised:
        (tmp_path / "gone").read_text()
    assert trouble(raised.value) == f"{tmp_path / 'gone'}: No such file or directory"


def test_a_full_disk_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_space(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(OSError, match="No space left on device") as raised:
        require_space(tmp_path)
    assert raised.value.filename == str(tmp_path)
