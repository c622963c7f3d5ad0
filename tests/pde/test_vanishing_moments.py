import numpy as np
import pytest

from lib.pde import vanishing_moments as experiments

SEEDS = np.array([1, 2, 3])


@pytest.fixture(scope="module")
def clean():
    return experiments.identify(SEEDS, noise=0.0)


def test_without_noise_every_rule_and_kind_comes_near(clean):
    assert len(clean) == 6
    for found in clean.values():
        assert found.error.shape == (3, 5)
        assert found.largest.max() < 0.05
        assert found.prediction.max() < 0.1


def test_the_largest_factor_of_the_rings_is_the_one_that_was_counted():
    counted = experiments.identify(SEEDS[:1], noise=0.01)[("trapezoid", "frozen")]
    learned, exact = experiments.step_factors(1, 0.01, "frozen", "trapezoid")
    assert learned.shape == exact.shape == (17,)
    assert learned.max() == pytest.approx(counted.amplification[0], rel=1e-12)
    assert exact[0] == 1
    assert np.all(np.diff(exact) < 0)
    np.testing.assert_allclose(learned[:5], exact[:5], atol=0.01)


def test_rings_are_those_of_the_larger_frequency():
    k = np.abs(np.fft.fftfreq(8, 1 / 8))
    np.testing.assert_array_equal(
        experiments.ring_maxima(np.add.outer(k, 10 * k) + 0j), [0, 11, 22, 33, 44]
    )


def test_parts_of_the_error_are_told_apart():
    error = np.array([[0.5, 0.0, -0.2, 0.1, 0.0]])
    found = experiments.Identification(error, np.zeros(1), np.zeros(1))
    assert found.diffusion.tolist() == [0.2]
    assert found.largest.tolist() == [0.5]


def test_a_prediction_is_one_of_those_that_were_counted():
    start, truth, predicted = experiments.prediction(1, 0.0, "frozen", "trapezoid")
    assert start.shape == truth.shape == predicted.shape == (32, 32)
    assert np.linalg.norm(predicted - truth) < 0.05 * np.linalg.norm(truth)
    assert np.linalg.norm(truth) < 0.8 * np.linalg.norm(start)


def test_noise_is_not_negative():
    with pytest.raises(ValueError, match=r"noise must be at least 0, got -0\.1"):
        experiments.identify(SEEDS, noise=-0.1)


def test_noise_makes_the_free_filter_worse(clean):
    noisy = experiments.identify(SEEDS, noise=0.01)
    key = ("trapezoid", "free")
    assert np.all(noisy[key].diffusion > 3 * clean[key].diffusion)
