"""How much of two workers a sweep uses."""

import time

import numpy as np

from lib import initializers
from lib.sweep import grid, sweep
from lib.training import train


def measure(*, seed: int, depth: int) -> dict[str, float]:
    """Train a few perceptrons, for about a second.

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


def efficiency() -> dict[str, float]:
    """Measure the same sweep with one worker and with two.

    Returns
    -------
    dict of str to float
        Seconds with one and with two, and the time of one over twice that of two.
    """
    configurations, seeds = grid(depth=[10, 20]), range(8)
    # Workers are started once, which is not what is measured.
    sweep(measure, configurations[:1], seeds[:2], jobs=2)
    seconds, tables = [], []
    for jobs in (1, 2):
        begin = time.perf_counter()
        tables.append(sweep(measure, configurations, seeds, jobs=jobs))
        seconds.append(time.perf_counter() - begin)
    assert np.array_equal(tables[0].column("loss"), tables[1].column("loss"))
    one, two = seconds
    return {"one worker": one, "two workers": two, "efficiency": one / (2 * two)}
