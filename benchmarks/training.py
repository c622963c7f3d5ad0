"""Training: many networks together against one at a time, of the shapes that chapters train."""

import copy
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from benchmarks.case import Case
from lib import datasets, initializers
from lib.generalization import networks
from lib.generalization.fitting import fit
from lib.generalization.randomization_test import draw_tasks
from lib.generalization.treatments import Task
from lib.training import Ensemble, cross_entropies, train

FloatArray = NDArray[np.float64]

SEEDS = 16
GOAL = 5.0
MOMENTUM = 0.9
PASSES = 3  # through the images that are to be learned by heart


def perceptrons(
    depth: int, width: int, step: float | None = None, steps: int = 60, seeds: int = SEEDS
) -> Case:
    """Train perceptrons, residual if there is a step: batched products against a loop."""
    data = datasets.load("digits")
    X, y = data.normalized, data.labels
    shapes = initializers.perceptron_shapes(X.shape[1], width, 10, depth)
    weights = initializers.draw("kaiming", shapes, np.arange(seeds))
    rate, batch, watched = 0.01, 64, 64
    inputs, labels = torch.tensor(X, dtype=torch.float32), torch.as_tensor(y)

    def together(steps: int = steps) -> FloatArray:
        own = np.arange(seeds)
        found = train(
            weights, X, y, own, step=step, rate=rate, steps=steps, every=steps, watched=watched
        )
        return np.asarray(found.loss[-1])

    def one_by_one(steps: int = steps) -> FloatArray:
        last = []
        for seed in range(seeds):
            network = _perceptron([W[seed] for W in weights], step)
            optimizer = torch.optim.SGD(network.parameters(), rate, MOMENTUM)
            rng = np.random.default_rng([seed, 1])
            for _ in range(steps):
                chosen = torch.as_tensor(rng.integers(0, len(y), batch))
                _descend(network, optimizer, inputs[chosen], labels[chosen])
            with torch.no_grad():
                last.append(float(cross_entropy(network(inputs[:watched]), labels[:watched])))
        return np.array(last)

    def check() -> None:
        few = min(steps, 5)  # deep networks magnify what rounding leaves
        np.testing.assert_allclose(together(few), one_by_one(few), rtol=1e-3)

    kind = "perceptrons" if step is None else "residual perceptrons"
    title = f"{seeds} {kind}, {depth} layers of {width}, {steps} steps"
    rivals = {"lib.training.train": together, "PyTorch loop": one_by_one}
    return Case(title, rivals, check, GOAL, repeats=5)


def convnets(steps: int = 30, seeds: int = SEEDS) -> Case:
    """Train small convolutional networks: vmap against a loop over PyTorch modules."""
    generator = np.random.default_rng(0)
    inputs = torch.tensor(generator.standard_normal((seeds, 50, 1, 8, 8)), dtype=torch.float32)
    labels = torch.tensor(generator.integers(0, 10, (seeds, 50)))
    rate = 0.01
    built = [networks.build("convnet", (1, 8, 8), 10, seed) for seed in range(seeds)]

    def together() -> dict[str, Tensor]:
        ensemble = Ensemble(built)
        for _ in range(steps):
            losses = cross_entropies(ensemble(inputs, training=True), labels)
            ensemble.descend(losses, rate, momentum=MOMENTUM)
        return ensemble.parameters

    def one_by_one() -> list[dict[str, nn.Parameter]]:
        found = []
        for start, own, wanted in zip(built, inputs, labels, strict=True):
            network = copy.deepcopy(start)
            optimizer = torch.optim.SGD(network.parameters(), rate, MOMENTUM)
            for _ in range(steps):
                _descend(network, optimizer, own, wanted)
            found.append(dict(network.named_parameters()))
        return found

    def check() -> None:
        alone = one_by_one()
        for name, values in together().items():
            expected = torch.stack([parameters[name] for parameters in alone])
            torch.testing.assert_close(values, expected, rtol=1e-4, atol=1e-5)

    title = f"{seeds} convolutional networks, {steps} steps"
    rivals = {"lib.training.Ensemble": together, "PyTorch loop": one_by_one}
    return Case(title, rivals, check, GOAL, repeats=5)


def by_heart(
    name: str, passes: int = PASSES, images: int = 500, batch: int = 50, seeds: int = SEEDS
) -> Case:
    """Learn images by heart, judged after each pass: all networks together against a loop."""
    numbers = list(range(seeds))
    tasks = draw_tasks(datasets.load("digits"), images, images, numbers)
    built = [networks.build(name, (1, 8, 8), 10, seed) for seed in numbers]
    rate = 2 * networks.architecture(name).rate

    def together() -> FloatArray:
        fits = fit(built, tasks, numbers, rate=rate, epochs=passes, batch=batch)
        return np.array([[*found.loss, found.test_accuracy] for found in fits])

    def one_by_one() -> FloatArray:
        given = zip(built, tasks, numbers, strict=True)
        return np.array([_learned(*one, rate, passes, batch) for one in given])

    def check() -> None:
        np.testing.assert_allclose(together(), one_by_one(), rtol=1e-3)

    title = f"{seeds} of {name} learn {images} images, {passes} passes"
    rivals = {"lib.generalization.fitting": together, "PyTorch loop": one_by_one}
    return Case(title, rivals, check, GOAL, repeats=5)


class _Block(nn.Module):
    """A residual layer."""

    def __init__(self, linear: nn.Linear, step: float) -> None:
        super().__init__()
        self.linear, self.step = linear, step

    def forward(self, x: Tensor) -> Tensor:
        return x + self.step * torch.relu(self.linear(x))


def _perceptron(weights: list[FloatArray], step: float | None) -> nn.Module:
    layers: list[nn.Module] = []
    for number, W in enumerate(weights):
        linear = nn.Linear(W.shape[1], W.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W, dtype=torch.float32))
            linear.bias.zero_()
        if step is not None and 0 < number < len(weights) - 1:
            layers.append(_Block(linear, step))
        else:
            layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _descend(
    network: nn.Module, optimizer: torch.optim.Optimizer, inputs: Tensor, labels: Tensor
) -> None:
    optimizer.zero_grad()
    cross_entropy(network(inputs), labels).backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _learned(
    start: nn.Module, task: Task, seed: int, rate: float, passes: int, batch: int
) -> list[float]:
    """Losses before the first pass and after each one, and the share of test images known."""
    network, rng = copy.deepcopy(start), np.random.default_rng([seed, 61])
    images, labels, tests, wanted = (
        torch.as_tensor(a) for a in (task.images, task.labels, task.test_images, task.test_labels)
    )
    optimizer = torch.optim.SGD(network.parameters(), rate, MOMENTUM)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.95 ** (step / 391))

    def judged() -> float:
        with torch.no_grad():
            return float(cross_entropy(network(images), labels))

    losses = [judged()]
    for _ in range(passes):
        for chosen in torch.split(torch.as_tensor(rng.permutation(len(labels))), batch):
            _descend(network, optimizer, images[chosen], labels[chosen])
            schedule.step()
        losses.append(judged())
    with torch.no_grad():
        right = network(tests).argmax(dim=1) == wanted
    return [*losses, float(right.double().mean())]


CASES: tuple[Callable[[], Case], ...] = (
    partial(perceptrons, 5, 64),
    partial(perceptrons, 20, 32),
    partial(perceptrons, 20, 32, step=1 / 20),
    partial(perceptrons, 22, 64),
    partial(perceptrons, 10, 64),
    convnets,
    partial(by_heart, "convnet"),
    partial(by_heart, "perceptron 1×512"),
)
