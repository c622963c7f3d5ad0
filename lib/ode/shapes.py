"""Two classes of points in a plane that no line separates."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lib.checks import one_of, seed_list, whole

FloatArray = NDArray[np.float64]
Labels = NDArray[np.int64]


def rings(seed: int, count: int) -> tuple[FloatArray, Labels]:
    """Draw points of a disc and of a ring around it.

    Parameters
    ----------
    seed : int
        Of the points.
    count : int
        How many, an even number.

    Returns
    -------
    (count, 2) array
        Radii up to 0.5 for the first half, from 0.8 to 1.2 for the second.
    (count,) array of int
        0 in the disc, 1 in the ring.

    Raises
    ------
    ValueError
        If `count` is not a positive even number, or the seed negative.
    """
    rng, labels = _begin(seed, count)
    inner = 0.5 * np.sqrt(rng.uniform(0, 1, count))
    radii = np.where(labels == 0, inner, rng.uniform(0.8, 1.2, count))
    return _polar(radii, rng.uniform(0, 2 * np.pi, count)), labels


def spirals(seed: int, count: int) -> tuple[FloatArray, Labels]:
    """Draw points of two arms of a spiral, each four fifths of a turn.

    Parameters
    ----------
    seed : int
        Of the points.
    count : int
        How many, an even number.

    Returns
    -------
    (count, 2) array
        Radii from 0.3 to 1.5, the arms half a turn apart, with noise of 0.03.
    (count,) array of int
        Which arm, 0 or 1.

    Raises
    ------
    ValueError
        If `count` is not a positive even number, or the seed negative.
    """
    rng, labels = _begin(seed, count)
    way = np.sqrt(rng.uniform(0.04, 1, count))
    points = _polar(1.5 * way, 2 * np.pi * way + np.pi * labels)
    return points + 0.03 * rng.standard_normal((count, 2)), labels


UNSEEN = 2**20  # between the seeds of points to learn from and of those to judge by

SHAPES: dict[str, Callable[[int, int], tuple[FloatArray, Labels]]] = {
    "rings": rings,
    "spirals": spirals,
}


def draw(shape: str, seeds: NDArray[np.int64], count: int) -> tuple[FloatArray, Labels]:
    """Draw the points of a shape for each network.

    Parameters
    ----------
    shape : str
        A key of `SHAPES`.
    seeds : (S,) array of int
        Of the points.
    count : int
        How many for each.

    Returns
    -------
    (S, count, 2) array
        Points.
    (S, count) array of int
        Labels.

    Raises
    ------
    ValueError
        If the shape is unknown, `count` is not a positive even number, there is no seed, or one is
        negative.
    """
    points_of = SHAPES[one_of("shape", shape, SHAPES)]
    drawn = (points_of(int(seed), count) for seed in seed_list("seeds", seeds))
    points, labels = zip(*drawn, strict=True)
    return np.stack(points), np.stack(labels)


def _begin(seed: int, count: int) -> tuple[np.random.Generator, Labels]:
    if count < 2 or count % 2:
        raise ValueError(f"count must be a positive even number, got {count}")
    whole("seed", seed, 0)
    return np.random.default_rng([seed, 5]), np.repeat(np.array([0, 1]), count // 2)


def _polar(radii: FloatArray, angles: FloatArray) -> FloatArray:
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=-1)
