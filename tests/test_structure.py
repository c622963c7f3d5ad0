"""The checkout keeps its form: chapters, mirrors, statements, pins, commands."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Container
from contextlib import suppress
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from book.chapters import read_chapters
from book.cli import companion
from book.form import all_complaints
from book.pins import read_pins
from book.project import Project

Pins = dict[str, str]
CUDA = re.compile("cuda|nvidia|triton")
CONDA_NAMES = {"torch": "pytorch"}
# What the system itself installs, as by apt-get in .ci/run, is none of these and stands in no pin.
INSTALL = re.compile(
    r"\b(?:pip3?|mamba|conda|conda env) (?:install|create)\b.*"
    r"|\b(?:uv tool|pipx) (?:run|install)\b(?P<tool>.*)"
)
# A call ends with its line, its quotation or its sentence.
END = re.compile(r"[`\";|&\n]|(?<=\S)\.(?=\s)")
FROM_THE_PINS = re.compile(r'"\$\$?\(grep \^(\S+==) constraints\.txt\)"')
VALUED = {"-c", "-r", "-f", "--python", "--torch-backend"}
PINNING = {"-r": {"constraints.txt", "requirements.txt"}, "-f": {"environment.yml"}}
# They ask on purpose which versions there are.
FREE = ("--resolution lowest-direct", "--resolution highest")


def unpinned(text: str, pins: Container[str]) -> list[str]:
    """Words of calls in a text that install what nobody has tested."""
    text = FROM_THE_PINS.sub(r"\1pinned", text.replace("\\\n", " "))
    wrong = []
    for found in filter(None, map(INSTALL.search, END.split(text))):
        words = [word.strip("'") for word in found[0].split()]
        first = next(n for n, w in enumerate(words) if w in {"install", "create", "run"}) + 1
        options = dict(pairwise(words))
        if any(free in " ".join(words) for free in FREE):
            continue
        named = [
            word
            for before, word in pairwise(words[first - 1 :])
            if not word.startswith("-") and before not in VALUED
        ]
        if found["tool"] is not None:
            named = named[:1]  # the others are arguments of what is run
        held = options.get("-c") == "constraints.txt"
        for word in named:
            name = canonicalize_name(word.partition("==")[0])
            if "==" not in word and not (held and (word.startswith(".") or name in pins)):
                wrong.append(word)
        wrong += [
            options[option]
            for option, right in PINNING.items()
            if option in options and options[option] not in right
        ]
    return wrong


# Modules, functions and options by which a file that is read can run what stands in it.
UNSAFE = re.compile(
    r"(_?pickle|cloudpickle|dill|marshal|shelve)(\..*)?|(joblib|torch|torch\.jit)\.load"
    r"|.*\bread_pickle|allow_pickle=(?!False$).*|weights_only=(?!True$).*"
)


def unsafe(code: str) -> list[str]:
    """What of some code reads objects and not data."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call):
            options = [ast.unparse(keyword) for keyword in node.keywords]
            called = ast.unparse(node.func)
            found += [*options, "" if "weights_only=True" in options else called]
    return [name for name in found if UNSAFE.fullmatch(name)]


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
    return [Requirement(line) for line in [*project["dependencies"], *chain(*extras.values())]]


@pytest.fixture(scope="module")
def names(direct: list[Requirement]) -> list[str]:
    return [canonicalize_name(one.name) for one in direct]


def test_chapters_modules_tests_and_statements_are_in_form(root: Path) -> None:
    assert all_complaints(Project(root)) == []


def test_every_dependency_is_pinned(names: list[str], pins: Pins) -> None:
    assert [name for name in names if name not in pins] == []


