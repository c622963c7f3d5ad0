"""Training of a classifier until it knows all of its examples by heart."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from lib.generalization.treatments import Task

MOMENTUM = 0.9
DECAY, EPOCH = 0.95, 391  # the paper's: the rate falls by 5 % in 391 steps, once through CIFAR-10
CHUNK = 2000  # examples that are evaluated at a time


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
    network: nn.Module,
    task: Task,
    seed: int,
    *,
    rate: float,
    epochs: int,
    batch: int,
    weight_decay: float = 0.0,
    shift: int = 0,
    device: torch.device | None = None,
) -> Fit:
    """Train by stochastic gradient descent with momentum until every example is known.

    Parameters
    ----------
    network : Module
        Takes images (n, colours, height, width), gives outputs (n, classes); it is changed.
    task : Task
        What is learned.
    seed : int
        Of the order of examples, of augmentation and of dropout.
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
    Fit
        It ends with the first pass after which all examples are known.

    Raises
    ------
    ValueError
        If rate, epochs or batch are not positive.
    """
    if not rate > 0 or epochs < 1 or batch < 1:
        raise ValueError(
            f"rate, epochs and batch must be positive, got {rate}, {epochs} and {batch}"
        )
    device = device or torch.device("cpu")
    network.to(device)
    images, tests = (torch.as_tensor(x).to(device) for x in (task.images, task.test_images))
    labels, truth = (torch.as_tensor(y).to(device) for y in (task.labels, task.test_labels))
    optimizer = torch.optim.SGD(network.parameters(), rate, MOMENTUM, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: DECAY ** (step / EPOCH))
    rng = np.random.default_rng([seed, 61])
    records, step = [(0, *evaluate(network, images, labels))], 0
    # Dropout draws from torch's own generators; they are put back as they were.
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for _ in range(epochs):
            network.train()
            for chosen in torch.split(torch.as_tensor(rng.permutation(len(labels))), batch):
                inputs = images[chosen]
                if shift:
                    inputs = _shifted(
                        inputs, rng.integers(0, 2 * shift + 1, (len(chosen), 2)), shift
                    )
                optimizer.zero_grad()
                loss = cross_entropy(network(inputs), labels[chosen])
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                step += 1
            records.append((step, *evaluate(network, images, labels)))
            if records[-1][2] == 1.0:
                break
    steps, losses, accuracies = zip(*records, strict=True)
    return Fit(
        np.array(steps),
        np.array(losses),
        np.array(accuracies),
        test_accuracy=evaluate(network, tests, truth)[1],
    )


def evaluate(network: nn.Module, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Judge a network as it is, with nothing masked.

    Parameters
    ----------
    network : Module
        Takes images, gives outputs.
    images : (n, colours, height, width) tensor
        Where.
    labels : (n,) tensor of int
        What is right.

    Returns
    -------
    tuple of float
        Mean cross-entropy in nats, and the share of right answers.
    """
    network.eval()
    with torch.no_grad():
        outputs = torch.cat([network(chunk) for chunk in torch.split(images, CHUNK)])
    right = int((outputs.argmax(dim=1) == labels).sum())
    return float(cross_entropy(outputs, labels)), right / len(labels)


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
