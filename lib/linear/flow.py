"""Learning of a three-layer linear network: its gradient, gradient descent, gradient flow.

Weights are ``W21`` (hidden × input) and ``W32`` (output × hidden). Leading axes, if there are any,
are independent networks, such as one for each seed. Time is counted in units of ``τ``, the inverse
learning rate: ``k`` steps at rate ``η`` are the time ``kη``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from lib.checks import as_array, finite, positive, shaped
from lib.linear.domain import ascending

FloatArray = NDArray[np.float64]

RELATIVE_TOLERANCE = 1e-12
# Learning begins from tiny weights: an error that is small beside one would be large beside them.
ABSOLUTE_TOLERANCE = 1e-20


@dataclass(frozen=True)
class Trajectory:
    """Weights along a path of learning.

    Parameters
    ----------
    times : (T,) array
        In units of ``τ``.
    W21 : (T, ..., N2, N1) array
        Input to hidden.
    W32 : (T, ..., N3, N2) array
        Hidden to output.
    """

    times: FloatArray
    W21: FloatArray
    W32: FloatArray

    @property
    def product(self) -> FloatArray:
        """The map that the network computes, (T, ..., N3, N1)."""
        return np.asarray(self.W32 @ self.W21)


def correlations(X: FloatArray, Y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Second moments of a data set, all that the learning of a linear network sees of it.

    Parameters
    ----------
    X : (N1, P) array
        Inputs, a column for each example.
    Y : (N3, P) array
        Targets.

    Returns
    -------
    Sigma11 : (N1, N1) array
        ``⟨x xᵀ⟩``.
    Sigma31 : (N3, N1) array
        ``⟨y xᵀ⟩``.

    Raises
    ------
    ValueError
        If there are no examples, not as many inputs as targets, or a number is not finite.
    """
    X, Y = as_array("X", X), as_array("Y", Y)
    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1] or X.shape[1] == 0:
        raise ValueError(
            f"X and Y need a column for each example, got shapes {X.shape} and {Y.shape}"
        )
    finite("X", X)
    finite("Y", Y)
    return X @ X.T / X.shape[1], Y @ X.T / X.shape[1]


