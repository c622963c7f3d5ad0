"""One style for every figure, and the few kinds of figure that chapters share."""

from lib.plotting.lines import curves, with_spread
from lib.plotting.planes import (
    direction_field,
    framed,
    heat,
    landscape,
    paths,
    picture,
    ridge,
    stability_regions,
)
from lib.plotting.style import (
    GREY,
    PALETTE,
    SCALE,
    THEORY,
    WIDTH,
    colours,
    figure,
    gallery,
    log_axes,
    shades,
    use_style,
)
from lib.plotting.tables import table

__all__ = [
    "GREY",
    "PALETTE",
    "SCALE",
    "THEORY",
    "WIDTH",
    "colours",
    "curves",
    "direction_field",
    "figure",
    "framed",
    "gallery",
    "heat",
    "landscape",
    "log_axes",
    "paths",
    "picture",
    "ridge",
    "shades",
    "stability_regions",
    "table",
    "use_style",
    "with_spread",
]
