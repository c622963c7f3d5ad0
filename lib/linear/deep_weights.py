"""Weights of linear networks of any depth: many networks of one shape, the first axis of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, finite, positive, shaped
from lib.initializers import draw

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class DeepWeights:
    """Weights of linear networks with hidden layers of equal width.

    Parameters
    ----------
    first : (B, n, N1) array
        Input to the first hidden layer.
    hidden : (B, K, n, n) array
        Between hidden layers; K may be zero.
    last : (B, N3, n) array
        Last hidden layer to the output.
    """

    first: FloatArray
    hidden: FloatArray
    last: FloatArray

    @property
    def layers(self) -> int:
        """Number of layers of units, ``N_l``."""
        return int(self.hidden.shape[1]) + 3

    @property
    def product(self) -> FloatArray:
        """The map that each network computes, (B, N3, N1)."""
        return np.asarray(self.outer_products()[1] @ self.first)

    def take(self, members: NDArray[np.intp] | NDArray[np.bool_]) -> "DeepWeights":
        """Some of the networks.

        Parameters
        ----------
        members : array of int or bool
            Which.

        Returns
        -------
        DeepWeights
            Copies.
        """
        return DeepWeights(self.first[members], self.hidden[members], self.last[members])

    def outer_products(self) -> tuple[FloatArray, FloatArray]:
        """Chains of thin products from the output inwards.

        Returns
        -------
        (B, K, N3, n) array
            ``W_D…W_{l+1}`` for each hidden matrix l.
        (B, N3, n) array
            The same for the first matrix.
        """
        B, K, n, _ = self.hidden.shape
        outer = np.empty((B, K, self.last.shape[1], n))
        chain = self.last
        for place in range(K - 1, -1, -1):
            outer[:, place] = chain
            chain = chain @ self.hidden[:, place]
        return outer, chain


def drawn_weights(
    scheme: str, widths: tuple[int, int, int], layers: int, seeds: ArrayLike, gain: float = 1.0
) -> DeepWeights:
    """Random weights, a network for each seed.

    Parameters
    ----------
    scheme : str
        One of `lib.initializers.SCHEMES`; ``lecun`` is the scaled Gaussian, of variance 1/fan_in.
    widths : tuple of int
        ``(N1, n, N3)``: inputs, units of each hidden layer, outputs.
    layers : int
        Number of layers ``N_l``, at least 3.
    seeds : (S,) array of int
        One generator each.
    gain : float
        Factor of all weights.

    Returns
    -------
    DeepWeights
        S networks.

    Raises
    ------
    ValueError
        If there are fewer than three layers, `widths` is not three positive numbers, the scheme is
        unknown, a seed is negative, or `gain` is not finite.
    """
    at_least("widths", shaped("widths", widths, (3,)), 1)
    N1, n, N3 = widths
    shapes = [(n, N1), *[(n, n)] * hidden_matrices(layers), (N3, n)]
    first, *hidden, last = draw(scheme, shapes, seeds, gain)
    return stacked(first, hidden, last)


def aligned_weights(U: FloatArray, V: FloatArray, u0: FloatArray, layers: int) -> DeepWeights:
    """One network whose modes are balanced and decoupled.

    Parameters
    ----------
    U : (N3, M) array
        Output side of the modes.
    V : (N1, M) array
        Input side.
    u0 : (M,) array
        Initial strengths, positive.
    layers : int
        Number of layers ``N_l``, at least 3.

    Returns
    -------
    DeepWeights
        With hidden layers of M units and strength ``u0^{1/(N_l − 1)}`` in each matrix.

    Raises
    ------
    ValueError
        If there are fewer than three layers, `U` or `V` has not a column for each strength, a
        strength is not positive, or a number is not finite.
    """
    u0 = positive("u0", shaped("u0", u0, ("M",)))
    finite("U", shaped("U", U, ("N3", u0.size)))
    finite("V", shaped("V", V, ("N1", u0.size)))
    hidden_matrices(layers)
    a = u0 ** (1.0 / (layers - 1))
    hidden = [np.diag(a)[None]] * hidden_matrices(layers)
    return stacked((a[:, None] * V.T)[None], hidden, (U * a)[None])


def rotated_weights(lengths: FloatArray, layers: int, seeds: ArrayLike) -> DeepWeights:
    """Balanced weights whose modes are decoupled in random coordinates.

    Parameters
    ----------
    lengths : (M,) array
        Length of each mode in each matrix.
    layers : int
        Number of layers ``N_l``, at least 3.
    seeds : (S,) array of int
        One generator each.

    Returns
    -------
    DeepWeights
        Matrices ``R^{l+1} diag(lengths) R^{lT}`` with random orthogonal R, all M×M.

    Raises
    ------
    ValueError
        If there are fewer than three layers, a length is not finite, or a seed is negative.
    """
    finite("lengths", shaped("lengths", lengths, ("M",)))
    M = len(lengths)
    R = draw("orthogonal", [(M, M)] * (hidden_matrices(layers) + 3), seeds)
    first, *hidden, last = (
        (after * lengths) @ np.swapaxes(before, 1, 2) for before, after in pairwise(R)
    )
    return stacked(first, hidden, last)


def hidden_matrices(layers: int) -> int:
    """Number of matrices between hidden layers.

    Parameters
    ----------
    layers : int
        Number of layers ``N_l``.

    Returns
    -------
    int
        ``N_l − 3``.

    Raises
    ------
    ValueError
        If there are fewer than three layers.
    """
    if layers < 3:
        raise ValueError(f"a deep network has at least 3 layers of units, got {layers}")
    return int(layers) - 3


def stacked(first: FloatArray, hidden: Sequence[FloatArray], last: FloatArray) -> DeepWeights:
    """Put matrices together.

    Parameters
    ----------
    first : (B, n, N1) array
        Input to the first hidden layer.
    hidden : sequence of (B, n, n) arrays
        From the input towards the output.
    last : (B, N3, n) array
        To the output.

    Returns
    -------
    DeepWeights
        B networks.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or a number is not finite.
    """
    finite("first", shaped("first", first, ("B", "n", "N1")))
    B, n, _ = first.shape
    finite("last", shaped("last", last, (B, "N3", n)))
    for place, W in enumerate(hidden):
        name = f"hidden[{place}]"
        finite(name, shaped(name, W, (B, n, n)))
    between = np.stack(hidden, axis=1) if hidden else np.empty((len(first), 0, n, n))
    return DeepWeights(first, between, last)
