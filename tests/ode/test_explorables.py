import numpy as np
import pytest

from lib.integrators import METHODS, integrate, stability_function
from lib.ode.explorables import END, NAMES, POINTS, stability

CASES = [(0.5, -0.5, 2.0), (0.05, -3.0, 5.0), (2.0, 1.0, 0.0), (0.3, 0.0, 1.0)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("h", "re", "im"), CASES)
def test_the_modulus_that_it_tells_is_the_libs(drawn, method, h, re, im):
    (told,) = drawn(stability(), "text-0", method=NAMES[method], h=h, re=re, im=im)
    expected = abs(stability_function(method, h * complex(re, im)))
    assert float(told["text"].removeprefix("|R(hλ)| = ")) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize("method", METHODS)
def test_the_steps_are_those_of_the_integrator(drawn, method):
    re, im, h = -0.4, 1.7, 0.25
    items = drawn(stability(), "steps-y", method=NAMES[method], h=h, re=re, im=im)
    states = integrate(
        lambda _, y: complex(re, im) * y, np.array([1.0 + 0j]), END, round(END / h), method
    )
    np.testing.assert_allclose([item["x"] for item in items], h * np.arange(len(states)))
    np.testing.assert_allclose([item["y"] for item in items], states[:, 0].real, atol=1e-9)


def test_the_solution_is_the_exponential(drawn):
    items = drawn(stability(), "solution-y", re=-0.4, im=1.7)
    t = np.array([item["x"] for item in items])
    expected = np.exp(-0.4 * t) * np.cos(1.7 * t)
    np.testing.assert_allclose([item["y"] for item in items], expected, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_on_the_border_the_modulus_is_one(drawn, method):
    items = drawn(stability(), "borders-im-dots", method=NAMES[method])
    z = np.array([complex(item["x"], item["y"]) for item in items])
    assert len(z) == POINTS * METHODS[method].order
    np.testing.assert_allclose(np.abs(stability_function(method, z)), 1.0, atol=5e-3)


@pytest.mark.parametrize(("h", "count"), [(0.05, 200), (0.3, 33), (2.0, 5), (1.0, 10)])
def test_steps_fill_the_axis_of_time_and_no_more(drawn, h, count):
    assert len(drawn(stability(), "steps-y-dots", h=h)) == count + 1
