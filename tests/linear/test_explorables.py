import numpy as np
import pytest

from lib.linear import depth
from lib.linear.explorables import ALMOST, learning_curve
from lib.plotting.explore import PANEL
from lib.plotting.marks import HEIGHT

CASES = [(2.0, -1.5, 3), (2.0, -1.5, 40), (0.5, -4.0, 7), (3.0, -0.5, 3), (1.3, -2.2, 12)]


@pytest.mark.parametrize(("s", "start", "layers"), CASES)
def test_the_time_that_it_tells_is_the_libs(drawn, s, start, layers):
    (told,) = drawn(learning_curve(), "text-0", s=s, start=start, layers=layers)
    expected = depth.scaled_time(ALMOST * s, s, 10.0**start, layers)
    assert float(told["text"].removeprefix("95 % at ")) == pytest.approx(expected, rel=6e-3)


@pytest.mark.parametrize(("s", "start", "layers"), CASES)
def test_the_curves_are_the_libs(drawn, s, start, layers):
    # The axis of time ends where the curve of infinitely many layers does.
    end = float(depth.scaled_time(s / (1 + np.exp(-5)), s, 10.0**start, np.inf))
    for mark, number in (("curve-u", layers), ("limit-u", np.inf)):
        items = drawn(learning_curve(), mark, s=s, start=start, layers=layers)
        u = np.array([item["y"] for item in items])
        times = np.array([item["px"] for item in items]) / PANEL * end
        assert u[0] == pytest.approx(10.0**start)
        expected = depth.scaled_time(u[1:], s, 10.0**start, number)
        assert np.abs(times[1:] - expected).max() < 1e-6 * end


@pytest.mark.parametrize(("s", "layers"), [(2.0, 3), (1.5, 10), (3.0, 25)])
def test_velocities_are_the_libs(drawn, s, layers):
    items = drawn(learning_curve(), "velocity-here", s=s, layers=layers)
    u = np.array([item["x"] for item in items])
    top = 1.1 * max(s**2 / 4, 4 * s**3 / 27)
    velocity = (HEIGHT - np.array([item["py"] for item in items])) / HEIGHT * top
    np.testing.assert_allclose(u, np.linspace(0, s, 101), atol=1e-9)
    expected = depth.mode_velocity(u[1:-1], s, layers) / (layers - 1)
    np.testing.assert_allclose(velocity[1:-1], expected, rtol=1e-9)
