"""Time and memory of rivals, measured in turns."""

import gc
import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil
from threadpoolctl import threadpool_limits

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Measured:
    """What a piece of code costs.

    Parameters
    ----------
    seconds : tuple of float
        Of each repetition.
    mebibytes : float
        Peak of the process's memory above what it had before.
    """

    seconds: tuple[float, ...]
    mebibytes: float

    @property
    def median(self) -> float:
        """Median of the repetitions, in seconds."""
        return statistics.median(self.seconds)


def in_turns(rivals: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Measured]:
    """Measure pieces of code in turns, so that a machine that slows down slows all of them.

    NumPy and torch have one thread meanwhile.

    Parameters
    ----------
    rivals : mapping of str to callable
        By name. Each is called once beforehand, for its memory; that call is not timed.
    repeats : int
        How often each is measured, at least 1.

    Returns
    -------
    dict of str to Measured
        In the order of `rivals`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    with threadpool_limits(1):
        peaks = {name: _peak(call) for name, call in rivals.items()}
        for _ in range(repeats):
            for name, call in rivals.items():
                gc.collect()
                begin = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - begin)
    return {name: Measured(tuple(seconds[name]), peaks[name]) for name in rivals}


def _peak(call: Callable[[], object]) -> float:
    """Peak of resident memory while a call runs, in MiB above that before; sampled every 2 ms."""
    process = psutil.Process(os.getpid())
    gc.collect()
    before = highest = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.002):
            highest = max(highest, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        call()
    finally:
        done.set()
        watcher.join()
    return max(0.0, highest - before) / MEBIBYTE
