"""Figures that the reader can move: Vega specifications with controls, and what stands for them.

A figure computes what it draws from its controls, by formulas in Vega's expression language: in the
reader's browser, in the picture that is seen without scripts, and in the tests, which compare its
numbers with those of `lib`.
"""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert

from lib.plotting.style import PALETTE

Spec = dict[str, Any]

# How a page is laid out without scripts; in the browser panels are as wide as there is room.
PANEL, HEIGHT = 270, 210
CONFIG: Spec = {
    "axis": {"gridOpacity": 0.4, "labelFontSize": 13, "titleFontSize": 14, "titleFontWeight": 400},
    "title": {"fontSize": 14, "fontWeight": 400, "anchor": "middle"},
    "text": {"fontSize": 13},
}


@dataclass(frozen=True)
class Slider:
    """A number that the reader chooses.

    Parameters
    ----------
    signal : str
        Its name in formulas.
    label : str
        Beside it.
    low, high, step : float
        What it can be.
    value : float
        At first.
    """

    signal: str
    label: str
    low: float
    high: float
    step: float
    value: float

    def html(self, name: str) -> str:
        """Row of the controls.

        Parameters
        ----------
        name : str
            Id of the input on the page.

        Returns
        -------
        str
            Label, input and the number that it shows.
        """
        return (
            f'<label for="{name}">{html.escape(self.label)}</label>'
            f'<input type="range" id="{name}" data-signal="{self.signal}" min="{self.low:g}" '
            f'max="{self.high:g}" step="{self.step:g}" value="{self.value:g}">'
            f'<output for="{name}">{self.value:g}</output>'
        )


@dataclass(frozen=True)
class Choice:
    """One of several names that the reader chooses.

    Parameters
    ----------
    signal : str
        Its name in formulas.
    label : str
        Beside it.
    options : tuple of str
        The first is chosen at first.
    """

    signal: str
    label: str
    options: tuple[str, ...]

    @property
    def value(self) -> str:
        """What is chosen at first."""
        return self.options[0]

    def html(self, name: str) -> str:
        """Row of the controls.

        Parameters
        ----------
        name : str
            Id of the list on the page.

        Returns
        -------
        str
            Label and list.
        """
        options = "".join(f"<option>{html.escape(option)}</option>" for option in self.options)
        return (
            f'<label for="{name}">{html.escape(self.label)}</label>'
            f'<select id="{name}" data-signal="{self.signal}">{options}</select><span></span>'
        )


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


@dataclass(frozen=True)
class Explorable:
    """A figure with controls.

    Parameters
    ----------
    name : str
        On its page, in letters and dashes.
    caption : str
        Below it.
    alt : str
        What is seen.
    controls : tuple of Slider or Choice
        What the reader can move.
    formulas : mapping of str to str
        Further signals, each a formula of those before it.
    data : sequence of dict
        Vega's data sets.
    panels : sequence of dict
        From `panel`.
    """

    name: str
    caption: str
    alt: str
    controls: tuple[Slider | Choice, ...]
    formulas: Mapping[str, str]
    data: Sequence[Spec]
    panels: Sequence[Spec]

    def spec(self, **values: float | str) -> Spec:
        """Vega specification.

        Parameters
        ----------
        **values
            Of controls, in place of those at first.

        Returns
        -------
        dict
            As JSON has it.

        Raises
        ------
        ValueError
            If there is no such control.
        """
        chosen = {control.signal: control.value for control in self.controls}
        unknown = set(values) - set(chosen)
        if unknown:
            raise ValueError(f"no control {', '.join(sorted(unknown))}; there are {list(chosen)}")
        signals = [{"name": "panel", "value": PANEL}, {"name": "columns", "value": 2}]
        signals += [{"name": name, "value": value} for name, value in {**chosen, **values}.items()]
        signals += [{"name": name, "update": formula} for name, formula in self.formulas.items()]
        return {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "padding": 5,
            "config": CONFIG,
            "layout": {"columns": {"signal": "columns"}, "padding": 30, "align": "each"},
            "signals": signals,
            "data": list(self.data),
            "marks": list(self.panels),
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rows = "".join(control.html(f"{self.name}-{control.signal}") for control in self.controls)
        # Nothing in it can end the script that holds it, or begin another.
        spec = json.dumps(self.spec(), ensure_ascii=False).replace("<", "\\u003c")
        picture = _own_ids(vl_convert.vega_to_svg(self.spec()), self.name)
        return {
            "text/html": (
                f'<figure class="explorable" id="explorable-{self.name}">'
                f'<div class="explorable-controls" hidden>{rows}</div>'
                f'<div class="explorable-view" role="img" aria-label="{html.escape(self.alt)}">'
                f"{picture}</div>"
                f"<figcaption><p>{html.escape(self.caption)}</p></figcaption>"
                f'<script type="application/json">{spec}</script></figure>'
            ),
            "text/plain": f"{self.name}: {self.alt}",
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


def _own_ids(svg: str, name: str) -> str:
    """Ids that do not depend on what was drawn before, and of which a page has each once."""
    numbers: dict[str, str] = {}
    return re.sub(
        r"\bclip\d+\b", lambda m: numbers.setdefault(m[0], f"{name}-clip-{len(numbers)}"), svg
    )


def _place(x: str, y: str) -> Spec:
    return {"x": {"scale": "x", "field": x}, "y": {"scale": "y", "field": y}}
