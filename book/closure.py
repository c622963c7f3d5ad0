"""Import closure: the files of `lib` that a chapter's code reaches, without running it."""

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from book.chapters import Chapter
from book.project import BookError, Project

SHARED = "lib"
DATASET = "dataset"  # the parameter that names the images of a chapter


def parse_cell(source: str, where: str) -> ast.Module:
    """Parse the code of a cell, passing over IPython's magics.

    Parameters
    ----------
    source : str
        The cell.
    where : str
        What to call it in an error.

    Returns
    -------
    ast.Module
        Its syntax tree; line numbers are those of the cell.

    Raises
    ------
    BookError
        If it is not Python.
    """
    lines = ["" if line.lstrip()[:1] in {"%", "!"} else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError as error:
        raise BookError(f"{where}, line {error.lineno}: not Python: {error.msg}") from error


def import_closure(project: Project, chapter: Chapter) -> list[Path]:
    """Files of `lib` that a chapter imports, directly or through others.

    Parameters
    ----------
    project : Project
        The checkout.
    chapter : Chapter
        The chapter.

    Returns
    -------
    list of Path
        Sorted; the ``__init__`` files that importing them runs are among them.

    Raises
    ------
    BookError
        If a cell or a module is not Python.
    """
    found: set[Path] = set()
    trees = [
        parse_cell(cell.source, f"{chapter.source}, code cell {index}")
        for index, cell in enumerate(chapter.cells, start=1)
    ]
    names = [name for tree in trees for name in _imports(tree, package=())]
    while names:
        for path in _files(project.root, names.pop()):
            if path not in found:
                found.add(path)
                names.extend(_module_imports(project.root, path))
    return sorted(found)


def data_files(
    project: Project, closure: Iterable[Path], parameters: Mapping[str, object]
) -> list[Path]:
    """Data that a run reads: registry and small files in ``data/``, and what parameters name.

    Parameters
    ----------
    project : Project
        The checkout.
    closure : iterable of Path
        The run's import closure; ``data/`` counts where the loaders are in it.
    parameters : mapping of str to object
        Of the run. A text that is the path of a file counts; of a folder all files count where the
        parameter is ``dataset``.

    Returns
    -------
    list of Path
        Sorted.
    """
    texts = {name: value for name, value in parameters.items() if isinstance(value, str) and value}
    # Not path.is_file(), which raises for a text too long to be a name.
    found = {path for value in texts.values() if os.path.isfile(path := project.root / value)}
    folder = project.root / texts.get(DATASET, "")
    if folder != project.root and os.path.isdir(folder):
        found |= {path for path in folder.rglob("*") if path.is_file()}
    if project.root / SHARED / "datasets" / "__init__.py" in set(closure):
        files = (project.root / "data").rglob("*")
        found |= {path for path in files if path.is_file() and path.suffix != ".md"}
    return sorted(found)


def _module_imports(root: Path, path: Path) -> list[tuple[str, ...]]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise BookError(f"{path}, line {error.lineno}: not Python: {error.msg}") from error
    return list(_imports(tree, package=path.relative_to(root).parts[:-1]))


def _imports(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Dotted names that a tree may import; of ``from a import b`` both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = (*above, *(node.module.split(".") if node.module else ()))
            yield base
            yield from ((*base, alias.name) for alias in node.names)


def _files(root: Path, name: tuple[str, ...]) -> Iterator[Path]:
    """Files that importing a dotted name runs."""
    if name[:1] != (SHARED,):
        return
    for depth in range(1, len(name) + 1):
        stem = root.joinpath(*name[:depth])
        for path in (stem / "__init__.py", stem.with_suffix(".py")):
            if path.is_file():
                yield path
