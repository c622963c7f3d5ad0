"""Modes as coordinates: the weights in the singular vectors of the input–output correlation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, each, finite, fraction, positive, seed_list, shaped, whole

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Modes:
    """Singular value decomposition ``Σ31 = U S Vᵀ``, without what is zero.

    Parameters
    ----------
    U : (N3, M) array
        Output side of each mode, a column each.
    s : (M,) array
        Singular values, positive, in descending order.
    V : (N1, M) array
        Input side of each mode, a column each.
    """

    U: FloatArray
    s: FloatArray
    V: FloatArray

    def vectors(self, W21: FloatArray, W32: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mode vectors of a network.

        Parameters
        ----------
        W21 : (..., N2, N1) array
            Input to hidden.
        W32 : (..., N3, N2) array
            Hidden to output.

        Returns
        -------
        a, b : (..., M, N2) array
            ``a[α]`` is column α of ``W21 V``, ``b[α]`` row α of ``Uᵀ W32``.

        Raises
        ------
        ValueError
            If the shapes do not belong to the task, or a number is not finite.
        """
        finite("W21", shaped("W21", W21, (..., "N2", len(self.V))))
        finite("W32", shaped("W32", W32, (..., len(self.U), W21.shape[-2])))
        return np.swapaxes(W21 @ self.V, -1, -2), self.U.T @ W32

    def overlaps(self, W: FloatArray) -> FloatArray:
        """Map of a network between modes: ``Uᵀ W V``, (..., M, M); entry αβ is ``b[α]·a[β]``.

        Parameters
        ----------
        W : (..., N3, N1) array
            The product ``W32 W21``.

        Returns
        -------
        (..., M, M) array
            Strengths on the diagonal; what the modes disturb each other, beside it.

        Raises
        ------
        ValueError
            If the shape does not belong to the task, or a number is not finite.
        """
        self._check(W)
        return np.asarray(self.U.T @ W @ self.V)

    def strengths(self, W: FloatArray) -> FloatArray:
        """Strength ``a[α]·b[α]`` of each mode.

        Parameters
        ----------
        W : (..., N3, N1) array
            The product ``W32 W21``.

        Returns
        -------
        (..., M) array
            Diagonal of `overlaps`.

        Raises
        ------
        ValueError
            If the shape does not belong to the task, or a number is not finite.
        """
        self._check(W)
        return np.asarray(np.einsum("im,...ij,jm->...m", self.U, W, self.V))

    def _check(self, W: FloatArray) -> None:
        finite("W", shaped("W", W, (..., len(self.U), len(self.V))))


def find_modes(Sigma31: FloatArray, tolerance: float = 1e-10) -> Modes:
    """Decompose an input–output correlation into its modes.

    Parameters
    ----------
    Sigma31 : (N3, N1) array
        Input–output correlation, with inputs whitened so that ``Σ11 = I``.
    tolerance : float
        Singular values below this part of the largest count as zero.

    Returns
    -------
    Modes
        At least one.

    Raises
    ------
    ValueError
        If the correlation is no matrix, zero, too large or not finite, or `tolerance` is not at
        least 0 and below 1.
    """
    shaped("Sigma31", Sigma31, ("N3", "N1"))
    fraction("tolerance", tolerance)
    if not np.isfinite(Sigma31).all() or not Sigma31.any():
        raise ValueError("Sigma31 must be finite and not zero: there is nothing to learn")
    U, s, Vt = np.linalg.svd(Sigma31, full_matrices=False)
    if not np.isfinite(s[0]):
        raise ValueError("Sigma31 is too large: its singular values are not finite")
    kept = s > tolerance * s[0]
    return Modes(U[:, kept], s[kept], Vt[kept].T)


def energy(a: FloatArray, b: FloatArray, s: FloatArray, tau: float = 1.0) -> FloatArray:
    """Energy of mode vectors, whose negative gradient is the flow when ``Σ11 = I``.

    Parameters
    ----------
    a, b : (..., M, N2) array
        Mode vectors, input and output side.
    s : (M,) array
        Singular values.
    tau : float
        Time constant, the inverse learning rate.

    Returns
    -------
    (...) array
        ``1/(2τ) Σ_α (s_α − a^α·b^α)² + 1/(2τ) Σ_{α≠β} (a^α·b^β)²``.

    Raises
    ------
    ValueError
        If there are not as many mode vectors as singular values, a number is not finite, or `tau`
        is not positive.

    Notes
    -----
    saxe-review, the energy; Saxe et al. 2014, eq. 5.
    """
    _check_vectors(a, b)
    finite("s", shaped("s", s, (a.shape[-2],)))
    positive("tau", tau)
    overlap = b @ np.swapaxes(a, -1, -2)
    diagonal = np.einsum("...mm->...m", overlap)
    cooperation = np.sum((s - diagonal) ** 2, axis=-1)
    competition = np.sum(overlap**2, axis=(-1, -2)) - np.sum(diagonal**2, axis=-1)
    return np.asarray((cooperation + competition) / (2.0 * tau))