def velocity(
    W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Negative gradient of the mean squared error, ``τ dW/dt`` along the flow.

    Parameters
    ----------
    W21 : (..., N2, N1) array
        Input to hidden.
    W32 : (..., N3, N2) array
        Hidden to output.
    Sigma31 : (N3, N1) array
        Input–output correlation.
    Sigma11 : (N1, N1) array
        Input correlation.

    Returns
    -------
    tuple of arrays
        ``W32ᵀ(Σ31 − W32 W21 Σ11)`` and ``(Σ31 − W32 W21 Σ11) W21ᵀ``, of the shapes of the weights;
        NaN or inf where a number is, or one that is too large.

    Raises
    ------
    ValueError
        If the shapes do not belong together.

    Notes
    -----
    saxe-review, how it is realized, first equation; Saxe et al. 2014, eq. 2. The loss is
    ``½⟨|y − W32 W21 x|²⟩``.
    """
    _check_shapes(W21, W32, Sigma31, Sigma11)
    with np.errstate(over="ignore", invalid="ignore"):  # what comes back tells
        return _velocity(W21, W32, Sigma31, Sigma11)


def loss(
    W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray, Sigma33: FloatArray
) -> FloatArray:
    """Mean squared error, ``½⟨|y − W32 W21 x|²⟩``, from the second moments.

    Parameters
    ----------
    W21, W32, Sigma31, Sigma11 : arrays
        As for `velocity`.
    Sigma33 : (N3, N3) array
        ``⟨y yᵀ⟩``.

    Returns
    -------
    (...) array
        The loss of each network; inf or NaN where a number is too large for its square.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or a number is not finite.
    """
    _check(W21, W32, Sigma31, Sigma11)
    finite("Sigma33", shaped("Sigma33", Sigma33, (W32.shape[-2],) * 2))
    W = W32 @ W21
    cross = np.einsum("...ij,ij->...", W, Sigma31)
    square = np.einsum("...ij,jk,...ik->...", W, Sigma11, W)
    return np.asarray(0.5 * np.trace(Sigma33) - cross + 0.5 * square)


def gradient_descent(
    W21: FloatArray,
    W32: FloatArray,
    Sigma31: FloatArray,
    Sigma11: FloatArray,
    rate: float,
    steps: int,
    every: int = 1,
) -> Trajectory:
    """Full-batch gradient descent with a fixed learning rate.

    Parameters
    ----------
    W21, W32, Sigma31, Sigma11 : arrays
        Initial weights and correlations, as for `velocity`.
    rate : float
        Learning rate ``η = 1/τ``, positive.
    steps : int
        Number of steps, at least 1.
    every : int
        How many steps lie between two recorded points; divides `steps`.

    Returns
    -------
    Trajectory
        With ``steps/every + 1`` points, the initial one first.

    Raises
    ------
    ValueError
        If `rate` is not positive, `every` does not divide `steps`, the shapes do not belong
        together, a number is not finite, or the weights diverged.
    """
    _check(W21, W32, Sigma31, Sigma11)
    positive("rate", rate)
    if steps < 1 or every < 1 or steps % every:
        raise ValueError(f"every must divide steps, got steps={steps} and every={every}")
    points = [(W21, W32)]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
        for step in range(1, steps + 1):
            dW21, dW32 = _velocity(W21, W32, Sigma31, Sigma11)
            W21, W32 = W21 + rate * dW21, W32 + rate * dW32
            if step % every == 0:
                if not (np.isfinite(W21).all() and np.isfinite(W32).all()):
                    raise ValueError(f"diverged within {step} steps; rate={rate} is too large")
                points.append((W21, W32))
    first, second = zip(*points, strict=True)
    times: FloatArray = rate * np.arange(0, steps + 1, every, dtype=np.float64)
    return Trajectory(times, np.stack(first), np.stack(second))


def gradient_flow(
    W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray, times: FloatArray
) -> Trajectory:
    """Limit of gradient descent at small learning rate, to the accuracy of the integrator.

    Parameters
    ----------
    W21, W32, Sigma31, Sigma11 : arrays
        Initial weights and correlations, as for `velocity`.
    times : (T,) array
        When to record, in units of ``τ``; ascending from the initial time.

    Returns
    -------
    Trajectory
        At `times`.

    Raises
    ------
    ValueError
        If `times` does not ascend, the shapes do not belong together, or a number is not finite.
    RuntimeError
        If the integrator gives up.
    """
    _check(W21, W32, Sigma31, Sigma11)
    times = ascending("times", times)
    split = W21.size

    def right_hand_side(_: float, flat: FloatArray) -> FloatArray:
        weights = flat[:split].reshape(W21.shape), flat[split:].reshape(W32.shape)
        return np.concatenate([part.ravel() for part in _velocity(*weights, Sigma31, Sigma11)])

    solution = solve_ivp(
        right_hand_side,
        (times[0], times[-1]),
        np.concatenate([W21.ravel(), W32.ravel()]),
        method="DOP853",
        t_eval=times,
        rtol=RELATIVE_TOLERANCE,
        atol=ABSOLUTE_TOLERANCE,
    )
    if not solution.success:
        raise RuntimeError(f"the integrator gave up: {solution.message}")
    paths = solution.y.T
    return Trajectory(
        times,
        paths[:, :split].reshape(times.size, *W21.shape),
        paths[:, split:].reshape(times.size, *W32.shape),
    )


def _velocity(
    W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """`velocity` of what has been checked: on a path it is asked for thousands of times."""
    error = Sigma31 - W32 @ W21 @ Sigma11
    return np.swapaxes(W32, -1, -2) @ error, error @ np.swapaxes(W21, -1, -2)


def imbalance(W21: FloatArray, W32: FloatArray) -> FloatArray:
    """What the flow conserves, ``W32ᵀ W32 − W21 W21ᵀ``, for any ``Σ11``.

    Parameters
    ----------
    W21 : (..., N2, N1) array
        Input to hidden.
    W32 : (..., N3, N2) array
        Hidden to output.

    Returns
    -------
    (..., N2, N2) array
        Symmetric; zero for balanced weights.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or a number is not finite.

    Notes
    -----
    saxe-review, the manifold on which modes evolve independently; Saxe et al. 2014, after eq. 5.
    """
    _check_weights(W21, W32)
    finite("W21", W21)
    finite("W32", W32)
    inner, outer = np.swapaxes(W32, -1, -2) @ W32, W21 @ np.swapaxes(W21, -1, -2)
    return np.asarray(inner - outer)


def _check(W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray) -> None:
    _check_shapes(W21, W32, Sigma31, Sigma11)
    for name, array in (("W21", W21), ("W32", W32), ("Sigma31", Sigma31), ("Sigma11", Sigma11)):
        finite(name, array)


def _check_shapes(
    W21: FloatArray, W32: FloatArray, Sigma31: FloatArray, Sigma11: FloatArray
) -> None:
    _check_weights(W21, W32)
    N1, N3 = W21.shape[-1], W32.shape[-2]
    shaped("Sigma31", Sigma31, (N3, N1))
    shaped("Sigma11", Sigma11, (N1, N1))


def _check_weights(W21: FloatArray, W32: FloatArray) -> None:
    shaped("W21", W21, (..., "N2", "N1"))
    *leading, N2, _ = W21.shape
    shaped("W32", W32, (*leading, "N3", N2))
