import numpy as np
import pytest

from lib.integrators import integrate
from lib.ode import layers, planes


def test_the_eigenvalues_are_those_of_the_paper():
    found = {name: np.linalg.eigvals(K) for name, K in planes.PLANES.items()}
    np.testing.assert_allclose(found["K₊"], [2, 2])
    np.testing.assert_allclose(found["K₋"], [-2, -2])
    np.testing.assert_allclose(np.sort(found["K₀"].imag), [-1, 1])
    np.testing.assert_allclose(found["K₀"].real, 0)


@pytest.mark.parametrize("name", planes.PLANES)
def test_near_zero_neighbours_are_stretched_by_the_power_of_a_matrix(name):
    K = planes.PLANES[name]
    sizes = np.linalg.svd(np.linalg.matrix_power(np.eye(2) + 0.1 * K, 10), compute_uv=False)
    found = planes.stretches(K, radius=1e-4, seed=3)
    assert found.max() == pytest.approx(sizes[0], rel=1e-3)
    assert found.min() == pytest.approx(sizes[1], rel=1e-3)


def test_far_from_zero_nothing_moves_relative_to_its_neighbours():
    far = planes.stretches(np.array([[50.0, 0], [0, 50.0]]), radius=100.0, seed=1, count=500)
    assert np.median(far) == pytest.approx(1)


def test_antisymmetric_weights_conserve_the_energy():
    K, b = planes.random_antisymmetric(np.array([1, 2, 3]), 6)
    np.testing.assert_array_equal(K, -np.swapaxes(K, 1, 2))
    start = np.random.default_rng(0).standard_normal((3, 6))
    states = integrate(
        lambda _t, y: np.tanh(np.einsum("sij,sj->si", K, y) + b), start, 5.0, 2000, "rk4"
    )
    np.testing.assert_allclose(
        layers.energy(K, b, states[-1]), layers.energy(K, b, start), rtol=1e-9
    )


def test_components_are_those_of_the_field():
    K, y = planes.PLANES["K₊"], np.random.default_rng(2).standard_normal((5, 2))
    drawn = np.stack(planes.components(K)(y[:, 0], y[:, 1]), axis=-1)
    np.testing.assert_allclose(drawn, layers.constant_field(K)(0.0, y))


def test_verlet_and_short_steps_of_runge_and_kutta_agree():
    start = np.random.default_rng(3).standard_normal((4, 2))
    exact = integrate(layers.constant_field(planes.PLANES["K₀"]), start, 3.0, 300, "rk4")[-1]
    gaps = [np.abs(planes.rotate_by_verlet(start, 3.0, n)[-1] - exact).max() for n in (30, 60)]
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.05)


def test_antisymmetric_weights_are_half_differences_of_gaussian_ones():
    K, b = planes.random_antisymmetric(np.arange(400), 6)
    above = K[:, *np.triu_indices(6, 1)]
    assert above.std() == pytest.approx(0.5**0.5, rel=0.03)
    assert b.std() == pytest.approx(1, rel=0.05)
