"""Filters: exact weights against findiff, and their application against findiff and SciPy."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import findiff
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.case import Case
from lib.pde import grids, stencils
from lib.pde.moments import Filter
from lib.pde.named import catalogue

FloatArray = NDArray[np.float64]
Apply = Callable[[FloatArray], FloatArray]
Rivals = Mapping[str, Callable[[], object]]

ORDERS = range(1, 5)  # of derivatives
FIRST = (1 / 12, -2 / 3, 0, 2 / 3, -1 / 12)  # central weights of accuracy 4
SECOND = (-1 / 12, 4 / 3, -5 / 2, 4 / 3, -1 / 12)
EDGE = slice(8, -8)  # findiff is faster where its grids need not go round


def coefficients(accuracy: int = 8) -> Case:
    """Exact weights of central differences up to the fourth derivative: against findiff."""

    def theirs() -> list[Mapping[str, Any]]:
        return [_by_findiff(order, accuracy, symbolic=True) for order in ORDERS]

    def check() -> None:
        for mine, other in zip(_exact(accuracy), theirs(), strict=True):
            found = dict(zip(other["offsets"], other["coefficients"], strict=True))
            assert {k: w for k, w in found.items() if w} == {k: w for (k,), w in mine.items() if w}

    title = f"exact weights of four central differences of accuracy {accuracy}"
    rivals: Rivals = {"lib.pde.stencils": partial(_exact, accuracy), "findiff, symbolic": theirs}
    return Case(title, rivals, check, goal=1.0)


def coefficients_in_floats(accuracy: int = 8) -> Case:
    """The same exact weights, against findiff's in double precision."""

    def theirs() -> list[Mapping[str, Any]]:
        return [_by_findiff(order, accuracy, symbolic=False) for order in ORDERS]

    def check() -> None:
        for mine, other in zip(_exact(accuracy), theirs(), strict=True):
            for offset, weight in zip(other["offsets"], other["coefficients"], strict=True):
                assert abs(weight - float(mine.get((offset,), 0))) < 1e-9

    ours = partial(_exact, accuracy)
    rivals: Rivals = {"lib.pde.stencils, exact": ours, "findiff, floats": theirs}
    return Case("the same, against weights in floats", rivals, check, goal=1.0, repeats=21)


def laplacian_by_findiff(points: int = 512) -> Case:
    """Apply a filter in two dimensions."""
    q, spacing = catalogue()["Laplacian, accuracy 4"], 2 * np.pi / points
    other = findiff.Laplacian(h=[spacing, spacing], acc=4)
    title = f"Laplacian of accuracy 4 on {points}² points"
    return _applied(title, q, points, {"findiff": other}, goal=1.0)


def laplacian_by_scipy(points: int = 512) -> Case:
    """The same; with SciPy one takes the second derivatives along the axes."""
    q, spacing = catalogue()["Laplacian, accuracy 4"], 2 * np.pi / points
    weights = np.array(SECOND) / spacing**2

    def other(u: FloatArray) -> FloatArray:
        along = (ndimage.correlate1d(u, weights, axis=axis, mode="wrap") for axis in (0, 1))
        return np.asarray(sum(along))

    rival = {"scipy.ndimage, axis by axis": other}
    return _applied("the same, against SciPy", q, points, rival, goal=None)


def slope_by_findiff(points: int = 512) -> Case:
    """Apply a filter along lines."""
    other = findiff.Diff(1, 2 * np.pi / points, acc=4)
    title = f"first derivative of accuracy 4 on {points} lines of {points} points"
    return _applied(title, stencils.central(1, 4), points, {"findiff": other}, goal=1.0)


def slope_by_scipy(points: int = 512) -> Case:
    """The same, against SciPy."""
    weights = np.array(FIRST) * points / (2 * np.pi)

    def other(u: FloatArray) -> FloatArray:
        return np.asarray(ndimage.correlate1d(u, weights, axis=1, mode="wrap"))

    q, rival = stencils.central(1, 4), {"scipy.ndimage": other}
    return _applied("the same, against SciPy", q, points, rival, goal=None)


def _by_findiff(order: int, accuracy: int, *, symbolic: bool) -> Mapping[str, Any]:
    # Asked for an accuracy it would find one-sided weights too, which are not wanted here.
    half = (order + 1) // 2 + accuracy // 2 - 1
    points = list(range(-half, half + 1))
    found: Mapping[str, Any] = findiff.coefficients(order, offsets=points, symbolic=symbolic)
    return found


def _exact(accuracy: int) -> list[dict[tuple[int, ...], Any]]:
    return [dict(stencils.central(order, accuracy).weights) for order in ORDERS]


def _applied(
    title: str, q: Filter, points: int, rival: Mapping[str, Apply], goal: float | None
) -> Case:
    spacing = 2 * np.pi / points
    x = spacing * np.arange(points)
    u = np.sin(x)[:, None] * np.cos(2 * x)
    ((name, other),) = rival.items()

    def ours() -> FloatArray:
        return grids.apply(q, u, spacing)

    def check() -> None:
        np.testing.assert_allclose(ours()[EDGE, EDGE], other(u)[EDGE, EDGE], atol=1e-8)

    rivals = {"lib.pde.grids": ours, name: lambda: other(u)}
    return Case(title, rivals, check, goal, repeats=21)


CASES: tuple[Callable[[], Case], ...] = (
    coefficients,
    coefficients_in_floats,
    laplacian_by_findiff,
    laplacian_by_scipy,
    slope_by_findiff,
    slope_by_scipy,
)
