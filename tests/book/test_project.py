"""The checkout is found from anywhere inside it, and files are written whole."""

from pathlib import Path

import pytest

from book.project import PROFILES, PUBLISHED, BookError, Project, find_project, write_whole


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
