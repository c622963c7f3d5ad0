"""Critical points of a three-layer linear network: which there are, and their Hessian index.

With ``Σ11 = I`` and a correlation of full rank, coordinates can be chosen in which it is diagonal:
``Σ31 = diag(s)``. The loss is then ``½|S − W32 W21|²`` up to a constant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares

from lib.checks import at_least, finite, fraction, positive, shaped

FloatArray = NDArray[np.float64]

TOLERANCES = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}


@dataclass(frozen=True)
class Search:
    """What a search for critical points from random weights came upon.

    Parameters
    ----------
    subsets : tuple of tuple of int, or None
        For each search that ended at a critical point, the modes that its product holds; None where
        the product is not that of any predicted point.
    started : int
        How many searches were started.
    """

    subsets: tuple[tuple[int, ...] | None, ...]
    started: int

    @property
    def found(self) -> set[tuple[int, ...]]:
        """The predicted points that were come upon."""
        return {subset for subset in self.subsets if subset is not None}

    @property
    def unexpected(self) -> int:
        """How many ended at a point that was not predicted."""
        return sum(subset is None for subset in self.subsets)


def learned_subsets(modes: int, hidden: int) -> Iterator[tuple[int, ...]]:
    """Sets of modes that a critical point may have learned.

    Parameters
    ----------
    modes : int
        Number of modes.
    hidden : int
        Number of hidden units, the most that can be learned.

    Yields
    ------
    tuple of int
        Ascending numbers of modes, from none to ``min(modes, hidden)`` of them.
    """
    for size in range(min(modes, hidden) + 1):
        yield from combinations(range(modes), size)


def critical_point(
    s: FloatArray, subset: Sequence[int], hidden: int, G: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Weights at a critical point.

    Parameters
    ----------
    s : (r,) array
        Singular values.
    subset : sequence of int
        The modes that are learned.
    hidden : int
        Number of hidden units, at least as many as learned modes.
    G : (hidden, hidden) array, optional
        Invertible; the balanced point is moved to ``G W21``, ``W32 G⁻¹``.

    Returns
    -------
    W21 : (hidden, r) array
        ``√s`` at each learned mode, in a hidden unit of its own.
    W32 : (r, hidden) array
        Its transpose where `G` is not given.

    Raises
    ------
    ValueError
        If there are more learned modes than hidden units, a learned mode is none of those that `s`
        has or learned twice, a singular value is negative or not finite, or `G` is not invertible.
    """
    _check_point(s, subset, hidden)
    W21 = np.zeros((hidden, s.size))
    W21[np.arange(len(subset)), list(subset)] = np.sqrt(s[list(subset)])
    if G is None:
        return W21, W21.T.copy()
    finite("G", shaped("G", G, (hidden, hidden)))
    try:
        return np.asarray(G @ W21), np.asarray(np.linalg.solve(G.T, W21).T)
    except np.linalg.LinAlgError:
        raise ValueError("G must be invertible") from None


def predicted_index(s: FloatArray, subset: Sequence[int], hidden: int) -> int:
    """Number of directions in which the loss falls from a critical point.

    Parameters
    ----------
    s : (r,) array
        Singular values, distinct and positive.
    subset : sequence of int
        The modes that are learned.
    hidden : int
        Number of hidden units.

    Returns
    -------
    int
        One for each pair of a free hidden unit and a missing mode, and one for each pair of a
        learned mode and a stronger missing one.

    Raises
    ------
    ValueError
        As for `critical_point`.
    """
    _check_point(s, subset, hidden)
    missing = [mode for mode in range(s.size) if mode not in subset]
    exchanges = sum(bool(s[new] > s[old]) for new in missing for old in subset)
    return (hidden - len(subset)) * len(missing) + exchanges


def hessian(W21: FloatArray, W32: FloatArray, s: FloatArray) -> FloatArray:
    """Second derivatives of ``½|S − W32 W21|²`` by automatic differentiation.

    Parameters
    ----------
    W21 : (hidden, r) array
        Input to hidden.
    W32 : (r, hidden) array
        Hidden to output.
    s : (r,) array
        Singular values.

    Returns
    -------
    (2 r hidden, 2 r hidden) array
        Symmetric; the entries of ``W21`` come first.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or a number or a derivative is not finite.
    """
    s = finite("s", shaped("s", s, ("r",)))
    W21 = finite("W21", shaped("W21", W21, ("hidden", s.size)))
    W32 = finite("W32", shaped("W32", W32, (s.size, len(W21))))
    return np.asarray(_hessians([(W21, W32)], s)[0])


def hessian_index(H: FloatArray, tolerance: float = 1e-8) -> int:
    """Count the negative eigenvalues of a Hessian.

    Parameters
    ----------
    H : (n, n) array
        Symmetric.
    tolerance : float
        An eigenvalue counts when it lies below minus this part of the largest in modulus.

    Returns
    -------
    int
        From 0, at a minimum, to n.

    Raises
    ------
    ValueError
        If `H` is not square and finite, or `tolerance` is not at least 0 and below 1.
    """
    finite("H", shaped("H", H, ("n", "n")))
    fraction("tolerance", tolerance)
    values = np.linalg.eigvalsh(H)
    return int(np.sum(values < -tolerance * np.abs(values).max()))


