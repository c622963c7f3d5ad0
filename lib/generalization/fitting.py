"""Training of classifiers, many at a time, until each knows all of its examples by heart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from lib.checks import at_least, class_labels, each, positive, whole
from lib.generalization.judging import evaluate
from lib.generalization.treatments import Task
from lib.training import Ensemble, cross_entropies

MOMENTUM = 0.9
DECAY, EPOCH = 0.95, 391  # the paper's: the rate falls by 5 % in 391 steps, once through CIFAR-10
TOGETHER = 32  # networks that are trained together at most
MOST_BYTES = 1 << 28  # of their images


@dataclass(frozen=True)
class Fit:
    """How a network came to know its examples.

    Parameters
    ----------
    steps : (T,) array of int
        After each pass through the examples; 0 first.
    loss : (T,) array
        Cross-entropy on the examples in nats, without penalties, dropout or augmentation.
    accuracy : (T,) array
        Share of the examples that are classified as they are labelled.
    test_accuracy : float
        Share of the test images that are, at the end.
    """

    steps: NDArray[np.int64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    test_accuracy: float

    @property
    def steps_to_fit(self) -> float:
        """Steps after which all examples were known; inf if they never were."""
        return float(self.steps[-1]) if self.accuracy[-1] == 1.0 else np.inf


def choose_device() -> torch.device:
    """Where to train: on a GPU if there is one.

    Returns
    -------
    device
        For `fit`.
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    networks: Sequence[nn.Module],
    tasks: Sequence[Task],
    seeds: Sequence[int],
    *,
    rate: ArrayLike,
    epochs: int,
    batch: int,
    weight_decay: ArrayLike = 0.0,
    shift: ArrayLike = 0,
    device: torch.device | None = None,
) -> list[Fit]:
    """Train by stochastic gradient descent with momentum until every example is known.

    Parameters
    ----------
    networks : sequence of Module
        All of one architecture; each takes images (n, colours, height, width) and gives outputs (n,
        classes). They stay as they are.
    tasks : sequence of Task
        What each learns; all with as many images of one shape.
    seeds : sequence of int
        Of the order of examples, of augmentation and of dropout, one for each network.
    rate : float or (networks,) array
        Learning rate at the start, common to all or one for each network; it falls by 5 % in 391
        steps.
    epochs : int
        Passes through the examples after which training ends at the latest.
    batch : int
        Examples in a step; each pass takes them in a new order.
    weight_decay : float or (networks,) array
        Coefficient of half of the squared weights, added to the loss.
    shift : int or (networks,) array of int
        Augmentation: each image is moved, each time, by up to so many pixels each way.
    device : device, optional
        The processor if not given.

    Returns
    -------
    list of Fit
        Each ends at the start, or with the first pass, after which all of its examples are known
        or its loss is not finite: inf or NaN. Up to rounding it is the same whatever else is
        trained beside it.

    Raises
    ------
    ValueError
        If a rate, epochs or batch are not positive, a weight_decay, shift or seed is negative,
        networks, tasks and what is given for each do not fit together, or a label is none of a
        task's classes.
    """
    positive("rate", rate)
    at_least("epochs", epochs, 1)
    at_least("batch", batch, 1)
    at_least("weight_decay", weight_decay, 0)
    at_least("shift", shift, 0)
    if not len(networks) == len(tasks) == len(seeds):
        raise ValueError(
            f"each network needs a task and a seed, got {len(networks)} networks, {len(tasks)} "
            f"tasks and {len(seeds)} seeds"
        )
    for seed in seeds:
        whole("seeds", seed, 0)
    given = {"rate": rate, "weight_decay": weight_decay, "shift": shift}
    rules = np.stack([each(name, value, len(networks)) for name, value in given.items()])
    if len({(task.images.shape, task.test_images.shape) for task in tasks}) > 1:
        raise ValueError("networks that are trained together need as many images of one shape")
    for task in tasks:
        class_labels("labels", task.labels, len(task.images), task.classes)
        class_labels("test_labels", task.test_labels, len(task.test_images), task.classes)
    most = min([TOGETHER, *(MOST_BYTES // max(1, task.images.nbytes) for task in tasks)])
    size, where = max(1, most), device or torch.device("cpu")
    found: list[Fit] = []
    for first in range(0, len(networks), size):
        group = slice(first, first + size)
        run = _Run(networks[group], tasks[group], seeds[group], rules[:, group], where)
        for _ in range(epochs):
            if not run.members:
                break
            run.learn(batch)
            run.record()
        found += run.fits()
    return found


class _Run:
    """Networks on their way: those that still learn, and the records of all."""

    def __init__(
        self,
        networks: Sequence[nn.Module],
        tasks: Sequence[Task],
        seeds: Sequence[int],
        rules: NDArray[np.float64],
        device: torch.device,
    ) -> None:
        self.members = list(range(len(networks)))  # those that still learn
        self.ensemble = Ensemble(networks, device, seeds=seeds)
        self.rules, self.device = rules, device  # rates, weight decays and shifts, a column each
        self.images = _stacked([task.images for task in tasks], device)
        self.labels = _stacked([task.labels for task in tasks], device)
        self.tests = [(task.test_images, task.test_labels) for task in tasks]
        self.rngs = [np.random.default_rng([seed, 61]) for seed in seeds]
        self.step = 0
        self.records: list[list[tuple[int, float, float]]] = [[] for _ in networks]
        self.test_accuracies = [0.0 for _ in networks]
        self.record()

    def learn(self, batch: int) -> None:
        """Pass once through the examples, each network in an order of its own."""
        rngs, shifts = [self.rngs[m] for m in self.members], [int(s) for s in self.rules[2]]
        rates, decays = (_common(row, self.device) for row in self.rules[:2])
        which, moved = torch.arange(len(rngs), device=self.device)[:, None], max(shifts)
        windows = _windows(self.images, moved)
        orders = torch.as_tensor(np.stack([rng.permutation(self.labels.shape[1]) for rng in rngs]))
        for chosen in torch.split(orders.to(self.device), batch, dim=1):
            pairs = zip(rngs, shifts, strict=True)
            corners = [moved + _moves(rng, shift, chosen.shape[1]) for rng, shift in pairs]
            tops, lefts = _stacked(corners, self.device).unbind(dim=2)
            outputs = self.ensemble(windows[which, chosen, :, tops, lefts], training=True)
            self.ensemble.descend(
                cross_entropies(outputs, self.labels[which, chosen]),
                rates * DECAY ** (self.step / EPOCH),
                momentum=MOMENTUM,
                weight_decay=decays,
            )
            self.step += 1

    def record(self) -> None:
        """Judge the networks that still learn; those that know all, or never will, leave."""
        judged = evaluate(self.ensemble, self.images, self.labels)
        for member, (loss, accuracy) in zip(self.members, judged, strict=True):
            self.records[member].append((self.step, loss, accuracy))
        stays = np.array([accuracy < 1.0 and math.isfinite(loss) for loss, accuracy in judged])
        if not stays.all():
            self._test(~stays)
            self.members = [m for m, stay in zip(self.members, stays, strict=True) if stay]
            self.rules, which = self.rules[:, stays], torch.as_tensor(stays)
            self.ensemble.keep(which)
            self.images, self.labels = self.images[which], self.labels[which]

    def _test(self, which: NDArray[np.bool_]) -> None:
        members = [member for member, asked in zip(self.members, which, strict=True) if asked]
        images, labels = zip(*[self.tests[member] for member in members], strict=True)
        judged = evaluate(
            self.ensemble.only(torch.as_tensor(which)),
            _stacked(images, self.device),
            _stacked(labels, self.device),
        )
        for member, (_, accuracy) in zip(members, judged, strict=True):
            self.test_accuracies[member] = accuracy

    def fits(self) -> list[Fit]:
        """What came out, in the order of the networks."""
        if self.members:
            self._test(np.ones(len(self.members), dtype=bool))
        found = []
        for records, test in zip(self.records, self.test_accuracies, strict=True):
            steps, losses, accuracies = zip(*records, strict=True)
            found.append(Fit(np.array(steps), np.array(losses), np.array(accuracies), test))
        return found


def _stacked(arrays: Sequence[NDArray[np.generic]], device: torch.device) -> Tensor:
    return torch.stack([torch.as_tensor(array) for array in arrays]).to(device)


def _common(numbers: NDArray[np.float64], device: torch.device) -> Tensor | float:
    """One number where all are the same, for which a step costs less."""
    first = float(numbers[0])
    return first if np.all(numbers == first) else torch.as_tensor(numbers.copy()).to(device)


def _moves(rng: np.random.Generator, shift: int, count: int) -> NDArray[np.int64]:
    """Pixels by which images are moved down and to the right; nothing is drawn for none."""
    return rng.integers(-shift, shift + 1, (count, 2)) if shift else np.zeros((count, 2), np.int64)


def _windows(images: Tensor, shift: int) -> Tensor:
    """Windows of the padded images (..., height, width), by their corners (..., top, left)."""
    *_, height, width = images.shape
    return pad(images, (shift,) * 4).unfold(-2, height, 1).unfold(-2, width, 1)
