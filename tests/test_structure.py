"""The checkout keeps its form: chapters, mirrors, statements, pins, commands."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from book.cli import companion
from book.form import all_complaints
from book.project import Project

CONDA_NAMES = {"torch": "pytorch"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def pins(root: Path) -> dict[str, str]:
    lines = (root / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonical(name): version for name, version in pairs}


@pytest.fixture(scope="module")
def direct(root: Path) -> list[str]:
    """Packages that pyproject names."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["cluster"], *extras["course"]]
    return [canonical(re.split(r"[<>=!~\[]", line)[0]) for line in wanted]


def test_chapters_modules_tests_and_statements_are_in_form(root: Path) -> None:
    assert all_complaints(Project(root)) == []


def test_every_dependency_is_pinned(direct: list[str], pins: dict[str, str]) -> None:
    assert [name for name in direct if name not in pins] == []


def test_the_conda_environment_has_the_same_versions(
    root: Path, direct: list[str], pins: dict[str, str]
) -> None:
    dependencies = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    (pip,) = [item["pip"] for item in dependencies if isinstance(item, dict)]
    lines = [item.split("=") for item in dependencies if isinstance(item, str) and "=" in item]
    conda = {canonical(name): version for name, version in lines if name != "python"}
    conda |= {canonical(line.split("==")[0]): line.split("==")[1] for line in pip if "==" in line}
    assert conda == {CONDA_NAMES.get(name, name): pins[name] for name in direct}


def test_ci_calls_what_the_readme_and_contributing_name(root: Path) -> None:
    script = (root / ".ci" / "run").read_text()
    called = re.findall(r"^make (\w+)$", script, re.M)
    assert sorted(called) == ["book", "check", "course", "test"]
    readme = (root / "README.md").read_text()
    contributing = (root / "CONTRIBUTING.md").read_text()
    targets = re.findall(r"^(\w+):.*##", (root / "Makefile").read_text(), re.M)
    for target in called:
        assert target in targets
        assert f"make {target}" in readme + contributing


def test_the_workflow_runs_the_same_script(root: Path) -> None:
    workflow: Any = yaml.safe_load((root / ".github" / "workflows" / "book.yml").read_text())
    commands = [step.get("run", "") for step in workflow["jobs"]["book"]["steps"]]
    assert "bash .ci/run" in commands


def test_pages_of_the_book_are_in_the_table_of_contents(root: Path) -> None:
    listed = (root / "_toc.yml").read_text()
    pages = (root / "book" / "pages").glob("*.md")
    assert [page.name for page in pages if f"book/pages/{page.stem}" not in listed] == []


def test_the_readme_counts_the_statements(root: Path) -> None:
    statements = yaml.safe_load((root / "book" / "statements.yml").read_text())
    assert f"all {len(statements)} statements" in (root / "README.md").read_text()


def test_workflows_call_commands_that_there_are(root: Path) -> None:
    lines = (root / ".github" / "workflows" / "verify.yml").read_text().splitlines()
    calls = [line.split("bin/companion ")[1].split() for line in lines if "companion " in line]
    assert len(calls) == 2
    for name, *arguments in calls:
        command = companion.commands[name]
        command.make_context(name, arguments)  # raises for what the command does not know