@pytest.mark.pins
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
    # By pip alone, where they are wanted: JupyterLab and what makes mutants.
    extras = {"jupyterlab", "cosmic-ray"}
    assert conda == {CONDA_NAMES.get(n, n): pins[n] for n in names if n not in extras}


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
        ("run: pip install torch", ["torch"]),
        ("run: pip install uv==1 torch", ["torch"]),
        ("run: pip install torch numpy==1; pip install scipy", ["torch", "scipy"]),
        ("call `env/bin/pip install -r requirements.txt`", []),
        ("pip install -r wishes.txt", ["wishes.txt"]),
        ("python -m pip install --quiet -c constraints.txt uv", []),
        ("python -m pip install --quiet -c constraints.txt uv unheard-of", ["unheard-of"]),
        ("pip install -c other.txt uv", ["uv"]),
        ("uv tool run ruff check", ["ruff"]),
        ("uv tool run pip-audit==2.10.1 --strict -r constraints.txt", []),
        ("pip install a \\\n  -c constraints.txt", ["a"]),
        ("pip install -e '.[dev]'", [".[dev]"]),
        ("\"pip install -c constraints.txt -e '.[dev]'\"", []),
        ("# pip install -c constraints.txt -e '.[dev]'. torch's build is pip's choice", []),
        ('uv pip install -c constraints.txt "$$(grep ^torch== constraints.txt)"', []),
        ("uv pip install --resolution highest -e '.[dev]'", []),
        ("conda env create -f environment.yml; conda install numpy", ["numpy"]),
        ("sudo apt-get install -y chromium", []),
    ],
)
def test_an_install_without_versions_is_seen(text: str, wrong: list[str]) -> None:
    assert unpinned(text, {"uv"}) == wrong


def test_nothing_is_installed_without_versions(root: Path, pins: Pins) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert len(names) > 100
    wrong = [
        f"{name}: {word}"
        for name in names
        if not name.startswith("tests/") and (root / name).suffix not in {".png", ".npz"}
        for word in unpinned((root / name).read_text(encoding="utf-8"), pins)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("import pickle", ["pickle"]),
        ("from pickle import load as read", ["pickle.load"]),
        ("import marshal as data, json", ["marshal"]),
        ("joblib.load('a')", ["joblib.load"]),
        ("from joblib import load, Parallel", ["joblib.load"]),
        ("torch.load(f)", ["torch.load"]),
        ("torch.load(f, weights_only=True)", []),
        ("torch.load(f, weights_only=False)", ["weights_only=False", "torch.load"]),
        ("np.load(f, allow_pickle=True)", ["allow_pickle=True"]),
        ("np.load(f, allow_pickle=trusted)", ["allow_pickle=trusted"]),
        ("np.load(f, allow_pickle=False); joblib.delayed(f)", []),
        ("pd.read_pickle(f)", ["pd.read_pickle"]),
    ],
)
def test_what_could_run_a_file_that_is_read_is_seen(code: str, wrong: list[str]) -> None:
    assert unsafe(code) == wrong


def test_no_file_that_is_read_is_run(root: Path) -> None:
    files = [path for folder in ("lib", "book") for path in (root / folder).rglob("*.py")]
    assert len(files) > 100
    codes = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}
    for name, chapter in read_chapters(Project(root)).items():
        cells = [cell.source for cell in chapter.notebook.cells if cell.cell_type == "code"]
        codes[name] = "\n".join(cells)
    assert {name: wrong for name, code in codes.items() if (wrong := unsafe(code))} == {}


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


def test_ci_tries_as_many_seeds_as_the_readme_names(root: Path) -> None:
    texts = [(root / name).read_text() for name in ("README.md", ".github/workflows/verify.yml")]
    told, tried = (set(re.findall(r"companion verify --seeds (\d+)", text)) for text in texts)
    assert told == tried
    assert len(told) == 1


def test_a_selection_of_tests_leaves_out_what_the_default_leaves_out(root: Path) -> None:
    # pytest takes the last -m alone.
    options = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    default = re.findall(r"not \w+", options["addopts"])
    assert len(default) == 2
    text = (root / ".github" / "workflows" / "dependencies.yml").read_text()
    chosen = [line for line in text.splitlines() if "-m pytest" in line]
    assert len(chosen) == 2
    assert all(part in line for part in [*default, "not pins"] for line in chosen)
