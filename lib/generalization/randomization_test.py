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

from lib.checks import at_least, one_of, seed_list, shaped
from lib.datasets import Dataset
from lib.generalization import fitting, networks, treatments
from lib.generalization.fitting import Fit
from lib.generalization.kernel import difficulty, rectifier_kernel
from lib.generalization.treatments import Task
from lib.training import Ensemble

FloatArray = NDArray[np.float64]

DROPOUT = 0.5  # of AlexNet (Krizhevsky et al. 2012)
REGULARIZERS = ("none", "weight decay", "dropout", "shifts")


@dataclass(frozen=True)
class Setup:
    """How networks are trained.

    Parameters
    ----------
    rate_factor : float
        Learning rates as multiples of the paper's.
    epochs : int
        Passes through the examples after which training ends at the latest.
    batch : int
        Examples in a step.
    shift : int
        Pixels by which augmentation moves an image at most.
    weight_decay : float
        Coefficient of half of the squared weights, where that is the regularizer.
    """

    rate_factor: float
    epochs: int
    batch: int
    shift: int = 1
    weight_decay: float = 5e-4


@dataclass(frozen=True)
class Fits:
    """Networks that learned the same tasks.

    Parameters
    ----------
    names : tuple of str
        Of the networks.
    fits : tuple of tuple of Fit
        For each network one a seed.
    """

    names: tuple[str, ...]
    fits: tuple[tuple[Fit, ...], ...]

    @property
    def steps(self) -> FloatArray:
        """Steps until all examples were known, (networks, seeds); inf if they never were."""
        return np.array([[fit.steps_to_fit for fit in row] for row in self.fits])

    @property
    def accuracy(self) -> FloatArray:
        """Share of the examples known at the end, (networks, seeds)."""
        return np.array([[fit.accuracy[-1] for fit in row] for row in self.fits])

    @property
    def test_accuracy(self) -> FloatArray:
        """Share of the test images classified rightly, (networks, seeds)."""
        return np.array([[fit.test_accuracy for fit in row] for row in self.fits])


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


def fit_networks(
    names: Sequence[str],
    tasks: Sequence[Task],
    seeds: Sequence[int],
    setup: Setup,
    regularizer: str = "none",
) -> Fits:
    """Train each network on each task.

    Parameters
    ----------
    names : sequence of str
        As `lib.generalization.networks.architecture` takes them.
    tasks : sequence of Task
        One a seed.
    seeds : sequence of int
        Of initial weights and orders of examples.
    setup : Setup
        How.
    regularizer : str
        One of `REGULARIZERS`.

    Returns
    -------
    Fits
        On a GPU if there is one.

    Raises
    ------
    ValueError
        If the regularizer or a network is unknown, there is no task, or not a seed for each.
    """
    one_of("regularizer", regularizer, REGULARIZERS)
    dropout = DROPOUT if regularizer == "dropout" else 0.0
    numbers = _seeds_of(tasks, seeds)
    rows = []
    for name in names:
        built = [
            networks.build(name, _shape(task), task.classes, seed, dropout)
            for task, seed in zip(tasks, numbers, strict=True)
        ]
        fits = fitting.fit(
            built,
            tasks,
            numbers,
            rate=setup.rate_factor * networks.architecture(name).rate,
            epochs=setup.epochs,
            batch=setup.batch,
            weight_decay=setup.weight_decay if regularizer == "weight decay" else 0.0,
            shift=setup.shift if regularizer == "shifts" else 0,
            device=fitting.choose_device(),
        )
        rows.append(tuple(fits))
    return Fits(tuple(names), tuple(rows))


@dataclass(frozen=True)
class Comparison:
    """A network on true labels (first) and on labels drawn by lot (second).

    Parameters
    ----------
    steps : (2, seeds) array
        Until all examples were known.
    difficulties : (2, seeds) array
        Of the labels, from `lib.generalization.kernel.difficulty`.
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
    pairs = zip(tasks, _seeds_of(tasks, seeds), strict=True)
    false = [treatments.with_random_labels(task, seed) for task, seed in pairs]
    kernels = [rectifier_kernel(task.images) for task in tasks]
    steps, difficulties = [], []
    for versions in (tasks, false):
        steps.append(fit_networks([name], versions, seeds, setup).steps[0])
        found = zip(kernels, versions, strict=True)
        difficulties.append([difficulty(kernel, task.labels) for kernel, task in found])
    return Comparison(np.array(steps), np.array(difficulties))


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
    positions = np.arange(task.images[0].size, dtype=np.float32).reshape(1, *_shape(task))
    marked = Task(positions, task.labels[:1], positions, task.labels[:1], task.classes)
    order = treatments.with_shuffled_pixels(marked, seed).images.ravel().astype(np.int64)
    losses = []
    for which, columns in ((task, slice(None)), (shuffled, torch.as_tensor(order))):
        network = networks.build("perceptron 1×512", _shape(task), task.classes, seed)
        first = next(layer for layer in network.modules() if isinstance(layer, nn.Linear))
        with torch.no_grad():
            first.weight.copy_(first.weight[:, columns].clone())
        rate = setup.rate_factor * networks.architecture("perceptron 1×512").rate
        (found,) = fitting.fit([network], [which], [seed], rate=rate, epochs=5, batch=setup.batch)
        losses.append(found.loss)
    length = min(map(len, losses))
    return float(np.abs(losses[0][:length] - losses[1][:length]).max() / losses[0][0])


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
        If a network is unknown, there is no task, or not a seed for each.
    """
    numbers = _seeds_of(tasks, seeds)
    images, labels = ([torch.as_tensor(getattr(t, x)) for t in tasks] for x in ("images", "labels"))
    found = []
    for name in names:
        built = [
            networks.build(name, _shape(task), task.classes, seed)
            for task, seed in zip(tasks, numbers, strict=True)
        ]
        judged = fitting.evaluate(Ensemble(built), images, labels)
        found.append([loss for loss, _ in judged])
    return np.array(found)


def _seeds_of(tasks: Sequence[Task], seeds: Sequence[int]) -> list[int]:
    if not len(tasks):
        raise ValueError("there must be one task at least")
    return [int(seed) for seed in seed_list("seeds", shaped("seeds", seeds, (len(tasks),)))]


def _shape(task: Task) -> networks.Shape:
    colours, height, width = task.images.shape[1:]
    return colours, height, width


# Weights of the paper's networks on images of CIFAR-10, cropped to 28 × 28 (table 1).
PAPER_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "inception": 1_649_402,
        "alexnet": 1_387_786,
        "perceptron 3×512": 1_735_178,
        "perceptron 1×512": 1_209_866,
    }
)
