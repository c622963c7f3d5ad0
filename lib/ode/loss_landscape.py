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

from lib.checks import class_labels, finite, seed_list, shaped
from lib.training import Training, cross_entropies, outputs

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

    Raises
    ------
    ValueError
        If a layer's weights are not a matrix, or not finite.
    """
    for W in weights:
        finite("weights", shaped("weights", W.numpy(force=True), ("n_out", "n_in")))
    return [_normalised(W, rng) for W in weights]


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
    """Evaluate ``g(h1, h2) = E(θ + h1 δ1 + h2 δ2)``, each row of a grid as one batch.

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
        If inputs, labels, seeds or grid do not fit to the networks or to each other, the weights
        are not finite, the activation is unknown, or the loss is not finite somewhere on a grid.
    """
    n_in, classes = trained.weights[0].shape[-1], trained.weights[-1].shape[1]
    shaped("inputs", inputs, ("n", n_in))
    class_labels("labels", labels, len(inputs), classes)
    for W in trained.weights:
        finite("weights", W.numpy(force=True))
    seeds = seed_list("seeds", shaped("seeds", seeds, (len(trained.weights[0]),)))
    finite("grid", shaped("grid", grid, ("G",)))
    if step is not None:
        finite("step", step)
    X, y = torch.tensor(np.array(inputs, np.float32)), torch.tensor(np.array(labels))
    along = torch.tensor(np.array(grid, np.float32))
    found = np.empty((len(seeds), len(grid), len(grid)))
    for network, seed in enumerate(seeds):
        rng = np.random.default_rng([int(seed), 8])
        weights = [W[network] for W in trained.weights]
        plane = [[_normalised(W, rng) for W in weights] for _ in range(2)]
        biases = [b[network].expand(len(grid), -1) for b in trained.biases]
        for row, h1 in enumerate(along):
            moved = [
                W + h1 * d1 + along[:, None, None] * d2
                for W, d1, d2 in zip(weights, *plane, strict=True)
            ]
            moved_outputs = outputs(moved, X, activation, biases, step)
            found[network, row] = cross_entropies(moved_outputs, y).numpy()
    if not np.isfinite(found).all():
        raise ValueError("the loss is not finite on the whole grid; take a narrower one")
    return found


def second_differences(g: FloatArray) -> FloatArray:
    """Second differences of a surface along the axes and the diagonals of its grid.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.

    Returns
    -------
    (..., G − 2, G − 2, 4) array
        ``g(x + e) − 2g(x) + g(x − e)`` at the inner points, for e = (1, 0), (0, 1), (1, 1) and
        (1, −1) in grid units. A convex surface has no negative ones.

    Raises
    ------
    ValueError
        If the grid is not square, or too small, or a value is not finite.
    """
    if g.ndim < 2 or g.shape[-1] != g.shape[-2] or g.shape[-1] < 3:
        raise ValueError(f"values must lie on a square grid of at least 3 points, got {g.shape}")
    finite("g", g)
    inner, side = g[..., 1:-1, 1:-1], g.shape[-1]
    found = []
    for i, j in ((1, 0), (0, 1), (1, 1), (1, -1)):
        ahead = g[..., 1 + i : side - 1 + i, 1 + j : side - 1 + j]
        behind = g[..., 1 - i : side - 1 - i, 1 - j : side - 1 - j]
        found.append(ahead - 2 * inner + behind)
    return np.stack(found, axis=-1)


def not_convex(g: FloatArray) -> NDArray[np.bool_]:
    """Where a surface is not convex.

    Parameters
    ----------
    g : (..., G, G) array
        Values on a square grid, G at least 3.

    Returns
    -------
    (..., G − 2, G − 2) array of bool
        Whether one of the second differences at an inner point is negative by more than a
        thousandth of the largest one there, which leaves rounding aside. Li et al. (2018), section
        6, colour their surfaces by the ratio of the eigenvalues of the Hessian in the same spirit.

    Raises
    ------
    ValueError
        As for `second_differences`.
    """
    differences = second_differences(g)
    tolerance = 1e-3 * np.abs(differences).max(axis=-1)
    return np.asarray(differences.min(axis=-1) < -tolerance)


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

    Raises
    ------
    ValueError
        As for `second_differences`.
    """
    return np.asarray(not_convex(g).mean(axis=(-1, -2)))


def _normalised(W: Tensor, rng: np.random.Generator) -> Tensor:
    drawn = torch.as_tensor(rng.standard_normal(W.shape), dtype=W.dtype)
    found: Tensor = drawn * (W.norm(dim=1) / drawn.norm(dim=1))[:, None]
    return found
