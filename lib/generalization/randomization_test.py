"""Experiments of the chapter on the randomization test.

Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking
generalization*, 2017.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lib.checks import at_least, seed_list, shaped
from lib.datasets import Dataset
from lib.generalization import fitting, networks, treatments
from lib.generalization.judging import evaluate
from lib.generalization.kernel import difficulties, rectifier_kernel
from lib.generalization.treatments import Task
from lib.generalization.trials import Setup, build_each, fit_versions
from lib.training import Ensemble

FloatArray = NDArray[np.float64]

TWIN = "perceptron 1×512"


def draw_tasks(data: Dataset, train: int, test: int, seeds: Sequence[int]) -> list[Task]:
    """Draw images to learn from and to test on, once a seed.

    Parameters
    ----------
    data : Dataset
        Where from.
    train, test : int
        How many.
    seeds : sequence of int
        Of the draws.

    Returns
    -------
    list of Task
        With true labels.

    Raises
    ------
    ValueError
        If a class has too few images, a number is negative, or there is no seed.
    """
    return [
        treatments.original(*data.split(train, test, int(seed)))
        for seed in seed_list("seeds", seeds)
    ]


def require_images(data: Dataset, counts: Sequence[int], test: int) -> None:
    """Refuse numbers of images that a dataset does not have, before any network is trained.

    Parameters
    ----------
    data : Dataset
        Where they are drawn from.
    counts : sequence of int
        Of images to learn from, each for a draw of its own.
    test : int
        Of images to test on, besides each of these.

    Raises
    ------
    ValueError
        If a class has too few images for one of the draws.
    """
    for count in counts:
        data.split(count, test, seed=0)  # how many a class has does not depend on the seed


@dataclass(frozen=True)
class Comparison:
    """A network on true labels (first) and on labels drawn by lot (second).

    Parameters
    ----------
    steps : (2, seeds) array
        Until all examples were known.
    difficulties : (2, seeds) array
        Of the labels, from `lib.generalization.kernel.difficulties`.
    """

    steps: FloatArray
    difficulties: FloatArray


def compare_labels(
    name: str, tasks: Sequence[Task], seeds: Sequence[int], setup: Setup
) -> Comparison:
    """Train a network on true labels, and on labels drawn by lot.

    Parameters
    ----------
    name : str
        As `lib.generalization.networks.architecture` takes it.
    tasks : sequence of Task
        With true labels, one a seed.
    seeds : sequence of int
        Of all draws.
    setup : Setup
        How.

    Returns
    -------
    Comparison
        Of the same images; steps are inf where not all were known in the end.

    Raises
    ------
    ValueError
        If the network is unknown, there is no task, or not a seed for each.
    """
    numbers = seed_list("seeds", shaped("seeds", seeds, (len(tasks),)))
    pairs = zip(tasks, numbers, strict=True)
    false = [treatments.with_random_labels(task, int(seed)) for task, seed in pairs]
    fits = fit_versions([name], {"true": tasks, "false": false}, numbers.tolist(), setup)
    found = [
        difficulties(rectifier_kernel(true.images), [true.labels, lot.labels])
        for true, lot in zip(tasks, false, strict=True)
    ]
    return Comparison(np.array([fit.steps[0] for fit in fits.values()]), np.array(found).T)


def shuffled_twins(task: Task, seed: int, setup: Setup) -> float:
    """Train a perceptron on images, and another on their shuffled pixels with shuffled weights.

    Parameters
    ----------
    task : Task
        Any.
    seed : int
        Of weights, shuffling and order of examples.
    setup : Setup
        How.

    Returns
    -------
    float
        Largest difference between their losses on the way, relative to the loss at the start.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    at_least("seed", seed, 0)
    shuffled = treatments.with_shuffled_pixels(task, seed)
    # The same permutation as that of the pixels, of the positions of which each holds one number.
    shape = (1, *task.images.shape[1:])
    positions = np.arange(task.images[0].size, dtype=np.float32).reshape(shape)
    marked = Task(positions, task.labels[:1], positions, task.labels[:1], task.classes)
    order = treatments.with_shuffled_pixels(marked, seed).images.ravel().astype(np.int64)
    twins = build_each(TWIN, [task, shuffled], [seed, seed])
    first = next(layer for layer in twins[1].modules() if isinstance(layer, nn.Linear))
    with torch.no_grad():
        first.weight.copy_(first.weight[:, torch.as_tensor(order)].clone())
    rate = setup.rate_factor * networks.architecture(TWIN).rate
    fits = fitting.fit(
        twins, [task, shuffled], [seed, seed], rate=rate, epochs=5, batch=setup.batch
    )
    one, other = (fit.loss for fit in fits)
    length = min(len(one), len(other))
    return float(np.abs(one[:length] - other[:length]).max() / one[0])


def initial_losses(names: Sequence[str], tasks: Sequence[Task], seeds: Sequence[int]) -> FloatArray:
    """Loss of networks before they are trained.

    Parameters
    ----------
    names : sequence of str
        As `lib.generalization.networks.architecture` takes them.
    tasks : sequence of Task
        One a seed.
    seeds : sequence of int
        Of the weights.

    Returns
    -------
    (networks, seeds) array
        In nats.

    Raises
    ------
    ValueError
        If there is no network or an unknown one, there is no task, or not a seed for each.
    """
    if not len(names):
        raise ValueError("names must be of one network at least")
    built = [build_each(name, tasks, seeds) for name in names]
    images, labels = (
        torch.stack([torch.as_tensor(getattr(task, which)) for task in tasks])
        for which in ("images", "labels")
    )
    judged = [evaluate(Ensemble(group), images, labels) for group in built]
    return np.array([[loss for loss, _ in row] for row in judged])


# Weights of the paper's networks on images of CIFAR-10, cropped to 28 × 28 (table 1).
PAPER_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "inception": 1_649_402,
        "alexnet": 1_387_786,
        "perceptron 3×512": 1_735_178,
        "perceptron 1×512": 1_209_866,
    }
)
