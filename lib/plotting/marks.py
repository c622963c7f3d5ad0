"""What is drawn in figures that the reader can move: axes, lines, dots and texts, for Vega."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.plotting.style import PALETTE

Spec = dict[str, Any]

HEIGHT = 210  # of a panel, in pixels


@dataclass(frozen=True)
class Axis:
    """An axis of a panel.

    Parameters
    ----------
    title : str
        What it shows, with its unit.
    domain : sequence of float or str
        Its ends, or the formula of a list of them.
    kind : {'linear', 'log'}
        Its scale.
    """

    title: str
    domain: Sequence[float] | str
    kind: str = "linear"

    def scale(self, name: str) -> Spec:
        """Vega's scale.

        Parameters
        ----------
        name : {'x', 'y'}
            Which axis.

        Returns
        -------
        dict
            Over the width or the height of the panel.
        """
        domain = {"signal": self.domain} if isinstance(self.domain, str) else list(self.domain)
        across = [0, {"signal": "panel"}] if name == "x" else [HEIGHT, 0]
        zero = {} if self.kind == "log" else {"zero": False}  # the ends are meant as they are
        return {"name": name, "type": self.kind, "domain": domain, "range": across, **zero}

    def decades(self) -> Spec:
        """Ticks of a logarithmic axis with given ends: whole powers of ten, about five of them."""
        low, high = (math.log10(float(end)) for end in self.domain)
        every = max(1, math.ceil((high - low) / 5))
        powers = [p for p in range(math.ceil(low), math.floor(high) + 1) if p % every == 0]
        written = _superscript("round(log(datum.value) / LN10)")
        return {
            "values": [10.0**power for power in powers],
            "encode": {"labels": {"update": {"text": {"signal": f"'10' + {written}"}}}},
        }


def panel(title: str, x: Axis, y: Axis, marks: Sequence[Spec]) -> Spec:
    """Axes with what is drawn in them.

    Parameters
    ----------
    title : str
        Above.
    x, y : Axis
        Both axes.
    marks : sequence of dict
        From `line`, `dots` and `text`.

    Returns
    -------
    dict
        A group of Vega's.
    """
    sides = (("x", "bottom", x), ("y", "left", y))
    return {
        "type": "group",
        # The figure as a whole has a name for those who hear it; its parts would be noise.
        "aria": False,
        "title": {"text": title},
        "encode": {"update": {"width": {"signal": "panel"}, "height": {"value": HEIGHT}}},
        "scales": [axis.scale(name) for name, _, axis in sides],
        "axes": [
            {
                **{"orient": side, "scale": name, "title": axis.title},
                **{"grid": True, "tickCount": 5},
                **(axis.decades() if axis.kind == "log" else {}),
            }
            for name, side, axis in sides
        ],
        "marks": list(marks),
    }


def line(data: str, x: str, y: str, colour: str, *, dashed: bool = False) -> Spec:
    """Line through the rows of a data set.

    Parameters
    ----------
    data : str
        Its name.
    x, y : str
        Fields.
    colour : str
        A key of `lib.plotting.style.PALETTE`.
    dashed : bool
        Whether it is.

    Returns
    -------
    dict
        A mark of Vega's, cut off at the axes.
    """
    style = {"stroke": {"value": PALETTE[colour]}, "strokeWidth": {"value": 2}}
    dash = {"strokeDash": {"value": [5, 3]}} if dashed else {}
    return {
        "type": "line",
        "name": f"{data}-{y}",
        "clip": True,
        "from": {"data": data},
        "encode": {"update": {**_place(x, y), **style, **dash}},
    }


def dots(data: str, x: str, y: str, colour: str, size: float = 50, *, clipped: bool = True) -> Spec:
    """Dots at the rows of a data set.

    Parameters
    ----------
    data : str
        Its name.
    x, y : str
        Fields.
    colour : str
        A key of `lib.plotting.style.PALETTE`.
    size : float
        Their area in square pixels.
    clipped : bool
        Whether they are cut off at the axes.

    Returns
    -------
    dict
        A mark of Vega's.
    """
    style = {"fill": {"value": PALETTE[colour]}, "size": {"value": size}}
    return {
        "type": "symbol",
        "name": f"{data}-{y}-dots",
        "clip": clipped,
        "from": {"data": data},
        "encode": {"update": {**_place(x, y), **style}},
    }


def text(formula: str, row: int = 0, colour: str = "black") -> Spec:
    """Line of text in the upper left corner of a panel.

    Parameters
    ----------
    formula : str
        Of the text.
    row : int
        Which line, from 0.
    colour : str
        A key of `lib.plotting.style.PALETTE`.

    Returns
    -------
    dict
        A mark of Vega's.
    """
    place = {"x": {"value": 8}, "y": {"value": 14 + 15 * row}, "fill": {"value": PALETTE[colour]}}
    return {
        "type": "text",
        "name": f"text-{row}",
        "encode": {"update": {**place, "text": {"signal": formula}}},
    }


def rounded(number: str) -> str:
    """Write a positive number as one says it: 0.47, 12, 3.1 · 10⁻⁸.

    Parameters
    ----------
    number : str
        Formula of it.

    Returns
    -------
    str
        Formula of the text, with two digits where a power of ten stands beside them, else three.
    """
    parts = f"split(format({number}, '.1e'), 'e')"
    power = f"{parts}[0] + ' · 10' + {_superscript(f'toNumber({parts}[1])')}"
    return f"({number} >= 1e-3 && {number} < 1e4 ? format({number}, '.3~r') : {power})"


def _superscript(whole: str) -> str:
    """Formula of the small raised digits of a whole number of up to two digits."""
    digits = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
    tens = f"(abs({whole}) > 9 ? {digits}[floor(abs({whole}) / 10)] : '')"
    return f"(({whole}) < 0 ? '⁻' : '') + {tens} + {digits}[abs({whole}) % 10]"


def _place(x: str, y: str) -> Spec:
    return {"x": {"scale": "x", "field": x}, "y": {"scale": "y", "field": y}}
