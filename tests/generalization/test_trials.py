from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.datasets import Dataset
from lib.generalization import fitting, networks, treatments, trials
from lib.generalization.fitting import Fit
from lib.generalization.randomization_test import draw_tasks
from lib.generalization.treatments import Task

SETUP = trials.Setup(rate_factor=2.0, epochs=150, batch=10)
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
    return draw_tasks(clusters(), 30, 20, SEEDS)


@pytest.fixture
def noted(monkeypatch):
    """What `fitting.fit` is told of each network; it trains nothing and gives fits of its own."""
    calls = []

    def note(built, tasks, seeds, **options):
        fits = []
        for n, (network, task, seed) in enumerate(zip(built, tasks, seeds, strict=True)):
            own = {name: options[name][n] for name in ("weight_decay", "shift")}
            calls.append({"network": network, "task": task, "seed": seed, **options, **own})
            steps = np.array([0, len(calls)])
            fits.append(Fit(steps, np.ones(2), np.array([0.1, 1.0]), 0.01 * len(calls)))
        return fits

    monkeypatch.setattr(fitting, "fit", note)
    return calls


def assert_as_alone(found, names, tasks, regularizer="none"):
    for row, name in zip(found.fits, names, strict=True):
        for fit, task, seed in zip(row, tasks, SEEDS, strict=True):
            alone = trials.fit_networks([name], [task], [seed], SETUP, regularizer).fits[0][0]
            np.testing.assert_array_equal(fit.steps, alone.steps)
            np.testing.assert_allclose(fit.loss[:3], alone.loss[:3], rtol=1e-4)
            assert fit.test_accuracy == pytest.approx(alone.test_accuracy, abs=0.05)


@pytest.fixture
def sizes(monkeypatch):
    """How many networks are trained at a time."""
    found, right = [], fitting.fit
    monkeypatch.setattr(
        fitting, "fit", lambda built, *a, **k: found.append(len(built)) or right(built, *a, **k)
    )
    return found


def test_networks_learn_true_labels_and_labels_drawn_by_lot(tasks):
    false = [treatments.with_random_labels(t, int(s)) for t, s in zip(tasks, SEEDS, strict=True)]
    true, lot = (trials.fit_networks(NAMES, t, SEEDS, SETUP) for t in (tasks, false))
    for fits in (true, lot):
        assert fits.names == tuple(NAMES)
        for numbers in (fits.steps, fits.accuracy, fits.test_accuracy):
            assert numbers.shape == (2, 2)
        np.testing.assert_array_equal(fits.accuracy, 1)
    assert np.all(true.steps < lot.steps)
    assert true.test_accuracy.min() > 0.9
    assert lot.test_accuracy.mean() < 0.6
    for row, one in zip(lot.fits, lot.steps, strict=True):
        assert [fit.steps[-1] for fit in row] == list(one)


def test_what_is_not_learned_took_infinitely_many_steps(tasks):
    short = replace(SETUP, epochs=1, rate_factor=1e-6)
    fits = trials.fit_networks(NAMES[:1], tasks, SEEDS, short)
    np.testing.assert_array_equal(fits.steps, [[np.inf, np.inf]])
    assert np.all(fits.accuracy < 1)


