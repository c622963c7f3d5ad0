"""How costs grow: exponents fitted to medians, on doubled sizes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isqrt

import numpy as np
import torch
from numpy.typing import ArrayLike

from benchmarks.hessians import classifier
from benchmarks.memory import peak_memory
from benchmarks.timing import Cost, in_turns
from lib import initializers
from lib.generalization import networks
from lib.integrators import integrate
from lib.pde import grids, stencils
from lib.pde.named import catalogue
from lib.spectra import perceptron_singular_values, spectral_density
from lib.training import Ensemble, cross_entropies, train

Call = Callable[[], object]
REPEATS = 5


@dataclass(frozen=True)
class Growth:
    """A cost that grows.

    Parameters
    ----------
    title : str
        What is computed, and by which size.
    prepare : callable
        Takes a size and gives what is to be called, so that what it needs is not timed.
    sizes : sequence of int
        At least four: so large that what does not grow with them hardly counts.
    """

    title: str
    prepare: Callable[[int], Call]
    sizes: Sequence[int]


def exponent(sizes: Sequence[int], costs: ArrayLike) -> tuple[float, float]:
    """Fit a power law.

    Parameters
    ----------
    sizes : sequence of int
        At least three.
    costs : (n,) array
        One for each.

    Returns
    -------
    tuple of float
        Slope of the logarithms by least squares, and its standard error: large where the costs do
        not follow a power, or are measured badly.
    """
    (slope, _), covariance = np.polyfit(np.log(sizes), np.log(costs), 1, cov=True)
    return float(slope), float(np.sqrt(covariance[0, 0]))


def measured(growth: Growth, repeats: int = REPEATS) -> tuple[float, float, Cost]:
    """Measure how a cost grows.

    Parameters
    ----------
    growth : Growth
        Which.
    repeats : int
        Measurements of each size, in turns.

    Returns
    -------
    tuple
        The exponent and its standard error, and the cost of the largest size.
    """
    seconds = in_turns({str(n): growth.prepare(n) for n in growth.sizes}, repeats)
    medians = [float(np.median(found)) for found in seconds.values()]
    largest = growth.sizes[-1]
    peak = peak_memory(partial(growth.prepare, largest))
    return *exponent(growth.sizes, medians), Cost(seconds[str(largest)], peak)


def _training(depth: int = 10, width: int = 64, seeds: int = 8, pixels: int = 64) -> Call:
    rng, own = np.random.default_rng(0), np.arange(seeds)
    shapes = initializers.perceptron_shapes(pixels, width, 10, depth)
    weights = initializers.draw("kaiming", shapes, own)
    X, y = rng.standard_normal((256, pixels)), rng.integers(0, 10, 256)
    return partial(train, weights, X, y, own, rate=0.01, steps=10, every=10, watched=64)


def _training_by(what: str, size: int, **others: int) -> Call:
    return _training(**{what: size}, **others)


def _convnets(pixels: int, seeds: int = 4) -> Call:
    rng, side = np.random.default_rng(0), isqrt(pixels)
    images = rng.standard_normal((seeds, 16, 1, side, side))
    inputs = torch.tensor(images, dtype=torch.float32)
    labels = torch.tensor(rng.integers(0, 10, (seeds, 16)))
    ensemble = Ensemble([networks.build("convnet", (1, side, side), 10, s) for s in range(seeds)])

    def call() -> None:
        for _ in range(3):
            ensemble.descend(cross_entropies(ensemble(inputs, training=True), labels), 0.01)

    return call


def _flow(units: int) -> Call:
    rng = np.random.default_rng(0)
    K, start = rng.standard_normal((units, units)) / units, rng.standard_normal((100, units))
    return lambda: integrate(lambda t, y: np.tanh(y @ K), start, 1.0, 10, "rk4")


def _singular_values(width: int) -> Call:
    weights = initializers.draw("orthogonal", [(width, width)] * 5, [0])
    inputs = np.random.default_rng(0).standard_normal((4, width))
    return partial(perceptron_singular_values, weights, inputs, "tanh")


def _density(width: int) -> Call:
    loss, parameters = classifier(width)
    return partial(spectral_density, loss, parameters, probes=4, steps=20, seed=0)


def _exact_weights(accuracy: int) -> Call:
    return partial(stencils.central, 2, accuracy)


def _laplacian(points: int) -> Call:
    u = np.random.default_rng(0).random((isqrt(points), isqrt(points)))
    return partial(grids.apply, catalogue()["Laplacian, accuracy 4"], u, 1.0)


DOUBLED = (128, 256, 512, 1024)
GROWTHS = (
    Growth("perceptrons trained, by depth", partial(_training_by, "depth"), (10, 20, 40, 80)),
    Growth(
        "perceptrons trained, by width", partial(_training_by, "width", depth=4, seeds=2), DOUBLED
    ),
    Growth("perceptrons trained, by seeds", partial(_training_by, "seeds"), (8, 16, 32, 64)),
    Growth(
        "perceptrons of two layers trained, by pixels",
        partial(_training_by, "pixels", depth=2),
        (1024, 2048, 4096, 8192),
    ),
    Growth("convolutional networks trained, by pixels", _convnets, (256, 1024, 4096, 16384)),
    Growth("Runge–Kutta, by units", _flow, DOUBLED),
    Growth("Jacobians' singular values, by width", _singular_values, (64, 128, 256, 512)),
    Growth("spectral density of a Hessian, by hidden units", _density, DOUBLED),
    Growth("exact weights, by accuracy", _exact_weights, (4, 8, 16, 32)),
    Growth("Laplacian of accuracy 4, by points", _laplacian, (2**16, 2**18, 2**20, 2**22)),
)
