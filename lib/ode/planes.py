"""Networks of identical layers in the plane, and antisymmetric ones in any dimension."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, positive, shaped, whole
from lib.integrators import integrate, verlet
from lib.ode.layers import constant_field, gaussian

FloatArray = NDArray[np.float64]

# Haber and Ruthotto (2017), equation (3.11).
PLANES = {
    "K₊": np.array([[2.0, -2.0], [0.0, 2.0]]),
    "K₋": np.array([[-2.0, 0.0], [2.0, -2.0]]),
    "K₀": np.array([[0.0, -1.0], [1.0, 0.0]]),
}


def components(
    K: FloatArray,
) -> Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Vector field ``tanh(K y)`` of the plane by its coordinates, to be drawn.

    Parameters
    ----------
    K : (2, 2) array
        Weights.

    Returns
    -------
    callable
        Takes the two coordinates, returns the two components.

    Raises
    ------
    ValueError
        If the weights are not a finite (2, 2) matrix.
    """
    finite("K", shaped("K", K, (2, 2)))
    return lambda x, y: (np.tanh(K[0, 0] * x + K[0, 1] * y), np.tanh(K[1, 0] * x + K[1, 1] * y))


def rotate_by_verlet(start: FloatArray, end: float, steps: int) -> FloatArray:
    """Follow the flow of K₀, ``ẏ₁ = −tanh y₂, ẏ₂ = tanh y₁``, by Verlet's method.

    Parameters
    ----------
    start : (..., 2) array
        States at time 0.
    end : float
        Time at the end.
    steps : int
        Number of steps.

    Returns
    -------
    (steps + 1, ..., 2) array
        The states, the first one included.

    Raises
    ------
    ValueError
        If states have not two coordinates or are not finite, or `end` or `steps` is not positive.
    """
    shaped("start", start, (..., 2))
    halves = verlet(lambda z: -np.tanh(z), np.tanh, (start[..., 0], start[..., 1]), end, steps)
    return np.stack(halves, axis=-1)


def stretches(
    K: FloatArray, radius: float, seed: int, step: float = 0.1, layers: int = 10, count: int = 2000
) -> FloatArray:
    """By how much a network of identical layers stretches the distance of neighbours.

    Parameters
    ----------
    K : (2, 2) array
        Weights.
    radius : float
        Inputs are drawn from the square of this half side.
    seed : int
        Of inputs and directions.
    step : float
        h.
    layers : int
        N.
    count : int
        Number of pairs.

    Returns
    -------
    (count,) array
        Distance behind the network over that before it, of points 1e-6 apart.

    Raises
    ------
    ValueError
        If the weights are not a finite (2, 2) matrix, the seed or `radius` is negative, or `step`,
        `layers` or `count` not positive.
    """
    finite("K", shaped("K", K, (2, 2)))
    at_least("radius", radius, 0)
    whole("seed", seed, 0)
    positive("step", step)
    for name, number in (("layers", layers), ("count", count)):
        whole(name, number, 1)
    rng = np.random.default_rng([seed, 4])
    radius = abs(radius)  # −0.0 is no upper end
    y, angles = rng.uniform(-radius, radius, (count, 2)), rng.uniform(0, 2 * np.pi, count)
    apart = 1e-6 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ends = [integrate(constant_field(K), x, layers * step, layers)[-1] for x in (y, y + apart)]
    return np.asarray(np.linalg.norm(ends[1] - ends[0], axis=-1) / 1e-6)


def random_antisymmetric(seeds: NDArray[np.int64], units: int) -> tuple[FloatArray, FloatArray]:
    """Draw antisymmetric weights and biases.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each network.
    units : int
        n.

    Returns
    -------
    (S, n, n) array
        ``(G − Gᵀ)/2`` of a Gaussian matrix of variance 1.
    (S, n) array
        Standard normal biases.

    Raises
    ------
    ValueError
        If there is no seed, one is negative, or `units` is below 1.
    """
    whole("units", units, 1)
    G = gaussian(seeds, 7, units, units)
    return (G - np.swapaxes(G, 1, 2)) / 2, gaussian(seeds, 18, units)
