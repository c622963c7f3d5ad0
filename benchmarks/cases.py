"""The rivals: each case does the same thing by the book's code and by what one would take instead.

Before anything is timed a case is held against its rival: both must give the same result.
"""

from collections.abc import Callable

import findiff
import numpy as np
import torch
import torchdiffeq
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks import spectra
from benchmarks.case import Case
from lib import datasets, initializers
from lib.generalization import networks
from lib.integrators import integrate
from lib.pde import stencils
from lib.training import Ensemble, cross_entropies, train

SEEDS = 16


def perceptrons(depth: int = 10, width: int = 64, steps: int = 100) -> Case:
    """Train perceptrons of 16 seeds: batched products against a loop over PyTorch modules."""
    data = datasets.load("digits")
    X, y = data.normalized, data.labels
    shapes = initializers.perceptron_shapes(X.shape[1], width, 10, depth)
    weights = initializers.draw("kaiming", shapes, np.arange(SEEDS))
    batch, rate, momentum, watched = 64, 0.01, 0.9, 64
    inputs, labels = torch.tensor(X, dtype=torch.float32), torch.as_tensor(y)

    def together(steps: int = steps) -> NDArray[np.float64]:
        seeds = np.arange(SEEDS)
        found = train(weights, X, y, seeds, rate=rate, steps=steps, every=steps, watched=watched)
        return found.loss[-1]

    def one_by_one(steps: int = steps) -> NDArray[np.float64]:
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


def _flow(units: int = 64, batch: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    K = torch.randn(units, units, generator=generator, dtype=torch.float64) / units**0.5
    return K, torch.randn(batch, units, generator=generator, dtype=torch.float64)


def runge_kutta(steps: int = 200) -> Case:
    """Follow a flow forwards by the classical Runge–Kutta method: against torchdiffeq."""
    K, start = _flow()
    times = torch.linspace(0, 1, steps + 1, dtype=torch.float64)

    def ours() -> torch.Tensor:
        return integrate(lambda t, y: torch.tanh(y @ K), start, 1.0, steps, "rk4")[-1]

    def theirs() -> torch.Tensor:
        states = torchdiffeq.odeint(lambda t, y: torch.tanh(y @ K), start, times, method="rk4")
        return states[-1]

    # torchdiffeq's rk4 is the 3/8 rule: of the same order and cost, another error.
    assert torch.allclose(ours(), theirs(), atol=1e-9)
    title = f"Runge–Kutta, {steps} steps of 100 states of 64 units"
    return Case(title, {"lib.integrators": ours, "torchdiffeq": theirs}, goal=1.0)


def runge_kutta_with_gradient(steps: int = 100) -> Case:
    """The same, and the gradient with respect to the weights."""
    K, start = _flow()
    times = torch.linspace(0, 1, steps + 1, dtype=torch.float64)

    def gradient(last: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        weights = K.clone().requires_grad_()
        return torch.autograd.grad(last(weights).square().sum(), weights)[0]

    def ours() -> torch.Tensor:
        return gradient(
            lambda W: integrate(lambda t, y: torch.tanh(y @ W), start, 1.0, steps, "rk4")[-1]
        )

    def theirs() -> torch.Tensor:
        return gradient(
            lambda W: torchdiffeq.odeint(
                lambda t, y: torch.tanh(y @ W), start, times, method="rk4"
            )[-1]
        )

    assert torch.allclose(ours(), theirs(), rtol=1e-6)
    title = f"the same with its gradient, {steps} steps"
    return Case(title, {"lib.integrators": ours, "torchdiffeq": theirs}, goal=1.0)


def coefficients(accuracy: int = 8) -> Case:
    """Exact weights of central differences up to the fourth derivative: against findiff."""
    orders = range(1, 5)

    def ours() -> list[dict[tuple[int, ...], object]]:
        return [dict(stencils.central(order, accuracy).weights) for order in orders]

    def theirs() -> list[object]:
        return [findiff.coefficients(order, accuracy, symbolic=True)["center"] for order in orders]

    for mine, other in zip(ours(), theirs(), strict=True):
        found = dict(zip(other["offsets"], other["coefficients"], strict=True))  # type: ignore[index]
        assert all(found[offset] == weight for (offset,), weight in mine.items())
    title = f"exact weights of four central differences of accuracy {accuracy}"
    return Case(title, {"lib.pde.stencils": ours, "findiff, symbolic": theirs}, goal=1.0)


CASES = (
    perceptrons,
    convnets,
    runge_kutta,
    runge_kutta_with_gradient,
    coefficients,
    *spectra.CASES,
)
