"""Filters: exact weights and their application against findiff."""

import findiff
import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from lib.pde import grids, stencils
from lib.pde.moments import Filter
from lib.pde.named import catalogue

FloatArray = NDArray[np.float64]


def coefficients(accuracy: int = 8) -> Case:
    """Exact weights of central differences up to the fourth derivative: against findiff."""
    orders = range(1, 5)

    def ours() -> list[dict[tuple[int, ...], object]]:
        return [dict(stencils.central(order, accuracy).weights) for order in orders]

    def theirs() -> list[object]:
        return [findiff.coefficients(order, accuracy, symbolic=True)["center"] for order in orders]

    for mine, other in zip(ours(), theirs(), strict=True):
        found = dict(zip(other["offsets"], other["coefficients"], strict=True))  # type: ignore[index]
        assert all(found[offset] == weight for (offset,), weight in mine.items())
    title = f"exact weights of four central differences of accuracy {accuracy}"
    return Case(title, {"lib.pde.stencils": ours, "findiff, symbolic": theirs}, goal=1.0)


def coefficients_in_floats(accuracy: int = 8) -> Case:
    """The same exact weights, against findiff's in double precision."""
    orders = range(1, 5)

    def ours() -> list[Filter]:
        return [stencils.central(order, accuracy) for order in orders]

    def theirs() -> list[dict[str, object]]:
        return [findiff.coefficients(order, accuracy)["center"] for order in orders]

    for mine, other in zip(ours(), theirs(), strict=True):
        for offset, weight in zip(other["offsets"], other["coefficients"], strict=True):  # type: ignore[call-overload]
            assert abs(weight - float(mine.weights.get((offset,), 0))) < 1e-9
    title = "the same, against weights in floats"
    return Case(title, {"lib.pde.stencils, exact": ours, "findiff, floats": theirs}, goal=1.0)


def laplacian(points: int = 512) -> Case:
    """Apply a difference to a grid: against findiff, where no edge is near."""
    spacing = 2 * np.pi / points
    x = spacing * np.arange(points)
    u = np.sin(x)[:, None] * np.cos(2 * x)
    q = catalogue()["Laplacian, accuracy 4"]
    other = findiff.Laplacian(h=[spacing, spacing], acc=4)

    def ours() -> FloatArray:
        return grids.apply(q, u, spacing)

    inner = slice(8, -8)
    np.testing.assert_allclose(ours()[inner, inner], other(u)[inner, inner], atol=1e-9)
    title = f"Laplacian of accuracy 4 on {points}² points"
    rivals = {"lib.pde.grids, by SciPy": ours, "findiff": lambda: other(u)}
    return Case(title, rivals, goal=1.0)


CASES = (
    coefficients,
    coefficients_in_floats,
    laplacian,
)
