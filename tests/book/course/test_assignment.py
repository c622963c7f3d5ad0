"""Assignments: what nbgrader reads, what students read, and a first cell that works anywhere."""

import ast
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from book.chapters import Chapter, read_chapters
from book.course.assignment import NEEDED, assignment, first_cell, plain
from book.course.build import packed_lib
from book.project import Project

Write = Callable[[str], tuple[Project, Chapter]]
PAGE = "https://example.org/small.html"

# An interpreter without any package; those asked of pip are listed instead.
PRELUDE = """
import subprocess, sys
sys.path.insert(0, {stubs!r})
subprocess.run = lambda command, check: print("asked", check, *command[1:])
"""
ANSWERED = """
import lib.claims, pathlib
print("found", pathlib.Path(lib.claims.__file__).parents[2])
"""


def cells(notebook: Any) -> dict[str, Any]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


# --- the notebook ---


def test_cells_are_those_of_the_exercises_in_their_order(small: Chapter) -> None:
    made = assignment(small, PAGE, "")
    names = ["about", "find-lib", "setup-0", "ex-ti-say-text", "ex-ti-say"]
    for label in ("add", "mean", "last"):
        names += [f"ex-ti-{label}-text", f"ex-ti-{label}", f"ex-ti-{label}-test"]
    assert list(cells(made)) == names
    assert [cell.id for cell in made.cells] == names
    assert cells(made)["setup-0"].source == "import math\n\nfrom lib import claims"
    nbformat.validate(made)


def test_cells_of_each_kind_are_marked_for_nbgrader(small: Chapter) -> None:
    made = cells(assignment(small, PAGE, ""))

    def marks(name: str) -> dict[str, Any]:
        return dict(made[name].metadata.nbgrader)

    locked = {
        "schema_version": 3,
        "grade_id": "about",
        "cell_type": "markdown",
        "solution": False,
        "grade": False,
        "locked": True,
        "task": False,
    }
    assert marks("about") == locked
    assert marks("ex-ti-add-text") == {**locked, "grade_id": "ex-ti-add-text"}
    assert marks("setup-0") == {**locked, "grade_id": "setup-0", "cell_type": "code"}
    answer = {"grade_id": "ex-ti-add", "cell_type": "code", "solution": True, "locked": False}
    assert marks("ex-ti-add") == {**locked, **answer}
    test = {"grade_id": "ex-ti-add-test", "cell_type": "code", "grade": True, "points": 1}
    assert marks("ex-ti-add-test") == {**locked, **test}
    hand = {"grade_id": "ex-ti-say", "solution": True, "grade": True, "locked": False, "points": 2}
    assert marks("ex-ti-say") == {**locked, **hand}
    assert {name: cell.cell_type for name, cell in made.items()} == {
        name: cell.metadata.nbgrader.cell_type for name, cell in made.items()
    }


def test_nbgrader_takes_the_notebook(small: Chapter, secrets: tuple[str, str]) -> None:
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason="asks nbgrader")
    made = assignment(small, PAGE, "")
    for step in ("CheckCellMetadata", "ClearSolutions", "ClearHiddenTests"):
        made, _ = getattr(preprocessors, step)().preprocess(made, {})
    told = json.dumps(made)
    assert not any(secret in told for secret in secrets)


def test_students_read_number_title_worth_statement_and_hint(small: Chapter) -> None:
    made = cells(assignment(small, PAGE, ""))
    assert made["ex-ti-say-text"].source == (
        "## 1 · Say it\n\n*Easy, 2 points, marked by hand.*\n\n"
        f"Why does [an equation of the chapter]({PAGE}#eq-sum) hold?\n\n"
        "<details>\n<summary>Hint</summary>\n\nSee [someone2020].\n\n</details>"
    )
    assert made["ex-ti-last-text"].source == (
        "## 4 · Last\n\n*Hard, 4 points, marked by machine.*\n\nThe last item."
    )
    about = made["about"].source
    assert about.startswith("# Exercises: Small numbers\n\nThey belong to the chapter ")
    assert f"chapter [Small numbers]({PAGE}). Run" in about
    # What the stubs say is what is asked for.
    assert "*your code here*" in about
    assert "*your answer here*" in about