def test_each_network_learns_each_task_with_its_seed(tasks, noted):
    fits = trials.fit_networks(NAMES, tasks, SEEDS, SETUP)
    np.testing.assert_array_equal(fits.steps, [[1, 2], [3, 4]])
    np.testing.assert_allclose(fits.test_accuracy, [[0.01, 0.02], [0.03, 0.04]])
    np.testing.assert_array_equal(fits.accuracy, np.ones((2, 2)))
    assert [call["seed"] for call in noted] == [3, 4, 3, 4]
    for number, call in enumerate(noted):
        assert call["task"] is tasks[number % 2]
        expected = networks.build(NAMES[number // 2], (1, 6, 5), 4, call["seed"])
        pairs = zip(call["network"].parameters(), expected.parameters(), strict=True)
        assert all(torch.equal(*pair) for pair in pairs)


@pytest.mark.parametrize("name", ["perceptron 2×8", "inception"])
@pytest.mark.parametrize("regularizer", trials.REGULARIZERS)
def test_a_regularizer_reaches_the_training_and_no_other_does(tasks, noted, regularizer, name):
    setup = trials.Setup(rate_factor=3.0, epochs=7, batch=5, shift=2)
    trials.fit_networks([name], tasks[:1], SEEDS[:1], setup, regularizer)
    (call,) = noted
    assert call["rate"] == pytest.approx(0.3 if name == "inception" else 0.03)
    assert (call["epochs"], call["batch"]) == (7, 5)
    assert call["weight_decay"] == (5e-4 if regularizer == "weight decay" else 0)
    assert call["shift"] == (2 if regularizer == "shifts" else 0)
    masks = [m.p for m in call["network"].modules() if isinstance(m, torch.nn.Dropout)]
    assert set(masks) == ({0.5} if regularizer == "dropout" else set())
    assert call["device"] == fitting.choose_device()


def test_nothing_is_a_regularizer_and_the_one_that_is_taken_if_none_is_told(tasks, noted):
    trials.fit_networks(NAMES[:1], tasks, SEEDS, SETUP)
    trials.fit_networks(NAMES[:1], tasks, SEEDS, SETUP, "none")
    assert [call["weight_decay"] for call in noted] == [0] * 4
    assert [call["shift"] for call in noted] == [0] * 4


def test_unknown_regularizers_and_networks_are_refused(tasks):
    with pytest.raises(ValueError, match="unknown regularizer 'noise'; give one of none, weight"):
        trials.fit_networks(NAMES, tasks, SEEDS, SETUP, "noise")
    with pytest.raises(ValueError, match="unknown network 'resnet'"):
        trials.fit_networks(["resnet"], tasks, SEEDS, SETUP)


def test_networks_of_a_name_learn_together_and_those_of_different_names_apart(tasks, sizes):
    found = trials.fit_networks(NAMES, tasks, SEEDS, SETUP)
    assert sizes == [2, 2]
    assert_as_alone(found, NAMES, tasks)


def test_there_must_be_a_seed_for_each_task(tasks, noted):
    with pytest.raises(ValueError, match=r"seeds must have shape \(2,\), got \(1,\)"):
        trials.fit_networks(NAMES[:1], tasks, SEEDS[:1], SETUP)
    for function in (
        lambda own, seeds: trials.fit_versions(NAMES, {"a": tasks, "b": own}, seeds, SETUP),
        lambda own, seeds: trials.fit_regularized(NAMES, own, seeds, SETUP),
        lambda own, seeds: trials.build_each(NAMES[0], own, seeds),
    ):
        with pytest.raises(ValueError, match=r"seeds must have shape \(1,\), got \(2,\)"):
            function(tasks[:1], SEEDS)
        with pytest.raises(ValueError, match="there must be one task at least"):
            function([], SEEDS)


def test_no_networks_are_no_work(tasks):
    assert trials.fit_networks([], tasks, SEEDS, SETUP) == trials.Fits((), ())


def test_versions_learn_together_what_they_learn_alone(tasks, sizes):
    false = [treatments.with_random_labels(t, int(s)) for t, s in zip(tasks, SEEDS, strict=True)]
    versions = {1: tasks, "lot": false, 0.5: tasks[::-1]}
    found = trials.fit_versions(NAMES, versions, SEEDS, SETUP)
    assert sizes == [6, 6]
    assert list(found) == list(versions)
    for key, own in versions.items():
        assert found[key].names == tuple(NAMES)
        assert_as_alone(found[key], NAMES, own)


def test_regularizers_learn_together_what_they_learn_alone(tasks, sizes):
    found = trials.fit_regularized(NAMES, tasks, SEEDS, SETUP)
    assert sizes == [6, 2, 6, 2]  # dropout is a layer more
    assert list(found) == list(trials.REGULARIZERS)
    for regularizer, fits in found.items():
        assert_as_alone(fits, NAMES, tasks, regularizer)
    first = [fits.fits[0][0].loss[1] for fits in found.values()]
    assert len(set(first)) == 4


def test_a_network_is_built_for_each_task(tasks):
    found = trials.build_each("convnet", tasks, SEEDS, 0.25)
    for network, seed in zip(found, SEEDS, strict=True):
        expected = networks.build("convnet", (1, 6, 5), 4, int(seed), 0.25)
        assert str(network) == str(expected)
        pairs = zip(network.parameters(), expected.parameters(), strict=True)
        assert all(torch.equal(*pair) for pair in pairs)


def test_images_that_are_not_square_keep_their_shape(noted):
    images = np.random.default_rng(0).standard_normal((4, 2, 5, 3)).astype(np.float32)
    task = Task(images, np.array([0, 1, 2, 0]), images, np.array([0, 1, 2, 0]), 3)
    trials.fit_networks(["convnet"], [task], [0], SETUP)
    assert noted[0]["network"](torch.as_tensor(images)).shape == (4, 3)
