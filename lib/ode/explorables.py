"""Steps of a method on the test equation, to be moved: step, eigenvalue and method."""

import numpy as np

from lib.integrators import METHODS
from lib.plotting.controls import Choice, Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, Spec, dots, line, panel, text

# Of the methods of `lib.integrators`, in figures.
NAMES = {"euler": "residual network (Euler)", "midpoint": "midpoint", "rk4": "Runge–Kutta 4"}
END = 10  # of the time axis
POINTS = 96  # of a border, for each degree of the method


def stability() -> Explorable:
    """Region of stability with hλ in it, and the trajectory that belongs to it.

    Returns
    -------
    Explorable
        States are ``R(hλ)^n``, with the stability function R of `lib.integrators`.
    """
    return Explorable(
        name="stability",
        caption="Steps of a method on ẏ = λy, y(0) = 1. Left: hλ, and the border of the region in "
        "which |R(hλ)| is at most one. Right: the real part of the steps (blue, with dots) and of "
        "the solution (dashed).",
        alt="Left, the unit disc around minus one, for Euler's method, and a dot outside of it. "
        "Right, a dashed oscillation that dies out, and the steps of the method, which grow.",
        controls=(
            Choice("method", "method", tuple(NAMES.values())),
            Slider("h", "step h", 0.05, 2.0, 0.05, 0.5),
            Slider("re", "Re λ", -3.0, 1.0, 0.1, -0.5),
            Slider("im", "Im λ", 0.0, 5.0, 0.1, 2.0),
        ),
        formulas=_formulas(),
        data=[
            {
                "name": "borders",
                "values": _borders(),
                "transform": [{"type": "filter", "expr": "datum.method == method"}],
            },
            {
                "name": "here",
                "values": [{}],
                "transform": [_formula("zr", "z1r"), _formula("zi", "z1i")],
            },
            {
                "name": "steps",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": {"signal": "count + 1"}, "as": "n"},
                    _formula("t", "datum.n * h"),
                    _formula("y", "pow(modulus, datum.n) * cos(datum.n * angle)"),
                ],
            },
            {
                "name": "solution",
                "transform": [
                    {"type": "sequence", "start": 0, "stop": 401, "as": "i"},
                    _formula("t", f"{END} * datum.i / 400"),
                    _formula("y", "exp(re * datum.t) * cos(im * datum.t)"),
                ],
            },
        ],
        panels=[
            panel(
                "hλ",
                Axis("Re hλ", [-5.5, 2.5]),
                Axis("Im hλ", [-3, 3]),
                [
                    dots("borders", "re", "im", "black", size=4),
                    dots("here", "zr", "zi", "red", size=80),
                    text("'|R(hλ)| = ' + format(modulus, '.3~f')"),
                ],
            ),
            panel(
                "trajectory",
                Axis("t", [0, END]),
                Axis("Re y", [-2, 2]),
                [
                    line("solution", "t", "y", "black", dashed=True),
                    line("steps", "t", "y", "blue"),
                    dots("steps", "t", "y", "blue", size=25),
                ],
            ),
        ],
    )


def _formulas() -> dict[str, str]:
    """Powers of z = hλ by real and imaginary parts, R, its modulus and angle."""
    found = {"z0r": "1", "z0i": "0", "z1r": "h * re", "z1i": "h * im"}
    for power in (2, 3, 4):
        before = f"z{power - 1}"
        found[f"z{power}r"] = f"{before}r * z1r - {before}i * z1i"
        found[f"z{power}i"] = f"{before}r * z1i + {before}i * z1r"
    # Of R, the coefficients of each method: zero beyond its degree.
    polynomials = {name: list(method.stability_polynomial) for name, method in METHODS.items()}
    for power in range(5):
        chosen = "0"
        for name, coefficients in polynomials.items():
            value = coefficients[power] if power < len(coefficients) else 0.0
            chosen = f"method == '{NAMES[name]}' ? {float(value)!r} : ({chosen})"
        found[f"c{power}"] = chosen
    for part in "ri":
        found[f"R{part}"] = " + ".join(f"c{power} * z{power}{part}" for power in range(5))
    found |= {"modulus": "sqrt(Rr * Rr + Ri * Ri)", "angle": "atan2(Ri, Rr)"}
    return {**found, "count": f"floor({END} / h + 1e-9)"}


def _borders() -> list[Spec]:
    """Points at which |R| is one: the roots of R(z) − e^{iφ} for many φ."""
    points = []
    for name, method in METHODS.items():
        polynomial = method.stability_polynomial[::-1].astype(complex)
        for turn in np.linspace(0, 2 * np.pi, POINTS, endpoint=False):
            shifted = polynomial.copy()
            shifted[-1] -= np.exp(1j * turn)
            points += [
                {
                    "method": NAMES[name],
                    "re": round(float(z.real), 3),
                    "im": round(float(z.imag), 3),
                }
                for z in np.roots(shifted)
            ]
    return points


def _formula(name: str, expression: str) -> Spec:
    return {"type": "formula", "as": name, "expr": expression}
