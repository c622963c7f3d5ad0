import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import building as benchmark
from benchmarks.building import EDITED, EXECUTED, Maker, building, makers
from book.project import Project

# Runs its one chapter where nothing is made yet, and says what it found.
TOY = f"""
from pathlib import Path
made, log = Path("made"), Path("log")
edits = Path({str(EDITED)!r}).read_text().count("# edit")
state = "again" if made.is_dir() else "cold"
made.mkdir(exist_ok=True)
with log.open("a") as file:
    file.write(f"{{state}} {{edits}}\\n")
print({EXECUTED!r} if REMEMBERS is False or state == "cold" else "Using cached notebook")
"""


def toy(root: Path, *, remembers: bool) -> Maker:
    (root / EDITED).parent.mkdir(parents=True)
    (root / EDITED).write_text("# a module\n")
    command = (sys.executable, "-c", TOY.replace("REMEMBERS", str(remembers)))
    return Maker(root, command, made="made")


def test_builds_are_timed_cold_again_and_after_edits(tmp_path: Path) -> None:
    ours, theirs = toy(tmp_path / "a", remembers=False), toy(tmp_path / "b", remembers=True)
    found = building(ours, theirs, cold=2, warm=3, edits=2)
    for maker, costs in ((ours, found.ours), (theirs, found.theirs)):
        states = (maker.root / "log").read_text().splitlines()
        assert states == [*["cold 0"] * 2, *["again 0"] * 3, "again 1", "again 2"]
        assert {k: len(cost.seconds) for k, cost in costs.items()} == {
            "cold": 2,
            "again": 3,
            "edit": 2,
        }
    assert found.rerun == 0


def test_chapters_that_run_after_an_edit_are_counted(tmp_path: Path) -> None:
    both = [toy(tmp_path / name, remembers=False) for name in "ab"]
    assert building(*both, cold=1, warm=1, edits=2).rerun == 2


def test_a_rival_that_executes_nothing_at_first_is_no_rival(tmp_path: Path) -> None:
    both = [toy(tmp_path / name, remembers=False) for name in "ab"]
    (both[1].root / EDITED).write_text("# a module\n")
    idle = Maker(both[1].root, (sys.executable, "-c", "pass"), made="made")
    with pytest.raises(RuntimeError, match="executed no chapter"):
        building(both[0], idle, cold=1, warm=1, edits=1)


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "print('Executing notebook failed: X')"])
def test_a_build_that_fails_is_no_measurement(code: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="failed"):
        Maker(tmp_path, (sys.executable, "-c", code), made="made").make()


def test_jupyter_book_executes_the_same_chapters_with_its_cache(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "LEFT_OUT", (*benchmark.LEFT_OUT, "tests", "docs"))
    ours, theirs = makers(Project(root), tmp_path)
    assert (ours.root / "_config.yml").read_text() == (root / "_config.yml").read_text()
    config = yaml.safe_load((theirs.root / "_config.yml").read_text())
    assert config["execute"]["execute_notebooks"] == "cache"
    extensions = config["sphinx"]["extra_extensions"]
    assert [name for name in extensions if name.startswith("book.")] == [
        "book.extensions.bibliography"
    ]
    for maker in (ours, theirs):
        assert (maker.root / EDITED).is_file()
        assert (maker.root / "_toc.yml").read_text() == (root / "_toc.yml").read_text()
