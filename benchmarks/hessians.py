"""Eigenvalues of Hessians against PyHessian's way to them.

PyHessian is not maintained; its methods, with its settings, are written here anew.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmarks.case import Case
from lib import datasets, initializers
from lib.spectra import extreme_eigenvalues, spectral_density

FloatArray = NDArray[np.float64]

EXAMPLES = 100  # of the classifier
POWER_STEPS, POWER_TOLERANCE = 100, 1e-3  # PyHessian's own


def sharpest(count: int = 5) -> Case:
    """Largest eigenvalues of a Hessian, at least as exact: against power iteration."""
    loss, parameters = classifier()

    def ours() -> FloatArray:
        return extreme_eigenvalues(loss, parameters, count, tolerance=POWER_TOLERANCE)

    def theirs() -> FloatArray:
        product, values = _product(loss, parameters), []
        vectors: list[list[Tensor]] = []
        generator = torch.Generator().manual_seed(0)
        for _ in range(count):
            v, value = _normal(_random(parameters, generator)), np.inf
            for _ in range(POWER_STEPS):
                v = _normal(_orthogonal(v, vectors))
                Hv = product(v)
                before, value = value, _dot(Hv, v)
                v = _normal(Hv)
                if abs(before - value) < POWER_TOLERANCE * (abs(before) + 1e-6):
                    break
            values.append(value)
            vectors.append(v)
        return np.array(values)

    def check() -> None:
        exact = extreme_eigenvalues(loss, parameters, count)
        error, their_error = (np.abs(f() / exact - 1).max() for f in (ours, theirs))
        assert error <= their_error < 0.05, (error, their_error)

    title = f"{count} largest eigenvalues of a Hessian, {sum(p.numel() for p in parameters)}²"
    return Case(title, {"lib.spectra": ours, "power iteration": theirs}, check, goal=1.0)


def density(probes: int = 10, steps: int = 40) -> Case:
    """Spectral density by stochastic Lanczos quadrature: against one probe after the other."""
    loss, parameters = classifier()

    def ours() -> FloatArray:
        found = spectral_density(loss, parameters, probes=probes, steps=steps, seed=0)
        return found.smoothed(at, 0.05)

    def theirs() -> FloatArray:
        product, generator = _product(loss, parameters), np.random.default_rng(0)
        sizes = [p.numel() for p in parameters]
        densities = []
        for _ in range(probes):
            signs = torch.as_tensor(generator.choice([-1.0, 1.0], sum(sizes)))
            v = _normal(
                [
                    s.view(p.shape)
                    for s, p in zip(torch.split(signs, sizes), parameters, strict=True)
                ]
            )
            T, basis = np.zeros((steps, steps)), [v]
            for j in range(steps):
                w = product(v)
                T[j, j] = _dot(w, v)
                w = _orthogonal(w, basis)
                if j + 1 < steps:
                    T[j, j + 1] = T[j + 1, j] = np.sqrt(_dot(w, w))
                    v = _normal(w)
                    basis.append(v)
            nodes, vectors = np.linalg.eigh(T)
            bells = np.exp(-(((at[:, None] - nodes) / 0.05) ** 2) / 2) / (0.05 * np.sqrt(2 * np.pi))
            densities.append(bells @ vectors[0] ** 2)
        return np.asarray(np.mean(densities, axis=0))

    top = extreme_eigenvalues(loss, parameters)[0]
    at = np.linspace(-0.5, 1.1 * top, 400)

    def check() -> None:
        np.testing.assert_allclose(ours(), theirs(), atol=1e-6)

    title = f"spectral density of a Hessian, {probes} probes, {steps} steps"
    return Case(title, {"lib.spectra": ours, "probe by probe": theirs}, check, goal=1.0)


def classifier(width: int = 32) -> tuple[Callable[..., Tensor], list[Tensor]]:
    """Cross-entropy of a perceptron on digits, and where to differentiate.

    Parameters
    ----------
    width : int
        Units of the hidden layer.

    Returns
    -------
    callable
        Takes weights and biases of two layers, gives nats.
    list of Tensor
        Kaiming's weights, and biases of zero.
    """
    data = datasets.load("digits")
    x = torch.as_tensor(data.normalized[:EXAMPLES], dtype=torch.float64)
    labels = torch.as_tensor(data.labels[:EXAMPLES])
    shapes = initializers.perceptron_shapes(x.shape[1], width, 10, depth=2)
    first, last = (torch.as_tensor(W[0]) for W in initializers.draw("kaiming", shapes, [0]))
    biases = [torch.zeros(len(W), dtype=torch.float64) for W in (first, last)]

    def loss(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        return cross_entropy(torch.relu(x @ W1.T + b1) @ W2.T + b2, labels)

    return loss, [first, biases[0], last, biases[1]]


def _product(
    loss: Callable[..., Tensor], parameters: list[Tensor]
) -> Callable[[list[Tensor]], list[Tensor]]:
    """Product with the Hessian, a tensor for each parameter, from a gradient that is kept."""
    leaves = [p.clone().requires_grad_() for p in parameters]
    gradients = torch.autograd.grad(loss(*leaves), leaves, create_graph=True)
    return lambda v: list(torch.autograd.grad(gradients, leaves, v, retain_graph=True))


def _random(parameters: list[Tensor], generator: torch.Generator) -> list[Tensor]:
    return [torch.randn(p.shape, dtype=p.dtype, generator=generator) for p in parameters]


def _dot(a: list[Tensor], b: list[Tensor]) -> float:
    return float(sum(torch.sum(x * y) for x, y in zip(a, b, strict=True)))


def _normal(v: list[Tensor]) -> list[Tensor]:
    length = _dot(v, v) ** 0.5
    return [x / length for x in v]


def _orthogonal(v: list[Tensor], basis: list[list[Tensor]]) -> list[Tensor]:
    for known in basis:
        share = _dot(v, known)
        v = [x - share * y for x, y in zip(v, known, strict=True)]
    return v


CASES: tuple[Callable[[], Case], ...] = (sharpest, density)
