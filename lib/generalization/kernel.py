"""How hard labels are for a wide two-layer network: labels against the spectrum of its kernel.

Arora, Du, Hu, Li and Wang, *Fine-grained analysis of optimization and generalization for
overparameterized two-layer neural networks*, 2019.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist, squareform

from lib.checks import finite, shaped

FloatArray = NDArray[np.float64]

NEGATIVE = 1e-6  # of the largest eigenvalue: what more is negative is no rounding


def rectifier_kernel(images: ArrayLike) -> FloatArray:
    """Kernel of an infinitely wide layer of rectifiers whose input weights are trained.

    Parameters
    ----------
    images : (n, …) array
        Each is scaled to length one.

    Returns
    -------
    (n, n) array
        H_ij = x_iᵀx_j (π − arccos x_iᵀx_j) / 2π, the H^∞ of Arora et al. 2019, section 3.

    Raises
    ------
    ValueError
        If an image is zero, or a number is not finite.
    """
    rows = finite("images", images)
    if rows.ndim < 2 or not rows.size:
        raise ValueError(f"images must have shape (n, ...), of some pixels each, got {rows.shape}")
    rows = rows.reshape(len(rows), -1)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.all():
        raise ValueError(f"image {int(np.argmin(lengths))} is zero everywhere")
    # Angles from chords: an arc cosine near 1 makes 1e-8 of a rounding, and equal images differ.
    chords = squareform(pdist(rows / lengths))
    angles = 2 * np.arcsin(np.minimum(chords / 2, 1.0))
    return np.asarray(np.cos(angles) * (np.pi - angles) / (2 * np.pi))


def difficulty(kernel: FloatArray, labels: ArrayLike) -> float:
    """How much labels lean on directions that the kernel learns slowly.

    Parameters
    ----------
    kernel : (n, n) array
        Symmetric, positive semidefinite.
    labels : (n,) array of int
        Classes.

    Returns
    -------
    float
        What `difficulties` finds for labels of one kind; inf where some lie in the kernel's null
        space.

    Raises
    ------
    ValueError
        If all labels are the same: then nothing is to learn. If the kernel is not square, not
        finite, or not positive semidefinite, or there is not a label for each row.
    """
    (found,) = difficulties(kernel, [labels])
    return float(found)


def difficulties(kernel: FloatArray, labels: Sequence[ArrayLike]) -> FloatArray:
    """How much labels of several kinds lean on directions that the kernel learns slowly.

    Parameters
    ----------
    kernel : (n, n) array
        Symmetric, positive semidefinite.
    labels : sequence of K (n,) arrays of int
        Classes of the same images, each time others.

    Returns
    -------
    (K,) array
        Σ yᵀH⁻¹y / Σ yᵀy over the columns y of the labels, one for each class that occurs, with
        zeros and ones less their mean: the mean of 1/λ over the eigenvectors, weighted with how
        much of the labels each bears. inf where some lie in the kernel's null space.

    Raises
    ------
    ValueError
        If all labels of a kind are the same: then nothing is to learn. If the kernel is not square,
        not finite, or not positive semidefinite, or there is not a label for each row.
    """
    finite("kernel", shaped("kernel", kernel, ("n", "n")))
    columns = [_columns(shaped("labels", own, (len(kernel),))) for own in labels]
    values, vectors = np.linalg.eigh(kernel)
    if values[0] < -NEGATIVE * abs(values[-1]):
        raise ValueError(f"the kernel must be positive semidefinite, got eigenvalue {values[0]:g}")
    null = values <= len(values) * np.finfo(np.float64).eps * values[-1]
    found = []
    for own in columns:
        weights = ((vectors.T @ own) ** 2).sum(axis=1)
        weights /= weights.sum()
        lost = weights[null].sum() > len(values) * np.finfo(np.float64).eps
        found.append(np.inf if lost else np.sum(weights[~null] / values[~null]))
    return np.array(found)


def _columns(labels: NDArray[np.generic]) -> FloatArray:
    """A column for each class, zeros and ones less their mean."""
    columns: FloatArray = (labels[:, None] == np.unique(labels)).astype(np.float64)
    if columns.shape[1] < 2:
        raise ValueError("all labels are the same: nothing to learn")
    columns -= columns.mean(axis=0)
    return columns
