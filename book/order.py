"""Which chapters are begun first: the longest, so that the last one to end is a short one."""

from collections.abc import Sequence

from book.project import BookError, Project, read_yaml
from book.runs import Run


def longest_first(runs: Sequence[Run]) -> list[Run]:
    """Sort runs by how long they will take.

    Parameters
    ----------
    runs : sequence of Run
        All of one project.

    Returns
    -------
    list of Run
        Those of which nothing is known, then the others by the seconds of their last execution, or
        those of ``notebooks/durations.yml`` if there was none.
    """
    if not runs:
        return []
    told = durations(runs[0].project)

    def seconds(run: Run) -> float:
        record = run.record() or {}
        return float(record.get("seconds", told.get(run.chapter.name, float("inf"))))

    return sorted(runs, key=seconds, reverse=True)


def durations(project: Project) -> dict[str, float]:
    """Read how long chapters take, for a checkout where none has run yet.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict
        Chapter to seconds, from ``notebooks/durations.yml``; empty without that file.

    Raises
    ------
    BookError
        If the file is not such a table.
    """
    path = project.notebooks / "durations.yml"
    if not path.is_file():
        return {}
    table = read_yaml(path)
    if not isinstance(table, dict) or any(
        isinstance(value, bool) or not isinstance(value, int | float) or not value > 0
        for value in table.values()
    ):
        raise BookError(f"{path}: must name chapters, each with seconds above 0")
    return {str(name): float(value) for name, value in table.items()}


def duration_complaints(told: dict[str, float], chapters: Sequence[str]) -> list[str]:
    """Find where durations and chapters do not fit.

    Parameters
    ----------
    told : dict
        From `durations`.
    chapters : sequence of str
        Names of those of the book.

    Returns
    -------
    list of str
        A line for each chapter without a duration, and for each duration of no chapter.
    """
    return [
        *(f"{name}: has no entry in durations.yml" for name in chapters if name not in told),
        *(f"durations.yml: {name!r} is no chapter" for name in told if name not in chapters),
    ]
