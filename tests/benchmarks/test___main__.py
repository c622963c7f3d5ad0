from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks.tables import BEGIN, END
from book.project import Project


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "benchmarks" / "results").mkdir(parents=True)
    (tmp_path / "README.md").write_text(f"Costs\n{BEGIN}\n{END}\nend\n")
    monkeypatch.setattr(program, "find_project", lambda: Project(tmp_path))
    sections = {"first": lambda: ["one table"], "second": lambda: ["another"]}
    monkeypatch.setattr(program, "SECTIONS", sections)
    return tmp_path


def test_tables_are_written_and_shown(checkout: Path) -> None:
    assert program.main([]) == 0
    results = [
        (checkout / "benchmarks" / "results" / f"{name}.md").read_text()
        for name in ("first", "second")
    ]
    assert results[0].startswith("one table\n\nMeasured on 20")
    assert (checkout / "README.md").read_text() == (
        f"Costs\n{BEGIN}\n{results[0]}\n{results[1]}{END}\nend\n"
    )


def test_one_section_leaves_the_others_as_they_were(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.main([])
    sections = {**program.SECTIONS, "first": lambda: ["a new table"]}
    monkeypatch.setattr(program, "SECTIONS", {**sections, "second": lambda: ["not asked"]})
    assert program.main(["first"]) == 0
    readme = (checkout / "README.md").read_text()
    assert "a new table" in readme
    assert "another" in readme
    assert "one table" not in readme


def test_an_unknown_section_is_refused(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["third", "first"]) == 2
    assert capsys.readouterr().err == ("benchmarks: no section third; give some of first, second\n")
    assert "table" not in (checkout / "README.md").read_text()


def test_the_readme_has_a_place_for_the_tables(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert readme.count(BEGIN) == readme.count(END) == 1
