"""Pictures of matrices, planes and flows in them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from lib.plotting.style import GREY, PALETTE, SCALE, colours

FloatArray = NDArray[np.float64]


def framed(ax: Axes) -> Axes:
    """Draw the border of a picture in place of axes with numbers.

    Parameters
    ----------
    ax : Axes
        Where.

    Returns
    -------
    Axes
        The same, without ticks and grid.
    """
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set(visible=True, linewidth=0.6)
    return ax


def heat(ax: Axes, matrix: ArrayLike, limit: float, title: str = "") -> AxesImage:
    """Show a matrix in colours around zero.

    Parameters
    ----------
    ax : Axes
        Where.
    matrix : (m, n) array
        To show.
    limit : float
        Value of the strongest colour; that of minus it is the other end.
    title : str
        Above it.

    Returns
    -------
    AxesImage
        For a colour bar.
    """
    ax.set_title(title)
    framed(ax)
    return ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")


def picture(ax: Axes, pixels: ArrayLike) -> AxesImage:
    """Show an image as it is, from its darkest to its brightest value.

    Parameters
    ----------
    ax : Axes
        Where.
    pixels : (height, width, 1) or (height, width, 3) array
        On any scale.

    Returns
    -------
    AxesImage
        Grey or coloured.
    """
    pixels = np.asarray(pixels, dtype=np.float64)
    scaled = (pixels - pixels.min()) / max(float(np.ptp(pixels)), np.finfo(np.float64).tiny)
    framed(ax)
    return ax.imshow(scaled.squeeze(), cmap="gray", vmin=0, vmax=1, interpolation="nearest")


def direction_field(
    ax: Axes,
    velocity: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]],
    limit: float,
) -> Axes:
    """Draw the direction of a flow in a square around the origin.

    Parameters
    ----------
    ax : Axes
        Where.
    velocity : callable
        Takes the two coordinates, returns the two components.
    limit : float
        Half of the side of the square.

    Returns
    -------
    Axes
        The same, with equal units on both axes.
    """
    grid = np.linspace(-limit, limit, 21)
    components = velocity(*np.meshgrid(grid, grid))
    style: Any = {"color": GREY, "linewidth": 0.5, "arrowsize": 0.6, "density": 0.6}
    ax.streamplot(grid, grid, *components, **style)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    return ax


def paths(ax: Axes, x: ArrayLike, y: ArrayLike, colour: ArrayLike) -> LineCollection:
    """Draw paths in a plane, coloured by a number that each keeps.

    Parameters
    ----------
    ax : Axes
        Where; its limits are adapted.
    x, y : (T, K) array
        A path in each column.
    colour : (K,) array
        A number for each path.

    Returns
    -------
    LineCollection
        For a colour bar.
    """
    segments = np.stack([np.asarray(x).T, np.asarray(y).T], axis=-1)
    lines = LineCollection(list(segments), cmap=SCALE, linewidths=1.5)
    lines.set_array(np.asarray(colour))
    ax.add_collection(lines)
    ax.autoscale()
    return lines


def stability_regions(
    ax: Axes,
    factor: Callable[[str, ArrayLike], NDArray[np.complex128]],
    methods: Mapping[str, str],
) -> Axes:
    """Draw the borders of the regions in which methods are stable, a labelled colour each.

    Parameters
    ----------
    ax : Axes
        Where.
    factor : callable
        Takes the name of a method and complex numbers z = hλ, gives R(z).
    methods : mapping of str to str
        What the legend calls each method.

    Returns
    -------
    Axes
        The same, with equal units on both axes.
    """
    x, y = np.meshgrid(np.linspace(-3.2, 1.0, 211), np.linspace(-3.2, 3.2, 321))
    for (method, label), colour in zip(methods.items(), colours(len(methods)), strict=True):
        ax.contour(x, y, np.abs(factor(method, x + 1j * y)), levels=[1.0], colors=[colour])
        ax.plot([], [], color=colour, label=label)
    ax.set(aspect="equal", xlabel="Re hλ", ylabel="Im hλ")
    return ax


def landscape(ax: Axes, grid: ArrayLike, surface: ArrayLike, hatched: ArrayLike) -> Axes:
    """Draw a positive surface over a square by contours, two for each decade.

    Parameters
    ----------
    ax : Axes
        Where.
    grid : (G,) array
        Values of both coordinates.
    surface : (G, G) array
        Positive heights, the first coordinate along the first axis.
    hatched : (G − 2, G − 2) array of bool
        Which inner points are hatched.

    Returns
    -------
    Axes
        The same, with equal units on both axes.
    """
    grid, decades = np.asarray(grid), np.log10(np.asarray(surface)).T
    levels = np.arange(np.floor(2 * decades.min()), np.ceil(2 * decades.max()) + 1) / 2
    ax.contour(grid, grid, decades, levels=levels, cmap=SCALE, linewidths=1.0)
    marked = np.asarray(hatched, dtype=float).T
    ax.contourf(grid[1:-1], grid[1:-1], marked, levels=[0.5, 1.5], colors="none", hatches=["////"])
    ax.set(aspect="equal")
    return ax


def ridge(
    ax: Axes, function: Callable[[FloatArray], FloatArray], points: ArrayLike, values: ArrayLike
) -> Axes:
    """Show the sign of a function over the plane, and points with the sign they should have.

    Parameters
    ----------
    ax : Axes
        Where.
    function : callable
        Takes points (m, 2), gives values (m,).
    points : (n, 2) array
        The plane is shown as far as these go, and a little further.
    values : (n,) array
        Wanted there.

    Returns
    -------
    Axes
        The same, with equal units on both axes.
    """
    points = np.asarray(points)
    limit = 1.1 * np.abs(points).max()
    grid = np.linspace(-limit, limit, 301)
    x, y = np.meshgrid(grid, grid)
    found = function(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)
    sides = [PALETTE["blue"], PALETTE["orange"]]
    ax.contourf(x, y, found, levels=[-np.inf, 0.0, np.inf], colors=sides, alpha=0.3)
    for sign, colour, marker in ((-1, "blue", "o"), (1, "orange", "s")):
        chosen = points[np.sign(values) == sign]
        ax.plot(*chosen.T, marker, color=PALETTE[colour], markersize=5)
    ax.set_aspect("equal")
    framed(ax)
    return ax
