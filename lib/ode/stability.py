"""Stability of flows and of the residual networks that follow them by steps of length h."""

import numpy as np
from numpy.typing import NDArray

from lib.checks import finite, positive, shaped, whole
from lib.integrators import Field, integrate
from lib.ode.layers import constant_field, gaussian

FloatArray = NDArray[np.float64]

NEARLY_NOTHING = 1e-8  # initial states, at which tanh is linear to rounding


def critical_step(eigenvalues: NDArray[np.complex128]) -> FloatArray:
    """Longest step for which forward Euler is stable: ``min −2 Re λ / |λ|²``.

    ``|1 + hλ|² = 1 + 2h Re λ + h²|λ|²`` is at most 1 exactly up to there (numdl, continuous vs
    discrete stability).

    Parameters
    ----------
    eigenvalues : (..., n) array of complex
        Of the Jacobian.

    Returns
    -------
    (...) array
        The step; not positive if an eigenvalue has no negative real part, when no step is stable.

    Raises
    ------
    ValueError
        If there is no eigenvalue, one is not finite, or is zero: any step is as good for it.
    """
    moduli = finite("moduli of eigenvalues", np.abs(shaped("eigenvalues", eigenvalues, (..., "n"))))
    if not np.all(moduli > 0):
        raise ValueError("an eigenvalue is zero: it sets no limit to the step; leave it out")
    return np.asarray(np.min(-2 * (np.real(eigenvalues) / moduli) / moduli, axis=-1))


def random_stable_weights(seeds: NDArray[np.int64], units: int, decay: float = 0.5) -> FloatArray:
    """Draw weights whose eigenvalues all have negative real parts.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each matrix.
    units : int
        n.
    decay : float
        The largest real part is minus this.

    Returns
    -------
    (S, n, n) array
        Gaussian of variance 1/n, shifted along the identity.

    Raises
    ------
    ValueError
        If `decay` is not positive, `units` is below 1, there is no seed, or one is negative.
    """
    whole("units", units, 1)
    positive("decay", decay)
    K = gaussian(seeds, 2, units, units) / np.sqrt(units)
    rightmost = np.linalg.eigvals(K).real.max(axis=-1)
    return np.asarray(K - (rightmost + decay)[:, None, None] * np.eye(units))


