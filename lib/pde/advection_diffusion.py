"""Linear equations with constant coefficients on a periodic square, solved exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, shaped, whole

FloatArray = NDArray[np.float64]

# Derivatives of an equation of second order, as exponents of ∂₁ and ∂₂.
TERMS = ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2))


@dataclass(frozen=True)
class AdvectionDiffusion:
    """``u_t = Σ_α c_α ∂^αu`` with the derivatives of `TERMS`, on ``[0, 2π)²``.

    Parameters
    ----------
    coefficients : (5,) array
        c in the order of `TERMS`: advection along both axes, then diffusion.

    Raises
    ------
    ValueError
        If there are not five finite numbers, or the matrix of diffusion is not positive definite.
    """

    coefficients: FloatArray

    def __post_init__(self) -> None:
        c = self.coefficients
        if c.shape != (5,) or not np.isfinite(c).all():
            raise ValueError(f"an equation has five finite coefficients, got {c.tolist()}")
        if not (c[2] > 0 and 4 * c[2] * c[4] > c[3] ** 2):
            raise ValueError(
                f"diffusion must be positive definite: c20 > 0 and 4 c20 c02 > c11², got {c[2:]}"
            )

    def symbol(self, points: int) -> NDArray[np.complex128]:
        """Rate of each Fourier mode of a grid, ``Σ_α c_α (ik)^α``, (points, points).

        Raises
        ------
        ValueError
            If `points` is not positive.
        """
        whole("points", points, 1)
        k = np.fft.fftfreq(points, 1 / points)
        k1, k2 = 1j * k[:, None], 1j * k[None, :]
        return np.asarray(
            sum(c * k1**a * k2**b for c, (a, b) in zip(self.coefficients, TERMS, strict=True))
        )

    def solve(self, start: FloatArray, t: float) -> FloatArray:
        """Solution at a time, exact for what the grid resolves.

        Parameters
        ----------
        start : (..., n, n) array
            Values at time 0 on the grid.
        t : float
            Time.

        Returns
        -------
        (..., n, n) array
            Values at time t.

        Raises
        ------
        ValueError
            If the grid is not square, a value or the time is not finite, or that is negative.
        """
        finite("start", shaped("start", start, (..., "n", "n")))
        at_least("t", t, 0)
        spectrum = np.fft.fft2(start) * np.exp(t * self.symbol(start.shape[-1]))
        return np.asarray(np.fft.ifft2(spectrum).real)


def random_equation(seed: int) -> AdvectionDiffusion:
    """Draw an equation.

    Parameters
    ----------
    seed : int
        Of the coefficients.

    Returns
    -------
    AdvectionDiffusion
        Advection of speed 1 in a random direction; diffusion between 0.05 and 0.15 along random
        orthogonal axes.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    at_least("seed", seed, 0)
    rng = np.random.default_rng([seed, 12])
    angle, turn = rng.uniform(0, 2 * np.pi, 2)
    R = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    D = R @ np.diag(rng.uniform(0.05, 0.15, 2)) @ R.T
    return AdvectionDiffusion(
        np.array([np.cos(angle), np.sin(angle), D[0, 0], 2 * D[0, 1], D[1, 1]])
    )


def random_fields(seed: int, count: int, points: int, highest: int = 6) -> FloatArray:
    """Draw smooth periodic functions.

    Parameters
    ----------
    seed : int
        Of their Fourier coefficients.
    count : int
        How many.
    points : int
        Grid points along each axis, more than twice `highest`.
    highest : int
        Largest frequency along each axis, at least 1.

    Returns
    -------
    (count, points, points) array
        Of mean 0 and mean square 1 each.

    Raises
    ------
    ValueError
        If the grid does not resolve the highest frequency, or that is below 1, or a number is
        negative.
    """
    at_least("seed", seed, 0)
    whole("count", count, 0)
    whole("points", points, 1)
    whole("highest", highest, 1)
    if points <= 2 * highest:
        raise ValueError(f"{points} points do not resolve frequencies up to {highest}")
    rng = np.random.default_rng([seed, 13])
    k = np.fft.fftfreq(points, 1 / points)
    low = (np.abs(k) <= highest)[:, None] & (np.abs(k) <= highest)[None, :]
    low[0, 0] = False
    noise = np.fft.fft2(rng.standard_normal((count, points, points)))
    fields = np.fft.ifft2(noise * low).real
    return np.asarray(fields / np.sqrt(np.mean(fields**2, axis=(1, 2), keepdims=True)))
