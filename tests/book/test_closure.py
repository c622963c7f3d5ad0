"""The closure of a chapter is what Python would import of `lib`, found without running it."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from book.chapters import Cell, Chapter, read_chapters
from book.closure import data_files, import_closure, parse_cell
from book.project import BookError, Project

# Ways for a module of lib/p to import its neighbour m<n>.
STYLES = (
    "import lib.p.m{0}",
    "import lib.p.m{0} as other",
    "from lib.p import m{0}",
    "from lib.p.m{0} import X",
    "from . import m{0}",
    "from .m{0} import X",
    "from ..p.m{0} import X",
    "def late():\n    from lib.p import m{0}",
    "try:\n    import lib.p.m{0}\nexcept ImportError:\n    pass",
)
ABSOLUTE = STYLES[:4]


def chapter_of(*cells: str) -> Chapter:
    """A chapter of these code cells, without a file."""
    chapter = Chapter("first", "tiny", Path("first.md"))
    chapter.__dict__["cells"] = tuple(Cell(cell, ()) for cell in cells)
    return chapter


def write_package(root: Path, modules: dict[str, str]) -> Project:
    """Write files of lib, with the __init__ files that they need."""
    for name, text in modules.items():
        path = root / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for folder in path.relative_to(root).parents:
            if folder != Path():
                (root / folder / "__init__.py").touch()
    return Project(root)


def names(project: Project, found: list[Path]) -> list[str]:
    return [str(path.relative_to(project.root / "lib")) for path in found]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[list[tuple[int, str]]], list[tuple[int, str]]]:
    """Modules with what each imports and how, cycles included; and what the chapter imports."""
    size = draw(st.integers(1, 7))
    node = st.integers(0, size - 1)
    edges = st.lists(st.tuples(node, st.sampled_from(STYLES)), max_size=3)
    roots = st.lists(st.tuples(node, st.sampled_from(ABSOLUTE)), max_size=2)
    return [draw(edges) for _ in range(size)], draw(roots)


@settings(max_examples=60)
@given(graphs())
def test_the_closure_is_what_is_reached_in_the_graph_of_imports(
    graph: tuple[list[list[tuple[int, str]]], list[tuple[int, str]]],
) -> None:
    modules, roots = graph
    texts = {
        f"p/m{index}.py": "\n".join(["X = 1", *(style.format(to) for to, style in edges)])
        for index, edges in enumerate(modules)
    }
    reached = {index for index, _ in roots}
    for _ in modules:
        reached |= {to for index in reached for to, _ in modules[index]}
    wanted = {f"p/m{index}.py" for index in reached}
    if roots:
        wanted |= {"__init__.py", "p/__init__.py"}
    with tempfile.TemporaryDirectory() as folder:
        project = write_package(Path(folder), texts)
        chapter = chapter_of("import os", *(style.format(index) for index, style in roots))
        found = import_closure(project, chapter)
        assert found == sorted(found)
        assert set(names(project, found)) == wanted


def test_the_closure_is_what_python_itself_imports(tmp_path: Path) -> None:
    project = write_package(
        tmp_path,
        {
            "p/__init__.py": "from lib.p import eager\n",
            "p/eager.py": "from lib import shared\n",
            "shared.py": "import math\n",
            "p/used.py": "from .deep.down import X\n",
            "p/deep/down.py": "from ...q import both\nX = 1\n",
            "q/both.py": "import lib.p.used\n",
            "q/unused.py": "",
            "p/deep/unused.py": "",
        },
    )
    cells = ("import numpy as np\nfrom lib.p.used import X", "X + 1")
    script = "\n".join(
        [
            cells[0].splitlines()[1],
            "import sys",
            "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'lib'))",
        ]
    )
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert import_closure(project, chapter_of(*cells)) == sorted(map(Path, told.split()))


def test_only_lib_counts(tiny: Project) -> None:
    (tiny.root / "numpy.py").touch()
    assert import_closure(tiny, chapter_of("import numpy, os.path", "x = 'import lib.tiny'")) == []


def test_the_closure_of_a_chapter_of_the_book(tiny: Project) -> None:
    first, second = read_chapters(tiny).values()
    found = names(tiny, import_closure(tiny, first))
    assert {"__init__.py", "tiny/__init__.py", "tiny/sums.py", "claims/records.py"} <= set(found)
    assert "tiny/unused.py" not in found
    assert not any("tiny" in name for name in names(tiny, import_closure(tiny, second)))


def test_magics_are_passed_over_and_lines_keep_their_numbers() -> None:
    tree = parse_cell("%matplotlib inline\n!ls\nimport lib.tiny\n  \nx = 1", "here")
    assert [node.lineno for node in tree.body] == [3, 5]
    with pytest.raises(BookError, match=r"here, line 3: not Python") as raised:
        parse_cell("%time\nx = 1\ny = = 2", "here")
    assert "\n" not in str(raised.value)


def test_code_that_is_not_python_is_named_by_its_place(tiny: Project) -> None:
    with pytest.raises(BookError, match=r"first\.md, code cell 2, line 1: not Python"):
        import_closure(tiny, chapter_of("import lib.tiny", "import lib."))
    (tiny.root / "lib" / "tiny" / "sums.py").write_text("\ndef (:\n", encoding="utf-8")
    with pytest.raises(BookError, match=r"sums\.py, line 2: not Python"):
        import_closure(tiny, read_chapters(tiny)["first"])


def test_values_that_name_files_are_data_wherever_the_files_lie(
    tiny: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("own") / "own.npz"
    outside.touch()
    inside = tiny.root / "mine.csv"
    inside.touch()
    values = ["mine.csv", str(outside), "digits", "", ".", "lib", 3, None, [1], "x" * 300, "a\x00b"]
    named = {f"p{number}": value for number, value in enumerate(values)}
    assert data_files(tiny, [], named) == sorted([inside, outside])


def test_every_file_of_a_folder_counts_where_it_is_the_dataset(tiny: Project) -> None:
    pictures = [tiny.root / "mine" / name for name in ("cat/1.png", "dog/1.png")]
    for path in pictures:
        path.parent.mkdir(parents=True)
        path.touch()
    assert data_files(tiny, [], {"dataset": "mine"}) == pictures
    assert data_files(tiny, [], {"name": "mine"}) == []
    assert data_files(tiny, [], {"dataset": ""}) == []
    assert data_files(tiny, [], {"dataset": "digits"}) == []


def test_the_data_folder_counts_exactly_where_its_loaders_are_imported(tiny: Project) -> None:
    (tiny.root / "data" / "small").mkdir(parents=True)
    wanted = [tiny.root / "data" / "registry.toml", tiny.root / "data" / "small" / "table.csv"]
    for path in [*wanted, tiny.root / "data" / "README.md"]:
        path.touch()
    loaders = tiny.root / "lib" / "datasets" / "__init__.py"
    loaders.parent.mkdir()
    loaders.touch()
    assert data_files(tiny, [tiny.root / "lib" / "tiny" / "sums.py"], {}) == []
    closure = import_closure(tiny, chapter_of("from lib.datasets import load"))
    assert data_files(tiny, closure, {}) == wanted