def index_table(s: FloatArray, hidden: int, seed: int) -> NDArray[np.int64]:
    """Index of every critical point, predicted and counted.

    Parameters
    ----------
    s : (r,) array
        Singular values, distinct and positive.
    hidden : int
        Number of hidden units.
    seed : int
        Of the transformations that move the points away from balance.

    Returns
    -------
    (K, 3) array of int
        For each set of learned modes: predicted, counted at the balanced point, counted at a moved
        one.

    Raises
    ------
    ValueError
        If a singular value or `hidden` is not positive, or the seed is negative.
    """
    positive("s", shaped("s", s, ("r",)))
    at_least("hidden", hidden, 1)
    at_least("seed", seed, 0)
    rng = np.random.default_rng(seed)
    subsets, points = list(learned_subsets(s.size, hidden)), []
    for subset in subsets:
        rotation, _ = np.linalg.qr(rng.standard_normal((hidden, hidden)))
        for G in (None, rotation * np.linspace(0.5, 2.0, hidden)):
            points.append(critical_point(s, subset, hidden, G))
    predicted = [predicted_index(s, subset, hidden) for subset in subsets]
    counted = np.reshape([hessian_index(H) for H in _hessians(points, s)], (-1, 2))
    return np.column_stack([predicted, counted])


def search(s: FloatArray, hidden: int, starts: int, seed: int) -> Search:
    """Look for critical points without knowing where they are.

    Parameters
    ----------
    s : (r,) array
        Singular values.
    hidden : int
        Number of hidden units.
    starts : int
        Number of random weights to begin from.
    seed : int
        Of the weights.

    Returns
    -------
    Search
        What was found by bringing the gradient's length to zero, whether down or up the loss.

    Raises
    ------
    ValueError
        If a singular value, `hidden` or `starts` is not positive, or the seed is negative.
    """
    positive("s", shaped("s", s, ("r",)))
    for name, count, least in (("hidden", hidden, 1), ("starts", starts, 1), ("seed", seed, 0)):
        at_least(name, count, least)
    rng = np.random.default_rng(seed)
    r, S, each, unit = s.size, np.diag(s), np.eye(s.size), np.eye(hidden)
    split = r * hidden

    def weights(flat: FloatArray) -> tuple[FloatArray, FloatArray]:
        return flat[:split].reshape(hidden, r), flat[split:].reshape(r, hidden)

    def gradient(flat: FloatArray) -> FloatArray:
        W21, W32 = weights(flat)
        error = S - W32 @ W21
        return np.concatenate([(W32.T @ error).ravel(), (error @ W21.T).ravel()])

    def jacobian(flat: FloatArray) -> FloatArray:
        W21, W32 = weights(flat)
        mixed = np.einsum("ab,mi->aimb", unit, S - W32 @ W21) - np.einsum("ma,bi->aimb", W32, W21)
        mixed = mixed.reshape(split, split)
        inner, outer = np.kron(W32.T @ W32, each), np.kron(each, W21 @ W21.T)
        return np.block([[-inner, mixed], [mixed.T, -outer]])

    products = []
    for _ in range(starts):
        # From near zero to far out: small weights lead to the points with few modes.
        scale = np.sqrt(s.max()) * rng.uniform(0.05, 1.5)
        start = scale * rng.standard_normal(2 * split)
        result = least_squares(gradient, start, jacobian, method="lm", **TOLERANCES)
        if np.abs(result.fun).max() < 1e-10:
            W21, W32 = weights(result.x)
            products.append(W32 @ W21)
    return Search(tuple(_recognise(product, s, hidden) for product in products), starts)


def _hessians(points: Sequence[tuple[FloatArray, FloatArray]], s: FloatArray) -> FloatArray:
    """Hessians at points of one shape, differentiated together."""
    # A copy, of what may be read-only or lie backwards.
    (first, last), target = points[0], torch.diag(torch.tensor(np.array(s, np.float64)))

    def loss(flat: torch.Tensor) -> torch.Tensor:
        inner = flat[: first.size].reshape(first.shape)
        outer = flat[first.size :].reshape(last.shape)
        return 0.5 * torch.sum((target - outer @ inner) ** 2)

    flat = np.stack([np.concatenate([W21.ravel(), W32.ravel()]) for W21, W32 in points])
    found = np.asarray(torch.func.vmap(torch.func.hessian(loss))(torch.as_tensor(flat)).numpy())
    if not np.isfinite(found).all():
        raise ValueError("s, W21 or W32 is too large: a second derivative is not finite")
    return found


def _recognise(product: FloatArray, s: FloatArray, hidden: int) -> tuple[int, ...] | None:
    for subset in learned_subsets(s.size, hidden):
        W21, W32 = critical_point(s, subset, hidden)
        if np.abs(product - W32 @ W21).max() < 1e-4 * s.max():
            return subset
    return None


def _check_point(s: FloatArray, subset: Sequence[int], hidden: int) -> None:
    at_least("s", shaped("s", s, ("r",)), 0)
    at_least("hidden", hidden, 1)
    if len(subset) > hidden:
        raise ValueError(f"{len(subset)} modes do not fit into {hidden} hidden units")
    if len(set(subset)) < len(subset) or not set(subset) <= set(range(s.size)):
        raise ValueError(f"learned modes must be different ones from 0 to {s.size - 1}: {subset}")
