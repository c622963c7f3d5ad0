import numpy as np
import pytest
import torch

from lib.integrators import integrate
from lib.ode import counterexamples, stability


def test_the_weights_are_stable_and_the_jacobian_is_not():
    assert np.linalg.eigvals(counterexamples.STABLE_K).real.max() == pytest.approx(-0.5)
    slopes = 1 - np.tanh(counterexamples.SATURATED) ** 2
    np.testing.assert_allclose(slopes, [1, 0.1])
    jacobian = torch.func.jacrev(
        lambda y: torch.tanh(
            torch.as_tensor(counterexamples.SATURATED)
            + torch.as_tensor(counterexamples.STABLE_K) @ y
        )
    )(torch.zeros(2, dtype=torch.float64))
    assert np.linalg.eigvals(jacobian.numpy()).real.max() == pytest.approx(0.4)


def test_differences_from_the_moving_solution_are_those_of_a_network():
    K, z = counterexamples.STABLE_K, counterexamples.SATURATED

    def network(t, y):
        return np.tanh(y @ K.T + z - K @ (t * np.tanh(z)))

    start = np.array([[0.0, 0.0], [0.01, -0.02]])
    whole = integrate(network, start, 2.0, 200, "rk4")
    np.testing.assert_allclose(whole[-1, 0], 2 * np.tanh(z), atol=1e-12)
    apart = integrate(counterexamples.moving_solution, start[1], 2.0, 200, "rk4")
    np.testing.assert_allclose(whole[:, 1] - whole[:, 0], apart, atol=1e-12)


@pytest.mark.parametrize("speed", [0.0, 0.4, 1.0, 3.0])
@pytest.mark.parametrize("t", [0.0, 0.9, 7.0])
def test_frozen_eigenvalues_never_change(speed, t):
    eigenvalues = np.linalg.eigvals(counterexamples.turning_weights(t, speed))
    np.testing.assert_allclose(
        np.sort_complex(eigenvalues), [-0.25 - 0.25j * 7**0.5, -0.25 + 0.25j * 7**0.5]
    )


@pytest.mark.parametrize("speed", [0.35, 0.7, 1.0, 1.3, 1.6])
def test_the_rate_of_the_turning_field_is_what_its_solution_has(speed):
    start = 1e-20 * np.array([[1.0, 0.3], [-0.2, 1.0]])
    found = stability.growth_rate(counterexamples.turning_field(speed), start, 40.0, 2000)
    # In the frame that turns with them the weights stand still, and the frame adds a rotation.
    frame = np.array([[0.5, 1 - speed], [speed - 1, -1]])
    np.testing.assert_allclose(found, np.linalg.eigvals(frame).real.max(), atol=1e-3)


def test_the_solution_of_markus_and_yamabe():
    t = np.linspace(0, 3, 301)
    small = 1e-9
    states = integrate(counterexamples.turning_field(1.0), np.array([-small, 0.0]), 3.0, 300, "rk4")
    exact = small * np.exp(t / 2)[:, None] * np.stack([-np.cos(t), np.sin(t)], axis=-1)
    np.testing.assert_allclose(states, exact, atol=1e-6 * small)


def test_forced_solutions_tend_to_one_oscillation():
    t = np.linspace(0, 40, 4001)
    start = 1e-4 * np.array([1.0, -2.0])
    states = integrate(counterexamples.forced_field(1e-4), start, 40.0, 4000, "rk4")
    expected = 1e-4 * (np.sin(t) - np.cos(t)) / 2
    np.testing.assert_allclose(states[-700:], expected[-700:, None] * np.ones(2), atol=1e-10)


def test_differences_of_the_switching_field_are_those_of_a_network():
    K = np.array([[0.0, -1.0], [1.0, 0.0]])
    for t, z in ((0.5, counterexamples.SATURATED[::-1]), (6.0, counterexamples.SATURATED)):
        y = np.array([0.3, -0.2])
        expected = np.tanh(z + K @ y) - np.tanh(z)
        np.testing.assert_allclose(counterexamples.switching_field(t, y), expected)


def test_each_half_of_the_swing_alone_is_a_quarter_of_an_ellipse():
    start = np.array([1e-8, 0.0])
    states = integrate(
        lambda _t, y: counterexamples.switching_field(0.0, y),
        start,
        counterexamples.QUARTER,
        2000,
        "rk4",
    )
    np.testing.assert_allclose(states[-1], [0, np.sqrt(10) * 1e-8], atol=1e-14)
