"""How costs grow: exponents fitted to medians, on doubled sizes."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.timing import in_turns
from lib import initializers
from lib.integrators import integrate
from lib.pde import stencils
from lib.training import train


def exponent(call: Callable[[int], object], sizes: Sequence[int], repeats: int = 5) -> float:
    """Fit the exponent of a power law.

    Parameters
    ----------
    call : callable
        Takes a size.
    sizes : sequence of int
        At least three.
    repeats : int
        Measurements of each, in turns.

    Returns
    -------
    float
        Slope of the logarithm of the median time against that of the size, by least squares.
    """
    rivals = {str(size): (lambda size=size: call(size)) for size in sizes}
    seconds = [measured.median for measured in in_turns(rivals, repeats).values()]
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def growth() -> dict[str, tuple[str, float]]:
    """Measure how the costs of the book's main computations grow.

    Returns
    -------
    dict of str to tuple
        For each computation the sizes, in words, and the exponent.
    """
    rng = np.random.default_rng(0)

    def training(depth: int = 10, width: int = 64, seeds: int = 8, pixels: int = 64) -> object:
        shapes = initializers.perceptron_shapes(pixels, width, 10, depth)
        weights = initializers.draw("kaiming", shapes, np.arange(seeds))
        X, y = rng.standard_normal((256, pixels)), rng.integers(0, 10, 256)
        own = np.arange(seeds)
        return train(weights, X, y, own, rate=0.01, steps=20, every=20, watched=64)

    def flow(units: int) -> object:
        K, start = rng.standard_normal((units, units)) / units, rng.standard_normal((100, units))
        return integrate(lambda t, y: np.tanh(y @ K), start, 1.0, 50, "rk4")

    cases: dict[str, tuple[Callable[[int], object], Sequence[int]]] = {
        "training, by depth": (lambda n: training(depth=n), (10, 20, 40, 80)),
        "training, by width": (lambda n: training(width=n), (64, 128, 256, 512)),
        "training, by seeds": (lambda n: training(seeds=n), (4, 8, 16, 32)),
        "training, by pixels": (lambda n: training(pixels=n), (256, 1024, 4096)),
        "Runge–Kutta, by units": (flow, (64, 128, 256, 512)),
        "exact weights, by accuracy": (lambda n: stencils.central(2, n), (8, 16, 32)),
    }
    return {
        name: (", ".join(map(str, sizes)), exponent(call, sizes))
        for name, (call, sizes) in cases.items()
    }
