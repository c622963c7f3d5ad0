"""The loss of a trained network on a plane through its weights.

The directions are those of Li, Xu, Taylor, Studer and Goldstein, *Visualizing the Loss Landscape of
Neural Nets* (2018), section 4: each row of a random direction has the norm of the weights of that
unit, so that networks with large weights and with small ones are seen at one scale.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lib.training import Training, cross_entropies, preactivations

FloatArray = NDArray[np.float64]


def direction(weights: Sequence[Tensor], rng: np.random.Generator) -> list[Tensor]:
    """Draw a filter-normalised direction.

    Parameters
    ----------
    weights : sequence of (n_out, n_in) tensors
        Of one network.
    rng : numpy.random.Generator
        Source of the direction.

    Returns
    -------
    list of (n_out, n_in) tensors
        Gaussian, each row scaled to the norm of the same row of the weights.
    """
    found = []
    for W in weights:
        drawn = torch.as_tensor(rng.standard_normal(W.shape), dtype=W.dtype)
        found.append(drawn * (W.norm(dim=1) / drawn.norm(dim=1))[:, None])
    return found


def surface(
    trained: Training,
    network: int,
    inputs: FloatArray,
    labels: NDArray[np.int64],
    *,
    grid: FloatArray,
    seed: int,
    activation: str = "relu",
    step: float | None = None,
) -> FloatArray:
    """Evaluate ``g(h1, h2) = E(θ + h1 δ1 + h2 δ2)``, all points of the grid as one batch.

    Parameters
    ----------
    trained : Training
        With the networks at its end.
    network : int
        Which of them.
    inputs : (n, n_0) array
        On which E is computed.
    labels : (n,) array of int
        Their classes.
    grid : (G,) array
        Values of h1 and of h2.
    seed : int
        Of the two directions.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    step : float, optional
        Of residual layers.

    Returns
    -------
    (G, G) array
        g, with h1 along the first axis. Biases stay what they are.

    Raises
    ------
    ValueError
        If the loss is not finite somewhere on the grid.
    """
    rng = np.random.default_rng([seed, 8])
    weights = [W[network] for W in trained.weights]
    along = [direction(weights, rng) for _ in range(2)]
    h1, h2 = (
        torch.as_tensor(h, dtype=torch.float32) for h in np.meshgrid(grid, grid, indexing="ij")
    )
    moved = [
        W + h1.reshape(-1, 1, 1) * d1 + h2.reshape(-1, 1, 1) * d2
        for W, d1, d2 in zip(weights, *along, strict=True)
    ]
    biases = [b[network].expand(len(moved[0]), -1) for b in trained.biases]
    X = torch.tensor(inputs, dtype=torch.float32)
    with torch.no_grad():
        outputs = preactivations(moved, X, activation, biases, step)[-1]
        g = cross_entropies(outputs, torch.as_tensor(labels)).numpy().astype(np.float64)
    if not np.isfinite(g).all():
        raise ValueError("the loss is not finite on the whole grid; take a narrower one")
    return g.reshape(len(grid), len(grid))


def curvatures(g: FloatArray, spacing: float) -> FloatArray:
    """Principal curvatures of a surface, by central differences.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.
    spacing : float
        Of the grid.

    Returns
    -------
    (..., G − 2, G − 2, 2) array
        Eigenvalues of the Hessian at the inner points, the smaller one first.

    Raises
    ------
    ValueError
        If the grid is not square, or too small.
    """
    if g.ndim < 2 or g.shape[-1] != g.shape[-2] or g.shape[-1] < 3:
        raise ValueError(f"values must lie on a square grid of at least 3 points, got {g.shape}")
    inner = g[..., 1:-1, 1:-1]
    h11 = g[..., 2:, 1:-1] - 2 * inner + g[..., :-2, 1:-1]
    h22 = g[..., 1:-1, 2:] - 2 * inner + g[..., 1:-1, :-2]
    h12 = (g[..., 2:, 2:] - g[..., 2:, :-2] - g[..., :-2, 2:] + g[..., :-2, :-2]) / 4
    rows = [np.stack([h11, h12], axis=-1), np.stack([h12, h22], axis=-1)]
    return np.asarray(np.linalg.eigvalsh(np.stack(rows, axis=-2)) / spacing**2)


def roughness(g: FloatArray) -> FloatArray:
    """Part of a plane on which the surface is not convex.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.

    Returns
    -------
    (...) array
        Share of the inner points at which the smaller curvature is below minus a thousandth of the
        larger one: Li et al. (2018), section 6, colour their surfaces by this ratio.
    """
    low, high = np.moveaxis(curvatures(g, spacing=1.0), -1, 0)
    return np.asarray((low < -1e-3 * np.abs(high)).mean(axis=(-1, -2)))
