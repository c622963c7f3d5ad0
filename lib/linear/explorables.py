"""The learning curve of a mode, to be moved: strength, start and depth."""

from lib.plotting.controls import Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, Spec, line, panel, text

STEPS = 200  # of Simpson's rule along a curve
ALMOST = 0.95  # of its strength: where a mode counts as learned


def learning_curve() -> Explorable:
    """Strength of a mode against time for any depth, as `lib.linear.depth.scaled_time` has it.

    Returns
    -------
    Explorable
        With ``z = ln(u/(s − u))`` time is ``(N_l − 1) t/τ = (1/s) ∫ u^{2/(N_l − 1) − 1} dz``, by
        Simpson's rule; ``N_l → ∞`` makes the exponent −1.
    """
    return Explorable(
        name="learning-curve",
        caption="A mode learned by a deep linear network, from the mode equation: its strength "
        "against time at a learning rate that falls as one over depth, and its velocity. "
        "Dashed: infinitely many layers.",
        alt="Left, the strength of a mode stays near zero, rises in the middle and levels off at "
        "s; the dashed curve of infinitely many layers waits longer and rises more steeply. Right, "
        "velocity against strength: arches from zero to s, the dashed one leaning to the right.",
        controls=(
            Slider("s", "singular value s", 0.5, 3.0, 0.1, 2.0),
            Slider("start", "log₁₀ of the initial strength u₀", -4.0, -0.5, 0.1, -1.5),
            Slider("layers", "layers Nₗ", 3, 40, 1, 3),
        ),
        formulas={
            "u0": "pow(10, start)",
            "power": "2 / (layers - 1) - 1",
            "low": "log(u0 / (s - u0))",
        },
        data=[
            _curve("curve", "power", "5"),
            _curve("limit", "-1", "5"),
            _curve("learned", "power", f"log({ALMOST} / (1 - {ALMOST}))"),
            {
                "name": "velocity",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": 101, "as": "i"},
                    {"type": "formula", "as": "u", "expr": "s * datum.i / 100"},
                    _formula("here", "pow(datum.u, 1 - power) * (s - datum.u)"),
                    _formula("limit", "pow(datum.u, 2) * (s - datum.u)"),
                ],
            },
        ],
        panels=[
            panel(
                "strength",
                Axis("(Nₗ − 1) t / τ", f"[0, data('limit')[{STEPS}].t]"),
                Axis("u", [0, 3]),
                [
                    line("limit", "t", "u", "black", dashed=True),
                    line("curve", "t", "u", "blue"),
                    text(f"'95 % at ' + format(data('learned')[{STEPS}].t, '.3r')"),
                ],
            ),
            panel(
                "velocity",
                Axis("u", [0, 3]),
                Axis("τ/(Nₗ − 1) du/dt", "[0, 1.1 * max(s * s / 4, 4 * s * s * s / 27)]"),
                [
                    line("velocity", "u", "limit", "black", dashed=True),
                    line("velocity", "u", "here", "blue"),
                ],
            ),
        ],
    )


def _curve(name: str, power: str, high: str) -> Spec:
    step = f"(({high}) - low) / {STEPS}"
    integrand = [
        f"pow(s / (1 + exp(-(datum.z - {part} * {step}))), {power})" for part in (1, 0.5, 0)
    ]
    simpson = f"{step} / 6 / s * ({integrand[0]} + 4 * {integrand[1]} + {integrand[2]})"
    return {
        "name": name,
        "transform": [
            {"type": "sequence", "start": 0, "stop": STEPS + 1, "as": "i"},
            _formula("z", f"low + datum.i * {step}"),
            _formula("u", "s / (1 + exp(-datum.z))"),
            _formula("dt", f"datum.i ? {simpson} : 0"),
            {"type": "window", "ops": ["sum"], "fields": ["dt"], "as": ["t"]},
        ],
    }


def _formula(name: str, expression: str) -> Spec:
    return {"type": "formula", "as": name, "expr": expression}
