import numpy as np

from lib.datasets import load
from lib.signal import kaiming as experiments


def test_slopes_count_doublings():
    signals = 3.0 * 2.0 ** (np.array([[-1.0], [0.5]]) * np.arange(10))
    np.testing.assert_allclose(experiments.depth_slopes(signals), [-1.0, 0.5])


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
