"""One style for every figure, and the few kinds of figure that chapters share.

Figures are dark lines on a transparent ground, as vector graphics; the dark theme of the book turns
them over. The palette is Okabe and Ito's, whose colours stay apart for colour-blind readers.
"""

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib_inline.backend_inline import set_matplotlib_formats
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

PALETTE = {
    "blue": "#0072b2",
    "orange": "#e69f00",
    "green": "#009e73",
    "red": "#d55e00",
    "purple": "#cc79a7",
    "sky": "#56b4e9",
    "yellow": "#b8a800",  # darker than Okabe and Ito's, which cannot be seen on white
    "black": "#000000",
}
THEORY = {"color": PALETTE["black"], "linestyle": (0, (4, 2)), "linewidth": 1.2}
WIDTH = 7.0

STYLE: Any = {
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 11,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    # The same figure must come out as the same bytes, and its text as outlines: no font to load.
    "svg.hashsalt": "companion",
    "svg.fonttype": "path",
}


def use_style() -> None:
    """Use the book's style in this notebook; call it once, before the first figure."""
    mpl.rcParams.update(STYLE)
    set_matplotlib_formats(  # type: ignore[no-untyped-call]
        "svg", metadata={"Date": None}, bbox_inches="tight"
    )


def figure(columns: int = 1, rows: int = 1, height: float = 3.2, **axes: Any) -> tuple[Figure, Any]:
    """Begin a figure of the width of a page.

    Parameters
    ----------
    columns, rows : int
        How many axes side by side and one below the other.
    height : float
        Of a row, in inches.
    **axes
        Passed on to `matplotlib.pyplot.subplots`, such as ``sharey=True``.

    Returns
    -------
    Figure
        The figure.
    Axes or array of Axes
        As `matplotlib.pyplot.subplots` gives them.
    """
    return plt.subplots(rows, columns, figsize=(WIDTH, height * rows), **axes)


def colours(count: int) -> list[str]:
    """Colours for so many things, in the order that every chapter uses.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    list of str
        They begin again when the palette is used up.
    """
    endless = cycle(PALETTE.values())
    return [next(endless) for _ in range(count)]


def curves(ax: Axes, x: ArrayLike, y: ArrayLike, labels: Sequence[str], **style: Any) -> Axes:
    """Draw curves over a common axis, a colour each.

    Parameters
    ----------
    ax : Axes
        Where.
    x : (T,) array
        Of all curves.
    y : (T, M) array or (T, S, M) array
        A curve in each column; with seeds in the middle, thin lines for all of them.
    labels : sequence of str
        One for each of the M columns; an empty one is not listed.
    **style
        Of the lines, passed on to `Axes.plot`.

    Returns
    -------
    Axes
        The same.
    """
    y = np.asarray(y)
    seeds = y[:, None] if y.ndim == 2 else y
    thin = {"linewidth": 1.8} if y.ndim == 2 else {"linewidth": 0.9, "alpha": 0.7}
    for column, (label, colour) in enumerate(zip(labels, colours(len(labels)), strict=True)):
        lines = ax.plot(x, seeds[..., column], **{"color": colour, **thin, **style})
        if label:
            lines[0].set_label(label)
    return ax


def with_spread(ax: Axes, x: ArrayLike, y: ArrayLike, label: str, colour: str) -> Axes:
    """Draw the mean over seeds and all of their values.

    Parameters
    ----------
    ax : Axes
        Where.
    x : (R,) array
        Common to all seeds.
    y : (S, R) array
        A row for each seed.
    label : str
        In the legend.
    colour : str
        A key of `PALETTE`.

    Returns
    -------
    Axes
        The same.
    """
    x, y = np.asarray(x), np.asarray(y)
    ax.fill_between(x, y.min(axis=0), y.max(axis=0), color=PALETTE[colour], alpha=0.2, linewidth=0)
    ax.plot(x, y.mean(axis=0), "o-", color=PALETTE[colour], label=label, markersize=4)
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
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(visible=False)
    return ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")


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
    ax.streamplot(grid, grid, *components, color="0.75", linewidth=0.6, arrowsize=0.7)
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
    lines = LineCollection(list(segments), cmap="viridis", linewidths=1.5)
    lines.set_array(np.asarray(colour))
    ax.add_collection(lines)
    ax.autoscale()
    return lines


def stability_regions(
    ax: Axes, factor: Callable[[str, ArrayLike], NDArray[np.complex128]], methods: Sequence[str]
) -> Axes:
    """Draw the borders of the regions in which methods are stable, a labelled colour each.

    Parameters
    ----------
    ax : Axes
        Where.
    factor : callable
        Takes the name of a method and complex numbers z = hλ, gives R(z).
    methods : sequence of str
        Names.

    Returns
    -------
    Axes
        The same, with equal units on both axes.
    """
    x, y = np.meshgrid(np.linspace(-3.2, 1.0, 211), np.linspace(-3.2, 3.2, 321))
    for method, colour in zip(methods, colours(len(methods)), strict=True):
        ax.contour(x, y, np.abs(factor(method, x + 1j * y)), levels=[1.0], colors=[colour])
        ax.plot([], [], color=colour, label=method)
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
    ax.contour(grid, grid, decades, levels=levels, cmap="viridis", linewidths=1.0)
    marked = np.asarray(hatched, dtype=float).T
    ax.contourf(grid[1:-1], grid[1:-1], marked, levels=[0.5, 1.5], colors="none", hatches=["////"])
    ax.set(aspect="equal")
    return ax