def test_without_a_page_nothing_is_linked(small: Chapter) -> None:
    made = cells(assignment(small, "", ""))
    assert "chapter *Small numbers*. Run" in made["about"].source
    assert "Why does an equation of the chapter hold?" in made["ex-ti-say-text"].source


def test_the_same_source_makes_the_same_bytes(text: str, write: Write) -> None:
    first = nbformat.writes(assignment(write(text)[1], PAGE, "a"))
    assert nbformat.writes(assignment(write(text)[1], PAGE, "a")) == first
    changed = write(text.replace("The last item.", "The very last item."))[1]
    again = assignment(changed, PAGE, "a")
    assert nbformat.writes(again) != first
    assert list(cells(again)) == list(cells(nbformat.reads(first, as_version=4)))


def test_several_cells_may_prepare(text: str, write: Write) -> None:
    more = "```{code-cell} ipython3\n:tags: [setup]\n\nimport cmath\n```\n\n````{exercise} Add\n"
    made = cells(assignment(write(text.replace("````{exercise} Add\n", more))[1], "", ""))
    assert [made[f"setup-{n}"].source.split()[1] for n in (0, 1)] == ["math", "cmath"]


def test_names_of_cells_are_unique_in_every_chapter(root: Path) -> None:
    for chapter in read_chapters(Project(root)).values():
        names = [cell.id for cell in assignment(chapter, "", "").cells]
        assert len(names) == len(set(names)), chapter.name


@pytest.mark.parametrize(
    ("text", "linked", "told"),
    [
        ("a {eq}`eq-x` b", f"a [an equation of the chapter]({PAGE}#eq-x) b", None),
        ("{numref}`fig-x`", f"[a figure of the chapter]({PAGE}#fig-x)", None),
        ("{ref}`sec-x`", f"[a section of the chapter]({PAGE}#sec-x)", None),
        ("{claim}`a/b`", f"[a claim of the chapter]({PAGE}#a-b)", None),
        ("{term}`word`", f"[a place of the chapter]({PAGE}#word)", None),
        ("{cite}`he2015`", "[he2015]", "[he2015]"),
        ("{cite:p}`he2015,we`", "[he2015,we]", "[he2015,we]"),
        ("[below](#ex-x)", f"[below]({PAGE}#ex-x)", "below"),
        ("[](#sec-x)", f"[a section of the chapter]({PAGE}#sec-x)", None),
        ("[out](https://a.b/#c)", "[out](https://a.b/#c)", "[out](https://a.b/#c)"),
        ("$x_{i}$ and `{eq}`", "$x_{i}$ and `{eq}`", "$x_{i}$ and `{eq}`"),
    ],
)
def test_references_become_links_or_words(text: str, linked: str, told: str | None) -> None:
    assert plain(text, PAGE) == linked
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", linked) if told is None else told
    assert plain(text, "") == words


# --- the first cell ---


