"""The end of a chapter tells how it was made, as far as its record knows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book.extensions.colophon import TITLE, rows

Build = Callable[..., tuple[str, str]]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RECORD: dict[str, Any] = {
    "chapter": "first",
    "profile": "quick",
    "parameters": {"seed": 7, "width": 3, "dataset": "<b>own.npz"},
    "started": "2026-01-02T03:04:05+02:00",
    "seconds": 12.6,
    "python": "3.11.1",
    "versions": {"numpy": "2.0", "torch": "2.6"},
    "commit": f"{COMMIT}-dirty",
    "data": {"one.gz": "a" * 64, "two.gz": "b" * 64},
}


def page(build_page: Build, folder: Path, record: object) -> str:
    files = {"records.json": json.dumps({"first": record})}
    _, warnings = build_page(folder, "# Home\n", ["book.extensions.colophon"], files)
    assert warnings == ""
    assert TITLE not in (folder / "out" / "index.html").read_text(encoding="utf-8")
    return (folder / "out" / "notebooks" / "tiny" / "first.html").read_text(encoding="utf-8")


def test_everything_that_a_record_knows_is_told() -> None:
    assert rows(RECORD) == {
        "Run": ["profile quick, seed 7, dataset <b>own.npz"],
        "Time": ["13 s, begun 2026-01-02 01:04 UTC"],
        "Versions": ["Python 3.11.1, numpy 2.0, torch 2.6"],
        "Code": [f"commit {COMMIT} and changes that were not committed"],
        "Data": [f"one.gz: SHA-256 {'a' * 64}", f"two.gz: SHA-256 {'b' * 64}"],
    }
    assert rows(RECORD | {"commit": COMMIT})["Code"] == [f"commit {COMMIT}"]


@pytest.mark.parametrize("gone", ["missing", "empty"])
def test_what_is_not_known_is_passed_over(gone: str) -> None:
    old = {k: v for k, v in RECORD.items() if k not in {"commit", "data"}}
    record = old if gone == "missing" else old | {"commit": None, "data": {}}
    assert list(rows(record)) == ["Run", "Time", "Versions"]
    assert rows(record | {"parameters": {}})["Run"] == ["profile quick"]


def test_it_stands_below_the_chapter_and_as_text(build_page: Build, tmp_path: Path) -> None:
    made = page(build_page, tmp_path, RECORD)
    assert made.index(">Six") < made.index(TITLE)
    assert "dataset &lt;b&gt;own.npz" in made
    assert f"two.gz: SHA-256 {'b' * 64}" in made


def test_a_chapter_without_a_record_has_none(build_page: Build, tmp_path: Path) -> None:
    assert TITLE not in page(build_page, tmp_path, None)
