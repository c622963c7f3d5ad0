"""The theory of deep linear networks checked by methods that know nothing of it."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from lib.checks import at_least, positive, shaped
from lib.linear.deep_networks import velocity
from lib.linear.deep_weights import DeepWeights
from lib.linear.depth import FEWEST_LAYERS, mode_velocity
from lib.linear.domain import ascending, inside
from lib.linear.tasks import PrincipalTask
from lib.spectra import extreme_eigenvalues

FloatArray = NDArray[np.float64]


def integrated_strengths(times: FloatArray, s: float, u0: float, layers: ArrayLike) -> FloatArray:
    """Strength of a balanced mode by a general solver of differential equations.

    Parameters
    ----------
    times : (T,) array
        In units of ``τ/(N_l − 1)``, ascending from 0.
    s, u0 : float
        Singular value and initial strength.
    layers : (K,) array of int
        Numbers of layers ``N_l``.

    Returns
    -------
    (T, K) array
        ``u(t)``, without any of the solutions in `lib.linear.depth`.

    Raises
    ------
    ValueError
        If `times` does not ascend from 0, `u0` is not inside ``(0, s)``, or there are fewer than
        two layers.
    """
    if ascending("times", times)[0] != 0:
        raise ValueError(f"times must begin at 0, got {times[0]}")
    inside("u0", u0, positive("s", s))
    layers = shaped("layers", layers, ("K",))
    at_least("layers", layers, FEWEST_LAYERS)

    def right_hand_side(_: float, u: FloatArray) -> FloatArray:
        return mode_velocity(u, s, layers, tau=1.0) / (layers - 1.0)

    start = np.full(layers.shape, u0)
    path = solve_ivp(
        right_hand_side, (0.0, times[-1]), start, "DOP853", times, rtol=1e-12, atol=1e-14
    )
    return np.asarray(path.y.T)


def balanced_flow_difference(weights: DeepWeights, task: PrincipalTask) -> FloatArray:
    """Distance between the velocity of the map and its formula for balanced weights.

    Parameters
    ----------
    weights : DeepWeights
        Networks with as many inputs and outputs as hidden units.
    task : PrincipalTask
        The task.

    Returns
    -------
    (B,) array
        Largest difference of an entry between ``Σ_l`` of the changes that the matrices cause and
        ``Σ_l (W Wᵀ)^{(D−l)/D} E (WᵀW)^{(l−1)/D}`` with ``D = N_l − 1``, as a part of the largest.

    Notes
    -----
    Arora, Cohen and Hazan 2018, theorem 1.
    """
    W, D = weights.product, weights.layers - 1
    by = velocity(weights, task)
    matrices = [weights.first, *np.moveaxis(weights.hidden, 1, 0), weights.last]
    changes = [by.first, *np.moveaxis(by.hidden, 1, 0), by.last]
    direct = np.sum(
        [_chain([*matrices[:k], changes[k], *matrices[k + 1 :]]) for k in range(D)], axis=0
    )
    U, s, Vt = np.linalg.svd(W)
    error = (task.best - W) * task.variances
    inside = np.swapaxes(U, 1, 2) @ error @ np.swapaxes(Vt, 1, 2)
    powers = np.arange(D) * 2.0 / D
    weight = np.einsum("bil,bjl->bij", s[..., None] ** powers[::-1], s[..., None] ** powers)
    formula = U @ (weight * inside) @ Vt
    return np.asarray(np.abs(direct - formula).max(axis=(1, 2)) / np.abs(direct).max(axis=(1, 2)))


def hessian_sharpness(weights: DeepWeights, task: PrincipalTask) -> float:
    """Largest eigenvalue of the Hessian of one network, by automatic differentiation.

    Parameters
    ----------
    weights : DeepWeights
        A single network, small.
    task : PrincipalTask
        The task.

    Returns
    -------
    float
        Of the loss as a function of all weights.
    """
    matrices = [weights.first[0], *weights.hidden[0], weights.last[0]]
    best, variances, *tensors = (
        torch.tensor(np.array(A, dtype=float)) for A in (task.best, task.variances, *matrices)
    )

    def loss(first: torch.Tensor, *rest: torch.Tensor) -> torch.Tensor:
        for W in rest:
            first = W @ first
        return 0.5 * torch.sum((best - first) ** 2 * variances)

    return float(extreme_eigenvalues(loss, tensors)[0])


def _chain(matrices: list[FloatArray]) -> FloatArray:
    """Product of matrices that are listed from the input to the output."""
    product = matrices[0]
    for W in matrices[1:]:
        product = W @ product
    return product
