"""One style for every figure, and the few kinds of figure that chapters share."""

from lib.plotting.lines import curves, with_spread
from lib.plotting.planes import (
    direction_field,
    heat,
    landscape,
    paths,
    picture,
    ridge,
    stability_regions,
)
from lib.plotting.style import PALETTE, THEORY, WIDTH, colours, figure, log_axes, use_style

__all__ = [
    "PALETTE",
    "THEORY",
    "WIDTH",
    "colours",
    "curves",
    "direction_field",
    "figure",
    "heat",
    "landscape",
    "log_axes",
    "paths",
    "picture",
    "ridge",
    "stability_regions",
    "use_style",
    "with_spread",
]
