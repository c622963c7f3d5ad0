import numpy as np
import pytest

from lib.signal import sampling


def test_an_estimate_knows_its_error():
    rng = np.random.default_rng(0)
    means = [sampling.estimate(rng.exponential(2.0, 400)) for _ in range(300)]
    distances = np.array([found.distance(2.0) for found in means])
    # Standard normal in absolute value: 68 per cent within one.
    assert np.mean(distances < 1) == pytest.approx(0.683, abs=0.09)
    assert distances.max() < 5


def test_each_step_of_the_derivation_holds_for_several_seeds():
    for seed in range(3):
        assert max(sampling.check_layer(seed, 20_000).values()) < 5


def test_a_wrong_prediction_would_be_seen(monkeypatch):
    right = sampling.estimate
    monkeypatch.setattr(sampling, "estimate", lambda x: right(1.1 * np.asarray(x)))
    assert min(sampling.check_layer(0, 20_000).values()) > 4


@pytest.mark.parametrize("scheme", ["lecun", "xavier", "kaiming", "kaiming-out", "orthogonal"])
def test_products_over_layers_hold_for_every_scheme(scheme):
    found = sampling.check_network((12, 30, 20, 6), scheme, seed=5, networks=600)
    assert found["forward"] < 5
    assert found["backward"] < 5
    assert found["ratio"] == pytest.approx(0.5, rel=0.2)


def test_a_convolution_with_a_wrong_stride_would_be_seen(monkeypatch):
    for shape, stride in (((5, 4, 3, 3), 1), ((5, 4, 4, 4), 2)):
        assert max(sampling.check_convolution(shape, stride, 0, 100).values()) < 5
    fans = sampling.fans
    monkeypatch.setattr(sampling, "fans", lambda shape: fans(shape)[::-1])
    assert sampling.check_convolution((12, 4, 3, 3), 1, 0, 100)["forward"] > 20


def test_a_fixed_deviation_shrinks_by_the_product_of_the_factors():
    factors = [0.01 / np.sqrt(2 / (9 * n)) for n in sampling.PAPER_FILTERS]
    assert sampling.fixed_deviation_shrinkage(0) == pytest.approx(1 / np.prod(factors), rel=1e-9)


def test_the_distance_of_samples_that_are_all_the_same_is_zero_or_infinite():
    same = sampling.estimate([2.0, 2.0, 2.0])
    assert same.distance(2.0) == 0
    assert same.distance(2.1) == np.inf


@pytest.mark.parametrize(
    ("shape", "stride", "told"),
    [
        ((2, 2, 3, 3), 3, "stride must be 1, 2 or 4"),
        ((2, 2, 3, 3), 2, r"divide \(3, 3\), got 2"),
        ((2, 2, 7, 7), 1, "at most 5 x 5 pixels"),
    ],
)
def test_convolutions_that_would_see_the_border_are_refused(shape, stride, told):
    with pytest.raises(ValueError, match=told):
        sampling.check_convolution(shape, stride, 0, 10)


def test_two_draws_have_a_standard_error_and_one_has_none():
    assert np.isfinite(list(sampling.check_convolution((2, 2, 3, 3), 1, 0, 2).values())).all()
    with pytest.raises(ValueError, match="draws must be at least 2, got 1"):
        sampling.check_convolution((2, 2, 3, 3), 1, 0, 1)
