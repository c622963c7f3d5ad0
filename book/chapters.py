"""Chapters: their text, their parameters, what these may be and the profiles that set them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from book.parameters import Parameter, Value, limited, read_parameters
from book.project import LIMITS, PROFILES, BookError, Project, read_yaml

PARAMETERS = "parameters"  # the tag of their cell


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
    limits : object
        What `book.project.LIMITS` says of it: for each parameter keywords of
        `book.limits.KEYWORDS`. It is checked where the parameters are read.
    """

    name: str
    part: str
    source: Path
    limits: object = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The file as it was when it was first asked for; all else here is read out of it."""
        try:
            return self.source.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise BookError(f"{self.source}: cannot be read as a chapter: {error}") from error

    @cached_property
    def notebook(self) -> Any:
        """The chapter as a notebook without outputs."""
        import jupytext  # here, since it takes a while to load and `serve` or `pdf` need none

        try:
            return jupytext.reads(self.text, {"extension": self.source.suffix})
        except (ValueError, yaml.YAMLError) as error:
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
        marked = [cell for cell in self.cells if PARAMETERS in cell.tags]
        if len(marked) != 1:
            raise BookError(f"{self.source}: needs one cell tagged parameters, has {len(marked)}")
        (cell,) = marked
        try:
            written = read_parameters(cell.source)
        except (ValueError, SyntaxError) as error:
            raise BookError(f"{self.source}: parameters cell: {error}") from error
        try:
            found = limited(written, self.limits)
        except ValueError as error:
            raise BookError(f"{LIMITS}: {self.name}: {error}") from error
        return {parameter.name: parameter for parameter in found}


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
        If the table of contents or that of limits cannot be read, or the former names a missing
        chapter or one name twice.
    """
    limits = limit_table(project)
    chapters: dict[str, Chapter] = {}
    for entry in _toc_files(read_yaml(project.toc)):
        path = Path(entry)
        if path.parts[:1] != ("notebooks",):
            continue
        source = project.root / path.with_suffix(".md")
        if len(path.parts) != 3 or not source.is_file():
            raise BookError(f"{project.toc}: {entry!r} is not a file notebooks/<part>/<chapter>.md")
        if path.stem in chapters:
            raise BookError(f"{project.toc}: two chapters are called {path.stem!r}")
        chapters[path.stem] = Chapter(path.stem, path.parts[1], source, limits.get(path.stem, {}))
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


def limit_table(project: Project) -> dict[str, object]:
    """Read what parameters may be.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict
        For each chapter that the file names: its limits, not yet checked.

    Raises
    ------
    BookError
        If the file cannot be read or is no table.
    """
    table = read_yaml(project.limits) or {}
    if not isinstance(table, dict):
        raise BookError(
            f"{project.limits}: must be a table of chapters, each a table of parameters"
        )
    return table


def profile_table(project: Project) -> dict[str, dict[str, dict[str, Value]]]:
    """Read what every profile sets.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict
        For each chapter and profile that the file names: name to value, not yet checked.

    Raises
    ------
    BookError
        If the file cannot be read or is not of that form.
    """
    table = read_yaml(project.profiles) or {}
    try:
        return {
            chapter: {profile: dict(values or {}) for profile, values in (part or {}).items()}
            for chapter, part in table.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise BookError(
            f"{project.profiles}: must be a table of chapters, each a table of profiles, each a "
            "table of parameters"
        ) from error


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
        of another type or one that is not allowed.
    """
    check_profile(profile)
    values = profile_table(project).get(chapter.name, {}).get(profile, {})
    for name, value in values.items():
        parameter = _parameter(chapter, name)
        if not parameter.accepts(value):
            raise BookError(
                f"{project.profiles}: {chapter.name}: {profile}: {parameter.refusal(value)}"
            )
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
        As typed; see `book.parameters.Parameter.read`.

    Returns
    -------
    tuple of str and value
        The name and the value in the parameter's type.

    Raises
    ------
    BookError
        If there is no ``=``, no such parameter, or the value is of another type or not allowed.
    """
    name, equals, text = setting.partition("=")
    if not equals:
        raise BookError(f"--set {setting!r}: write NAME=VALUE")
    parameter = _parameter(chapter, name.strip())
    try:
        return parameter.name, parameter.read(text)
    except ValueError as error:
        raise BookError(f"{chapter.name}: {error}") from error


def _parameter(chapter: Chapter, name: str) -> Parameter:
    try:
        return chapter.parameters[name]
    except KeyError:
        allowed = ", ".join(f"{p.name} ({p.type})" for p in chapter.parameters.values())
        raise BookError(
            f"{chapter.name} has no parameter {name!r}; its parameters are: {allowed}"
        ) from None


def _toc_files(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [str(node["file"])] if "file" in node else []
        return own + [f for value in node.values() for f in _toc_files(value)]
    if isinstance(node, list):
        return [f for item in node for f in _toc_files(item)]
    return []
