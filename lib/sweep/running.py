"""The call that runs a sweep."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from tqdm import tqdm

from lib.sweep.configurations import key, pairs
from lib.sweep.functions import code_digest, function_name
from lib.sweep.journal import Journal, opened
from lib.sweep.table import Row, Table
from lib.sweep.workers import Measure, Pair, in_process, on_cluster, on_processes

SCHEDULER = "COMPANION_SCHEDULER"


def sweep(
    measure: Measure,
    configurations: Sequence[Mapping[str, object]],
    seeds: Sequence[int],
    *,
    path: str | Path | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: bool = False,
) -> Table:
    """Measure every configuration with every seed, here or on a cluster.

    Parameters
    ----------
    measure : callable
        ``measure(seed=…, **configuration)`` returns measures by name: numbers, texts, truth values,
        None, or lists and arrays of them. It stands in a module, so that workers can import it.
        Tuples and arrays of a configuration reach it as lists.
    configurations : sequence of mapping
        Such as `lib.sweep.grid` makes.
    seeds : sequence of int
        The same for each configuration.
    path : path, optional
        File for the rows, a line of JSON each, on the disk as soon as they are measured. A sweep
        that finds rows there measures only what is missing or failed; rows that are not asked
        stay. The file is bound to the code of the function's module and of those that it
        imports from its own package or from `lib`; other packages are held by their pins.
    jobs : int
        Processes; 1 means this one. Not used with a scheduler.
    scheduler : str, optional
        Address of a Dask scheduler; otherwise the environment variable ``COMPANION_SCHEDULER``
        may give one.
    progress : bool
        Whether to show a bar with the time that remains, on standard error.

    Returns
    -------
    Table
        A row for each configuration and seed, in the order asked: the configuration, ``seed``,
        measures, ``seconds``, and ``error``, which is None or says in one line what was raised.

    Raises
    ------
    ValueError
        If the function cannot be imported, a configuration or a seed is not as described, the
        file is in use or of other code, or the scheduler or its workers are of no use. Rows
        that have been written stay.

    Notes
    -----
    Each measurement has one thread of torch and BLAS, so that measures do not depend on ``jobs`` or
    on where they were made, as far as the processors round alike.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    name = function_name(measure)
    wanted = {key(*pair): pair for pair in pairs(measure, configurations, seeds)}
    file: AbstractContextManager[Journal] = (
        nullcontext(Journal()) if path is None else opened(Path(path), name, code_digest(measure))
    )
    with file as journal:
        missing = [pair for known, pair in wanted.items() if not journal.is_done(known)]
        rows = _arriving(measure, missing, jobs, scheduler or os.environ.get(SCHEDULER))
        bar = tqdm(total=len(wanted), initial=len(wanted) - len(missing), disable=not progress)
        with closing(rows), bar:
            for row in rows:
                journal.add(row)
                bar.update()
        return Table(tuple(journal.rows[known].columns for known in wanted))


def _arriving(
    measure: Measure, missing: Sequence[Pair], jobs: int, scheduler: str | None
) -> Generator[Row]:
    if not missing:
        return
    if scheduler:
        yield from on_cluster(measure, missing, scheduler)
    elif jobs > 1:
        yield from on_processes(measure, missing, jobs)
    else:
        yield from in_process(measure, missing)
