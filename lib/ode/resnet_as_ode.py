"""Experiments of the chapter *ResNet as ODE*."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from torch import Tensor

from lib.checks import at_least, finite, positive, shaped, whole
from lib.integrators import integrate
from lib.ode.layers import SmoothWeights

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Convergence:
    """How far a network is from the flow, against its number of layers.

    Parameters
    ----------
    layers : (R,) array of int
        N.
    error : (R, S) array
        Distance of the outputs, for each network.
    """

    layers: NDArray[np.int64]
    error: FloatArray

    @property
    def orders(self) -> FloatArray:
        """Slope of log error against log h by least squares, (S,)."""
        return np.asarray(np.polyfit(-np.log(self.layers), np.log(self.error), 1)[0])


def layer(y: Tensor, K: Tensor, b: Tensor) -> Tensor:
    """What the layer of a residual network adds to a state, for automatic differentiation.

    Parameters
    ----------
    y : (n,) tensor
        State.
    K : (n, n) tensor
        Weights.
    b : (n,) tensor
        Biases.

    Returns
    -------
    (n,) tensor
        ``tanh(K y + b)``; NaN where a number is.

    Raises
    ------
    ValueError
        If K is not square, or y and b do not fit to it.
    """
    if y.ndim != 1 or K.shape != (*y.shape, *y.shape) or b.shape != y.shape:
        raise ValueError(
            "y, K and b must have shapes (n,), (n, n) and (n,), got "
            f"{tuple(y.shape)}, {tuple(K.shape)} and {tuple(b.shape)}"
        )
    return torch.tanh(K @ y + b)


def flow_outputs(weights: SmoothWeights, start: FloatArray, end: float) -> FloatArray:
    """Where the flow takes inputs, by SciPy's DOP853 with a tolerance of 1e-13.

    Parameters
    ----------
    weights : SmoothWeights
        Of S networks.
    start : (S, n) array
        An input for each.
    end : float
        Time; DOP853 takes a second for about ten.

    Returns
    -------
    (S, n) array
        Outputs.

    Raises
    ------
    ValueError
        If there is not a finite input for each network, or the time is not positive and finite.
    """
    _check_start(weights, start)
    positive("end", end)
    solution = solve_ivp(
        lambda t, y: weights.velocity(t, y.reshape(start.shape)).ravel(),
        (0.0, end),
        start.ravel(),
        method="DOP853",
        rtol=1e-13,
        atol=1e-13,
        t_eval=[end],
    )
    return np.asarray(solution.y[:, -1].reshape(start.shape))


def convergence(
    weights: SmoothWeights, start: FloatArray, end: float, method: str, layers: Sequence[int]
) -> Convergence:
    """Compare networks of more and more layers with the flow that they follow.

    Parameters
    ----------
    weights : SmoothWeights
        Of S networks; layer j of N has those of the time ``j end/N``.
    start : (S, n) array
        An input for each.
    end : float
        Time.
    method : str
        A key of `lib.integrators.METHODS`; ``euler`` is the residual network.
    layers : sequence of int
        Each N.

    Returns
    -------
    Convergence
        For each N and network.

    Raises
    ------
    ValueError
        If there is not a finite input for each network, the time is not positive and finite, the
        method is unknown, or `layers` is empty or holds a number below 1.
    """
    at_least("layers", shaped("layers", layers, ("R",)), 1)
    target = flow_outputs(weights, start, end)
    outputs = [integrate(weights.velocity, start, end, N, method)[-1] for N in layers]
    return Convergence(np.asarray(layers), np.linalg.norm(np.stack(outputs) - target, axis=-1))


def pytorch_states(
    weights: SmoothWeights, start: FloatArray, end: float, layers: int
) -> FloatArray:
    """Run residual networks built the usual way, of `torch.nn.Linear` layers and shortcuts.

    Parameters
    ----------
    weights : SmoothWeights
        Of S networks.
    start : (S, n) array
        An input for each.
    end : float
        Time, which the step is a part of.
    layers : int
        N.

    Returns
    -------
    (N + 1, S, n) array
        Inputs, and what each block puts out.

    Raises
    ------
    ValueError
        If there is not a finite input for each network, or the time or `layers` is not positive.
    """
    _check_start(weights, start)
    positive("end", end)
    whole("layers", layers, 1)
    h, (count, units) = end / layers, start.shape
    states = np.empty((layers + 1, count, units))
    for network in range(count):
        x = torch.tensor(np.array(start[network], dtype=float))
        states[0, network] = x
        for layer in range(layers):
            linear = torch.nn.Linear(units, units, dtype=torch.float64)
            linear.weight.data = torch.as_tensor(weights.K(layer * h)[network])
            linear.bias.data = torch.as_tensor(weights.b(layer * h)[network])
            x = x + h * torch.tanh(linear(x)).detach()
            states[layer + 1, network] = x
    return states


def _check_start(weights: SmoothWeights, start: FloatArray) -> None:
    finite("start", shaped("start", start, weights.b_modes.shape[1:]))
