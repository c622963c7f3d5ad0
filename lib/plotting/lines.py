"""Curves over an axis, and their spread over seeds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lib.plotting.style import PALETTE, colours, shades


def curves(
    ax: Axes,
    x: ArrayLike,
    y: ArrayLike,
    labels: Sequence[str],
    *,
    ordered: bool = False,
    **style: Any,
) -> Axes:
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
    ordered : bool
        Whether the columns have an order, which their colours then show.
    **style
        Of the lines, passed on to `Axes.plot`.

    Returns
    -------
    Axes
        The same.
    """
    y = np.asarray(y)
    seeds = y[:, None] if y.ndim == 2 else y
    thin = {"linewidth": 1.8} if y.ndim == 2 else {"linewidth": 1.2, "alpha": 0.7}
    hues = shades(len(labels)) if ordered else colours(len(labels))
    for column, (label, colour) in enumerate(zip(labels, hues, strict=True)):
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
