"""What is looked at, told in a line each, and only what the book needs is wrong."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace as Namespace
from typing import Any

import pytest

from book import doctor, tasks
from book.doctor import Check
from book.project import BookError, Project
from book.runs import Run

Call = Callable[..., Any]


@pytest.fixture
def pinned(tiny: Project) -> Callable[..., list[Check]]:
    """Look at the packages of a book that needs numpy alone, and pins what is given."""
    (tiny.root / "pyproject.toml").write_text('[project]\ndependencies = ["numpy>=1"]\n')

    def look(*pins: str) -> list[Check]:
        tiny.pins.write_text("# Every pin.\n" + "\n".join(pins) + "\n", encoding="utf-8")
        return doctor.packages(tiny)

    return look


NUMPY = f"numpy=={metadata.version('numpy')}"


def test_packages_of_the_pinned_versions_are_well(pinned: Callable[..., list[Check]]) -> None:
    assert pinned(NUMPY) == [Check("packages", "ok", "1 present, of the pinned versions")]


def test_another_version_is_named_with_the_pinned_one(pinned: Callable[..., list[Check]]) -> None:
    (check,) = pinned("numpy==0.1", f"click=={metadata.version('click')}")
    assert (check.state, check.advice) == ("wrong", "make install")
    assert check.told == f"numpy is {metadata.version('numpy')}, pinned ==0.1"


def test_what_only_some_need_may_be_missing(pinned: Callable[..., list[Check]]) -> None:
    fine, missing = pinned(NUMPY, "nbgrader-of-nobody==1.0")
    assert fine.state == "ok"
    assert (missing.state, missing.name) == ("missing", "further packages")
    assert missing.told.startswith("nbgrader-of-nobody: for courses")


def test_what_the_book_needs_must_be_there_also_what_its_packages_need(
    pinned: Callable[..., list[Check]], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = {"numpy": ["Deep.Thing>=1", "other>=1; extra == 'more'"]}
    monkeypatch.setattr(metadata, "requires", lambda name: needs.get(name))
    wrong, missing = pinned(NUMPY, "deep-thing==1.0", "other==1.0")
    assert (wrong.state, wrong.told) == ("wrong", "deep-thing is missing")
    assert missing.told.startswith("other: ")


def test_a_build_for_a_kind_of_machine_is_of_its_version(
    pinned: Callable[..., list[Check]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "2.13.0+cpu")
    assert [check.state for check in pinned("numpy==2.13.0")] == ["ok"]
    assert [check.state for check in pinned("numpy==2.13.1")] == ["wrong"]


def test_pins_that_cannot_be_read_are_wrong(
    tiny: Project, pinned: Callable[..., list[Check]]
) -> None:
    assert [check.state for check in pinned("numpy = 1")] == ["wrong"]
    tiny.pins.unlink()
    (check,) = doctor.packages(tiny)
    assert check.state == "wrong"
    assert "constraints.txt" in check.told


def test_too_little_room_is_wrong(tiny: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((doctor.DISK, "ok"), (doctor.DISK - 1, "wrong")):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: Namespace(free=free))
        assert doctor.disk(tiny).state == state
    for pages, state in ((doctor.MEMORY // 4096, "ok"), (1, "wrong")):
        sizes = {"SC_PHYS_PAGES": pages, "SC_PAGE_SIZE": 4096}
        monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
        assert doctor.memory().state == state
    assert "--jobs 1" in doctor.memory().advice


@pytest.mark.parametrize(("count", "told"), [(1, "1; chapters run one after"), (8, "8; two")])
def test_any_number_of_cores_will_do(
    monkeypatch: pytest.MonkeyPatch, count: int, told: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert doctor.cores().state == "ok"
    assert doctor.cores().told.startswith(told)


def test_a_folder_that_cannot_be_written_is_wrong(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor.writing(tiny) == Check("writing", "ok", str(tiny.root))
    assert not tiny.build.exists()
    tiny.build.touch()  # a file where a folder should be
    check = doctor.writing(tiny)
    assert (check.state, check.told) == ("wrong", f"{tiny.build}: Not a directory")


@pytest.mark.slow
def test_a_kernel_starts_and_leaves_nothing_behind(tiny: Project) -> None:
    before = sorted(tiny.root.rglob("*"))
    check = doctor.kernel(tiny)
    assert check.state == "ok", check
    assert check.told.startswith("an empty notebook ran in ")
    assert sorted(tiny.root.rglob("*")) == before


def test_a_kernel_that_does_not_start_is_wrong_and_its_log_is_told(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: Run, inputs: tasks.Inputs, progress: tasks.Progress) -> str | None:
        run.log.parent.mkdir(parents=True)
        run.log.write_text("Traceback\nNo such kernel: python3\n", encoding="utf-8")
        return "outside its cells: NoSuchKernel"

    monkeypatch.setattr(tasks, "_execute", fail)
    check = doctor.kernel(tiny)
    assert check.state == "wrong"
    assert check.told == "an empty notebook failed, outside its cells: NoSuchKernel"
    assert check.advice == "make install; the log ends with: No such kernel: python3"


@pytest.mark.parametrize("error", [BookError("no table"), OSError("no room")])
def test_a_run_that_cannot_begin_is_wrong_and_says_why(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(runs: list[Run], jobs: int) -> None:
        raise error

    monkeypatch.setattr(doctor, "run_all", refuse)
    check = doctor.kernel(tiny)
    assert (check.state, check.told) == ("wrong", f"nothing can be run: {error}")


def test_fonts_are_those_of_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.fonts().state == "ok"
    monkeypatch.setattr(doctor, "FONTS", ("Font of nobody",))
    assert doctor.fonts().told == "matplotlib does not find Font of nobody"
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    check = doctor.fonts()
    assert (check.state, check.advice) == ("wrong", "make install")


def test_datasets_are_told_and_may_be_missing(toy_registry: Path) -> None:
    check = doctor.data()
    assert (check.state, check.told.partition(";")[0]) == (
        "missing",
        "toys, broken, photos, for chapters with --set dataset",
    )
    assert f"here: digits; cache: {toy_registry / 'cache'}" in check.told
    assert check.advice == "companion data toys broken photos, to have them without a network"


def test_what_only_some_use_is_missing_and_not_wrong(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (doctor.browser().state, doctor.browser().told) == ("missing", "for the PDF")
    monkeypatch.setenv("COMPANION_BROWSER", sys.executable)
    assert doctor.browser() == Check("browser", "ok", sys.executable)

    monkeypatch.setattr("book.course.sandbox.shell", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert doctor.bubblewrap().advice == "install bubblewrap"
    assert doctor.git(tiny).advice == "install git"
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert doctor.bubblewrap().told.endswith("forbidden here")
    assert "clone" in doctor.git(tiny).advice
    assert doctor.git(tiny).state == "missing"
    monkeypatch.setattr("book.course.sandbox.shell", lambda: "/bin/bwrap")
    assert doctor.bubblewrap() == Check("bubblewrap", "ok", "/bin/bwrap")


def test_git_tells_the_commit(root: Path) -> None:
    check = doctor.git(Project(root))
    assert (check.state, check.told[:7]) == ("ok", "commit ")


# --- the command ---

FINE = Check("Python", "ok", "3.11.7")
OPTIONAL = Check("browser", "missing", "for the PDF", "install [one]")
WRONG = Check("fonts", "wrong", "none", "make install")


@pytest.mark.parametrize(
    ("checks", "status"), [([FINE, OPTIONAL], 0), ([WRONG, FINE], 1), ([FINE, WRONG], 1)]
)
def test_doctor_is_a_line_a_check_and_status_1_if_something_is_wrong(
    tiny: Project,
    companion: Call,
    monkeypatch: pytest.MonkeyPatch,
    checks: list[Check],
    status: int,
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda project: iter(checks))
    words = {
        "Python": "ok       Python: 3.11.7",
        "browser": "missing  browser (optional): for the PDF; to do: install [one]",
        "fonts": "wrong    fonts: none; to do: make install",
    }
    told = companion("doctor")
    assert (told.returncode, told.stderr) == (status, "")
    assert told.stdout.splitlines() == [words[check.name] for check in checks]
    answer = companion("doctor", "--json")
    assert (answer.returncode, answer.stderr) == (status, "")
    assert [Check(**record) for record in json.loads(answer.stdout)] == checks


def test_everything_is_looked_at_once(
    tiny: Project,
    pinned: Callable[..., list[Check]],
    monkeypatch: pytest.MonkeyPatch,
    toy_registry: Path,
) -> None:
    pinned(NUMPY)
    monkeypatch.setattr(doctor, "kernel", lambda project: Check("kernel", "ok", ""))
    found = [check.name for check in doctor.examine(tiny)]
    expected = "Python packages disk memory cores writing kernel fonts data browser bubblewrap git"
    assert found == expected.split()
