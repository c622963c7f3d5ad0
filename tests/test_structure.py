"""The checkout keeps its form: chapters, mirrors, statements, pins, commands."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from book.cli import companion
from book.form import all_complaints
from book.project import Project

CONDA_NAMES = {"torch": "pytorch"}
INSTALL = re.compile(r"\b(?:pip3?|uv|pipx|mamba|conda) (?:tool )?(?:install|run)\b[^\n`]*")
# What holds versions down, or names one.
PINNED = re.compile(r"-[cr] \S+\.txt|==|-f environment\.yml")
# They ask on purpose which versions there are.
FREE = ("--resolution lowest-direct", "--resolution highest")


def unpinned(text: str) -> list[str]:
    """Calls in a text that install what nobody has tested."""
    calls = [found[0] for found in INSTALL.finditer(text.replace("\\\n", " "))]
    return [call for call in calls if not PINNED.search(call)]


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


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("run: pip install torch", 1),
        ("call `env/bin/pip install -r requirements.txt`", 0),
        ("python -m pip install --quiet -c constraints.txt uv", 0),
        ("uv tool run ruff check", 1),
        ("uv tool run pip-audit==2.10.1", 0),
        ("pip install a \\\n  -c constraints.txt", 0),
        ("conda env create -f environment.yml; conda install numpy", 1),
    ],
)
def test_an_install_without_versions_is_seen(text: str, wrong: int) -> None:
    assert len(unpinned(text)) == wrong


def test_nothing_is_installed_without_versions(root: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert len(names) > 100
    wrong = [
        f"{name}: {call}"
        for name in names
        if not name.startswith("tests/") and (root / name).suffix not in {".png", ".npz"}
        for call in unpinned((root / name).read_text(encoding="utf-8"))
        if not any(free in call for free in FREE)
    ]
    assert wrong == []


def test_every_action_of_a_workflow_has_a_version(root: Path) -> None:
    steps = [
        step
        for path in (root / ".github" / "workflows").glob("*.yml")
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
    ]
    used = [step["uses"] for step in steps if "uses" in step]
    assert len(used) > 5
    assert [name for name in used if not re.search(r"@(v\d+|[0-9a-f]{40})$", name)] == []


def test_workflows_call_commands_that_there_are(root: Path) -> None:
    lines = (root / ".github" / "workflows" / "verify.yml").read_text().splitlines()
    calls = [line.split("bin/companion ")[1].split() for line in lines if "companion " in line]
    assert len(calls) == 2
    for name, *arguments in calls:
        command = companion.commands[name]
        command.make_context(name, arguments)  # raises for what the command does not know
