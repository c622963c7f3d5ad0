import mpmath as mp
import numpy as np
import pytest

from lib.pde.moments import Filter, from_kernel
from lib.pde.observed import Waves, apply, errors, observed_order, random_waves


def test_derivatives_of_waves_are_those_of_mpmath():
    waves = random_waves(3, 2)

    def value(x, y):
        return waves.derivative((0, 0), [x, y])

    with mp.workdps(30):
        for alpha in [(1, 0), (0, 2), (2, 1)]:
            expected = mp.diff(value, (0.3, -0.2), alpha)
            found = waves.derivative(alpha, [mp.mpf("0.3"), mp.mpf("-0.2")])
            assert float(found) == pytest.approx(float(expected), rel=1e-6)


def test_a_seed_gives_one_function():
    np.testing.assert_array_equal(random_waves(1, 2).phases, random_waves(1, 2).phases)
    assert not np.array_equal(random_waves(1, 2).phases, random_waves(2, 2).phases)


def test_errors_are_those_of_taylor():
    """(F(ε) − F(0))/ε − F'(0) = εF''/2 + ε²F'''/6 + …, for one sine."""
    sine = Waves(np.array([2.0]), np.array([[0.5]]), np.array([0.3]))
    found = errors(Filter({(0,): -1, (1,): 1}), sine, np.array([1e-4]))
    assert found[0] == pytest.approx(1e-4 * abs(-2 * 0.25 * np.sin(0.3)) / 2, rel=1e-3)


def test_high_orders_are_seen_below_double_precision():
    q = from_kernel([1, -8, 0, 8, -1])
    waves = random_waves(5, 1)
    spacings = 2.0 ** -np.arange(14, 19, 2)
    assert errors(q, waves, spacings).max() < 1e-14
    assert observed_order(q, waves, spacings) == pytest.approx(4, abs=1e-3)


def test_a_filter_is_applied_as_a_sum():
    waves = random_waves(2, 2)
    q = from_kernel([[0, 1, 0], [2, 0, 0], [0, 0, -3]])
    points = {(-1, 0): 1, (0, -1): 2, (1, 1): -3}
    angles = {k: 0.1 * np.array(k) @ waves.frequencies.T + waves.phases for k in points}
    expected = sum(w * np.sin(angles[k]) @ waves.amplitudes for k, w in points.items())
    assert apply(q, waves, np.array([0.1]))[0] == pytest.approx(expected)
