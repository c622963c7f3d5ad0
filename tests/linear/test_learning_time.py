import numpy as np
import pytest

from lib.linear import deep_networks, deep_weights, depth
from lib.linear import learning_time as experiments
from lib.linear.tasks import PrincipalTask

TASK = PrincipalTask(
    np.array([1.0, 0.8, 0.5, 0.4]), np.random.default_rng(1).standard_normal((3, 4))
)
SEEDS = [0, 1, 2]


def test_the_best_rate_beats_a_dense_scan():
    weights = deep_weights.drawn_weights("orthogonal", (4, 6, 3), 5, SEEDS)
    best = experiments.best_rates(weights, TASK, 0.05, 300)
    scan = np.geomspace(0.01, 2.0, 60)
    steps = np.stack(
        [deep_networks.descend(weights, TASK, rate, 300, 0.05).steps_to(0.05) for rate in scan]
    )
    # The search ends within a factor of 2^(1/8) of the best rate; the count of steps is jagged.
    assert np.all(best.steps <= 1.15 * steps.min(axis=0))
    again = deep_networks.descend(weights, TASK, best.rates, 300, 0.05).steps_to(0.05)
    np.testing.assert_allclose(again, best.steps)


def test_a_search_finds_what_it_would_find_alone_and_far_from_where_it_begins():
    weights = deep_weights.drawn_weights("orthogonal", (4, 6, 3), 60, SEEDS)
    together = experiments.best_rates(weights, TASK, 0.05, 300)
    alone = experiments.best_rates(weights.take(np.array([1])), TASK, 0.05, 300)
    assert alone.rates[0] == together.rates[1]
    wider = experiments.best_rates(weights, TASK, 0.05, 300, largest=64.0)
    np.testing.assert_array_equal(wider.rates, together.rates)


def test_where_no_rate_succeeds_there_is_none():
    weights = deep_weights.drawn_weights("lecun", (4, 6, 3), 40, SEEDS)
    best = experiments.best_rates(weights, TASK, 0.01, 5)
    assert np.all(np.isinf(best.steps))
    assert np.all(np.isnan(best.rates))


def test_a_sweep_has_the_shape_and_the_growth_of_its_numbers():
    sweep = experiments.depth_sweep("orthogonal", TASK, 6, [3, 6], SEEDS, 0.1, 200)
    assert sweep.rates.shape == sweep.steps.shape == (3, 2)
    ratio = np.log(sweep.steps[:, 1] / sweep.steps[:, 0]) / np.log(5 / 2)
    np.testing.assert_allclose(sweep.growth(), ratio)
    ratio = np.log(sweep.rates[:, 1] / sweep.rates[:, 0]) / np.log(5 / 2)
    np.testing.assert_allclose(sweep.slopes, ratio)


def test_growth_up_to_a_depth_ignores_what_lies_beyond_it():
    steps = np.array([[2.0, 4.0, np.inf], [3.0, 3.0, 5.0]])
    sweep = experiments.DepthSweep(np.array([2, 3, 5]), np.ones((2, 3)), steps)
    np.testing.assert_allclose(sweep.growth(upto=3), [1.0, 0.0], atol=1e-12)
    assert np.isinf(sweep.growth()[0])
    assert np.isfinite(sweep.growth()[1])


def test_starts_are_of_the_kind_that_was_asked_for():
    pretrained = experiments.starting_weights("pretrained", TASK, 6, 5, SEEDS, 1e5)
    lengths = np.linalg.svd(pretrained.hidden[0, 1], compute_uv=False)
    # Two units more than inputs: what is not there is not learned.
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 1e-3**0.5, 1e-3**0.5], atol=1e-9)
    orthogonal = experiments.starting_weights("orthogonal", TASK, 6, 5, SEEDS)
    np.testing.assert_allclose(np.linalg.svd(orthogonal.hidden[0, 1])[1], 1.0)


def test_the_width_of_an_exponential_drop_is_its_known_number():
    loss = np.exp(-0.01 * np.arange(1000))[:, None]
    width = experiments.drop_widths(deep_networks.Descent(loss))
    assert width == pytest.approx([np.log(9) / np.log(2)], rel=1e-9)


def test_the_width_of_a_mode_without_hidden_layer_is_that_of_an_exponential():
    width = experiments.mode_drop_width(1.3, np.array([1e-3, 0.4]), 2)
    np.testing.assert_allclose(width, np.log(9) / np.log(2), rtol=1e-9)


def test_the_width_of_a_mode_is_measured_on_its_curve():
    times = np.linspace(0.0, 40.0, 40001)
    u = depth.mode_strength(times, 1.0, 0.05, 10, tau=9.0)
    loss = ((1 - u) / 0.95) ** 2
    simulated = experiments.drop_widths(deep_networks.Descent(loss[:, None]))
    assert experiments.mode_drop_width(1.0, 0.05, 10) == pytest.approx(simulated[0], rel=1e-4)


def test_descent_is_stable_up_to_two_over_the_sharpness():
    task = PrincipalTask(np.ones(1), np.array([[2.0]]))
    for layers in (3, 8, 40):
        near = deep_weights.aligned_weights(np.eye(1), np.eye(1), np.array([2.0 - 1e-4]), layers)
        edge = 2 / float(depth.sharpness(2.0, layers))
        below = deep_networks.descend(near, task, 0.99 * edge, 200)
        above = deep_networks.descend(near, task, 1.01 * edge, 200)
        assert below.loss[-1, 0] < 0.1
        assert np.nanmax(above.loss) > 10


def test_a_map_of_nothing_costs_what_there_is_to_learn():
    found = experiments.relative_initial_loss("fixed", TASK, 6, 8, SEEDS)
    np.testing.assert_allclose(found, 1, atol=1e-6)  # eight factors of about 0.01
    random = experiments.relative_initial_loss("orthogonal", TASK, 6, 3, SEEDS)
    assert np.all(random > 0)
    assert not np.allclose(random, 1)
