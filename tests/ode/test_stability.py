import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ode import stability

real = st.floats(-20, -0.05)
imaginary = st.floats(-20, 20)


@given(parts=st.lists(st.tuples(real, imaginary), min_size=1, max_size=4))
def test_at_the_critical_step_one_factor_is_one_and_none_is_larger(parts):
    eigenvalues = np.array([complex(*pair) for pair in parts])
    h = stability.critical_step(eigenvalues)
    assert np.abs(1 + h * eigenvalues).max() == pytest.approx(1, abs=1e-9)
    assert np.abs(1 + 0.99 * h * eigenvalues).max() < 1
    assert np.abs(1 + 1.01 * h * eigenvalues).max() > 1


def test_no_step_is_stable_for_an_imaginary_eigenvalue_and_zero_is_refused():
    assert stability.critical_step(np.array([1j, -1j])) == 0
    assert stability.critical_step(np.array([0.5, -1])) < 0
    with pytest.raises(ValueError, match="an eigenvalue is zero"):
        stability.critical_step(np.array([0, -1]))


def test_random_stable_weights_decay_as_told():
    K = stability.random_stable_weights(np.arange(5), 6, decay=0.3)
    np.testing.assert_allclose(np.linalg.eigvals(K).real.max(axis=-1), -0.3)
    with pytest.raises(ValueError, match="decay must be positive and finite, got 0"):
        stability.random_stable_weights(np.arange(5), 6, decay=0)


def test_a_diagonal_network_settles_below_its_critical_step_and_not_above():
    K = np.tile(np.diag([-4.0, -1.0]), (3, 1, 1))
    found = stability.settles(K, np.array([0.1, 0.495, 0.505]), layers=2000)
    assert found.tolist() == [True, True, False]
    with pytest.raises(ValueError, match="layers must be at least 4, got 3"):
        stability.settles(K, np.full(3, 0.1), layers=3)


def test_a_transient_is_not_taken_for_instability():
    K = np.array([[[-1.0, 100.0], [0.0, -1.0]]])  # grows a hundredfold before it decays
    assert stability.settles(K, np.array([0.1]), layers=400).all()


def test_the_search_finds_known_steps():
    K = np.stack([np.diag([-4.0, -1.0]), np.array([[-1.0, 2.0], [-2.0, -1.0]])])
    np.testing.assert_allclose(stability.find_critical_step(K, 4000), [0.5, 0.4], rtol=2e-3)


@pytest.mark.parametrize("rate", [-0.7, 0.2])
def test_the_growth_rate_of_an_exponential_is_its_exponent(rate):
    found = stability.growth_rate(lambda _t, y: rate * y, np.full((3, 2), 1e-9), 10.0, 200)
    np.testing.assert_allclose(found, rate, rtol=1e-6)
    assert found.shape == (3,)


def test_dissipative_weights_are_so_and_stay_so_behind_slopes():
    K = stability.random_dissipative_weights(np.arange(4), 6)
    assert np.linalg.eigvalsh(K + np.swapaxes(K, 1, 2)).max() < 1e-12
    rates = stability.rates_behind_slopes(K, seed=1, count=50)
    assert rates.shape == (4, 50)
    assert rates.max() < 1e-12


def test_slopes_can_make_stable_weights_unstable_and_scale_diagonal_ones():
    K = np.array([[[1.0, -3.0], [3.0, -2.0]], [[-1.0, 0.0], [0.0, -1.0]]])
    rates = stability.rates_behind_slopes(K, seed=1, count=500)
    assert rates[0].max() > 0.3
    assert -1 <= rates[1].min() < rates[1].max() < -0.01


def test_what_has_become_exactly_zero_has_settled():
    assert stability.settles(np.array([[[-10.0]]]), np.array([0.1]), layers=100).all()
