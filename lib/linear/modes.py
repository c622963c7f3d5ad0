"""One mode of a three-layer linear network: strength and learning time in closed form.

A mode is a singular value ``s`` of the input–output correlation with its two vectors ``a`` (input
side) and ``b`` (output side). Where they are parallel only their lengths matter, and the strength
``u = a b`` of the mode obeys an equation that can be solved.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import broadcasting, finite, positive, shaped
from lib.linear.domain import inside

FloatArray = NDArray[np.float64]


def mode_strength(t: ArrayLike, s: ArrayLike, u0: ArrayLike, tau: float = 1.0) -> FloatArray:
    """Strength of a balanced mode, ``a = b``, over time.

    Parameters
    ----------
    t : (T,) array
        Time, in the units of `tau`.
    s, u0 : (M,) array or float
        Singular value and initial strength of each mode, both positive.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    (T, M) array
        ``u(t)``, from `u0` to `s`.

    Raises
    ------
    ValueError
        If `s`, `u0` or `tau` is not positive, their shapes do not broadcast, or a time is not
        finite.

    Notes
    -----
    ``u = s e^{2st/τ} / (e^{2st/τ} − 1 + s/u0)`` — saxe-review, learning speed; Saxe et al. 2014,
    eq. 8. Divided by the exponential, so that large ``st`` does not overflow, and written with
    ``e^x − 1``, so that nothing is lost where `u0` is much larger than `s`.

    Examples
    --------
    >>> mode_strength([0.0, 1.4722], 2.0, 0.1).round(3).ravel()
    array([0.1, 1.9])
    """
    s, u0 = positive("s", s), positive("u0", u0)
    t = finite("t", shaped("t", t, ("T",)))[:, None] / positive("tau", tau)
    broadcasting(s=s, u0=u0, t=t)
    x = -2.0 * s * t
    return np.asarray(s / (s / u0 * np.exp(x) - np.expm1(x)))


def learning_time(u_f: ArrayLike, s: ArrayLike, u0: ArrayLike, tau: float = 1.0) -> FloatArray:
    """Time that a balanced mode takes from one strength to another.

    Parameters
    ----------
    u_f, s, u0 : array or float
        Final strength, singular value, initial strength; they broadcast. Both strengths lie between
        0 and `s`.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    array
        ``t = τ/(2s) ln[u_f (s − u0) / (u0 (s − u_f))]``, in the units of `tau`; negative where
        ``u_f < u0``.

    Raises
    ------
    ValueError
        If a strength is not inside ``(0, s)``, `tau` is not positive, or the shapes do not
        broadcast.

    Notes
    -----
    Inverse of `mode_strength`; Saxe et al. 2014, eq. 7.

    Examples
    --------
    >>> float(learning_time(1.9, 2.0, 0.1).round(4))
    1.4722
    """
    s = positive("s", s)
    broadcasting(u_f=u_f, s=s, u0=u0)
    u_f, u0 = inside("u_f", u_f, s), inside("u0", u0, s)
    log = np.log(u_f / u0) + np.log1p((u_f - u0) / (s - u_f))
    return np.asarray(positive("tau", tau) / (2.0 * s) * log)


def half_time(s: ArrayLike, u0: ArrayLike, tau: float = 1.0) -> FloatArray:
    """Time that a balanced mode takes to half of its final strength.

    Parameters
    ----------
    s, u0 : array or float
        Singular value and initial strength, ``0 < u0 < s``.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    array
        ``τ/(2s) ln(s/u0 − 1)``, in the units of `tau`; negative where ``u0 > s/2``.

    Raises
    ------
    ValueError
        If `u0` is not inside ``(0, s)``, `tau` is not positive, or the shapes do not broadcast.
    """
    s = positive("s", s)
    return learning_time(s / 2.0, s, u0, tau)


def unbalanced_strength(
    t: ArrayLike, s: float, a0: float, b0: float, tau: float = 1.0
) -> FloatArray:
    """Strength of a mode with parallel vectors of unequal lengths.

    Parameters
    ----------
    t : (T,) array
        Time, in the units of `tau`.
    s : float
        Singular value, positive.
    a0, b0 : float
        Initial lengths (with sign) on the input and the output side, ``a0 + b0 > 0``.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    (T,) array
        ``u = a b``, from ``a0 b0`` to `s`.

    Raises
    ------
    ValueError
        If `s`, `tau` or ``a0 + b0`` is not positive, or a time is not finite.

    Notes
    -----
    With ``c0 = a² − b²``, which is conserved, ``y = (a + b)²`` obeys a Riccati equation,
    ``τ y' = −(y − y₊)(y − y₋)/2`` with ``y± = 2s ± √(4s² + c0²)``. Saxe et al. 2014, appendix,
    solve the same case with a hyperbolic angle; this neither overflows nor fails at ``c0 = 0``.
    """
    low, high, y0 = _riccati(s, a0, b0)
    ratio = (y0 - high) / (y0 - low)
    t = finite("t", t) / positive("tau", tau)
    decay = ratio * np.exp(-(high - low) / 2.0 * t)
    y = (high - decay * low) / (1.0 - decay)
    return np.asarray((y - (a0**2 - b0**2) ** 2 / y) / 4.0)


def length_velocity(a: ArrayLike, b: ArrayLike, s: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Velocity of the two lengths of a mode with parallel vectors, times ``τ``.

    Parameters
    ----------
    a, b : array or float
        Lengths (with sign) on the input and the output side; they broadcast.
    s : float
        Singular value.

    Returns
    -------
    da, db : array
        ``b (s − a b)`` and ``a (s − a b)``.

    Raises
    ------
    ValueError
        If a number is not finite, or the shapes do not broadcast.
    """
    broadcasting(a=a, b=b, s=s)
    a, b, s = finite("a", a), finite("b", b), float(finite("s", s))
    return np.asarray(b * (s - a * b)), np.asarray(a * (s - a * b))


