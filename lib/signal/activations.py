"""Activation functions, and what they do to the size of a signal that is normally distributed.

A preactivation of a wide layer with random weights is nearly normal. So what an activation ``f``
does to the forward signal is ``E[f(√q z)²]``, to the backward signal ``E[f'(√q z)²]``, with ``z``
standard normal and ``q`` the variance of the preactivation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import quad
from scipy.special import expit

from lib.checks import at_least, one_of, positive

FloatArray = NDArray[np.float64]
Function = Callable[[ArrayLike], FloatArray]

# Klambauer et al. 2017.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
LEAK = 0.01
TRUSTED = 1e-9  # largest relative error of an integral


@dataclass(frozen=True)
class Activation:
    """An activation function.

    Parameters
    ----------
    function, derivative : callable
        Of arrays; smooth except at zero.
    """

    function: Function
    derivative: Function


def _leaky(leak: float) -> Activation:
    return Activation(
        lambda z: np.where(np.asarray(z) > 0, z, leak * np.asarray(z)),
        lambda z: np.where(np.asarray(z) > 0, 1.0, leak),
    )


ACTIVATIONS: dict[str, Activation] = {
    "linear": _leaky(1.0),
    "relu": _leaky(0.0),
    "leaky_relu": _leaky(LEAK),
    "tanh": Activation(
        lambda z: np.tanh(np.asarray(z)), lambda z: 1.0 - np.tanh(np.asarray(z)) ** 2
    ),
    "logistic": Activation(
        lambda z: np.asarray(expit(z)), lambda z: np.asarray(expit(z) * expit(-np.asarray(z)))
    ),
    "selu": Activation(
        lambda z: (
            SELU_SCALE * np.where(np.asarray(z) > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0.0)))
        ),
        lambda z: (
            SELU_SCALE * np.where(np.asarray(z) > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0.0)))
        ),
    ),
}


def forward_factor(activation: str, q: float = 1.0) -> float:
    """Mean square of an activation.

    Parameters
    ----------
    activation : str
        A key of `ACTIVATIONS`.
    q : float
        Variance of the preactivation, positive.

    Returns
    -------
    float
        ``E[f(√q z)²]``; ``q/2`` for ReLU.

    Raises
    ------
    ValueError
        If the activation is unknown, or `q` is not positive, or so large that the integral cannot
        be trusted.
    """
    return _mean_square(_known(activation).function, q)


def backward_factor(activation: str, q: float = 1.0) -> float:
    """Mean square of the derivative of an activation.

    Parameters
    ----------
    activation, q
        As for `forward_factor`.

    Returns
    -------
    float
        ``E[f'(√q z)²]``; ``1/2`` for ReLU.

    Raises
    ------
    ValueError
        If the activation is unknown, or `q` is not positive, or so large that the integral cannot
        be trusted.
    """
    return _mean_square(_known(activation).derivative, q)


def gain(activation: str) -> float:
    """Factor of the standard deviation of weights that keeps the forward signal at one.

    Parameters
    ----------
    activation : str
        A key of `ACTIVATIONS`.

    Returns
    -------
    float
        ``1/√E[f(z)²]``: weights of standard deviation ``gain/√fan_in`` give preactivations of
        variance one, if the inputs of the layer are such activations.

    Raises
    ------
    ValueError
        If the activation is unknown.

    Examples
    --------
    >>> round(gain("relu") ** 2, 12)
    2.0
    """
    return float(forward_factor(activation) ** -0.5)


def propagate(activation: str, weight_variance: float, q0: float, depth: int) -> FloatArray:
    """Predict both signals through equally wide layers.

    Parameters
    ----------
    activation : str
        A key of `ACTIVATIONS`.
    weight_variance : float
        Variance of a weight times the width, positive.
    q0 : float
        Mean square of the inputs, positive.
    depth : int
        Number of layers.

    Returns
    -------
    (2, depth) array
        Variance of the preactivation of each layer, and the factor by which the mean square of the
        gradient shrinks in it, ``weight_variance · E[f'²]``.

    Raises
    ------
    ValueError
        If the activation is unknown, a number is not positive, or the signal leaves the range for
        which `forward_factor` has a value.
    """
    positive("weight_variance", weight_variance)
    positive("q0", q0)
    at_least("depth", depth, 1)
    found, q = [], weight_variance * q0
    for _ in range(depth):
        found.append((q, weight_variance * backward_factor(activation, q)))
        q = weight_variance * forward_factor(activation, q)
    return np.array(found).T


def _known(name: str) -> Activation:
    return ACTIVATIONS[one_of("activation", name, ACTIVATIONS)]


def _mean_square(function: Function, q: float) -> float:
    root = np.sqrt(positive("q", q))

    def integrand(z: float) -> float:
        return float(function(root * z) ** 2 * np.exp(-0.5 * z * z))

    # Halves, since the derivative may jump at zero; beyond 40 the weight is below 1e-347.
    halves = []
    for ends in ((-40, 0), (0, 40)):
        # With full output a doubt is no warning: what is doubtful is judged by its error.
        half, error, *_ = quad(
            integrand, *ends, epsabs=0, epsrel=1e-12, limit=200, full_output=True
        )
        if not error <= TRUSTED * abs(half):
            raise ValueError(
                f"the integral at q = {q:g} is known to no {TRUSTED:g}; take a smaller q"
            )
        halves.append(half)
    return float(sum(halves) / np.sqrt(2.0 * np.pi))
