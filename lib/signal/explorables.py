"""The variance of a signal after many layers, to be moved."""

from lib.plotting.controls import Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, dots, line, panel, rounded, text


def variance_against_depth() -> Explorable:
    """Variance of a signal against depth, for linear layers and behind rectifiers.

    Returns
    -------
    Explorable
        A layer multiplies it by n Var[w], and a rectifier by one half (He et al. 2015, eqs. 9 and
        10).
    """
    growth = {"linear": "pow(gain, {})", "relu": "pow(gain / 2, {})"}
    return Explorable(
        name="signal-variance",
        caption="Variance of a signal, relative to the first, in a network with n Var[w] in each "
        "layer: from layer to layer, and after the last one for any n Var[w]. Blue: linear "
        "layers. Orange: with rectifiers.",
        alt="Left, two straight lines on a logarithmic axis: the linear one rises to ten to the "
        "ninth after 30 layers of n Var[w] equal 2, that with rectifiers stays at one. Right, "
        "both against n Var[w]: they cross one at 1 and at 2.",
        controls=(
            Slider("gain", "n Var[w]", 0.5, 4.0, 0.05, 2.0),
            Slider("depth", "layers", 1, 100, 1, 30),
        ),
        formulas={name: rule.format("depth") for name, rule in growth.items()},
        data=[
            {
                "name": "layers",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": {"signal": "depth + 1"}, "as": "l"},
                    *(
                        {"type": "formula", "as": name, "expr": rule.format("datum.l")}
                        for name, rule in growth.items()
                    ),
                ],
            },
            {
                "name": "gains",
                "transform": [
                    {"type": "sequence", "start": 10, "stop": 81, "as": "i"},
                    {"type": "formula", "as": "gain", "expr": "datum.i / 20"},
                    {"type": "formula", "as": "linear", "expr": "pow(datum.gain, depth)"},
                    {"type": "formula", "as": "relu", "expr": "pow(datum.gain / 2, depth)"},
                ],
            },
            {
                "name": "here",
                "values": [{}],
                "transform": [
                    {"type": "formula", "as": "gain", "expr": "gain"},
                    {"type": "formula", "as": "linear", "expr": "linear"},
                    {"type": "formula", "as": "relu", "expr": "relu"},
                ],
            },
        ],
        panels=[
            panel(
                "layer by layer",
                Axis("layer", "[0, depth]"),
                Axis("variance", [1e-12, 1e12], "log"),
                [line("layers", "l", "linear", "blue"), line("layers", "l", "relu", "orange")],
            ),
            panel(
                "after the last layer",
                Axis("n Var[w]", [0.5, 4.0]),
                Axis("variance", [1e-12, 1e12], "log"),
                [
                    line("gains", "gain", "linear", "blue"),
                    line("gains", "gain", "relu", "orange"),
                    dots("here", "gain", "linear", "blue"),
                    dots("here", "gain", "relu", "orange"),
                    text(f"'linear ' + {rounded('linear')}", colour="blue"),
                    text(f"'with rectifiers ' + {rounded('relu')}", 1, colour="orange"),
                ],
            ),
        ],
    )