def run(
    folder: Path, stubs: Path, archive: str = "", lack: tuple[str, ...] = (), setup: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run the first cell in a folder, in an interpreter that has nothing but what is needed."""
    for name in set(NEEDED) - set(lack):
        (stubs / name).mkdir(parents=True)
        (stubs / name / "__init__.py").touch()
    source = PRELUDE.format(stubs=str(stubs)) + setup + first_cell(archive) + ANSWERED
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-I", "-S", "-c", source]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    return tmp_path / "stubs"


@pytest.fixture
def packed(tmp_path: Path, write: Callable[[], tuple[Project, Chapter]]) -> Path:
    """The archive that students get."""
    path = tmp_path / "packed.zip"
    path.write_bytes(packed_lib(write()[0]))
    return path


def test_lib_that_can_be_imported_is_used(tmp_path: Path, stubs: Path) -> None:
    (tmp_path / "own" / "lib" / "claims").mkdir(parents=True)
    (tmp_path / "own" / "lib" / "claims" / "__init__.py").touch()
    done = run(tmp_path / "far", stubs, setup=f"sys.path.insert(0, {str(tmp_path / 'own')!r})\n")
    assert (done.stderr, done.stdout) == ("", f"found {tmp_path / 'own'}\n")


def test_lib_in_a_folder_above_is_found(
    write: Callable[[], tuple[Project, Chapter]], stubs: Path
) -> None:
    project = write()[0]
    done = run(project.root / "build" / "course" / "small", stubs)
    assert (done.stderr, done.stdout) == ("", f"found {project.root}\n")


@pytest.mark.parametrize("place", ["work", "."])
def test_lib_is_unpacked_from_the_archive_beside_or_above(
    tmp_path: Path, packed: Path, stubs: Path, place: str
) -> None:
    (tmp_path / "work").mkdir()
    packed.rename(tmp_path / place / "companion.zip")
    before = set(tmp_path.rglob("*"))
    done = run(tmp_path / "work", stubs)
    assert done.stderr == ""
    assert done.stdout.startswith("found ")
    assert str(tmp_path) not in done.stdout
    # Nothing is strewn about where the student works.
    assert {p for p in set(tmp_path.rglob("*")) - before if stubs not in (p, *p.parents)} == set()


@pytest.mark.parametrize("disguise", ["lib.py", "lib/__init__.py", "lib/other.py"])
def test_another_lib_is_not_taken_for_it(
    tmp_path: Path, packed: Path, stubs: Path, disguise: str
) -> None:
    other = tmp_path / "other" / disguise
    other.parent.mkdir(parents=True)
    other.touch()
    (tmp_path / "work").mkdir()
    packed.rename(tmp_path / "work" / "companion.zip")
    setup = f"sys.path.insert(0, {str(tmp_path / 'other')!r})\n"
    done = run(tmp_path / "work", stubs, setup=setup)
    assert done.stderr == ""
    assert str(tmp_path) not in done.stdout


def test_lib_is_fetched_where_an_address_is_known(
    tmp_path: Path, write: Callable[[], tuple[Project, Chapter]], stubs: Path
) -> None:
    # As GitHub packs it: below a folder with the name of the commit.
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("book-1234/lib/__init__.py", "")
        archive.writestr("book-1234/lib/claims/__init__.py", "")
    (tmp_path / "at.zip").write_bytes(stream.getvalue())
    done = run(tmp_path / "work", stubs, archive=(tmp_path / "at.zip").as_uri())
    assert done.stderr == ""
    assert done.stdout.endswith("/book-1234\n")


def test_where_lib_is_nowhere_it_is_said_what_to_do(tmp_path: Path, stubs: Path) -> None:
    done = run(tmp_path / "work", stubs)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        "FileNotFoundError: put companion.zip, which came with this notebook, "
        f"into {tmp_path / 'work'}"
    )


def test_an_archive_without_lib_is_refused(tmp_path: Path, stubs: Path) -> None:
    (tmp_path / "work").mkdir()
    with zipfile.ZipFile(tmp_path / "work" / "companion.zip", "w") as archive:
        archive.writestr("readme.txt", "")
    done = run(tmp_path / "work", stubs)
    assert done.stderr.splitlines()[-1] == (
        f"FileNotFoundError: {tmp_path / 'work' / 'companion.zip'} does not hold the package lib"
    )


def test_missing_packages_are_asked_of_pip_as_they_are_pinned(
    write: Callable[[], tuple[Project, Chapter]], stubs: Path
) -> None:
    root = write()[0].root
    done = run(root, stubs, lack=("sklearn", "torch"))
    assert done.stderr == ""
    told = f"asked True -m pip install --quiet -c {root / 'constraints.txt'} scikit-learn torch"
    assert done.stdout.splitlines()[0] == told


def test_nothing_is_asked_of_pip_where_nothing_is_missing(
    write: Callable[[], tuple[Project, Chapter]], stubs: Path
) -> None:
    assert run(write()[0].root, stubs).stdout.startswith("found ")


def test_all_that_lib_imports_is_asked_for(root: Path) -> None:
    imported = set()
    for path in (root / "lib").rglob("*.py"):
        if (root / "lib" / "sweep") in path.parents:
            continue  # sweeps are for clusters; no exercise makes one
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").partition(".")[0])
    imported -= {*sys.stdlib_module_names, "lib", "cycler"}  # cycler comes with matplotlib
    assert imported | {"tqdm"} == set(NEEDED)  # with which pooch shows how far it is
    pins = (root / "constraints.txt").read_text(encoding="utf-8").lower()
    assert all(f"\n{package}==" in f"\n{pins}" for package in NEEDED.values())
