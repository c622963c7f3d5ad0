"""One style for every figure: colours, lines and letters.

Figures are dark lines on a transparent ground, as vector graphics; the dark theme of the book turns
them over. The palette is Okabe and Ito's, whose colours stay apart for colour-blind readers.
"""

from itertools import cycle
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from matplotlib_inline.backend_inline import set_matplotlib_formats

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
