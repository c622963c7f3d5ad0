"""What corrupted labels cost, to be moved over the results of a chapter's run."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.plotting.controls import Choice, Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, dots, line, panel, text


def corruption(
    names: Sequence[str],
    shares: NDArray[np.float64],
    errors: NDArray[np.float64],
    steps: NDArray[np.float64],
) -> Explorable:
    """Test error and steps until all labels are known, against the share of corrupted labels.

    Parameters
    ----------
    names : sequence of str
        Of the networks.
    shares : (P,) array
        Rising by equal amounts from 0 to 1.
    errors, steps : (P, networks) arrays
        Means over seeds.

    Returns
    -------
    Explorable
        It shows these numbers and computes nothing of its own.

    Raises
    ------
    ValueError
        If the arrays do not fit together.
    """
    if errors.shape != (len(shares), len(names)) or steps.shape != errors.shape:
        raise ValueError(
            f"errors {errors.shape} and steps {steps.shape} must be ({len(shares)}, {len(names)})"
        )
    rows = [
        {"network": name, "p": float(p), "error": float(e), "steps": float(s)}
        for name, column_e, column_s in zip(names, errors.T, steps.T, strict=True)
        for p, e, s in zip(shares, column_e, column_s, strict=True)
    ]
    chosen = "datum.network == network"
    here = f"{chosen} && abs(datum.p - p) < 1e-9"
    readout = "data('here')[0]"
    return Explorable(
        name="corruption",
        caption="Measured above: error on test images, and steps until every label is known, "
        "against the share of labels drawn by lot.",
        alt="Left, the test error rises from a few per cent to nine tenths with the share of "
        "corrupted labels. Right, the number of steps rises with the first corrupted labels and "
        "stays about level. A dot marks the chosen share.",
        controls=(
            Choice("network", "network", tuple(names)),
            Slider("p", "corrupted share p", 0.0, 1.0, float(shares[1] - shares[0]), 0.5),
        ),
        formulas={},
        data=[
            {"name": "all", "values": rows},
            {"name": "one", "source": "all", "transform": [{"type": "filter", "expr": chosen}]},
            {"name": "here", "source": "all", "transform": [{"type": "filter", "expr": here}]},
        ],
        panels=[
            panel(
                "test error",
                Axis("corrupted share p", [0, 1]),
                Axis("test error", [0, 1]),
                [
                    line("one", "p", "error", "blue"),
                    dots("here", "p", "error", "red", size=80, clipped=False),
                    text(f"'error ' + format({readout}.error, '.2f')"),
                ],
            ),
            panel(
                "steps",
                Axis("corrupted share p", [0, 1]),
                Axis("steps", [0, float(1.1 * steps.max())]),
                [
                    line("one", "p", "steps", "blue"),
                    dots("here", "p", "steps", "red", size=80, clipped=False),
                    text(f"format({readout}.steps, '.0f') + ' steps'"),
                ],
            ),
        ],
    )
