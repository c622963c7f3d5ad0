"""Tasks for linear networks: made with known modes, or from labelled images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, finite, fraction, positive, shaped, whole
from lib.datasets import Dataset

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PrincipalTask:
    """A task whose inputs are written in their principal components, so that ``Σ11`` is diagonal.

    Parameters
    ----------
    variances : (N1,) array
        Diagonal of ``Σ11``, positive, in descending order.
    best : (N3, N1) array
        The best linear map, ``Σ31 Σ11⁻¹``.

    Raises
    ------
    ValueError
        If a variance is not positive, there is not one for each column of the map, or the map is
        not finite.
    """

    variances: FloatArray
    best: FloatArray

    def __post_init__(self) -> None:
        positive("variances", shaped("variances", self.variances, ("N1",)))
        finite("best", shaped("best", self.best, ("N3", self.variances.size)))


def random_task(s: ArrayLike, shape: tuple[int, int], seed: int) -> FloatArray:
    """Input–output correlation with given singular values and random singular vectors.

    Parameters
    ----------
    s : (M,) array
        Singular values.
    shape : tuple of int
        ``(N3, N1)``, each at least M.
    seed : int
        Of the vectors.

    Returns
    -------
    (N3, N1) array
        ``Σ31``.

    Raises
    ------
    ValueError
        If a singular value or the seed is negative, or `shape` is not two numbers that are at least
        M.
    """
    s = at_least("s", shaped("s", s, ("M",)), 0)
    at_least("shape", shaped("shape", shape, (2,)), s.size)
    whole("seed", seed, 0)
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.standard_normal((n, s.size)))[0] for n in shape)
    return np.asarray((U * s) @ V.T)


def whiten(X: FloatArray, tolerance: float = 1e-6) -> FloatArray:
    """Centre inputs and make their correlation the identity, in the directions in which they vary.

    Parameters
    ----------
    X : (N1, P) array
        Inputs, a column for each example.
    tolerance : float
        Directions with less than this part of the largest standard deviation are dropped.

    Returns
    -------
    (N, P) array
        With ``⟨x⟩ = 0`` and ``⟨x xᵀ⟩ = I``.

    Raises
    ------
    ValueError
        If the inputs do not vary or are not finite, or `tolerance` is not at least 0 and below 1.
    """
    finite("X", shaped("X", X, ("N1", "P")))
    fraction("tolerance", tolerance)
    centred = X - X.mean(axis=1, keepdims=True)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    kept = spread > tolerance * spread[0]
    if spread[0] == 0:
        raise ValueError("the inputs do not vary: nothing to whiten")
    return np.asarray(np.sqrt(X.shape[1]) * directions[kept])


def image_task(data: Dataset, *, whitened: bool = True) -> tuple[FloatArray, FloatArray]:
    """Images as inputs and centred one-hot labels as targets.

    Parameters
    ----------
    data : Dataset
        Labelled images.
    whitened : bool
        Whether inputs are whitened; otherwise they are centred, and divided by one number so that
        the largest eigenvalue of ``Σ11`` is 1.

    Returns
    -------
    X : (N, P) array
        Inputs.
    Y : (classes, P) array
        Targets with mean zero.

    Raises
    ------
    ValueError
        If the images do not vary or are not finite.
    """
    Y = data.one_hot
    Y = Y - Y.mean(axis=1, keepdims=True)
    if whitened:
        return whiten(data.flat), Y
    pixels = finite("images", data.flat)
    X = pixels - pixels.mean(axis=1, keepdims=True)
    if not X.any():
        raise ValueError("the images do not vary: nothing to learn from")
    return X * np.sqrt(X.shape[1]) / np.linalg.norm(X, 2), Y


def principal_task(
    X: FloatArray, Y: FloatArray, components: int, tolerance: float = 1e-10
) -> PrincipalTask:
    """Write a task in the first principal components of its inputs.

    Parameters
    ----------
    X : (N1, P) array
        Centred inputs, a column for each example.
    Y : (N3, P) array
        Targets.
    components : int
        How many to keep at most.
    tolerance : float
        Components with less than this part of the largest variance are dropped.

    Returns
    -------
    PrincipalTask
        The task.

    Raises
    ------
    ValueError
        If `components` is not positive, the inputs do not vary, there are not as many inputs as
        targets, a number is not finite, or `tolerance` is not at least 0 and below 1.
    """
    if components < 1:
        raise ValueError(f"components must be at least 1, got {components}")
    finite("X", shaped("X", X, ("N1", "P")))
    finite("Y", shaped("Y", Y, ("N3", X.shape[1])))
    fraction("tolerance", tolerance)
    _, lengths, directions = np.linalg.svd(X, full_matrices=False)
    variances = lengths**2 / X.shape[1]
    if variances[0] == 0:
        raise ValueError("the inputs do not vary: nothing to learn from")
    kept = int(np.sum(variances[:components] > tolerance * variances[0]))
    # Σ31 Σ11⁻¹ with columns of unit length in `directions`: Y Vᵀ / lengths.
    return PrincipalTask(variances[:kept], Y @ directions[:kept].T / lengths[:kept])
