"""What a run depends on, beside files: the text as it was read, versions, paths."""

import pytest

from book import inputs, records
from book.chapters import read_chapters
from book.inputs import inputs_of, is_current
from book.project import Project
from book.runs import Run, plan_runs


def first(project: Project) -> Run:
    return plan_runs(project, [read_chapters(project)["first"]], "standard")[0]


def test_a_run_of_the_built_book_is_current_until_something_changes(copied: Project) -> None:
    assert is_current(first(copied))
    source = copied.root / "lib" / "tiny" / "sums.py"
    source.write_text(source.read_text(encoding="utf-8") + "# why\n", encoding="utf-8")
    assert not is_current(first(copied))


def test_what_never_ran_is_not_current(tiny: Project) -> None:
    assert not is_current(first(tiny))


def test_other_versions_than_then_are_other_inputs(
    copied: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = records.version
    monkeypatch.setattr(
        records, "version", lambda name: "1.0" if name == "numpy" else installed(name)
    )
    assert not is_current(first(copied))


def test_other_places_of_modules_are_other_inputs(
    copied: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/opt/lib")
    assert not is_current(first(copied))


def test_the_text_that_counts_is_the_one_that_was_read(tiny: Project) -> None:
    run = first(tiny)
    before = inputs_of(run)()
    source = run.chapter.source
    source.write_text(source.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert inputs_of(run)() == before
    assert inputs_of(first(tiny))() != before


def test_another_format_is_another_input(copied: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "FORMAT", inputs.FORMAT + 1)
    assert not is_current(first(copied))
