"""Vector fields followed: steps of equal length against torchdiffeq."""

from collections.abc import Callable

import torch
import torchdiffeq

from benchmarks.case import Case
from lib.integrators import integrate


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


def against_adaptive_steps(end: float = 4.0, error: float = 5e-7) -> Case:
    """Reach an accuracy: with steps of equal length, against torchdiffeq's adaptive method."""
    K, start = _flow()

    def field(t: float, y: torch.Tensor) -> torch.Tensor:  # noqa: ARG001 - a vector field's call
        return torch.tanh(y @ K)

    def adaptive(tolerance: float) -> torch.Tensor:
        times = torch.tensor([0.0, end], dtype=torch.float64)
        options = {"rtol": tolerance, "atol": tolerance, "method": "dopri5"}
        return torchdiffeq.odeint(field, start, times, **options)[-1]

    def ours() -> torch.Tensor:
        return integrate(field, start, end, 80, "rk4")[-1]

    def theirs() -> torch.Tensor:
        return adaptive(1e-8)

    exact = adaptive(1e-12)
    assert max(float((x() - exact).abs().max()) for x in (ours, theirs)) < error
    title = f"the same flow to time {end:g} with an error below {error:g}"
    rivals = {"lib.integrators, 80 steps": ours, "torchdiffeq, adaptive": theirs}
    return Case(title, rivals, goal=1.0)


CASES = (
    runge_kutta,
    runge_kutta_with_gradient,
    against_adaptive_steps,
)