def random_dissipative_weights(seeds: NDArray[np.int64], units: int) -> FloatArray:
    """Draw weights with ``yᵀKy ≤ 0`` for all y.

    Parameters
    ----------
    seeds : (S,) array of int
        One for each matrix.
    units : int
        n.

    Returns
    -------
    (S, n, n) array
        ``(G − Gᵀ)/√n − FFᵀ/n`` with Gaussian G and F, where F has n/2 columns.

    Raises
    ------
    ValueError
        If `units` is below 1, there is no seed, or one is negative.
    """
    whole("units", units, 1)
    G, F = gaussian(seeds, 9, units, units), gaussian(seeds, 17, units, units // 2)
    return np.asarray(
        (G - np.swapaxes(G, 1, 2)) / np.sqrt(units) - F @ np.swapaxes(F, 1, 2) / units
    )


def rates_behind_slopes(K: FloatArray, seed: int, count: int) -> FloatArray:
    """Largest real parts of the eigenvalues of ``diag(σ') K`` for random slopes.

    Parameters
    ----------
    K : (S, n, n) array
        Weights.
    seed : int
        Of the slopes.
    count : int
        How many vectors of slopes.

    Returns
    -------
    (S, count) array
        With slopes ``10^−x``, x uniform between 0 and 2.

    Raises
    ------
    ValueError
        If the weights are not finite square matrices, or the seed or `count` is negative.
    """
    finite("K", shaped("K", K, ("S", "n", "n")))
    whole("seed", seed, 0)
    whole("count", count, 0)
    rng = np.random.default_rng([seed, 10])
    slopes = 10.0 ** -rng.uniform(0, 2, (len(K), count, K.shape[-1]))
    return np.asarray(np.linalg.eigvals(slopes[..., None] * K[:, None]).real.max(axis=-1))


def settles(K: FloatArray, h: FloatArray, layers: int) -> NDArray[np.bool_]:
    """Run residual networks ``y + h tanh(K y)`` from nearly nothing; see whether that dies away.

    Parameters
    ----------
    K : (S, n, n) array
        Weights, the same in each layer.
    h : (S,) array
        Step of each network.
    layers : int
        How many, at least 4.

    Returns
    -------
    (S,) array of bool
        Whether the largest state of the last quarter is below that of the second quarter (the
        first one belongs to the transient of weights that are not normal), and still small.

    Raises
    ------
    ValueError
        If there are fewer than four layers, the weights are not finite square matrices, or there is
        not a finite step for each.
    """
    if layers < 4:
        raise ValueError(f"layers must be at least 4, got {layers}")
    shaped("K", K, ("S", "n", "n"))
    finite("h", shaped("h", h, (len(K),)))
    start = np.full(K.shape[:2], NEARLY_NOTHING)
    sizes = np.linalg.norm(integrate(constant_field(K, step=h), start, layers, layers), axis=-1)
    quarter = layers // 4
    before, last = sizes[quarter : 2 * quarter].max(axis=0), sizes[-quarter:].max(axis=0)
    # Far from zero tanh saturates and the growth ends; what has died away underflows to zero.
    return np.asarray((last < NEARLY_NOTHING * 1e4) & ((last < before) | (last == 0)))


def find_critical_step(K: FloatArray, layers: int, halvings: int = 12) -> FloatArray:
    """Find by bisection the step at which a residual network loses its stable state.

    Parameters
    ----------
    K : (S, n, n) array
        Weights, the same in each layer.
    layers : int
        Of the networks that are run.
    halvings : int
        Of the interval that contains the step.

    Returns
    -------
    (S,) array
        The step, found without any eigenvalue: the search begins between 0 and a step at which
        ``|tr(I + hK)| > n`` shows that the network is unstable.

    Raises
    ------
    ValueError
        If the weights are not finite square matrices, one of them has the trace zero, there are
        fewer than four layers, or `halvings` is negative.
    """
    finite("K", shaped("K", K, ("S", "n", "n")))
    whole("layers", layers, 4)
    whole("halvings", halvings, 0)
    units = K.shape[-1]
    low = np.zeros(len(K))
    traces = np.abs(np.trace(K, axis1=1, axis2=2))
    if not traces.all():
        raise ValueError("weights have the trace zero: it gives no step at which to begin")
    high = 2.5 * units / traces
    for _ in range(halvings):
        middle = (low + high) / 2
        stable = settles(K, middle, layers)
        low, high = np.where(stable, middle, low), np.where(stable, high, middle)
    return np.asarray((low + high) / 2)


def growth_rate(field: Field[FloatArray], start: FloatArray, end: float, steps: int) -> FloatArray:
    """Rate at which a small difference from the zero solution grows along a flow.

    Parameters
    ----------
    field : callable
        Takes the time and states of shape (..., n).
    start : (..., n) array
        Small differences at time 0.
    end : float
        Time at the end.
    steps : int
        Steps of the classical Runge–Kutta method.

    Returns
    -------
    (...) array
        Slope of ``log |y|`` over the second half of the time, by least squares.

    Raises
    ------
    ValueError
        If a difference is zero or becomes so, is not finite or does not stay so, or `end` or
        `steps` is not positive.
    """
    states = integrate(field, start, end, steps, "rk4")
    norms = np.linalg.norm(states, axis=-1)[steps // 2 :]
    if not norms.all():
        raise ValueError("a difference is zero: it has no rate of growth; start from others")
    sizes = np.log(norms)
    times = np.linspace(0, end, steps + 1)[steps // 2 :]
    return np.asarray(np.polyfit(times, sizes.reshape(len(times), -1), 1)[0]).reshape(
        start.shape[:-1]
    )
