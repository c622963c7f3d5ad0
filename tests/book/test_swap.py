"""A folder takes the place of another one, and whoever looks meanwhile finds one of them whole."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from book import swap as module
from book.swap import restore, swap


def folder(path: Path, number: int) -> Path:
    path.mkdir()
    for name in ("a", "b"):
        (path / name).write_text(str(number), encoding="utf-8")
    return path


@pytest.fixture(params=["exchanged", "renamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """In one step, and as on systems that cannot."""
    if request.param == "renamed":
        monkeypatch.setattr(module, "_exchange", lambda one, other: False)
    return str(request.param)


def test_the_new_folder_is_in_the_place_of_the_old_one_and_nothing_else_is_left(
    tmp_path: Path, way: str
) -> None:
    place = tmp_path / "html"
    for number in range(3):
        swap(folder(tmp_path / "made", number), place)
        assert {path.name: path.read_text() for path in place.iterdir()} == {
            "a": str(number),
            "b": str(number),
        }
        assert list(tmp_path.iterdir()) == [place]


def test_where_the_system_can_the_place_is_never_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not module._exchange(folder(tmp_path / "1", 1), folder(tmp_path / "2", 2)):
        pytest.skip("this system exchanges no folders")
    place = folder(tmp_path / "html", 0)

    def two_steps(self: Path, target: Path) -> Path:
        raise AssertionError("moved aside first")

    monkeypatch.setattr(Path, "rename", two_steps)
    swap(folder(tmp_path / "made", 1), place)
    assert (place / "a").read_text() == "1"
    assert not (tmp_path / "made").exists()


def test_a_system_without_the_call_renames_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.ctypes, "CDLL", lambda name: object())
    place = folder(tmp_path / "html", 0)
    swap(folder(tmp_path / "made", 1), place)
    assert (place / "a").read_text() == "1"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("fails", [1, 2])
def test_a_swap_that_is_broken_off_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    monkeypatch.setattr(module, "_exchange", lambda one, other: False)
    place = folder(tmp_path / "html", 0)
    made = folder(tmp_path / "made", 1)
    rename: Callable[[Path, Path], Path] = Path.rename
    calls: list[Path] = []

    def broken(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == fails:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(KeyboardInterrupt):
        swap(made, place)
    assert (place / "a").read_text() == "0"


def test_the_old_folder_is_put_back_after_a_death_between_two_renames(tmp_path: Path) -> None:
    place, aside = tmp_path / "html", tmp_path / "html.old"
    folder(aside, 0)
    restore(place)
    assert (place / "a").read_text() == "0"
    assert list(tmp_path.iterdir()) == [place]


def test_an_old_folder_beside_the_new_one_is_removed(tmp_path: Path) -> None:
    place, aside = tmp_path / "html", tmp_path / "html.old"
    folder(place, 1)
    folder(aside, 0)
    restore(place)
    assert (place / "a").read_text() == "1"
    assert os.listdir(tmp_path) == ["html"]
    restore(place)
    assert os.listdir(tmp_path) == ["html"]