def decoupled_weights(
    modes: Modes, u0: ArrayLike, hidden: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Weights whose modes do not disturb each other: each has a hidden direction of its own.

    Parameters
    ----------
    modes : Modes
        Of the task.
    u0 : (M,) array or float
        Initial strength of each mode, not negative.
    hidden : int
        Number of hidden units, at least the number of modes.
    seed : int
        Of the random orthonormal hidden directions.

    Returns
    -------
    W21 : (hidden, N1) array
        ``R √u0 Vᵀ``.
    W32 : (N3, hidden) array
        ``U √u0 Rᵀ``.

    Raises
    ------
    ValueError
        If there are fewer hidden units than modes, there is not a strength for each mode or one for
        all, or a strength or the seed is negative.
    """
    n_modes = modes.s.size
    if hidden < n_modes:
        raise ValueError(f"{n_modes} modes need as many hidden units, got {hidden}")
    strengths = at_least("u0", each("u0", u0, n_modes), 0)
    whole("seed", seed, 0)
    root = np.sqrt(strengths)
    R, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((hidden, n_modes)))
    return (R * root) @ modes.V.T, modes.U @ (R * root).T


def random_weights(
    shape: tuple[int, int, int], scale: float, seeds: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Independent Gaussian weights, one network for each seed.

    Parameters
    ----------
    shape : tuple of int
        ``(N1, N2, N3)``.
    scale : float
        Standard deviation of every weight.
    seeds : (S,) array of int
        One generator each, so that a further seed changes no other network.

    Returns
    -------
    W21 : (S, N2, N1) array
        Input to hidden.
    W32 : (S, N3, N2) array
        Hidden to output.

    Raises
    ------
    ValueError
        If `shape` is not three positive numbers, `scale` is not finite, or a seed is negative.
    """
    at_least("shape", shaped("shape", shape, (3,)), 1)
    finite("scale", scale)
    N1, N2, N3 = shape
    pairs = []
    for seed in seed_list("seeds", seeds):
        rng = np.random.default_rng(int(seed))
        pairs.append((rng.standard_normal((N2, N1)), rng.standard_normal((N3, N2))))
    W21, W32 = (np.stack(part) for part in zip(*pairs, strict=True))
    return scale * W21, scale * W32


def effective_strengths(a: FloatArray, b: FloatArray) -> FloatArray:
    """Initial strengths that count when learning begins from small random weights.

    Parameters
    ----------
    a, b : (..., M, N2) array
        Mode vectors at the beginning, in descending order of singular values; ``N2 >= M``.

    Returns
    -------
    (..., M) array
        Squared length of ``(a[α] + b[α])/2``, less its part along the same vectors of stronger
        modes.

    Raises
    ------
    ValueError
        If the mode vectors have different shapes, are more than ``N2`` or are not finite.

    Notes
    -----
    While weights are small, ``τ a' = s b`` and ``τ b' = s a``: the half sum grows, the half
    difference decays. A stronger mode then takes its hidden direction, and what a weaker one has
    along it is unlearned again. The remaining lengths are the diagonal of a QR factorisation.
    """
    _check_vectors(a, b)
    if a.shape[-2] > a.shape[-1]:
        raise ValueError(f"{a.shape[-2]} modes need as many hidden units, got {a.shape[-1]}")
    triangle = np.linalg.qr(np.swapaxes(a + b, -1, -2) / 2.0, mode="r")
    return np.asarray(np.einsum("...mm->...m", triangle) ** 2)


def misalignment(a: FloatArray, b: FloatArray) -> FloatArray:
    """How far mode vectors are from being pairwise collinear or orthogonal.

    Parameters
    ----------
    a, b : (..., M, N2) array
        Mode vectors, none of them zero.

    Returns
    -------
    (...) array
        Of all pairs of the 2M vectors the largest distance between their angle and the nearest of
        0, 90 and 180 degrees; in degrees, from 0 to 45.

    Raises
    ------
    ValueError
        If the mode vectors have different shapes, one is zero, or one is not finite.
    """
    _check_vectors(a, b)
    vectors = np.concatenate([a, b], axis=-2)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if not lengths.all():
        raise ValueError("a mode vector is zero, and has no angle with the others")
    vectors = vectors / lengths
    first, second = np.triu_indices(vectors.shape[-2], k=1)
    one, other = vectors[..., first, :], vectors[..., second, :]
    # By the half angle: arccos of the inner product cannot tell small angles from zero.
    half = np.arctan2(np.linalg.norm(one - other, axis=-1), np.linalg.norm(one + other, axis=-1))
    angles = np.degrees(2.0 * half)
    return np.asarray(np.abs(angles - 90.0 * np.round(angles / 90.0)).max(axis=-1))


def _check_vectors(a: FloatArray, b: FloatArray) -> None:
    finite("a", shaped("a", a, (..., "M", "N2")))
    finite("b", shaped("b", b, np.shape(a)))
