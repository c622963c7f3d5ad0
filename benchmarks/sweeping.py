"""How much of two workers a sweep uses."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import in_new_process, watched
from benchmarks.timing import Cost
from lib import initializers
from lib.sweep import grid, sweep
from lib.training import train

Measure = Callable[..., dict[str, float]]

JOBS = (1, 2)
DEPTHS = (10, 20)
SEEDS = range(8)
REPEATS = 3


def measure(*, seed: int, depth: int) -> dict[str, float]:
    """Train a few perceptrons, for about half a second.

    Parameters
    ----------
    seed : int
        Of weights and images.
    depth : int
        Number of layers.

    Returns
    -------
    dict of str to float
        The loss at the end.
    """
    rng = np.random.default_rng(seed)
    shapes = initializers.perceptron_shapes(64, 64, 10, depth)
    weights = initializers.draw("kaiming", shapes, [seed])
    X, y = rng.standard_normal((256, 64)), rng.integers(0, 10, 256)
    found = train(weights, X, y, [seed], rate=0.01, steps=600, every=600)
    return {"loss": float(found.loss[-1, 0])}


@dataclass(frozen=True)
class Sweeps:
    """What the same sweep costs.

    Parameters
    ----------
    one, two : Cost
        With one worker and with two, in turns; memory is that of all processes together.
    """

    one: Cost
    two: Cost

    @property
    def efficiency(self) -> float:
        """Median over turns of the time of one worker over twice that of two."""
        return statistics.median(
            one / (2 * two) for one, two in zip(self.one.seconds, self.two.seconds, strict=True)
        )


def sweeps(
    depths: Sequence[int] = DEPTHS, seeds: Sequence[int] = SEEDS, repeats: int = REPEATS
) -> Sweeps:
    """Measure the same sweep with one worker and with two.

    Parameters
    ----------
    depths, seeds : sequence of int
        What is swept over.
    repeats : int
        How often each is timed.

    Returns
    -------
    Sweeps
        Once both are known to give the same losses.
    """
    # Workers are started once, which is not what is measured.
    _losses(depths[:1], seeds[:2], jobs=2)
    seconds: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    for _ in range(repeats):
        found = []
        for jobs in JOBS:
            begin = time.perf_counter()
            found.append(_losses(depths, seeds, jobs))
            seconds[jobs].append(time.perf_counter() - begin)
        np.testing.assert_array_equal(found[0], found[1])
    one, two = (
        Cost(
            tuple(seconds[jobs]), watched(partial(in_new_process, _losses, depths, seeds, jobs))[1]
        )
        for jobs in JOBS
    )
    return Sweeps(one, two)


def _losses(depths: Sequence[int], seeds: Sequence[int], jobs: int) -> NDArray[np.float64]:
    return np.asarray(sweep(measure, grid(depth=list(depths)), seeds, jobs=jobs).column("loss"))
