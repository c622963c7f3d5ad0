"""Figures that the reader can move: Vega specifications with controls, and what stands for them.

A figure computes what it draws from its controls, by formulas in Vega's expression language: in the
reader's browser, in the picture that is seen without scripts, and in the tests, which compare its
numbers with those of `lib`.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import vl_convert

from lib.plotting.controls import Choice, Slider
from lib.plotting.marks import Spec

# How wide a page without scripts has its panels; in the browser they have the room there is.
PANEL = 270
CONFIG: Spec = {
    "axis": {"gridOpacity": 0.4, "labelFontSize": 13, "titleFontSize": 14, "titleFontWeight": 400},
    "title": {"fontSize": 14, "fontWeight": 400, "anchor": "middle"},
    "text": {"fontSize": 13},
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


def _own_ids(svg: str, name: str) -> str:
    """Ids that do not depend on what was drawn before, and of which a page has each once."""
    numbers: dict[str, str] = {}
    return re.sub(
        r"\bclip\d+\b", lambda m: numbers.setdefault(m[0], f"{name}-clip-{len(numbers)}"), svg
    )
