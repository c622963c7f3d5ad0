import numpy as np
import pytest

from lib.datasets import Dataset, load
from lib.signal import kaiming as experiments


def test_an_estimate_knows_its_error():
    rng = np.random.default_rng(0)
    means = [experiments.estimate(rng.exponential(2.0, 400)) for _ in range(300)]
    distances = np.array([found.distance(2.0) for found in means])
    # Standard normal in absolute value: 68 per cent within one.
    assert np.mean(distances < 1) == pytest.approx(0.683, abs=0.09)
    assert distances.max() < 5


def test_each_step_of_the_derivation_holds_for_several_seeds():
    for seed in range(3):
        assert max(experiments.check_layer(seed, 20_000).values()) < 5


def test_a_wrong_prediction_would_be_seen(monkeypatch):
    right = experiments.estimate
    monkeypatch.setattr(experiments, "estimate", lambda x: right(1.1 * np.asarray(x)))
    assert min(experiments.check_layer(0, 20_000).values()) > 4


@pytest.mark.parametrize("scheme", ["lecun", "xavier", "kaiming", "kaiming-out"])
def test_products_over_layers_hold_for_every_scheme(scheme):
    found = experiments.check_network((12, 30, 20, 6), scheme, seed=5, networks=600)
    assert found["forward"] < 5
    assert found["backward"] < 5
    assert found["ratio"] == pytest.approx(0.5, rel=0.2)


def test_a_convolution_with_a_wrong_stride_would_be_seen(monkeypatch):
    for shape, stride in (((5, 4, 3, 3), 1), ((5, 4, 4, 4), 2)):
        assert max(experiments.check_convolution(shape, stride, 0, 100).values()) < 5
    fans = experiments.fans
    monkeypatch.setattr(experiments, "fans", lambda shape: fans(shape)[::-1])
    assert experiments.check_convolution((12, 4, 3, 3), 1, 0, 100)["forward"] > 20


def test_a_fixed_deviation_shrinks_by_the_product_of_the_factors():
    factors = [0.01 / np.sqrt(2 / (9 * n)) for n in experiments.PAPER_FILTERS]
    assert experiments.fixed_deviation_shrinkage(0) == pytest.approx(1 / np.prod(factors), rel=1e-9)


def test_slopes_count_doublings():
    signals = 3.0 * 2.0 ** (np.array([[-1.0], [0.5]]) * np.arange(10))
    np.testing.assert_allclose(experiments.depth_slopes(signals), [-1.0, 0.5])


def test_shapes_form_a_chain_and_a_single_layer_is_refused():
    assert experiments.perceptron_shapes(5, 8, 3, 4) == [(8, 5), (8, 8), (8, 8), (3, 8)]
    with pytest.raises(ValueError, match="depth must be at least 2"):
        experiments.perceptron_shapes(5, 8, 3, 1)


def test_inputs_are_normalized_and_blank_pictures_refused():
    inputs = experiments.normalized_inputs(load("digits"))
    assert inputs.shape == (1797, 64)
    assert inputs.mean() == pytest.approx(0.0, abs=1e-12)
    assert inputs.var() == pytest.approx(1.0)
    blank = Dataset(np.zeros((3, 2, 2)), np.zeros(3, dtype=np.int64), ("a",), "made here")
    with pytest.raises(ValueError, match="the images do not vary"):
        experiments.normalized_inputs(blank)


def test_a_comparison_orders_schemes_and_seeds():
    found = experiments.compare_training(
        ("fixed", "kaiming"), load("digits"), [0, 1, 2], 16, 4, rate=0.01, steps=60
    )
    assert found.loss.shape == (4, 2, 3)
    assert found.steps.tolist() == [0, 20, 40, 60]
    np.testing.assert_allclose(found.loss[0, 0], np.log(10), rtol=1e-4)
    assert np.all(found.lowest[0] > 2.2)
    assert np.all(found.lowest[1] < 2.0)
    level = np.sort(found.loss[:, 1, 0])[1]
    assert found.steps_to(level)[1, 0] == found.steps[found.loss[:, 1, 0] < level][0]
    assert np.all(np.isinf(found.steps_to(0.0)))


def test_a_seed_learns_the_same_whoever_learns_beside_it():
    settings = {"rate": 0.01, "steps": 20}
    one = experiments.compare_training(("kaiming",), load("digits"), [7], 16, 3, **settings)
    two = experiments.compare_training(
        ("lecun", "kaiming"), load("digits"), [6, 7], 16, 3, **settings
    )
    np.testing.assert_allclose(two.loss[:, 1, 1], one.loss[:, 0, 0], rtol=1e-4)
