import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ode import layers

seeds = st.integers(0, 2**31)


def drawn(seed, units=4):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((units, units)),
        rng.standard_normal(units),
        rng.standard_normal(units),
    )


@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_the_jacobian_is_that_of_autograd(seed):
    K, b, y = drawn(seed)
    theirs = torch.func.jacrev(lambda x: torch.tanh(torch.as_tensor(K) @ x + torch.as_tensor(b)))
    np.testing.assert_allclose(layers.jacobian(K, b, y), theirs(torch.as_tensor(y)), atol=1e-12)


@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_the_gradient_of_the_energy_is_what_its_docstring_says(seed):
    K, b, y = drawn(seed)
    small = 1e-5
    steps = small * np.eye(len(y))
    slopes = (layers.energy(K, b, y + steps) - layers.energy(K, b, y - steps)) / (2 * small)
    np.testing.assert_allclose(slopes, K.T @ np.tanh(K @ y + b), atol=1e-8)


def test_the_energy_neither_overflows_nor_cancels():
    z = np.array([[1e-9], [0.999999], [1.000001], [1e4]])
    found = layers.energy(np.eye(1), np.zeros(1), z)
    expected = [5e-19, np.log(np.cosh(0.999999)), np.log(np.cosh(1.000001)), 1e4 - np.log(2)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_smooth_weights_are_sums_of_cosines():
    weights = layers.random_smooth_weights(np.array([3, 4]), units=5, modes=3)
    t = 0.3
    K = sum(np.cos(np.pi * m * t) * weights.K_modes[m] for m in range(3))
    b = sum(np.cos(np.pi * m * t) * weights.b_modes[m] for m in range(3))
    y = np.ones((2, 5))
    np.testing.assert_allclose(weights.K(t), K)
    velocity = np.stack([np.tanh(K[s] @ y[s] + b[s]) for s in range(2)])
    np.testing.assert_allclose(weights.velocity(t, y), velocity)


def test_a_network_depends_on_its_own_seed_alone():
    together = layers.random_smooth_weights(np.array([1, 2]), units=4)
    alone = layers.random_smooth_weights(np.array([2]), units=4)
    np.testing.assert_array_equal(together.K(0.2)[1], alone.K(0.2)[0])
    np.testing.assert_array_equal(together.b(0.2)[1], alone.b(0.2)[0])


def test_weights_of_nothing_are_refused():
    with pytest.raises(ValueError, match="units and modes must be at least 1, got 0 and 3"):
        layers.random_smooth_weights(np.array([1]), units=0)


def test_modes_have_the_sizes_that_are_told():
    weights = layers.random_smooth_weights(np.arange(300), units=9, modes=3, size=1.5)
    for mode in range(3):
        assert weights.K_modes[mode].std() == pytest.approx(1.5 / 3 / (1 + mode), rel=0.02)
        assert weights.b_modes[mode].std() == pytest.approx(1.5 / 2 / (1 + mode), rel=0.05)


@pytest.mark.parametrize("shape", [(2, 3), (4,), (1, 2, 3)])
def test_weights_that_are_not_square_are_refused(shape):
    with pytest.raises(ValueError, match=r"K must have shape \(..., n, n\), got"):
        layers.constant_field(np.ones(shape))


def test_a_constant_field_is_that_of_one_network_or_of_each():
    rng = np.random.default_rng(0)
    K, b, y = (
        rng.standard_normal((2, 3, 3)),
        rng.standard_normal((2, 3)),
        rng.standard_normal((2, 3)),
    )
    h = np.array([0.1, 0.7])
    each = layers.constant_field(K, b, h)(0.0, y)
    for s in range(2):
        np.testing.assert_allclose(each[s], h[s] * np.tanh(K[s] @ y[s] + b[s]))
    many = layers.constant_field(K[0])(0.0, y)
    np.testing.assert_allclose(many, np.tanh(y @ K[0].T))


def test_numbers_of_a_seed_do_not_depend_on_their_neighbours_and_streams_differ():
    seeds = np.array([4, 5])
    found = layers.gaussian(seeds, 3, 200, 2)
    assert found.shape == (2, 200, 2)
    np.testing.assert_array_equal(found[1], layers.gaussian(seeds[1:], 3, 200, 2)[0])
    assert abs(np.corrcoef(found[0, :, 0], layers.gaussian(seeds, 4, 200, 2)[0, :, 0])[0, 1]) < 0.3


@pytest.mark.parametrize("function", [layers.jacobian, layers.energy])
def test_weights_and_states_are_of_as_many_networks(function):
    K, y = np.zeros((2, 3, 3)), np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"^K, b, y must have shapes that broadcast, got \(2, 3\)"):
        function(K, np.zeros((2, 3)), y)
    assert function(K, np.zeros(3), np.zeros((4, 1, 3))).shape[:2] == (4, 2)
