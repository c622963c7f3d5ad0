"""Time of rivals, measured in turns."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from threadpoolctl import threadpool_limits

LEAST = 0.05  # seconds for which a piece of code runs each turn: one call after another


@dataclass(frozen=True)
class Cost:
    """What a piece of code costs.

    Parameters
    ----------
    seconds : tuple of float
        Of each repetition.
    mebibytes : float
        Of memory at most, as `benchmarks.memory` measures it.
    """

    seconds: tuple[float, ...]
    mebibytes: float

    @property
    def median(self) -> float:
        """Median of the repetitions, in seconds."""
        return statistics.median(self.seconds)


def in_turns(
    rivals: Mapping[str, Callable[[], object]], repeats: int
) -> dict[str, tuple[float, ...]]:
    """Measure pieces of code in turns, so that a machine that slows down slows all of them.

    Each begins every other turn, and is called as often in a turn as `LEAST` asks for. NumPy and
    torch have one thread meanwhile.

    Parameters
    ----------
    rivals : mapping of str to callable
        By name. Each is called twice beforehand, which does not count.
    repeats : int
        How often each is measured, at least 1.

    Returns
    -------
    dict of str to tuple of float
        Seconds of a call in each repetition, in the order of `rivals`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    with one_thread():
        for call in rivals.values():
            call()
        calls = {
            name: math.ceil(LEAST / max(_timed(call, 1), 1e-9)) for name, call in rivals.items()
        }
        for turn in range(repeats):
            for name in list(rivals)[:: 1 if turn % 2 == 0 else -1]:
                gc.collect()
                seconds[name].append(_timed(rivals[name], calls[name]) / calls[name])
    return {name: tuple(found) for name, found in seconds.items()}


def times_as_fast(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Ratio of the times of two rivals.

    Parameters
    ----------
    ours, theirs : sequence of float
        Seconds of repetitions in turns, as many of each.

    Returns
    -------
    tuple of float
        Quartiles over the turns of the second's time over the first's: the median is the second.
    """
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    low, middle, high = map(float, np.quantile(ratios, [0.25, 0.5, 0.75]))
    return low, middle, high


def _timed(call: Callable[[], object], times: int) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - begin


@contextmanager
def one_thread() -> Iterator[None]:
    """Give NumPy and torch one thread for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # MKL, inside torch, heeds torch alone
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)
