"""The form that a checkout keeps; ``python -m book.form`` tells what is out of form."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from pybtex.database import parse_file

from book.chapter_form import canonical_text, chapter_complaints
from book.chapters import Chapter, limit_table, profile_table, read_chapters
from book.course.goals import goal_complaints, read_goals
from book.data_cards import card_complaints, write_cards
from book.declared import Declared, read_declared
from book.order import duration_complaints, durations
from book.project import PROFILES, BookError, Project, find_project, write_whole
from book.runs import plan_runs
from book.statements import read_statements, statement_complaints


def table_complaints(project: Project, chapters: Mapping[str, Chapter]) -> list[str]:
    """Find what profiles set and must not, and limits of no chapter.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : mapping of str to Chapter
        Those of the book.

    Returns
    -------
    list of str
        A line for each chapter or profile that does not exist, and for each profile of a chapter
        with an unknown parameter, a value that is not allowed or an unknown dataset.
    """
    table = profile_table(project)
    found = [
        f"{file.name}: no {what} {name!r}; there are: {', '.join(known)}"
        for file, what, names, known in (
            (project.limits, "chapter", limit_table(project), chapters),
            (project.profiles, "chapter", table, chapters),
            (project.profiles, "profile", [p for part in table.values() for p in part], PROFILES),
        )
        for name in names
        if name not in known
    ]
    for chapter in chapters.values():
        for profile in PROFILES:
            try:
                plan_runs(project, [chapter], profile)
            except BookError as error:
                found.append(str(error))
    return list(dict.fromkeys(found))  # what is wrong with a default is so in each profile


def mirror_complaints(project: Project) -> list[str]:
    """Find chapters without a module, modules without a test, and what does not belong there.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of str
        A line each; empty if ``notebooks/p/x.md`` has ``lib/p/x.py``, and every module of `lib` and
        `book` a test of its name in the folder of its name, and ``notebooks/`` holds chapters and
        tables alone.
    """
    found = []
    for chapter in read_chapters(project).values():
        if not (project.root / "lib" / chapter.part / f"{chapter.name}.py").is_file():
            found.append(
                f"notebooks/{chapter.part}/{chapter.name}.md has no module in lib; "
                f"lib/{chapter.part}/{chapter.name}.py is missing"
            )
    listed = {chapter.source for chapter in read_chapters(project).values()}
    extra = set(project.notebooks.rglob("*.md")) - listed
    found += [f"{path.name}: not in the table of contents" for path in sorted(extra)]
    # Python and matplotlib would look for files of theirs where a cell runs.
    others = {path for path in project.notebooks.rglob("*") if _is_stray(path, project)}
    found += [
        f"{path.relative_to(project.root)}: no chapter and no table" for path in sorted(others)
    ]
    for package in ("lib", "book"):
        for module in sorted((project.root / package).rglob("*.py")):
            if module.name != "__init__.py" and not _test_of(project, module).is_file():
                found.append(f"{module.relative_to(project.root)} has no test")
    return found


def all_complaints(project: Project) -> list[str]:
    """Find all that is out of form in a checkout.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of str
        A line each.
    """
    keys = set(parse_file(str(project.matter / "references.bib")).entries)
    chapters = read_chapters(project)
    declared: dict[str, list[Declared]] = {n: read_declared(c) for n, c in chapters.items()}
    return [
        *(line for chapter in chapters.values() for line in chapter_complaints(chapter, keys)),
        *table_complaints(project, chapters),
        *mirror_complaints(project),
        *statement_complaints(read_statements(project), declared),
        *card_complaints(project),
        *goal_complaints(read_goals(project), chapters),
        *duration_complaints(durations(project), list(chapters)),
    ]


def main(arguments: Sequence[str] = ()) -> int:
    """Tell what is out of form.

    Parameters
    ----------
    arguments : sequence of str
        ``--fix`` first writes every chapter as jupytext would, and the data cards.

    Returns
    -------
    int
        0 if nothing is, 1 if something is, 2 if a file could not be read.
    """
    try:
        project = find_project()
        if "--fix" in arguments:
            for chapter in read_chapters(project).values():
                write_whole(chapter.source, canonical_text(chapter))
            write_cards(project)
        complaints = all_complaints(project)
    except BookError as error:
        click.echo(f"form: {error}", err=True)
        return 2
    for line in complaints:
        click.echo(line, err=True)
    return 1 if complaints else 0


def _is_stray(path: Path, project: Project) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(project.notebooks).parts)
    return path.is_file() and not hidden and path.suffix not in {".md", ".yml", ".ipynb"}


def _test_of(project: Project, module: Path) -> Path:
    parts = module.relative_to(project.root).parts
    # lib/p/x.py is tested by tests/p/test_x.py, book/p/x.py by tests/book/p/test_x.py.
    folders = parts[1:-1] if parts[0] == "lib" else parts[:-1]
    return project.root.joinpath("tests", *folders, f"test_{parts[-1]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
