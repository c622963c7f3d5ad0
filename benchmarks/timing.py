"""Time of rivals, measured in turns."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from threadpoolctl import threadpool_limits


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

    NumPy and torch have one thread meanwhile.

    Parameters
    ----------
    rivals : mapping of str to callable
        By name. Each is called once beforehand, which is not timed.
    repeats : int
        How often each is measured, at least 1.

    Returns
    -------
    dict of str to tuple of float
        Seconds of each repetition, in the order of `rivals`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    with one_thread():
        for call in rivals.values():
            call()
        for _ in range(repeats):
            for name, call in rivals.items():
                gc.collect()
                begin = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - begin)
    return {name: tuple(found) for name, found in seconds.items()}


def times_as_fast(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Ratio of the times of two rivals.

    Parameters
    ----------
    ours, theirs : sequence of float
        Seconds of repetitions in turns, as many of each.

    Returns
    -------
    float
        Median over the turns of the second's time over the first's.
    """
    return statistics.median(other / own for own, other in zip(ours, theirs, strict=True))


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
