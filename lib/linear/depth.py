"""One mode of a linear network of any depth: its equation, its solution, the limit of many layers.

A network of ``N_l`` layers of units has ``N_l − 1`` matrices of weights. Along a balanced mode each
of them has the same strength ``a``, and the mode has ``u = a^(N_l − 1)``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import tanhsinh
from scipy.optimize import elementwise
from scipy.special import expit, logit, spence

from lib.checks import at_least, broadcasting, positive, real
from lib.linear.domain import inside

FloatArray = NDArray[np.float64]

FEWEST_LAYERS = 2
# Where ln(u/(s − u)) is above this, u and s are the same number.
LEARNED = 40.0


def mode_velocity(u: ArrayLike, s: ArrayLike, layers: ArrayLike, tau: float = 1.0) -> FloatArray:
    """Speed at which a balanced mode grows.

    Parameters
    ----------
    u, s, layers : array or float
        Strength, singular value, number of layers ``N_l``; they broadcast.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    array
        ``(N_l − 1) u^{2 − 2/(N_l − 1)} (s − u) / τ``.

    Raises
    ------
    ValueError
        If there are fewer than two layers, `u`, `s` or `tau` is not positive, or the shapes do not
        broadcast.

    Notes
    -----
    Saxe et al. 2014, section 2. The review's ``N_l u² (s − u)`` is its form for many layers.
    """
    matrices = _matrices(layers, finite=True)
    u, s = positive("u", u), positive("s", s)
    broadcasting(u=u, s=s, layers=layers)
    rate = matrices / positive("tau", tau)
    return np.asarray(rate * u ** (2.0 - 2.0 / matrices) * (s - u))


def scaled_time(u_f: ArrayLike, s: ArrayLike, u0: ArrayLike, layers: ArrayLike) -> FloatArray:
    """Learning time with a learning rate that falls as ``1/(N_l − 1)``, which has a limit.

    Parameters
    ----------
    u_f, s, u0, layers : array or float
        Final strength, singular value, initial strength, number of layers ``N_l``; they broadcast.
        Both strengths lie between 0 and `s`; ``N_l`` may be infinite.

    Returns
    -------
    array
        ``(N_l − 1) t/τ``; negative where ``u_f < u0``.

    Raises
    ------
    ValueError
        If a strength is not inside ``(0, s)``, there are fewer than two layers, the shapes do
        not broadcast, or `s` is so large or small that its powers are no numbers.

    Notes
    -----
    With ``z = ln(u/(s − u))`` the equation of the mode separates into
    ``(N_l − 1) t/τ = (1/s) ∫ u(z)^{2/(N_l − 1) − 1} dz``, whose integrand is analytic and bounded;
    it is integrated by the double exponential rule.

    Examples
    --------
    >>> scaled_time(1.9, 2.0, 0.1, [3, 100, np.inf]).round(2)
    array([2.94, 6.06, 6.21])
    """
    power = 2.0 / _matrices(layers) - 1.0
    s = positive("s", s)
    broadcasting(u_f=u_f, s=s, u0=u0, layers=layers)
    low, high = (logit(inside(*pair, s) / s) for pair in (("u0", u0), ("u_f", u_f)))
    low, high, s, power = np.broadcast_arrays(low, high, s, power)
    found = np.asarray(_integral(low, high, s, power))
    if np.isnan(found).any():
        raise ValueError(f"s is too large or too small for its powers, got {np.max(s):g}")
    return found


def learning_time(
    u_f: ArrayLike, s: ArrayLike, u0: ArrayLike, layers: ArrayLike, tau: float = 1.0
) -> FloatArray:
    """Time that a balanced mode takes from one strength to another.

    Parameters
    ----------
    u_f, s, u0, layers : array or float
        As for `scaled_time`, with finitely many layers.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    array
        Time, in the units of `tau`.

    Raises
    ------
    ValueError
        As for `scaled_time`; or if `layers` is infinite or `tau` is not positive.
    """
    matrices = _matrices(layers, finite=True)
    return np.asarray(positive("tau", tau) * scaled_time(u_f, s, u0, layers) / matrices)


def mode_strength(
    t: ArrayLike, s: ArrayLike, u0: ArrayLike, layers: ArrayLike, tau: float = 1.0
) -> FloatArray:
    """Strength of a balanced mode over time: the inverse of `learning_time`.

    Parameters
    ----------
    t, s, u0, layers : array or float
        Time, singular value, initial strength inside ``(0, s)``, number of layers ``N_l``; they
        broadcast.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    array
        ``u(t)``.

    Raises
    ------
    ValueError
        As for `learning_time`; or if a time is negative or not finite.
    """
    matrices = _matrices(layers, finite=True)
    s, t = positive("s", s), at_least("t", t, 0)
    broadcasting(t=t, s=s, u0=u0, layers=layers)
    u0 = inside("u0", u0, s)
    wanted, power = matrices * t / positive("tau", tau), 2.0 / matrices - 1.0
    # dz/dt = s u^{−power} is monotone in u, so its values at both ends bound how far z can go.
    reach = 1.001 * wanted * s * np.maximum(s**-power, u0**-power) + 1e-9
    start, reach, wanted, s, power = np.broadcast_arrays(logit(u0 / s), reach, wanted, s, power)
    learned = _integral(start, np.maximum(start, LEARNED), s, power) <= wanted

    def excess(z: FloatArray, *known: FloatArray) -> FloatArray:
        start, s, power, wanted = known
        return _integral(start, z, s, power) - wanted

    bracket = (start, np.minimum(start + reach, np.maximum(start, LEARNED)))
    known = (start, s, power, np.where(learned, 0.0, wanted))
    root = elementwise.find_root(excess, bracket, args=known).x
    return np.asarray(np.where(learned, s, s * expit(root)))


def limit_correction(u_f: ArrayLike, s: ArrayLike, u0: ArrayLike) -> FloatArray:
    """How the scaled learning time approaches its limit of many layers.

    Parameters
    ----------
    u_f, s, u0 : array or float
        As for `scaled_time`.

    Returns
    -------
    array
        ``c`` in ``(N_l − 1) t/τ = limit + c/(N_l − 1) + O(1/(N_l − 1)²)``.

    Raises
    ------
    ValueError
        If a strength is not inside ``(0, s)``, or the shapes do not broadcast.

    Notes
    -----
    ``u^{2/(N_l − 1)} = 1 + 2 ln u/(N_l − 1) + …`` under the integral of `scaled_time`, hence
    ``c = 2 ∫ ln u / (u² (s − u)) du``; the integral is elementary but for a dilogarithm.
    """
    s = positive("s", s)
    broadcasting(u_f=u_f, s=s, u0=u0)
    u_f, u0 = inside("u_f", u_f, s), inside("u0", u0, s)

    def primitive(u: FloatArray) -> FloatArray:
        log = np.log(u)
        # SciPy's spence(x) is the dilogarithm of 1 − x.
        rest = log**2 / 2.0 - log * np.log1p(-u / s) - spence(1.0 - u / s)
        return np.asarray(rest / s**2 - (log + 1.0) / (s * u))

    return np.asarray(2.0 * (primitive(u_f) - primitive(u0)))


def sharpness(s: ArrayLike, layers: ArrayLike) -> FloatArray:
    """Largest eigenvalue of the Hessian at a balanced minimum with whitened inputs.

    Parameters
    ----------
    s : array or float
        Largest singular value of the task.
    layers : array or float
        Number of layers ``N_l``, finite; they broadcast.

    Returns
    -------
    array
        ``(N_l − 1) s^{2 − 2/(N_l − 1)}``; gradient descent is stable there for learning rates
        below two over it.

    Raises
    ------
    ValueError
        If `s` is not positive, there are fewer than two layers, or the shapes do not broadcast.

    Notes
    -----
    Saxe et al. 2014, section 2, bound the curvature on the way by the same expression.
    """
    matrices = _matrices(layers, finite=True)
    broadcasting(s=s, layers=layers)
    return np.asarray(matrices * positive("s", s) ** (2.0 - 2.0 / matrices))


def _integral(low: FloatArray, high: FloatArray, s: FloatArray, power: FloatArray) -> FloatArray:
    """``(1/s) ∫ u(z)^power dz`` with ``u = s/(1 + e^{−z})``."""

    def integrand(z: FloatArray, s: FloatArray, power: FloatArray) -> FloatArray:
        return np.asarray((s * expit(z)) ** power)

    return np.asarray(tanhsinh(integrand, low, high, args=(s, power), rtol=1e-13).integral / s)


def _matrices(layers: ArrayLike, *, finite: bool = False) -> FloatArray:
    array = real("layers", layers)
    right = (array >= FEWEST_LAYERS) & (np.isfinite(array) | (not finite))
    if not np.all(right):
        kind = "finite and " if finite else ""
        wrong = array[~right].flat[0]
        raise ValueError(f"layers must be {kind}at least {FEWEST_LAYERS}, got {wrong:g}")
    return array - 1.0
