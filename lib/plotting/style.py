"""One style for every figure: colours, lines and letters.

Figures are dark lines on a transparent ground, as vector graphics; the dark theme of the book
turns them over. So a colour must do twice: as it is, on white, and turned over, on the dark ground.
The tests compute that all can be seen on both, and that those of the palette stay apart for
colour-blind readers too. Pictures keep their colours, on a light ground of their own.
"""

from itertools import cycle
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from matplotlib_inline.backend_inline import set_matplotlib_formats

from lib.checks import whole

PALETTE = {
    "blue": "#3879eb",
    "orange": "#d57409",
    "green": "#04a284",
    "red": "#8f1601",
    "purple": "#850e9c",
    "black": "#000000",
}
GREY = "#8c8c8c"  # of what stands behind: directions of a flow, borders
# For numbers and for things in an order. Its ends are cut off: they vanish on dark and on white.
SCALE = ListedColormap(mpl.colormaps["inferno"](np.linspace(0.22, 0.66, 256)), "companion")
# Thin and with gaps, so that what is measured is seen through it.
THEORY = {"color": PALETTE["black"], "linestyle": (0, (4, 3)), "linewidth": 0.9}
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
    mpl.rcdefaults()  # what a reader's matplotlibrc says must not reach the page
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


def gallery(columns: int, rows: int = 1, height: float = 1.5) -> tuple[Figure, Any]:
    """Begin a figure of pictures: white, framed, and not turned over in the dark theme.

    Its cell needs the class ``dark-light`` in its metadata, under ``mystnb``, ``image``,
    ``classes``.

    Parameters
    ----------
    columns, rows : int
        How many pictures side by side and one below the other.
    height : float
        Of a row, in inches.

    Returns
    -------
    Figure
        The figure.
    array of Axes
        For `lib.plotting.heat` and `lib.plotting.picture`.
    """
    drawn, axes = figure(columns, rows, height)
    drawn.set_facecolor("white")
    return drawn, axes


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

    Raises
    ------
    ValueError
        If `count` is negative or no whole number.
    """
    whole("count", count, 0)
    endless = cycle(PALETTE.values())
    return [next(endless) for _ in range(count)]


def shades(count: int) -> list[Any]:
    """Colours for so many things that have an order, from the first, dark, to the last.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    list of tuple
        Red, green, blue and opacity; evenly spaced on `SCALE`.

    Raises
    ------
    ValueError
        If `count` is negative or no whole number.
    """
    whole("count", count, 0)
    return [SCALE(place) for place in np.linspace(0, 1, count)]


def log_axes(ax: Axes) -> Axes:
    """Make both axes logarithmic, with plain numbers at 1, 2, 5, 10, 20, ….

    For less than about two decades, where powers of ten alone would be too few.

    Parameters
    ----------
    ax : Axes
        Where.

    Returns
    -------
    Axes
        The same.
    """
    ax.set(xscale="log", yscale="log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_formatter(NullFormatter())
    return ax
