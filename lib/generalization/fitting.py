"""Training of classifiers, many at a time, until each knows all of its examples by heart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from lib.checks import at_least, class_labels, positive, whole
from lib.generalization.treatments import Task
from lib.training import Ensemble, cross_entropies

MOMENTUM = 0.9
DECAY, EPOCH = 0.95, 391  # the paper's: the rate falls by 5 % in 391 steps, once through CIFAR-10
CHUNK = 2000  # examples that are evaluated at a time, of all networks
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
    rate: float,
    epochs: int,
    batch: int,
    weight_decay: float = 0.0,
    shift: int = 0,
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
    rate : float
        Learning rate at the start; it falls by 5 % in 391 steps.
    epochs : int
        Passes through the examples after which training ends at the latest.
    batch : int
        Examples in a step; each pass takes them in a new order.
    weight_decay : float
        Coefficient of half of the squared weights, added to the loss.
    shift : int
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
        If rate, epochs or batch are not positive, weight_decay, shift or a seed is negative,
        networks, tasks and seeds do not fit together, or a label is none of a task's classes.
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
    if len({(task.images.shape, task.test_images.shape) for task in tasks}) > 1:
        raise ValueError("networks that are trained together need as many images of one shape")
    for task in tasks:
        class_labels("labels", task.labels, len(task.images), task.classes)
        class_labels("test_labels", task.test_labels, len(task.test_images), task.classes)
    # What dropout draws for a network depends on its company: such networks are trained alone.
    drops = any(isinstance(m, nn.Dropout) for network in networks for m in network.modules())
    most = min([TOGETHER, *(MOST_BYTES // max(1, task.images.nbytes) for task in tasks)])
    size = 1 if drops else max(1, most)
    found: list[Fit] = []
    for first in range(0, len(networks), size):
        group = slice(first, first + size)
        run = _Run(networks[group], tasks[group], seeds[group], device or torch.device("cpu"))
        # Dropout draws from torch's own generators; they are put back as they were.
        with torch.random.fork_rng():
            torch.manual_seed(seeds[first])
            for _ in range(epochs):
                if not run.members:
                    break
                run.learn(batch, rate, weight_decay, shift)
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
        device: torch.device,
    ) -> None:
        self.members = list(range(len(networks)))  # those that still learn
        self.ensemble = Ensemble(networks, device)
        self.images = [torch.as_tensor(task.images).to(device) for task in tasks]
        self.labels = [torch.as_tensor(task.labels).to(device) for task in tasks]
        self.tests = [
            (torch.as_tensor(t.test_images).to(device), torch.as_tensor(t.test_labels).to(device))
            for t in tasks
        ]
        self.rngs = [np.random.default_rng([seed, 61]) for seed in seeds]
        self.step = 0
        self.records: list[list[tuple[int, float, float]]] = [[] for _ in networks]
        self.test_accuracies = [0.0 for _ in networks]
        self.record()

    def learn(self, batch: int, rate: float, weight_decay: float, shift: int) -> None:
        """Pass once through the examples, each network in an order of its own."""
        orders = [
            torch.as_tensor(self.rngs[m].permutation(len(self.labels[m]))) for m in self.members
        ]
        for chosen in zip(*[torch.split(order, batch) for order in orders], strict=True):
            rows = list(zip(self.members, chosen, strict=True))
            inputs = torch.stack([self.images[m][which] for m, which in rows])
            labels = torch.stack([self.labels[m][which] for m, which in rows])
            if shift:
                sizes = (inputs.shape[1], 2)
                corners = [self.rngs[m].integers(0, 2 * shift + 1, sizes) for m in self.members]
                moved = _shifted(inputs.flatten(0, 1), np.concatenate(corners), shift)
                inputs = moved.reshape(inputs.shape)
            outputs = self.ensemble(inputs, training=True)
            self.ensemble.descend(
                cross_entropies(outputs, labels),
                rate * DECAY ** (self.step / EPOCH),
                momentum=MOMENTUM,
                weight_decay=weight_decay,
            )
            self.step += 1

    def record(self) -> None:
        """Judge the networks that still learn; those that know all, or never will, leave."""
        judged = evaluate(
            self.ensemble,
            [self.images[member] for member in self.members],
            [self.labels[member] for member in self.members],
        )
        stays = []
        for member, (loss, accuracy) in zip(self.members, judged, strict=True):
            self.records[member].append((self.step, loss, accuracy))
            stays.append(accuracy < 1.0 and math.isfinite(loss))
        if not all(stays):
            self._test()
            self.members = [m for m, stay in zip(self.members, stays, strict=True) if stay]
            self.ensemble.keep(torch.tensor(stays))

    def _test(self) -> None:
        images, labels = zip(*[self.tests[member] for member in self.members], strict=True)
        judged = evaluate(self.ensemble, images, labels)
        for member, (_, accuracy) in zip(self.members, judged, strict=True):
            self.test_accuracies[member] = accuracy

    def fits(self) -> list[Fit]:
        """What came out, in the order of the networks."""
        if self.members:
            self._test()
        found = []
        for records, test in zip(self.records, self.test_accuracies, strict=True):
            steps, losses, accuracies = zip(*records, strict=True)
            found.append(Fit(np.array(steps), np.array(losses), np.array(accuracies), test))
        return found


def evaluate(
    ensemble: Ensemble, images: Sequence[Tensor], labels: Sequence[Tensor]
) -> list[tuple[float, float]]:
    """Judge networks as they are, with nothing masked.

    Parameters
    ----------
    ensemble : Ensemble
        Of B networks that take images and give outputs.
    images : sequence of B (n, colours, height, width) tensors
        Where.
    labels : sequence of B (n,) tensors of int
        What is right.

    Returns
    -------
    list of tuple of float
        Mean cross-entropy in nats and the share of right answers of each network; NaN where an
        image holds NaN or infinite values.

    Raises
    ------
    ValueError
        If there are not images and labels for each network, as many and of one shape, or a label is
        no output.
    """
    _check(ensemble, images, labels)
    outputs, size = [], max(1, CHUNK // len(images))
    with torch.no_grad():
        for chunk in zip(*[torch.split(x, size) for x in images], strict=True):
            outputs.append(ensemble(torch.stack(chunk)))
    found, truth = torch.cat(outputs, dim=1), torch.stack(list(labels))
    for own in labels:
        class_labels("labels", own.numpy(force=True), found.shape[1], found.shape[2])
    right = (found.argmax(dim=2) == truth).double().mean(dim=1)
    return list(zip(cross_entropies(found, truth).tolist(), right.tolist(), strict=True))


def _check(ensemble: Ensemble, images: Sequence[Tensor], labels: Sequence[Tensor]) -> None:
    if not len(ensemble) == len(images) == len(labels):
        raise ValueError(
            f"{len(ensemble)} networks need as many images and labels, got {len(images)} and "
            f"{len(labels)}"
        )
    if len({x.shape for x in images}) != 1 or images[0].ndim != 4 or not len(images[0]):
        raise ValueError(
            "images must be (n, colours, height, width), of one shape for all networks, got "
            f"{[tuple(x.shape) for x in images]}"
        )
    if any(y.shape != images[0].shape[:1] for y in labels):
        raise ValueError(
            f"{len(images[0])} images need as many labels, got {[tuple(y.shape) for y in labels]}"
        )


def _shifted(images: Tensor, corners: NDArray[np.int64], shift: int) -> Tensor:
    """Windows of the padded images, one at a corner of its own for each."""
    height, width = images.shape[2:]
    padded = pad(images, (shift,) * 4)
    moves = torch.as_tensor(corners).to(images.device)
    rows = moves[:, :1] + torch.arange(height, device=images.device)
    columns = moves[:, 1:] + torch.arange(width, device=images.device)
    which = torch.arange(len(images), device=images.device)[:, None, None]
    # Indices around a slice: the channels come last, and go back to their place.
    return padded[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
