from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.datasets import Dataset
from lib.generalization import fitting, kernel, networks, treatments
from lib.generalization import randomization_test as experiments
from lib.generalization.fitting import Fit
from lib.generalization.trials import Setup, fit_networks

SETUP = Setup(rate_factor=2.0, epochs=150, batch=10)
NAMES = ["perceptron 1×32", "convnet"]
SEEDS = np.array([3, 4])


def clusters(count=80, classes=4, shape=(6, 5)):
    """Images of as many kinds as there are classes, with noise."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % classes
    kinds = rng.standard_normal((classes, *shape))
    pixels = kinds[labels] + 0.3 * rng.standard_normal((count, *shape))
    return Dataset(pixels, labels, tuple("abcdefgh"[:classes]), "made here")


@pytest.fixture(scope="module")
def tasks():
    return experiments.draw_tasks(clusters(), 30, 20, SEEDS)


@pytest.fixture
def noted(monkeypatch):
    """What `fitting.fit` is told of each network; it trains nothing and gives fits of its own."""
    calls = []

    def note(built, tasks, seeds, **options):
        fits = []
        for network, task, seed in zip(built, tasks, seeds, strict=True):
            calls.append({"network": network, "task": task, "seed": seed, **options})
            steps = np.array([0, len(calls)])
            fits.append(Fit(steps, np.ones(2), np.array([0.1, 1.0]), 0.01 * len(calls)))
        return fits

    monkeypatch.setattr(fitting, "fit", note)
    return calls


def test_tasks_are_the_splits_of_their_seeds():
    data = clusters()
    found = experiments.draw_tasks(data, 30, 20, SEEDS)
    assert len(found) == 2
    for task, seed in zip(found, SEEDS, strict=True):
        train, test = data.split(30, 20, int(seed))
        np.testing.assert_allclose(task.images[:, 0], train.standardized[..., 0], atol=1e-6)
        np.testing.assert_array_equal(task.labels, train.labels)
        np.testing.assert_allclose(task.test_images[:, 0], test.standardized[..., 0], atol=1e-6)
        np.testing.assert_array_equal(task.test_labels, test.labels)
        assert task.classes == 4
    assert not np.array_equal(found[0].images, found[1].images)


def test_images_that_a_dataset_does_not_have_are_refused_before_any_training():
    data = clusters(count=80, classes=4)
    experiments.require_images(data, [60, 10], 20)
    for counts, test in (([10, 61], 20), ([60], 21)):
        with pytest.raises(ValueError, match="are left; ask for fewer"):
            experiments.require_images(data, counts, test)


def test_labels_drawn_by_lot_are_harder_and_take_longer(tasks):
    found = experiments.compare_labels(NAMES[0], tasks, SEEDS, SETUP)
    assert found.steps.shape == found.difficulties.shape == (2, 2)
    assert np.all(found.difficulties[1] > 1.2 * found.difficulties[0])
    assert np.all(found.steps[1] > found.steps[0])
    for column, (task, seed) in enumerate(zip(tasks, SEEDS, strict=True)):
        H = kernel.rectifier_kernel(task.images)
        lot = treatments.with_random_labels(task, int(seed))
        for row, version in enumerate((task, lot)):
            expected = kernel.difficulty(H, version.labels)
            assert found.difficulties[row, column] == pytest.approx(expected)
            (fit,) = fit_networks(NAMES[:1], [version], [seed], SETUP).fits[0]
            assert found.steps[row, column] == fit.steps_to_fit


def test_shuffled_pixels_are_nothing_to_shuffled_weights(tasks):
    colourful = replace(
        tasks[0], images=np.repeat(tasks[0].images, 3, 1) * [[[[1]], [[-2]], [[3]]]]
    )
    colourful = replace(
        colourful,
        images=colourful.images.astype(np.float32),
        test_images=np.repeat(tasks[0].test_images, 3, axis=1),
    )
    for task in (tasks[0], colourful):
        assert experiments.shuffled_twins(task, 3, SETUP) < 1e-4


def test_shuffled_pixels_are_something_to_weights_that_are_not_shuffled(tasks, monkeypatch):
    right = treatments.with_shuffled_pixels
    # What finds out the permutation finds the identity.
    monkeypatch.setattr(
        treatments,
        "with_shuffled_pixels",
        lambda task, seed: right(task, seed) if len(task.images) > 1 else task,
    )
    assert experiments.shuffled_twins(tasks[0], 3, SETUP) > 1e-2


def test_twins_are_compared_on_all_of_their_way(tasks, monkeypatch):
    losses = iter([[2.0, 1.0, 0.5], [2.0, 1.5, 0.4, 7.0], [2.0, 1.0], [2.5, 1.0]])

    def told(built, _tasks, _seeds, **_options):
        found = [np.array(next(losses)) for _ in built]
        return [Fit(np.arange(len(loss)), loss, np.ones(len(loss)), 1.0) for loss in found]

    monkeypatch.setattr(fitting, "fit", told)
    assert experiments.shuffled_twins(tasks[0], 3, SETUP) == pytest.approx(0.25)
    assert experiments.shuffled_twins(tasks[0], 3, SETUP) == pytest.approx(0.25)


def test_twins_learn_as_others_do(tasks, noted):
    experiments.shuffled_twins(tasks[1], 5, SETUP)
    assert [call["seed"] for call in noted] == [5, 5]
    assert [call["rate"] for call in noted] == [pytest.approx(0.02)] * 2
    assert [call["batch"] for call in noted] == [10, 10]
    assert noted[0]["epochs"] == noted[1]["epochs"] > 1
    assert noted[0]["task"] is tasks[1]
    assert not np.array_equal(noted[1]["task"].images, tasks[1].images)


def test_losses_at_the_start_are_those_of_untrained_networks(tasks):
    found = experiments.initial_losses(NAMES, tasks, SEEDS)
    assert found.shape == (2, 2)
    for row, name in enumerate(NAMES):
        for column, (task, seed) in enumerate(zip(tasks, SEEDS, strict=True)):
            network = networks.build(name, (1, 6, 5), 4, int(seed)).eval()
            with torch.no_grad():
                z = network(torch.as_tensor(task.images)).numpy().astype(float)
            right = z[np.arange(len(z)), task.labels]
            expected = np.mean(np.log(np.exp(z).sum(axis=1)) - right)
            assert found[row, column] == pytest.approx(expected, rel=1e-5)
    # A guess costs log 4; outputs with Kaiming's variance scatter, and that costs more.
    assert 1.0 < found.mean() / np.log(4) < 2.5


def test_the_papers_numbers_of_weights_are_those_of_its_networks():
    for name, expected in experiments.PAPER_WEIGHTS.items():
        assert networks.count_weights(networks.build(name, (3, 28, 28), 10, 0)) == expected
    assert len(experiments.PAPER_WEIGHTS) == 4
