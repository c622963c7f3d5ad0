from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lib.pde import moments
from lib.pde.explorables import filter_moments

WEIGHTS = [w for w in product((-1.0, -0.5, 0.0, 0.5, 1.0), repeat=3) if any(w)]
CASES = [(1.0, -2.0, 1.0), (-0.5, 0.0, 0.5), (0.0, -1.0, 1.0), (1.0, 1.0, 1.0), (0.5, -2.0, 2.0)]


def controls(weights):
    return dict(zip(("left", "centre", "right"), weights, strict=True))


@pytest.mark.parametrize("weights", WEIGHTS[::7])
def test_operator_and_accuracy_are_the_libs(drawn, weights):
    told, _ = drawn(filter_moments(), "text-0", **controls(weights))
    operator = moments.operator(moments.from_kernel([Fraction(weight) for weight in weights]))
    if weights[0] == weights[2] == 0:
        assert told["text"] == f"{weights[1]:g}, exactly".replace("-", "−")
        return
    ((alpha,), factor), *more = operator.coefficients.items()
    assert not more
    number, derivative = f"{float(factor):g}", ("", "∂", "∂²")[alpha]
    if derivative and abs(factor) == 1:  # 1∂ is written ∂
        number = number.removesuffix("1")
    assert told["text"] == f"{number}{derivative}, accuracy {operator.accuracy}".replace("-", "−")


@pytest.mark.parametrize("weights", CASES)
def test_the_curve_is_the_filter_applied_to_a_sine(drawn, weights):
    eps = 10**-0.5
    items = drawn(filter_moments(), "wave-filtered", **controls(weights), digits=-0.5)
    x = np.linspace(0, 2 * np.pi, 201)
    alpha = 0 if abs(sum(weights)) > 0 else 1 if weights[0] != weights[2] else 2
    applied = sum(w * np.sin(x + k * eps) for w, k in zip(weights, (-1, 0, 1), strict=True))
    np.testing.assert_allclose([item["y"] for item in items], applied / eps**alpha, atol=1e-9)


@pytest.mark.parametrize("weights", CASES)
def test_the_error_is_the_largest_difference_of_the_two_curves(drawn, weights):
    chosen = {**controls(weights), "digits": -0.25}
    curves = (
        drawn(filter_moments(), f"wave-{name}", **chosen) for name in ("filtered", "operator")
    )
    filtered, operator = (np.array([item["y"] for item in items]) for items in curves)
    (here,) = drawn(filter_moments(), "here-error-dots", **chosen)
    assert here["x"] == pytest.approx(10**-0.25)
    assert here["y"] == pytest.approx(np.abs(filtered - operator).max(), rel=1e-3)


@pytest.mark.parametrize(("weights", "order"), [(CASES[0], 2), (CASES[1], 2), (CASES[2], 1)])
def test_the_error_falls_with_the_accuracy(drawn, weights, order):
    items = drawn(filter_moments(), "errors-error", **controls(weights))
    eps, error = (np.array([item[k] for item in items]) for k in "xy")
    slope = np.log(error[20] / error[0]) / np.log(eps[20] / eps[0])
    assert slope == pytest.approx(order, abs=0.01)
