"""Good calls of `lib.generalization`."""

import numpy as np
import torch

from lib.datasets import Dataset
from lib.generalization.networks import build
from lib.generalization.treatments import Task, original
from lib.generalization.trials import Setup
from lib.training import Ensemble

SHAPE = (1, 3, 4)
NAME = "perceptron 1×5"
SETUP = Setup(rate_factor=1.0, epochs=2, batch=4)
POINTS = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]])
MODULE = {"shape": SHAPE, "classes": 3, "dropout": 0.5}


def images(seed: int = 0) -> Dataset:
    """Of three kinds, with noise."""
    rng, labels = np.random.default_rng(seed), np.arange(12) % 3
    pixels = np.eye(12).reshape(12, *SHAPE[1:])[labels] + 0.1 * rng.random((12, *SHAPE[1:]))
    return Dataset(pixels, labels, ("a", "b", "c"), "made here")


def task(seed: int = 0) -> Task:
    return original(images(seed), images(seed + 100))


def networks():
    return [build(NAME, SHAPE, 3, seed) for seed in range(2)]


CALLS = {
    "lib.generalization.capacity.can_fit": lambda: {
        "values": np.array([0.0, 1.0, 0.0]),
        "units": 2,
    },
    "lib.generalization.capacity.narrowest": lambda: {"values": np.array([0.0, 1.0, 0.5])},
    "lib.generalization.capacity.tents": lambda: {"x": np.linspace(0, 1, 5), "depth": 2},
    "lib.generalization.capacity.tent_weights": lambda: {"depth": 2},
    "lib.generalization.fitting.choose_device": dict,
    "lib.generalization.fitting.fit": lambda: {
        "networks": networks(),
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
        "rate": 0.1,
        "epochs": 2,
        "batch": 4,
        "weight_decay": 1e-3,
        "shift": 1,
    },
    "lib.generalization.interpolation.exactly": lambda: {"array": POINTS},
    "lib.generalization.interpolation.separating_direction": lambda: {"points": POINTS, "seed": 1},
    "lib.generalization.interpolation.hinges_below": lambda: {
        "projections": np.array([0.0, 1.0, 3.0]),
        "fraction": 0.5,
    },
    "lib.generalization.interpolation.hinge_matrix": lambda: {
        "projections": np.array([0.0, 1.0, 3.0]),
        "hinges": np.array([-0.5, 0.5, 2.0]),
    },
    "lib.generalization.interpolation.interpolate": lambda: {
        "points": POINTS,
        "values": np.array([1.0, -1.0, 2.0]),
        "direction": np.array([1.0, 3.0]),
        "fraction": 0.5,
    },
    "lib.generalization.judging.evaluate": lambda: {
        "ensemble": Ensemble(networks()),
        "images": torch.stack([torch.tensor(task(seed).images) for seed in range(2)]),
        "labels": torch.stack([torch.tensor(task(seed).labels) for seed in range(2)]),
    },
    "lib.generalization.kernel.rectifier_kernel": lambda: {"images": POINTS},
    "lib.generalization.kernel.difficulty": lambda: {
        "kernel": np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]]),
        "labels": np.array([0, 1, 0]),
    },
    "lib.generalization.kernel.difficulties": lambda: {
        "kernel": np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]]),
        "labels": [np.array([0, 1, 0]), np.array([0, 1, 1])],
    },
    "lib.generalization.networks.perceptron": lambda: {"hidden": [5, 4], **MODULE},
    "lib.generalization.networks.convnet": lambda: MODULE,
    "lib.generalization.networks.alexnet": lambda: MODULE,
    "lib.generalization.networks.inception": lambda: MODULE,
    "lib.generalization.networks.architecture": lambda: {"name": NAME},
    "lib.generalization.networks.build": lambda: {"name": NAME, "seed": 1, **MODULE},
    "lib.generalization.networks.count_weights": lambda: {"network": networks()[0]},
    "lib.generalization.randomization_test.require_images": lambda: {
        "data": images(),
        "counts": [3, 6],
        "test": 3,
    },
    "lib.generalization.randomization_test.draw_tasks": lambda: {
        "data": images(),
        "train": 6,
        "test": 3,
        "seeds": [0, 1],
    },
    "lib.generalization.randomization_test.compare_labels": lambda: {
        "name": "perceptron 1×32",
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
        "setup": Setup(rate_factor=2.0, epochs=150, batch=4),
    },
    "lib.generalization.randomization_test.shuffled_twins": lambda: {
        "task": task(),
        "seed": 1,
        "setup": SETUP,
    },
    "lib.generalization.randomization_test.initial_losses": lambda: {
        "names": [NAME, "perceptron 2×3"],
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
    },
    "lib.generalization.theorem.check_exactly": lambda: {
        "points": POINTS,
        "classes": 3,
        "seed": 1,
    },
    "lib.generalization.theorem.width_of_the_theorem": lambda: {
        "count": 20,
        "dimension": 3,
        "classes": 2,
    },
    "lib.generalization.theorem.condition_numbers": lambda: {
        "counts": [2, 5],
        "fraction": 0.5,
    },
    "lib.generalization.treatments.original": lambda: {"train": images(), "test": images(1)},
    "lib.generalization.treatments.corrupt": lambda: {
        "labels": np.arange(6) % 3,
        "share": 0.5,
        "classes": 3,
        "rng": np.random.default_rng(0),
    },
    "lib.generalization.treatments.with_corrupted_labels": lambda: {
        "task": task(),
        "share": 0.5,
        "seed": 1,
    },
    "lib.generalization.treatments.with_random_labels": lambda: {"task": task(), "seed": 1},
    "lib.generalization.treatments.with_shuffled_pixels": lambda: {"task": task(), "seed": 1},
    "lib.generalization.treatments.with_random_pixels": lambda: {"task": task(), "seed": 1},
    "lib.generalization.treatments.with_gaussian_images": lambda: {"task": task(), "seed": 1},
    "lib.generalization.trials.fit_networks": lambda: {
        "names": [NAME, "perceptron 2×3"],
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
        "setup": SETUP,
        "regularizer": "none",
    },
    "lib.generalization.trials.fit_versions": lambda: {
        "names": [NAME, "perceptron 2×3"],
        "versions": {"one": [task(0), task(1)], "other": [task(2), task(3)]},
        "seeds": [0, 1],
        "setup": SETUP,
    },
    "lib.generalization.trials.fit_regularized": lambda: {
        "names": [NAME, "perceptron 2×3"],
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
        "setup": SETUP,
    },
    "lib.generalization.trials.build_each": lambda: {
        "name": NAME,
        "tasks": [task(0), task(1)],
        "seeds": [0, 1],
        "dropout": 0.5,
    },
}
