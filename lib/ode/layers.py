"""The layer ``tanh(K y + b)``: its vector field, Jacobian and energy; random weights for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, broadcasting, finite, seed_list, shaped, whole
from lib.integrators import Field

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SmoothWeights:
    """Weights and biases of many networks as functions of time.

    Parameters
    ----------
    K_modes : (M, S, n, n) array
        The weights at time t are ``Σ_m cos(π m t) K_modes[m]``.
    b_modes : (M, S, n) array
        The biases in the same way.
    """

    K_modes: FloatArray
    b_modes: FloatArray

    def K(self, t: float) -> FloatArray:
        """Weights at a time, (S, n, n)."""
        return _weighted(self._waves(t), self.K_modes)

    def b(self, t: float) -> FloatArray:
        """Biases at a time, (S, n)."""
        return _weighted(self._waves(t), self.b_modes)

    def velocity(self, t: float, y: FloatArray) -> FloatArray:
        """Right-hand side of ``ẏ = tanh(K(t) y + b(t))`` for states of shape (S, n)."""
        return np.asarray(np.tanh(_preactivations(self.K(t), self.b(t), y)))

    def _waves(self, t: float) -> FloatArray:
        return np.asarray(np.cos(np.pi * t * np.arange(len(self.K_modes))))


def random_smooth_weights(
    seeds: NDArray[np.int64], units: int, modes: int = 3, size: float = 2.0
) -> SmoothWeights:
    """Draw smooth weights, a network for each seed.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each network.
    units : int
        n, number of units.
    modes : int
        M, number of cosine modes.
    size : float
        At each time the entries have about this standard deviation, over √n.

    Returns
    -------
    SmoothWeights
        With Gaussian modes; mode m is smaller by 1 + m.

    Raises
    ------
    ValueError
        If `units` or `modes` is below 1, `size` not finite, or a seed negative.
    """
    if units < 1 or modes < 1:
        raise ValueError(f"units and modes must be at least 1, got {units} and {modes}")
    finite("size", size)
    fall = 1.0 / (1 + np.arange(modes))
    K = np.moveaxis(gaussian(seeds, 0, modes, units, units), 0, 1)
    b = np.moveaxis(gaussian(seeds, 16, modes, units), 0, 1)
    return SmoothWeights(
        K_modes=size / np.sqrt(units) * fall[:, None, None, None] * K,
        b_modes=size / 2 * fall[:, None, None] * b,
    )


def gaussian(seeds: NDArray[np.int64], stream: int, *shape: int) -> FloatArray:
    """Draw standard normal numbers, for each seed the same whoever is drawn beside it.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each network.
    stream : int
        What the numbers are for: those of different streams are independent.
    *shape : int
        Of what one network needs.

    Returns
    -------
    (S, ...) array
        Of this shape for each seed.

    Raises
    ------
    ValueError
        If there is no seed, or a number is negative.
    """
    whole("stream", stream, 0)
    at_least("shape", shape, 0)
    rngs = [np.random.default_rng([int(seed), stream]) for seed in seed_list("seeds", seeds)]
    return np.stack([rng.standard_normal(shape) for rng in rngs])


def constant_field(K: FloatArray, b: ArrayLike = 0.0, step: ArrayLike = 1.0) -> Field[FloatArray]:
    """Vector field ``h tanh(K y + b)`` of weights that do not change.

    Parameters
    ----------
    K : (..., n, n) array
        Weights, of one network or of each.
    b : (..., n) array, optional
        Biases.
    step : (...) array, optional
        h. Where each network has its own, time is counted in layers: forward Euler with steps of
        length one is the residual network.

    Returns
    -------
    callable
        Takes the time and states of shape (..., n).

    Raises
    ------
    ValueError
        If the weights are not square matrices, or a number is not finite.
    """
    shaped("K", K, (..., "n", "n"))
    for name, value in (("K", K), ("b", b), ("step", step)):
        finite(name, value)
    h = np.asarray(step)[..., None]
    return lambda _t, y: np.asarray(h * np.tanh(_preactivations(K, b, y)))


def jacobian(K: FloatArray, b: FloatArray, y: FloatArray) -> FloatArray:
    """Jacobian of ``tanh(K y + b)`` with respect to the state.

    Parameters
    ----------
    K : (..., n, n) array
        Weights.
    b, y : (..., n) array
        Biases and states.

    Returns
    -------
    (..., n, n) array
        ``diag(σ'(K y + b)) K``: its eigenvalues, not those of K, tell how neighbours move.

    Raises
    ------
    ValueError
        If K is not square, b and y do not fit to it or to each other, or a number is not finite.
    """
    _check(K, b, y)
    z = _preactivations(K, b, y)
    return np.asarray((1 - np.tanh(z) ** 2)[..., None] * K)


def energy(K: FloatArray, b: FloatArray, y: FloatArray) -> FloatArray:
    """``Σ_i log cosh(K y + b)_i``, which ``ẏ = tanh(K y + b)`` conserves if K is antisymmetric.

    Its gradient is ``Kᵀ tanh(K y + b)``, and ``vᵀKv = 0`` for antisymmetric K.

    Parameters
    ----------
    K : (..., n, n) array
        Weights.
    b, y : (..., n) array
        Biases and states.

    Returns
    -------
    (...) array
        The energy, at least 0 and convex in y.

    Raises
    ------
    ValueError
        If K is not square, b and y do not fit to it or to each other, or a number is not finite.
    """
    _check(K, b, y)
    z = np.abs(_preactivations(K, b, y))
    # log cosh z = log(sinh²z + 1)/2 without overflow for large z, without cancellation for small.
    small = np.log1p(np.sinh(np.minimum(z, 1.0)) ** 2) / 2
    large = z + np.log1p(np.exp(-2 * z)) - np.log(2)
    return np.asarray(np.where(z < 1, small, large).sum(axis=-1))


def _check(K: FloatArray, b: FloatArray, y: FloatArray) -> None:
    units = finite("K", shaped("K", K, (..., "n", "n"))).shape[-1]
    for name, array in (("b", b), ("y", y)):
        finite(name, shaped(name, array, (..., units)))
    broadcasting(K=K[..., 0], b=b, y=y)


def _preactivations(K: FloatArray, b: ArrayLike, y: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("...ij,...j->...i", K, y) + b)


def _weighted(waves: FloatArray, modes: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("m,m...->...", waves, modes), dtype=np.float64)
