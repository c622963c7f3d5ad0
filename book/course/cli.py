"""The commands `companion course …`."""

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from book.chapters import Chapter, read_chapters, select
from book.project import BookError, Project, find_project

FAILED = 1

chapters_argument = click.argument("chapters", nargs=-1)


@click.group()
def course() -> None:
    """Make assignments of the chapters' exercises, and mark what is handed in."""
    if importlib.util.find_spec("nbgrader") is None:
        raise BookError(
            "nbgrader is missing; install it with: pip install -c constraints.txt -e '.[course]'"
        )


@course.command()
@chapters_argument
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="A new folder, or that of a course, whose settings, submissions and marks stay.",
)
def build(chapters: tuple[str, ...], folder: Path) -> None:
    """Make a course for nbgrader of CHAPTERS, or of all."""
    from book.course.build import build_course

    project, chosen = _chosen(chapters)
    for path in build_course(project, chosen, folder):
        click.echo(f"hand out {path}")
    click.echo(f"how to go on stands in {folder / 'README.md'}")


@course.command()
@click.argument("folder", type=click.Path(path_type=Path))
def grade(folder: Path) -> None:
    """Mark what lies in FOLDER/submitted and is new; write marks.csv, exercises.csv, feedback."""
    from book.course import sandbox
    from book.course.grade import grade as grade_all
    from book.course.marks import TOTALS
    from book.course.submissions import SUBMITTED, strays

    if sandbox.shell() is None:
        click.echo("bubblewrap is missing or forbidden here: submissions can read what you can")
    else:
        click.echo("submissions are shut in by bubblewrap")
    rows = grade_all(
        folder, lambda one, state: click.echo(f"{one.student} {one.assignment}: {state}")
    )
    for path in strays(folder):
        click.echo(f"{path}: passed over; it is no {SUBMITTED}/STUDENT/ASSIGNMENT", err=True)
    click.echo(f"marks of {len(rows)} submissions: {folder / TOTALS}")


@course.command()
@chapters_argument
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help="How many chapters at a time.",
)
def check(chapters: tuple[str, ...], jobs: int) -> None:
    """Prove that reference solutions get full marks and untouched stubs none."""
    from book.course.check import check_course

    project, chosen = _chosen(chapters)
    complaints = check_course(project, chosen, jobs)
    for line in complaints:
        click.echo(line, err=True)
    if complaints:
        sys.exit(FAILED)
    click.echo(f"{len(chosen)} assignments: reference solutions have full marks, stubs none")


@course.command()
@click.argument("notebook", type=click.Path(path_type=Path))
def mark(notebook: Path) -> None:
    """Mark your own answers in NOTEBOOK, which a chapter's page offers."""
    from book.course.check import mark_own

    project, chapters = _chosen(())
    for row in mark_own(project, chapters, notebook):
        if row["marked_by"] == "hand":
            told = "compare with the solution on the page"
        else:
            told = f"{row['score']:g} of {row['max']:g}"
        click.echo(f"{row['exercise']}: {told}")


def _chosen(names: tuple[str, ...]) -> tuple[Project, Sequence[Chapter]]:
    project = find_project()
    return project, select(read_chapters(project), names)
