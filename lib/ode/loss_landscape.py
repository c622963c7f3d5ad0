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


def surfaces(
    trained: Training,
    inputs: FloatArray,
    labels: NDArray[np.int64],
    seeds: NDArray[np.int64],
    *,
    grid: FloatArray,
    activation: str = "relu",
    step: float | None = None,
) -> FloatArray:
    """Evaluate ``g(h1, h2) = E(θ + h1 δ1 + h2 δ2)``, all points of a grid as one batch.

    Parameters
    ----------
    trained : Training
        With S networks at its end.
    inputs : (n, n_0) array
        On which E is computed.
    labels : (n,) array of int
        Their classes.
    seeds : (S,) array of int
        Of the two directions of each network.
    grid : (G,) array
        Values of h1 and of h2.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    step : float, optional
        Of residual layers.

    Returns
    -------
    (S, G, G) array
        g, with h1 along the first axis of the grid. Biases stay what they are.

    Raises
    ------
    ValueError
        If the loss is not finite somewhere on a grid.
    """
    X, y = torch.tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    found = np.empty((len(seeds), len(grid), len(grid)))
    for network, seed in enumerate(seeds):
        moved = _moved([W[network] for W in trained.weights], grid, int(seed))
        biases = [b[network].expand(len(grid) ** 2, -1) for b in trained.biases]
        with torch.no_grad():
            outputs = preactivations(moved, X, activation, biases, step)[-1]
            found[network] = cross_entropies(outputs, y).reshape(len(grid), len(grid)).numpy()
    if not np.isfinite(found).all():
        raise ValueError("the loss is not finite on the whole grid; take a narrower one")
    return found


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


def not_convex(g: FloatArray) -> NDArray[np.bool_]:
    """Where a surface is not convex.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.

    Returns
    -------
    (..., G − 2, G − 2) array of bool
        Whether the smaller curvature of an inner point is below minus a thousandth of the larger
        one: Li et al. (2018), section 6, colour their surfaces by this ratio.
    """
    low, high = np.moveaxis(curvatures(g, spacing=1.0), -1, 0)
    return np.asarray(low < -1e-3 * np.abs(high))


def roughness(g: FloatArray) -> FloatArray:
    """Part of a plane on which the surface is not convex.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.

    Returns
    -------
    (...) array
        Share of the inner points that are `not_convex`.
    """
    return np.asarray(not_convex(g).mean(axis=(-1, -2)))


def _moved(weights: Sequence[Tensor], grid: FloatArray, seed: int) -> list[Tensor]:
    """Weights at every point of a grid in a random plane, (G², n_out, n_in) for each layer."""
    rng = np.random.default_rng([seed, 8])
    along = [direction(weights, rng) for _ in range(2)]
    h1, h2 = np.meshgrid(grid, grid, indexing="ij")
    steps = [torch.as_tensor(h, dtype=torch.float32).reshape(-1, 1, 1) for h in (h1, h2)]
    return [W + steps[0] * d1 + steps[1] * d2 for W, d1, d2 in zip(weights, *along, strict=True)]
