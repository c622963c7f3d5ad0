"""Vector fields and the steppers that follow them, for arrays and for tensors.

A vector field takes the time and the state and gives the velocity. A state is a NumPy array or a
torch tensor of any shape, so that many of them are followed at once, and with tensors everything
here can be differentiated. What is stepped forward is checked: a state that is not finite is an
error and never a silent NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from lib.checks import as_array, one_of

FloatArray = NDArray[np.float64]
State = TypeVar("State", FloatArray, Tensor)
Field = Callable[[float, State], State]


@dataclass(frozen=True)
class RungeKutta:
    """An explicit Runge–Kutta method.

    Parameters
    ----------
    stages : tuple of tuple of float
        Rows of the strictly lower triangular matrix A of its Butcher tableau: row i has i entries.
    weights : tuple of float
        The row b below it, an entry for each stage.
    order : int
        The error after a fixed time falls as h to this power.
    """

    stages: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    order: int

    def step(self, field: Field[State], t: float, y: State, h: float) -> State:
        """Make one step.

        Parameters
        ----------
        field : callable
            Takes the time and a state, gives the velocity, of the shape of the state.
        t : float
            Time at the beginning.
        y : array or tensor
            State at the beginning.
        h : float
            Length of the step.

        Returns
        -------
        array or tensor
            State at ``t + h``.
        """
        slopes: list[State] = []
        for row in self.stages:
            slopes.append(field(t + sum(row) * h, _moved(y, slopes, row, h)))
        return _moved(y, slopes, self.weights, h)

    @property
    def stability_polynomial(self) -> FloatArray:
        """Coefficients of R, constant first: on ``ẏ = λy`` a step multiplies by ``R(hλ)``."""
        count = len(self.weights)
        A = np.array([[*row, *[0.0] * (count - len(row))] for row in self.stages])
        powers = [np.linalg.matrix_power(A, k).sum(axis=1) for k in range(count)]
        return np.array([1.0, *(np.dot(self.weights, power) for power in powers)])


METHODS = {
    "euler": RungeKutta(stages=((),), weights=(1.0,), order=1),
    "midpoint": RungeKutta(stages=((), (1 / 2,)), weights=(0.0, 1.0), order=2),
    "rk4": RungeKutta(
        stages=((), (1 / 2,), (0.0, 1 / 2), (0.0, 0.0, 1.0)),
        weights=(1 / 6, 1 / 3, 1 / 3, 1 / 6),
        order=4,
    ),
}


def integrate(
    field: Field[State], start: State, end: float, steps: int, method: str = "euler"
) -> State:
    """Follow a vector field from time 0 by steps of equal length.

    Parameters
    ----------
    field : callable
        Takes the time and a state, gives the velocity.
    start : (...) array or tensor
        State at time 0.
    end : float
        Time at the end.
    steps : int
        Number of steps, at least 1.
    method : str
        A key of `METHODS`.

    Returns
    -------
    (steps + 1, ...) array or tensor
        The states, the first one included.

    Raises
    ------
    ValueError
        If the method is unknown, `steps` or `end` is not positive, the first state is not finite,
        one on the way is not, or velocities have another shape than the state.

    Examples
    --------
    >>> states = integrate(lambda t, y: -y, np.array([1.0]), end=1.0, steps=2)
    >>> states[:, 0].tolist()
    [1.0, 0.5, 0.25]
    """
    stepper, h = _method(method), _step_length(end, steps, start)
    states = [start]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
        for number in range(steps):
            states.append(stepper.step(field, number * h, states[-1], h))
    return _stacked(states, h)


def verlet(
    position_rate: Callable[[State], State],
    momentum_rate: Callable[[State], State],
    start: tuple[State, State],
    end: float,
    steps: int,
) -> tuple[State, State]:
    """Follow a separable pair ``ẏ = f(z), ż = g(y)`` by the Störmer–Verlet method, of order 2.

    Half a step of z, a step of y, half a step of z: symmetric in time and, if the pair comes from a
    Hamiltonian, symplectic (Hairer, Lubich and Wanner, *Geometric Numerical Integration*, 2006,
    theorem VI.3.4).

    Parameters
    ----------
    position_rate, momentum_rate : callable
        f and g.
    start : pair of (...) arrays or tensors
        y and z at time 0.
    end : float
        Time at the end.
    steps : int
        Number of steps, at least 1.

    Returns
    -------
    pair of (steps + 1, ...) arrays or tensors
        y and z, the first ones included.

    Raises
    ------
    ValueError
        If `start` is no pair of one shape, `steps` or `end` is not positive, the first state is not
        finite, one on the way is not, or velocities have another shape than the states.
    """
    if len(start) != 2 or start[0].shape != start[1].shape:
        shapes = " and ".join(str(tuple(state.shape)) for state in start) or "none"
        raise ValueError(f"start must be two states of one shape, got {shapes}")
    h = _step_length(end, steps, *start)
    ys, zs = [start[0]], [start[1]]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
        for _ in range(steps):
            half = zs[-1] + h / 2 * momentum_rate(ys[-1])
            ys.append(ys[-1] + h * position_rate(half))
            zs.append(half + h / 2 * momentum_rate(ys[-1]))
    return _stacked(ys, h), _stacked(zs, h)


def stability_function(method: str, z: ArrayLike) -> NDArray[np.complex128]:
    """Factor by which a step multiplies the solution of the test equation ``ẏ = λy``.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    z : (...) array of complex
        hλ.

    Returns
    -------
    (...) array of complex
        R(z); the method is stable where its modulus is at most 1.

    Raises
    ------
    ValueError
        If the method is unknown, or a number is not finite.
    """
    coefficients = _method(method).stability_polynomial
    z = as_array("z", z)
    if z.dtype.kind not in "biufc":
        raise ValueError(f"z must be numbers, got {z.dtype}")
    z = z.astype(np.complex128)
    if not np.isfinite(z).all():
        raise ValueError(f"z must be finite, got {z[~np.isfinite(z)].flat[0]}")
    return np.asarray(polyval(z, coefficients))


def _method(name: str) -> RungeKutta:
    return METHODS[one_of("method", name, METHODS)]


def _step_length(end: float, steps: int, *starts: State) -> float:
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if not 0 < end < np.inf:
        raise ValueError(f"end must be a positive time, got {end}")
    for start in starts:
        if not isinstance(start, Tensor):
            as_array("start", start)
    if not all(_finite(start) for start in starts):
        raise ValueError("the first state holds NaN or infinite values")
    return end / steps


def _moved(y: State, slopes: list[State], shares: tuple[float, ...], h: float) -> State:
    """``y + h Σ_i shares_i slopes_i``."""
    for share, slope in zip(shares, slopes, strict=True):
        if not share:
            continue
        if isinstance(y, Tensor) and slope.is_floating_point():
            y = torch.add(y, slope, alpha=share * h)  # product and sum in one pass
        else:
            y = y + share * h * slope
    return y


def _stacked(states: list[State], h: float) -> State:
    """Put the states along a new first axis; refuse them if one is not finite or grew an axis."""
    if states[-1].shape != states[0].shape:
        raise ValueError(
            f"velocities must have the shape {tuple(states[0].shape)} of the state: "
            f"with theirs it becomes {tuple(states[-1].shape)}"
        )
    path = torch.stack(states) if isinstance(states[0], Tensor) else np.stack(states)
    if not _finite(path):
        number = next(number for number, state in enumerate(states) if not _finite(state))
        raise ValueError(
            f"the state is no longer finite after {number} steps, at time {number * h:g}: "
            "take shorter steps, or look whether the flow itself blows up"
        )
    return path


def _finite(state: State) -> bool:
    values = state.numpy(force=True) if isinstance(state, Tensor) else state
    return bool(np.isfinite(values).all())
