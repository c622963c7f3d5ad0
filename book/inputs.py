"""What a run depends on, and whether any of it has changed since."""

import platform
from collections.abc import Callable

from book.closure import data_files, import_closure
from book.environment import further_paths
from book.records import versions
from book.runs import Run, digest
from book.stamp import fingerprint

# Part of what every run depends on: raise it when executed notebooks of the same sources change.
FORMAT = 2

Inputs = Callable[[], str]


def inputs_of(run: Run) -> Inputs:
    """Find all that a run depends on.

    Parameters
    ----------
    run : Run
        The run.

    Returns
    -------
    callable
        Tells all of it as a digest, each time anew; the text of the chapter is the one that was
        read when the run was planned, for that one is executed.

    Raises
    ------
    BookError
        If a cell or a module is not Python.
    """
    closure = import_closure(run.project, run.chapter)
    data = data_files(run.project, closure, run.parameters)
    config = {
        "text": digest(run.chapter.text.encode()),
        "parameters": run.parameters,
        "injected": run.injected,
        "profile": run.profile,
        "python": platform.python_version(),
        "versions": versions(),
        "paths": further_paths(run.project.root),
        "format": FORMAT,
    }
    files = [*closure, *data, run.project.pins]
    # The closure is not looked for again: a changed one shows in a file of the old one, and Python
    # 3.11 cannot parse in several threads.
    return lambda: fingerprint(run.project.root, files, config)


def is_current(run: Run) -> bool:
    """Whether the last good run is of what a run would be of now.

    Parameters
    ----------
    run : Run
        The run.

    Returns
    -------
    bool
        False also where there is no last run.
    """
    record = run.record()
    return record is not None and record.get("inputs") == inputs_of(run)()
