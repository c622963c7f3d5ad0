"""Ways to measure: in this process, in several, or on a Dask cluster; the results are the same."""

import copy
import math
import re
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any, cast

import joblib
import torch
from threadpoolctl import threadpool_limits

from lib.sweep.configurations import RESERVED, key, plain
from lib.sweep.functions import code_digest, function_name, named_function
from lib.sweep.table import Row

Measure = Callable[..., Mapping[str, object]]
Pair = tuple[dict[str, Any], int]

ADDRESS = r"(tcp|tls)://.+:\d+"
TIMEOUT = 20  # seconds in which a scheduler must answer
PATIENCE = 30  # seconds after which it is asked whether there are workers


def measured(measure: Measure, configuration: Mapping[str, Any], seed: int) -> Row:
    """Measure once, with one thread, whatever the machine has.

    Parameters
    ----------
    measure : callable
        Takes the configuration and ``seed`` by name, returns measures by name.
    configuration : mapping of str to plain value
        It gets a copy.
    seed : int
        The seed.

    Returns
    -------
    Row
        With an error, and without measures, where an exception was raised.
    """
    measures: dict[str, Any] = {}
    error = None
    started = time.perf_counter()
    try:
        with _one_thread():
            found = measure(seed=seed, **copy.deepcopy(dict(configuration)))
        measures = _checked(found, configuration)
    except Exception as problem:  # of any kind: the other configurations do not depend on it
        error = _one_line(problem)
    return Row(dict(configuration), seed, measures, time.perf_counter() - started, error)


def in_process(measure: Measure, wanted: Sequence[Pair]) -> Generator[Row]:
    """Measure one after the other.

    Parameters
    ----------
    measure : callable
        As for `measured`.
    wanted : sequence of (configuration, seed)
        What to measure.

    Yields
    ------
    Row
        In the same order.
    """
    for configuration, seed in wanted:
        yield measured(measure, configuration, seed)


def on_processes(measure: Measure, wanted: Sequence[Pair], jobs: int) -> Generator[Row]:
    """Measure in several processes of this machine.

    Parameters
    ----------
    measure : callable
        As for `measured`.
    wanted : sequence of (configuration, seed)
        What to measure.
    jobs : int
        How many processes.

    Yields
    ------
    Row
        As they arrive; with an error where the process died.
    """
    missing = {key(*pair): pair for pair in wanted}
    while missing:
        try:
            for row in _pool(measure, list(missing.values()), jobs):
                del missing[key(row.configuration, row.seed)]
                yield row
        except BrokenProcessPool:
            # Nobody knows which of them killed its process: the oldest show it when they are alone.
            for name in list(missing)[:jobs]:
                yield _alone(measure, missing.pop(name))


def _pool(measure: Measure, wanted: Sequence[Pair], jobs: int) -> Iterator[Row]:
    # One task at a time: what is handed over in batches would come back, and be kept, in batches.
    parallel = joblib.Parallel(
        jobs, "loky", "generator_unordered", batch_size=1, inner_max_num_threads=1
    )
    rows: Iterator[Row] = parallel(joblib.delayed(measured)(measure, *pair) for pair in wanted)
    return rows


def _alone(measure: Measure, pair: Pair) -> Row:
    try:
        (row,) = _pool(measure, [pair], jobs=2)  # 1 would be this process
    except BrokenProcessPool:
        return Row(*pair, {}, math.nan, "the process died; was it out of memory?")
    return row


def on_cluster(measure: Measure, wanted: Sequence[Pair], address: str) -> Generator[Row]:
    """Measure on the workers of a Dask cluster.

    Parameters
    ----------
    measure : callable
        As for `measured`; workers import it.
    wanted : sequence of (configuration, seed)
        What to measure.
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Yields
    ------
    Row
        As they arrive. What a lost worker had is measured again by another; a row with an error is
        what becomes of a measurement during which several workers died.

    Raises
    ------
    ValueError
        If Dask is missing, no scheduler answers, it is lost on the way, or a worker cannot do what
        this process can.

    Warns
    -----
    RuntimeWarning
        While there is no worker: the measurements wait until one comes.
    """
    if not re.fullmatch(ADDRESS, address):
        raise ValueError(f"scheduler {address!r} is no address such as tcp://host:8786")
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError(
            f"the scheduler {address} is named, but the package distributed is not installed; "
            "pip install -c constraints.txt -e '.[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=TIMEOUT, set_as_default=False)
    except OSError:
        raise ValueError(f"no Dask scheduler answers at {address} within {TIMEOUT} s") from None
    with client:
        # Its name, since what is sent is also unpacked on the scheduler, which need not know it.
        what = function_name(measure), code_digest(measure)
        futures = {client.submit(_on_worker, *what, *pair, pure=False): pair for pair in wanted}
        while futures:
            try:
                for future in as_completed(list(futures), loop=client.loop, timeout=PATIENCE):
                    row = _row(future, futures[future], what[0], address)
                    del futures[future]
                    yield row
            except TimeoutError:  # of the whole round or of a row that a lost worker had
                _warn_without_workers(client, address, len(futures))


def _row(future: Any, pair: Pair, name: str, address: str) -> Row:
    """What became of a measurement on a cluster."""
    from distributed import KilledWorker

    lost = f"the scheduler {address} was lost; the same call goes on when it is back"
    if future.cancelled():  # by its client, which does it to all of them when it is cut off
        raise ValueError(lost)
    try:
        raised = future.exception()
        if raised is None:
            # A worker that is lost takes what it had along: that is measured again, and waited for.
            row: Row = future.result(timeout=PATIENCE)
            return row
    except CancelledError:  # meanwhile
        raise ValueError(lost) from None
    if isinstance(raised, KilledWorker):
        return Row(*pair, {}, math.nan, _one_line(raised))
    raise ValueError(
        f"a worker of {address} cannot run {name}: {_one_line(raised)}; it needs "
        "the same files and packages as this process"
    )


def _warn_without_workers(client: Any, address: str, waiting: int) -> None:
    # Not an error: those of a queue may come hours later, and lost ones may be started again.
    with suppress(OSError):  # a scheduler that is lost: its measurements tell, in the next round
        if not client.nthreads():
            warnings.warn(
                f"{waiting} measurements wait for a worker: none is connected to {address}",
                RuntimeWarning,
                stacklevel=3,
            )


def _on_worker(name: str, code: str, configuration: dict[str, Any], seed: int) -> Row:
    from distributed import get_worker

    worker = get_worker()
    if worker.state.nthreads > 1:
        # Threads would share a process' random generators and settings.
        raise ValueError(
            f"{worker.address} runs {worker.state.nthreads} tasks at a time; start workers with "
            "--nthreads 1"
        )
    measure = named_function(name)
    if code_digest(measure) != code:
        raise ValueError(f"{worker.address} has other code of it")
    return measured(cast("Measure", measure), configuration, seed)


@contextmanager
def _one_thread() -> Iterator[None]:
    # Their number changes how sums are rounded. MKL, inside torch, heeds torch alone.
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


def _checked(found: object, configuration: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise ValueError(f"the function returned a {type(found).__name__}, not measures by name")
    taken = {*configuration, *RESERVED}
    measures = {}
    for name, value in found.items():
        if name in taken or not isinstance(name, str):
            raise ValueError(f"the function returned {name!r}, which is not free as a name")
        try:
            measures[name] = plain(value)
        except ValueError as error:
            raise ValueError(f"the function returned {name}: {error}") from error
    return measures


def _one_line(problem: BaseException) -> str:
    return " ".join(f"{type(problem).__name__}: {problem}".split()).removesuffix(":")
