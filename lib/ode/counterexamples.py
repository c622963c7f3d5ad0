"""Flows on which a rule of thumb about eigenvalues fails.

Each is given as it looks from a solution: the vector field of a small difference from it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lib.checks import finite
from lib.integrators import Field

FloatArray = NDArray[np.float64]

# Stable by itself (its eigenvalues are −1/2 ± 2.6i), and not behind a saturated unit.
STABLE_K = np.array([[1.0, -3.0], [3.0, -2.0]])
# Preactivations at which the slopes of tanh are 1 and 1/10.
SATURATED = np.array([0.0, np.arccosh(np.sqrt(10.0))])


def moving_solution(_t: float, y: FloatArray) -> FloatArray:
    """Differences from a solution of ``ẏ = tanh(K y + b(t))`` with the weights `STABLE_K`.

    With ``b(t) = z − K t tanh(z)`` the straight path ``y = t tanh(z)`` is a solution whose
    preactivations are z at all times; z is `SATURATED`.

    Parameters
    ----------
    _t : float
        Time, on which the field does not depend.
    y : (..., 2) array
        Differences.

    Returns
    -------
    (..., 2) array
        ``tanh(z + K y) − tanh(z)``, whose Jacobian at 0 is ``diag(1, 1/10) K``; NaN
        where y is.

    Raises
    ------
    ValueError
        If differences have not two coordinates.
    """
    _check_plane(y)
    return np.asarray(np.tanh(SATURATED + y @ STABLE_K.T) - np.tanh(SATURATED))


def turning_weights(t: float, speed: float) -> FloatArray:
    """Weights with the eigenvalues −1/4 ± i√7/4 at all times, whose eigenvectors turn.

    With speed 1 they are those of Markus and Yamabe (1960).

    Parameters
    ----------
    t : float
        Time.
    speed : float
        Angular velocity of the eigenvectors.

    Returns
    -------
    (2, 2) array
        ``R(−speed t) K R(speed t)`` with ``K = [1/2 1; −1 −1]`` and the rotation R.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    if not (math.isfinite(t) and math.isfinite(speed)):
        raise ValueError(f"t and speed must be finite, got {t} and {speed}")
    c, s = np.cos(speed * t), np.sin(speed * t)
    return np.array([[1.5 * c * c - 1, 1 - 1.5 * s * c], [-1 - 1.5 * s * c, 1.5 * s * s - 1]])


def turning_field(speed: float) -> Field[FloatArray]:
    """Network flow ``ẏ = tanh(K(t) y)`` with `turning_weights`, which has the solution zero.

    Parameters
    ----------
    speed : float
        Angular velocity of the eigenvectors.

    Returns
    -------
    callable
        Takes the time and states of shape (..., 2).

    Raises
    ------
    ValueError
        If `speed` is not finite.
    """
    finite("speed", speed)
    return lambda t, y: np.tanh(y @ turning_weights(t, speed).T)


def forced_field(size: float) -> Field[FloatArray]:
    """Network flow ``ẏ = tanh(b(t) − y)`` with ``b(t) = size · sin t``.

    Its Jacobian is negative everywhere. For small sizes it tends to ``size (sin t − cos t)/2``.

    Parameters
    ----------
    size : float
        Of the bias.

    Returns
    -------
    callable
        Takes the time and states of any shape.

    Raises
    ------
    ValueError
        If `size` is not finite.
    """
    finite("size", size)
    return lambda t, y: np.tanh(size * np.sin(t) - y)


# Time in which one of the ellipses of `switching_field` is run through by a quarter.
QUARTER = np.pi / 2 * np.sqrt(10.0)


def switching_field(t: float, y: FloatArray) -> FloatArray:
    """Differences from a solution of ``ẏ = tanh(K₀ y + b(t))`` with antisymmetric weights.

    The bias holds the preactivations at `SATURATED` for a time `QUARTER`, then at the same numbers
    the other way round, and so on. Each half is an undamped oscillation along an ellipse of
    axes 1 and √10; switching at quarters always meets the short axis.

    Parameters
    ----------
    t : float
        Time.
    y : (..., 2) array
        Differences.

    Returns
    -------
    (..., 2) array
        ``tanh(z(t) + K₀ y) − tanh(z(t))``; NaN where y is.

    Raises
    ------
    ValueError
        If the time is not finite, or differences have not two coordinates.
    """
    _check_plane(y)
    if not math.isfinite(t):
        raise ValueError(f"t must be finite, got {t}")
    z = SATURATED if int(t / QUARTER + 1e-9) % 2 else SATURATED[::-1]
    turned = np.stack([-y[..., 1], y[..., 0]], axis=-1)
    return np.asarray(np.tanh(z + turned) - np.tanh(z))


def _check_plane(y: FloatArray) -> None:
    # Called at every step of an integration: the shape alone costs next to nothing.
    if y.shape[-1:] != (2,):
        raise ValueError(f"y must have shape (..., 2), got {y.shape}")
