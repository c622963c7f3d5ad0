"""Chapters: their text, their parameters, and the profiles that set them."""

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from book.project import PROFILES, BookError, Project

Value = int | float | str | bool | list[Any]


@dataclass(frozen=True)
class Parameter:
    """A name that a reader may set.

    Parameters
    ----------
    name : str
        As in the chapter.
    default : int, float, str, bool or list
        As in the chapter; its type is the parameter's.
    help : str
        The comment behind it.
    """

    name: str
    default: Value
    help: str

    @property
    def type(self) -> str:
        """Name of the type, as a reader would say it."""
        if isinstance(self.default, list):
            return f"list of {type(self.default[0]).__name__}" if self.default else "list"
        return type(self.default).__name__

    def accepts(self, value: object) -> bool:
        """Whether a value is of the parameter's type; an int is also a float, a bool neither."""
        if isinstance(self.default, list):
            return isinstance(value, list) and all(
                _is_a(type(self.default[0]), item) for item in value if self.default
            )
        return _is_a(type(self.default), value)


@dataclass(frozen=True)
class Cell:
    """A code cell of a chapter: its source and its tags."""

    source: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the book.

    Parameters
    ----------
    name : str
        File name without its ending, unique in the book.
    part : str
        Folder under ``notebooks/``.
    source : Path
        The text notebook.
    """

    name: str
    part: str
    source: Path

    @cached_property
    def notebook(self) -> Any:
        """The chapter as a notebook without outputs."""
        import jupytext  # here, since it takes a while to load and most commands read no chapter

        try:
            return jupytext.read(self.source)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise BookError(f"{self.source}: cannot be read as a chapter: {error}") from error

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells in order."""
        return tuple(
            Cell(cell.source, tuple(cell.metadata.get("tags", ())))
            for cell in self.notebook.cells
            if cell.cell_type == "code"
        )

    @cached_property
    def title(self) -> str:
        """The first heading."""
        for cell in self.notebook.cells:
            for line in cell.source.splitlines():
                if cell.cell_type == "markdown" and line.startswith("# "):
                    return str(line[2:].strip())
        return self.name

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in the order of the chapter."""
        marked = [cell.source for cell in self.cells if "parameters" in cell.tags]
        if len(marked) != 1:
            raise BookError(f"{self.source}: needs one cell tagged parameters, has {len(marked)}")
        try:
            return {p.name: p for p in parse_parameters(marked[0])}
        except (ValueError, SyntaxError) as error:
            raise BookError(f"{self.source}: parameters cell: {error}") from error


def parse_parameters(source: str) -> list[Parameter]:
    """Read the parameters of a cell.

    Parameters
    ----------
    source : str
        Lines ``name: type = literal  # what it is``.

    Returns
    -------
    list of Parameter
        In the order of the cell.

    Raises
    ------
    ValueError
        If a line is anything else.

    Examples
    --------
    >>> parse_parameters("seed: int = 0  # of every draw")
    [Parameter(name='seed', default=0, help='of every draw')]
    """
    statements = ast.parse(source).body  # first, since tokenize has no SyntaxError of its own
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for statement in statements:
        target = (
            statement.target
            if isinstance(statement, ast.AnnAssign)
            else statement.targets[0]
            if isinstance(statement, ast.Assign)
            else None
        )
        if not isinstance(target, ast.Name) or statement.value is None:  # type: ignore[attr-defined]
            raise ValueError(f"line {statement.lineno} is not 'name: type = literal  # what it is'")
        default = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
        if not isinstance(default, int | float | str | list):
            raise ValueError(f"{target.id} must be a number, text, truth value or list")
        found.append(Parameter(target.id, default, comments.get(statement.end_lineno or 0, "")))
    return found


def read_chapters(project: Project) -> dict[str, Chapter]:
    """Read which chapters the book has.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict of str to Chapter
        In the order of the table of contents.

    Raises
    ------
    BookError
        If the table of contents cannot be read, names a missing chapter or one name twice.
    """
    chapters: dict[str, Chapter] = {}
    for entry in _toc_files(_read_yaml(project.toc)):
        path = Path(entry)
        if path.parts[:1] != ("notebooks",):
            continue
        source = project.root / path.with_suffix(".md")
        if len(path.parts) != 3 or not source.is_file():
            raise BookError(f"{project.toc}: {entry!r} is not a file notebooks/<part>/<chapter>.md")
        if path.stem in chapters:
            raise BookError(f"{project.toc}: two chapters are called {path.stem!r}")
        chapters[path.stem] = Chapter(path.stem, path.parts[1], source)
    return chapters


def select(chapters: Mapping[str, Chapter], names: tuple[str, ...]) -> list[Chapter]:
    """Choose chapters by name.

    Parameters
    ----------
    chapters : mapping of str to Chapter
        Those of the book.
    names : tuple of str
        The wanted ones; none means all.

    Returns
    -------
    list of Chapter
        In the order of the book, each once.

    Raises
    ------
    BookError
        If a name is not a chapter's.
    """
    for name in names:
        if name not in chapters:
            raise BookError(
                f"unknown chapter {name!r}; the chapters in _toc.yml are: {', '.join(chapters)}"
            )
    return [chapter for name, chapter in chapters.items() if not names or name in names]


def profile_parameters(project: Project, chapter: Chapter, profile: str) -> dict[str, Value]:
    """Parameters that a profile sets for a chapter.

    Parameters
    ----------
    project : Project
        The checkout.
    chapter : Chapter
        The chapter.
    profile : str
        One of `book.project.PROFILES`.

    Returns
    -------
    dict
        Name to value; what is not in it keeps the chapter's default.

    Raises
    ------
    BookError
        If the profile is unknown, or sets a parameter that the chapter does not have or to a value
        of another type.
    """
    check_profile(profile)
    table = _read_yaml(project.profiles) or {}
    try:
        values: dict[str, Value] = dict((table.get(chapter.name) or {}).get(profile) or {})
    except (AttributeError, TypeError, ValueError) as error:
        raise BookError(
            f"{project.profiles}: {chapter.name} must be a table of profiles, each a table of "
            "parameters"
        ) from error
    for name, value in values.items():
        parameter = _parameter(chapter, name)
        if not parameter.accepts(value):
            raise BookError(_wrong_type(chapter, parameter, value))
    return values


def check_profile(profile: str) -> None:
    """Refuse an unknown profile.

    Parameters
    ----------
    profile : str
        The name.

    Raises
    ------
    BookError
        If it is not one of `book.project.PROFILES`.
    """
    if profile not in PROFILES:
        raise BookError(f"unknown profile {profile!r}; the profiles are: {', '.join(PROFILES)}")


def parse_setting(chapter: Chapter, setting: str) -> tuple[str, Value]:
    """Read ``NAME=VALUE`` as a parameter of a chapter.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    setting : str
        As typed. A list is written ``[1, 2]``, a truth value ``true`` or ``false``.

    Returns
    -------
    tuple of str and value
        The name and the value in the parameter's type.

    Raises
    ------
    BookError
        If there is no ``=``, no such parameter, or the value is of another type.
    """
    name, equals, text = setting.partition("=")
    if not equals:
        raise BookError(f"--set {setting!r}: write NAME=VALUE")
    parameter = _parameter(chapter, name.strip())
    if isinstance(parameter.default, str):
        return parameter.name, text
    value = yaml.safe_load(text) if not _unreadable(text) else text
    if isinstance(parameter.default, float):
        value = _as_float(value)
    elif isinstance(parameter.default, list) and parameter.default:
        value = _as_floats(parameter, value)
    if not parameter.accepts(value):
        raise BookError(_wrong_type(chapter, parameter, text))
    return parameter.name, value


def _as_float(value: object) -> object:
    # YAML reads 1e-3 as text, since it lacks the point; and NaN is no setting.
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value
    except OverflowError:
        return str(value)
    return value if isinstance(value, bool) or number != number else number


def _as_floats(parameter: Parameter, value: object) -> object:
    first = parameter.default[0] if isinstance(parameter.default, list) else None
    if isinstance(first, float) and isinstance(value, list):
        return [_as_float(item) for item in value]
    return value


def _unreadable(text: str) -> bool:
    try:
        yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # what looks like a date and is none is a ValueError
        return True
    return False


def _is_a(kind: type, value: object) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value == value
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _parameter(chapter: Chapter, name: str) -> Parameter:
    try:
        return chapter.parameters[name]
    except KeyError:
        allowed = ", ".join(f"{p.name} ({p.type})" for p in chapter.parameters.values())
        raise BookError(
            f"{chapter.name} has no parameter {name!r}; its parameters are: {allowed}"
        ) from None


def _wrong_type(chapter: Chapter, parameter: Parameter, value: object) -> str:
    return (
        f"{chapter.name}: parameter {parameter.name} takes {_article(parameter.type)}, "
        f"such as {parameter.default!r}, not {value!r}"
    )


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _read_yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BookError(f"{path}: cannot be read: {error}") from error


def _toc_files(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [str(node["file"])] if "file" in node else []
        return own + [f for value in node.values() for f in _toc_files(value)]
    if isinstance(node, list):
        return [f for item in node for f in _toc_files(item)]
    return []
