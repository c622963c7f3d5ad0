"""Vector fields followed, forwards and with gradients: against torchdiffeq."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
import torchdiffeq
from torch import Tensor

from benchmarks.case import Case
from lib.integrators import integrate
from lib.ode.layers import gaussian, random_smooth_weights

Field = Callable[[Any, Tensor], Tensor]
States = Callable[..., Tensor]

NAMES = {"euler": "Euler", "midpoint": "midpoint rule", "rk4": "Runge–Kutta"}
# torchdiffeq's rk4 is the 3/8 rule: of the same order and cost, with another error.
APART = {"euler": 1e-12, "midpoint": 1e-12, "rk4": 1e-6}


def equal_steps(method: str, steps: int = 200, batch: int = 100, units: int = 64) -> Case:
    """Follow states forwards."""
    K, start = _weights_and_states(batch, units)

    def ours() -> Tensor:
        return integrate(_field(K), start, 1.0, steps, method)[-1]

    def theirs() -> Tensor:
        return _odeint(_field(K), start, 1.0, steps, method)

    title = f"{NAMES[method]}, {steps} steps of {batch} states of {units} units"
    return _case(title, ours, theirs, APART[method])


def equal_steps_with_gradient(
    method: str, steps: int = 100, batch: int = 100, units: int = 64
) -> Case:
    """Follow states, and take the gradient with respect to the weights."""
    K, start = _weights_and_states(batch, units)

    def ours() -> Tensor:
        return _gradient(lambda W: integrate(_field(W), start, 1.0, steps, method)[-1], K)

    def theirs() -> Tensor:
        return _gradient(lambda W: _odeint(_field(W), start, 1.0, steps, method), K)

    title = f"{NAMES[method]} with gradient, {steps} steps of {batch} states of {units} units"
    return _case(title, ours, theirs, APART[method])


def networks_as_flows(method: str, steps: int, seeds: int = 5, units: int = 8) -> Case:
    """Follow networks of the chapter *ResNet as ODE*, whose weights depend on time."""
    numbers = np.arange(seeds)
    weights, start = random_smooth_weights(numbers, units), gaussian(numbers, 1, units)
    modes = torch.pi * torch.arange(len(weights.K_modes), dtype=torch.float64)
    K_modes, b_modes = torch.as_tensor(weights.K_modes), torch.as_tensor(weights.b_modes)

    def field(t: Tensor, y: Tensor) -> Tensor:
        waves = torch.cos(t * modes)
        K, b = torch.tensordot(waves, K_modes, 1), torch.tensordot(waves, b_modes, 1)
        return torch.tanh((K @ y[..., None])[..., 0] + b)

    def ours() -> Tensor:
        return torch.as_tensor(integrate(weights.velocity, start, 1.0, steps, method)[-1])

    def theirs() -> Tensor:
        return _odeint(field, torch.as_tensor(start), 1.0, steps, method)

    title = f"{NAMES[method]}, {steps} layers of {seeds} networks of {units} units"
    return _case(title, ours, theirs, APART[method])


def planned_paths(layers: int = 40, seeds: int = 5, points: int = 100, units: int = 4) -> Case:
    """Send points through the chapter's small networks, and take the gradient for the weights."""
    generator = torch.Generator().manual_seed(0)
    K = torch.randn(seeds, units, units, generator=generator, dtype=torch.float64)
    start = torch.randn(seeds, points, units, generator=generator, dtype=torch.float64)

    def ours() -> Tensor:
        return _gradient(lambda W: integrate(_field(W), start, 4.0, layers, "euler")[-1], K)

    def theirs() -> Tensor:
        return _gradient(lambda W: _odeint(_field(W), start, 4.0, layers, "euler"), K)

    title = f"Euler with gradient, {layers} layers, {points} points in {seeds} networks of {units}"
    return _case(f"{title} units", ours, theirs, APART["euler"])


def an_accuracy(steps: int = 88, tolerance: float = 1e-8, end: float = 4.0) -> Case:
    """Reach an accuracy: equal steps, at least as exact, against adaptive ones."""
    K, start = _weights_and_states(100, 64)

    def ours() -> Tensor:
        return integrate(_field(K), start, end, steps, "rk4")[-1]

    def theirs(tolerance: float = tolerance) -> Tensor:
        return _adaptive(_field(K), start, end, tolerance)

    title = f"the same flow to time {end:g}, as exactly"
    return _as_exact(title, ours, theirs, steps)


def an_accuracy_with_gradient(
    steps: int = 80, tolerance: float = 10**-8.5, end: float = 4.0
) -> Case:
    """Reach an accuracy of the gradient with respect to the weights."""
    K, start = _weights_and_states(100, 64)

    def ours() -> Tensor:
        return _gradient(lambda W: integrate(_field(W), start, end, steps, "rk4")[-1], K)

    def theirs(tolerance: float = tolerance) -> Tensor:
        return _gradient(lambda W: _adaptive(_field(W), start, end, tolerance), K)

    return _as_exact("its gradient, as exactly", ours, theirs, steps)


def _case(title: str, ours: States, theirs: States, apart: float) -> Case:
    def check() -> None:
        torch.testing.assert_close(ours(), theirs(), rtol=apart, atol=apart)

    return Case(title, {"lib.integrators": ours, "torchdiffeq": theirs}, check, goal=1.0)


def _as_exact(title: str, ours: States, theirs: States, steps: int) -> Case:
    def check() -> None:
        exact = theirs(1e-11)
        error, other = (
            float((found - exact).abs().max() / exact.abs().max()) for found in (ours(), theirs())
        )
        # No less exact, and not by so much more that the comparison would be another.
        assert other / 2 < error <= other, (error, other)

    rivals = {f"lib.integrators, {steps} steps": ours, "torchdiffeq, adaptive": theirs}
    return Case(title, rivals, check, goal=1.0)


def _weights_and_states(batch: int, units: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    K = torch.randn(units, units, generator=generator, dtype=torch.float64) / units**0.5
    return K, torch.randn(batch, units, generator=generator, dtype=torch.float64)


def _field(K: Tensor) -> Field:
    return lambda t, y: torch.tanh(y @ K)


def _odeint(field: Field, start: Tensor, end: float, steps: int, method: str) -> Tensor:
    # Only the end is asked for: it would write each further state into one tensor, and the gradient
    # of that costs more than the steps.
    grid = torch.linspace(0, end, steps + 1, dtype=torch.float64)
    states: Tensor = torchdiffeq.odeint(
        field, start, grid[[0, -1]], method=method, options={"grid_constructor": lambda *_: grid}
    )
    return states[-1]


def _adaptive(field: Field, start: Tensor, end: float, tolerance: float) -> Tensor:
    times = torch.tensor([0.0, end], dtype=torch.float64)
    states: Tensor = torchdiffeq.odeint(
        field, start, times, rtol=tolerance, atol=tolerance, method="dopri5"
    )
    return states[-1]


def _gradient(last: Callable[[Tensor], Tensor], K: Tensor) -> Tensor:
    weights = K.clone().requires_grad_()
    return torch.autograd.grad(last(weights).square().sum(), weights)[0]


CASES: tuple[Callable[[], Case], ...] = (
    *(partial(equal_steps, method) for method in NAMES),
    *(partial(equal_steps_with_gradient, method) for method in NAMES),
    partial(networks_as_flows, "euler", 512),
    partial(networks_as_flows, "midpoint", 512),
    partial(networks_as_flows, "rk4", 128),
    planned_paths,
    an_accuracy,
    an_accuracy_with_gradient,
)
