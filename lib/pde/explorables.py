"""A filter of three weights, to be moved: its moments, its operator and its error."""

from lib.plotting.controls import Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, Spec, dots, line, panel, rounded, text

ZERO = "1e-9"


def filter_moments() -> Explorable:
    """Three weights, what they compute of a sine, and the error against the spacing.

    Returns
    -------
    Explorable
        Moments, operator and accuracy as `lib.pde.moments.operator` has them; on ``sin x`` with
        spacing ε the filter gives ``A sin x + B cos x`` with ``A = q₀ + (q₋₁ + q₁) cos ε`` and
        ``B = (q₁ − q₋₁) sin ε``, so that the error is known at every ε.
    """
    return Explorable(
        name="filter-moments",
        caption="Three weights as a differential operator. Left: the filter applied to sin x at "
        "the spacing ε, divided by its power of ε (blue), and C ∂ᵅ of sin x (dashed). Right: "
        "the largest difference against ε.",
        alt="Left, a blue curve close to a dashed minus sine. Right, a straight line on "
        "logarithmic axes, rising two decades for each decade of ε, with a dot on it.",
        controls=(
            Slider("left", "weight q[−1]", -2.0, 2.0, 0.5, 1.0),
            Slider("centre", "weight q[0]", -4.0, 4.0, 0.5, -2.0),
            Slider("right", "weight q[1]", -2.0, 2.0, 0.5, 1.0),
            Slider("digits", "log₁₀ of the spacing ε", -2.0, 0.0, 0.05, -0.3),
        ),
        formulas={
            "eps": "pow(10, digits)",
            "m0": "left + centre + right",
            "m1": "right - left",
            "m2": "right + left",
            "alpha": f"abs(m0) > {ZERO} ? 0 : abs(m1) > {ZERO} ? 1 : 2",
            "factor": "alpha == 0 ? m0 : alpha == 1 ? m1 : m2 / 2",
            # Odd moments are all m1, even ones from the second on all m2.
            "accuracy": f"alpha == 0 ? (abs(m1) > {ZERO} ? 1 : 2) "
            f": alpha == 1 ? (abs(m2) > {ZERO} ? 1 : 2) : 2",
            "exact": f"abs(m1) <= {ZERO} && abs(m2) <= {ZERO}",
            "derivative": "['', '∂', '∂²'][alpha]",
            # A factor of one in front of a derivative is not written.
            "number": "alpha == 0 || abs(factor) != 1 ? format(factor, '.3~g') "
            ": factor < 0 ? '−' : ''",
            "told": "exact ? number + ', exactly' : number + derivative + ', accuracy ' + accuracy",
        },
        data=[
            {
                "name": "wave",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": 201, "as": "i"},
                    _formula("x", "2 * PI * datum.i / 200"),
                    _formula(
                        "filtered",
                        "(left * sin(datum.x - eps) + centre * sin(datum.x) "
                        "+ right * sin(datum.x + eps)) / pow(eps, alpha)",
                    ),
                    _formula("operator", "factor * sin(datum.x + alpha * PI / 2)"),
                ],
            },
            {
                "name": "errors",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": 81, "as": "i"},
                    _formula("eps", "pow(10, -2 + datum.i / 40)"),
                    _formula("error", _error("datum.eps")),
                ],
            },
            {
                "name": "here",
                "values": [{}],
                "transform": [_formula("eps", "eps"), _formula("error", _error("eps"))],
            },
        ],
        panels=[
            panel(
                "on sin x",
                Axis("x", "[0, 2 * PI]"),
                Axis("value", [-4, 4]),
                [
                    line("wave", "x", "operator", "black", dashed=True),
                    line("wave", "x", "filtered", "blue"),
                    text("told"),
                ],
            ),
            panel(
                "error",
                Axis("ε", [0.01, 1.0], "log"),
                Axis("largest error", [1e-8, 1e2], "log"),
                [
                    line("errors", "eps", "error", "blue"),
                    dots("here", "eps", "error", "red"),
                    text("'error ' + " + rounded("data('here')[0].error")),
                ],
            ),
        ],
    )


def _error(eps: str) -> str:
    """Amplitude of the difference; never quite zero, for the logarithm."""
    along = f"(centre + m2 * cos({eps})) / pow({eps}, alpha)"
    across = f"m1 * sin({eps}) / pow({eps}, alpha)"
    sine, cosine = "factor * cos(alpha * PI / 2)", "factor * sin(alpha * PI / 2)"
    return f"max(1e-12, sqrt(pow({along} - {sine}, 2) + pow({across} - {cosine}, 2)))"


def _formula(name: str, expression: str) -> Spec:
    return {"type": "formula", "as": name, "expr": expression}
