"""Training: many networks together against one at a time."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.case import Case
from lib import datasets, initializers
from lib.generalization import networks
from lib.training import Ensemble, cross_entropies, train

FloatArray = NDArray[np.float64]

SEEDS = 16


def perceptrons(depth: int = 10, width: int = 64, steps: int = 100) -> Case:
    """Train perceptrons of 16 seeds: batched products against a loop over PyTorch modules."""
    data = datasets.load("digits")
    X, y = data.normalized, data.labels
    shapes = initializers.perceptron_shapes(X.shape[1], width, 10, depth)
    weights = initializers.draw("kaiming", shapes, np.arange(SEEDS))
    batch, rate, momentum, watched = 64, 0.01, 0.9, 64
    inputs, labels = torch.tensor(X, dtype=torch.float32), torch.as_tensor(y)

    def together(steps: int = steps) -> FloatArray:
        seeds = np.arange(SEEDS)
        found = train(weights, X, y, seeds, rate=rate, steps=steps, every=steps, watched=watched)
        return found.loss[-1]

    def one_by_one(steps: int = steps) -> FloatArray:
        last = []
        for seed in range(SEEDS):
            layers: list[nn.Module] = []
            for W in weights:
                layer = nn.Linear(W.shape[2], W.shape[1])
                with torch.no_grad():
                    layer.weight.copy_(torch.tensor(W[seed], dtype=torch.float32))
                    layer.bias.zero_()
                layers += [layer, nn.ReLU()]
            network = nn.Sequential(*layers[:-1])
            optimizer = torch.optim.SGD(network.parameters(), rate, momentum)
            rng = np.random.default_rng([seed, 1])
            for _ in range(steps):
                chosen = torch.as_tensor(rng.integers(0, len(y), batch))
                optimizer.zero_grad()
                cross_entropy(network(inputs[chosen]), labels[chosen]).backward()
                optimizer.step()
            with torch.no_grad():
                last.append(float(cross_entropy(network(inputs[:watched]), labels[:watched])))
        return np.array(last)

    np.testing.assert_allclose(together(10), one_by_one(10), rtol=1e-4)
    title = f"{SEEDS} perceptrons, {depth} layers of {width}, {steps} steps"
    return Case(title, {"batched products": together, "PyTorch loop": one_by_one}, goal=5.0)


def convnets(steps: int = 30) -> Case:
    """Train small convolutional networks of 16 seeds: vmap against a loop over PyTorch modules."""
    generator = np.random.default_rng(0)
    inputs = torch.tensor(generator.standard_normal((SEEDS, 32, 1, 8, 8)), dtype=torch.float32)
    labels = torch.tensor(generator.integers(0, 10, (SEEDS, 32)))
    rate, momentum = 0.01, 0.9

    def built() -> list[nn.Module]:
        return [networks.build("convnet", (1, 8, 8), 10, seed) for seed in range(SEEDS)]

    def together() -> object:
        ensemble = Ensemble(built())
        for _ in range(steps):
            losses = cross_entropies(ensemble(inputs, training=True), labels)
            ensemble.descend(losses, rate, momentum=momentum)
        return ensemble

    def one_by_one() -> object:
        for network, own, wanted in zip(built(), inputs, labels, strict=True):
            optimizer = torch.optim.SGD(network.parameters(), rate, momentum)
            for _ in range(steps):
                optimizer.zero_grad()
                cross_entropy(network(own), wanted).backward()
                optimizer.step()
        return network

    title = f"{SEEDS} convolutional networks, {steps} steps"
    return Case(title, {"vmap": together, "PyTorch loop": one_by_one}, goal=1.0)


CASES = (
    perceptrons,
    convnets,
)
