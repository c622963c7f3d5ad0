"""The checkout keeps its form: chapters, mirrors, statements, pins, commands."""

import re
import subprocess
import tomllib
from contextlib import suppress
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from book.cli import companion
from book.form import all_complaints
from book.pins import read_pins
from book.project import Project

Pins = dict[str, str]
CUDA = re.compile("cuda|nvidia|triton")
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


def installed(wanted: list[Requirement]) -> set[str]:
    """What is here of some packages and of all that they need."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        for extra in {"", *one.extras}:
            with suppress(PackageNotFoundError):
                below = [Requirement(text) for text in metadata.requires(name) or []]
                found.add(name)
                if (name, extra) not in seen:
                    seen.add((name, extra))
                    asked = {"extra": extra}
                    waiting += [r for r in below if not r.marker or r.marker.evaluate(asked)]
    return found


@pytest.fixture(scope="module")
def pins(root: Path) -> Pins:
    found = read_pins(Project(root))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in found}


@pytest.fixture(scope="module")
def direct(root: Path) -> list[Requirement]:
    """Packages that pyproject names."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["cluster"], *extras["course"]]
    return [Requirement(line) for line in wanted]


@pytest.fixture(scope="module")
def names(direct: list[Requirement]) -> list[str]:
    return [canonicalize_name(one.name) for one in direct]


def test_chapters_modules_tests_and_statements_are_in_form(root: Path) -> None:
    assert all_complaints(Project(root)) == []


def test_every_dependency_is_pinned(names: list[str], pins: Pins) -> None:
    assert [name for name in names if name not in pins] == []


def test_all_that_the_dependencies_need_is_pinned(direct: list[Requirement], pins: Pins) -> None:
    # What torch needs for CUDA it pins itself.
    assert {name for name in installed(direct) - {*pins} if not CUDA.match(name)} == set()


def test_the_conda_environment_has_the_same_versions(
    root: Path, names: list[str], pins: Pins
) -> None:
    dependencies = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    (pip,) = [item["pip"] for item in dependencies if isinstance(item, dict)]
    lines = [item.split("=") for item in dependencies if isinstance(item, str) and "=" in item]
    conda = {canonicalize_name(name): version for name, version in lines if name != "python"}
    conda |= {
        canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in pip if "==" in line
    }
    assert conda == {CONDA_NAMES.get(name, name): pins[name] for name in names}


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