def unbalanced_time(u_f: ArrayLike, s: float, a0: float, b0: float, tau: float = 1.0) -> FloatArray:
    """Time that a mode with unequal lengths takes to a strength.

    Parameters
    ----------
    u_f : array or float
        Strengths between ``a0 b0`` and `s`.
    s, a0, b0, tau : float
        As for `unbalanced_strength`.

    Returns
    -------
    array
        Time, in the units of `tau`.

    Raises
    ------
    ValueError
        If `s`, `tau` or ``a0 + b0`` is not positive, `u_f` is not between ``a0 b0`` and `s`, or
        these differ so much in size that rounding leaves nothing of their differences.

    Notes
    -----
    Inverse of `unbalanced_strength`.
    """
    low, high, y0 = _riccati(s, a0, b0)
    u_f = finite("u_f", u_f)
    wrong = ((u_f - a0 * b0) * (s - u_f) < 0) | (u_f == s)
    if np.any(wrong):
        raise ValueError(
            f"u_f must lie between a0 b0 = {a0 * b0} and s = {s}, got {u_f[wrong].flat[0]}"
        )
    c0 = a0**2 - b0**2
    y = 2.0 * u_f + np.sqrt(4.0 * u_f**2 + c0**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        log = np.log((y0 - high) * (y - low) / ((y0 - low) * (y - high)))
    if not np.isfinite(log).all():
        raise ValueError(f"a0, b0 and s differ too much in size, got {a0}, {b0} and {s}")
    return np.asarray(2.0 * positive("tau", tau) / (high - low) * log)


def _riccati(s: float, a0: float, b0: float) -> tuple[float, float, float]:
    """Roots and initial value of the equation for ``y = (a + b)²``."""
    positive("s", s)
    positive("a0 + b0", a0 + b0)
    c0 = a0**2 - b0**2
    root = float(np.hypot(2.0 * s, c0))
    high = 2.0 * s + root
    # The product of the roots is −c0²; their difference would cancel.
    return -(c0**2) / high, high, (a0 + b0) ** 2
