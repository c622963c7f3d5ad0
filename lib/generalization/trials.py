"""Networks by their names, trained on tasks: all of one architecture together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import nn

from lib.checks import one_of, seed_list, shaped
from lib.generalization import fitting, networks
from lib.generalization.fitting import Fit
from lib.generalization.treatments import Task

FloatArray = NDArray[np.float64]

DROPOUT = 0.5  # of AlexNet (Krizhevsky et al. 2012)
REGULARIZERS = ("none", "weight decay", "dropout", "shifts")

Job = tuple[Sequence[Task], str]  # a task a seed, and a regularizer
Key = TypeVar("Key")


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


def build_each(
    name: str, tasks: Sequence[Task], seeds: Sequence[int], dropout: float = 0.0
) -> list[nn.Module]:
    """Build a network for each task.

    Parameters
    ----------
    name : str
        As `lib.generalization.networks.architecture` takes it.
    tasks : sequence of Task
        What they will learn.
    seeds : sequence of int
        Of initial weights, one for each.
    dropout : float
        Probability with which hidden units are masked in training.

    Returns
    -------
    list of Module
        As `lib.generalization.networks.build` makes them.

    Raises
    ------
    ValueError
        If the network is unknown, there is no task, not a seed for each, or the dropout is no
        probability.
    """
    if not len(tasks):
        raise ValueError("there must be one task at least")
    numbers = seed_list("seeds", shaped("seeds", seeds, (len(tasks),)))
    built = []
    for task, seed in zip(tasks, numbers, strict=True):
        colours, height, width = task.images.shape[1:]
        shape = (colours, height, width)
        built.append(networks.build(name, shape, task.classes, int(seed), dropout))
    return built


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
    (fits,) = _fits(names, [(tasks, regularizer)], seeds, setup)
    return fits


def fit_versions(
    names: Sequence[str],
    versions: Mapping[Key, Sequence[Task]],
    seeds: Sequence[int],
    setup: Setup,
) -> dict[Key, Fits]:
    """Train each network on versions of the same tasks, without regularizers.

    Parameters
    ----------
    names : sequence of str
        As `lib.generalization.networks.architecture` takes them.
    versions : mapping of sequence of Task
        Of each version a task a seed; all with as many images of one shape.
    seeds : sequence of int
        Of initial weights and orders of examples.
    setup : Setup
        How.

    Returns
    -------
    dict of Fits
        For each version what `fit_networks` finds, up to rounding.

    Raises
    ------
    ValueError
        If a network is unknown, there is no task, not a seed for each, or tasks differ in size.
    """
    jobs = [(tasks, "none") for tasks in versions.values()]
    return dict(zip(versions, _fits(names, jobs, seeds, setup), strict=True))


def fit_regularized(
    names: Sequence[str], tasks: Sequence[Task], seeds: Sequence[int], setup: Setup
) -> dict[str, Fits]:
    """Train each network on each task, with each of the regularizers by itself.

    Parameters
    ----------
    names : sequence of str
        As `lib.generalization.networks.architecture` takes them.
    tasks : sequence of Task
        One a seed.
    seeds : sequence of int
        Of initial weights, orders of examples and all that regularizers draw.
    setup : Setup
        How.

    Returns
    -------
    dict of Fits
        For each of `REGULARIZERS` what `fit_networks` finds, up to rounding.

    Raises
    ------
    ValueError
        If a network is unknown, there is no task, or not a seed for each.
    """
    jobs = [(tasks, regularizer) for regularizer in REGULARIZERS]
    return dict(zip(REGULARIZERS, _fits(names, jobs, seeds, setup), strict=True))


def _fits(names: Sequence[str], jobs: list[Job], seeds: Sequence[int], setup: Setup) -> list[Fits]:
    """What comes out for each job."""
    rows = [_rows(name, jobs, seeds, setup) for name in names]
    return [Fits(tuple(names), tuple(row[n] for row in rows)) for n in range(len(jobs))]


def _rows(name: str, jobs: list[Job], seeds: Sequence[int], setup: Setup) -> list[tuple[Fit, ...]]:
    """Fits of one network for each job."""
    found: dict[int, tuple[Fit, ...]] = {}
    # Networks with dropout are of an architecture of their own.
    for dropout in (0.0, DROPOUT):
        own = {n: job for n, job in enumerate(jobs) if (job[1] == "dropout") == (dropout > 0)}
        if not own:
            continue
        tasks = [task for job, _ in own.values() for task in job]
        regularizers = [regularizer for job, regularizer in own.values() for _ in job]
        fits = fitting.fit(
            [n for job, _ in own.values() for n in build_each(name, job, seeds, dropout)],
            tasks,
            [int(seed) for seed in seeds] * len(own),
            rate=setup.rate_factor * networks.architecture(name).rate,
            epochs=setup.epochs,
            batch=setup.batch,
            weight_decay=[setup.weight_decay * (r == "weight decay") for r in regularizers],
            shift=[setup.shift * (r == "shifts") for r in regularizers],
            device=fitting.choose_device(),
        )
        count = len(seeds)
        found |= {n: tuple(fits[count * k : count * (k + 1)]) for k, n in enumerate(own)}
    return [found[number] for number in range(len(jobs))]
