"""Convolution filters learned from solutions, free or with constrained moments (PDE-Net).

The learned model is ``u_t = q∗u`` with one 5×5 filter q. For a linear equation the several filters
of PDE-Net (Long, Lu, Ma and Dong 2018) and their coefficients act as this one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.checks import finite, one_of, positive, shaped, whole
from lib.pde.advection_diffusion import TERMS
from lib.pde.moment_matrix import inverse_moment_basis, moment_matrix

FloatArray = NDArray[np.float64]

SIDE = 5
KINDS = ("free", "constrained", "frozen")
RULES = ("euler", "trapezoid")

NOTHING = 3e-7  # ratio of singular values below which data do not tell filters apart


@dataclass(frozen=True)
class Learned:
    """A learned filter.

    Parameters
    ----------
    kernel : (5, 5) array
        q.
    spacing : float
        Distance of grid points.
    dt : float
        Length of the steps from which it was learned.
    rule : {'euler', 'trapezoid'}
        How a step is made of it.
    """

    kernel: FloatArray
    spacing: float
    dt: float
    rule: str

    @property
    def coefficients(self) -> FloatArray:
        """Coefficients of `lib.pde.advection_diffusion.TERMS`, read off the moments, (5,)."""
        moments = moment_matrix(self.kernel)
        return np.array([moments[a, b] * self.spacing ** (a + b) for a, b in TERMS])

    def factor(self, points: int) -> NDArray[np.complex128]:
        """What a step multiplies each Fourier mode of a grid by, (points, points).

        Raises
        ------
        ValueError
            If the grid has fewer points along an axis than the filter.
        """
        whole("points", points, SIDE)
        padded = np.zeros((points, points))
        places = np.arange(SIDE) - SIDE // 2
        padded[np.ix_(-places, -places)] = self.kernel  # it acts by correlation
        z = self.dt * np.fft.fft2(padded)
        return np.asarray(1 + z if self.rule == "euler" else (1 + z / 2) / (1 - z / 2))

    def march(self, start: FloatArray, steps: int) -> FloatArray:
        """Step forward.

        Parameters
        ----------
        start : (..., n, n) array
            Periodic fields.
        steps : int
            How many.

        Returns
        -------
        (..., n, n) array
            Fields after them.

        Raises
        ------
        ValueError
            If the grid is not square, a value is not finite, or `steps` is negative.
        """
        finite("start", shaped("start", start, (..., "n", "n")))
        whole("steps", steps, 0)
        spectrum = np.fft.fft2(start) * self.factor(start.shape[-1]) ** steps
        return np.asarray(np.fft.ifft2(spectrum).real)


def learn(fields: FloatArray, spacing: float, dt: float, kind: str, rule: str) -> Learned:
    """Learn a filter from fields at successive times, by least squares.

    The rates ``(u(t + Δt) − u(t))/Δt`` are explained by the filter applied to u(t), as in PDE-Net
    (``euler``), or to the mean of u(t) and u(t + Δt) (``trapezoid``).

    Parameters
    ----------
    fields : (T, m, n, n) array
        Periodic fields of m solutions.
    spacing : float
        Distance of grid points.
    dt : float
        Time from one to the next.
    kind : {'free', 'constrained', 'frozen'}
        Any of the 25 weights; those with no moment of degree 0 and 3, in the manner of PDE-Net,
        which demands it of the filters of its derivatives; or only the moments of first and second
        degree, as in difference schemes.
    rule : {'euler', 'trapezoid'}
        As above.

    Returns
    -------
    Learned
        The filter.

    Raises
    ------
    ValueError
        If the kind or the rule is unknown, spacing or dt is not positive, or the fields are not
        square, hold NaN, are zero everywhere, or are less than two in time.
    """
    _check(fields, spacing, dt, kind, rule)
    spectra = np.fft.fft2(fields)
    before, after = spectra[:-1], spectra[1:]
    seen = before if rule == "euler" else (before + after) / 2
    # Each Fourier mode is one equation: its amplitudes at all times and of all fields together.
    weight = np.sqrt(np.sum(np.abs(seen) ** 2, axis=(0, 1)))
    wanted = np.sum(np.conj(seen) * (after - before), axis=(0, 1)) / dt
    wanted = np.divide(wanted, weight, out=np.zeros_like(wanted), where=weight > 0)
    directions, symbols = _basis(kind, fields.shape[-1])
    columns = _real(weight * symbols)
    scale = np.linalg.norm(columns, axis=1)
    scale[scale == 0] = 1.0  # a moment that these fields do not show stays zero
    found = np.linalg.lstsq((columns / scale[:, None]).T, _real(wanted), rcond=NOTHING)[0]
    return Learned(np.tensordot(found / scale, directions, axes=1), spacing, dt, rule)


def _basis(kind: str, points: int) -> tuple[FloatArray, NDArray[np.complex128]]:
    """Filters of a kind with a single moment each, (p, 5, 5), and their symbols on a grid."""
    inverse = inverse_moment_basis(SIDE)
    degrees = np.arange(SIDE)
    total = np.add.outer(degrees, degrees)
    i, j = {
        "free": np.nonzero(total >= 0),
        "constrained": np.nonzero((total != 0) & (total != 3)),
        "frozen": tuple(np.transpose(TERMS)),
    }[kind]
    angles = np.outer(degrees - SIDE // 2, 2 * np.pi * np.fft.fftfreq(points))
    along = inverse.T @ np.exp(1j * angles)  # of filters on a line
    directions = np.einsum("ap,bp->pab", inverse[:, i], inverse[:, j])
    return directions, np.einsum("pk,pl->pkl", along[i], along[j])


def _real(modes: NDArray[np.complex128]) -> FloatArray:
    """Real and imaginary parts on the last axis, of all Fourier modes in the last two."""
    flat = modes.reshape(*modes.shape[:-2], -1)
    return np.concatenate([flat.real, flat.imag], axis=-1)


def _check(fields: FloatArray, spacing: float, dt: float, kind: str, rule: str) -> None:
    one_of("kind", kind, KINDS)
    one_of("rule", rule, RULES)
    if fields.ndim != 4 or len(fields) < 2 or fields.shape[2] != fields.shape[3]:
        raise ValueError(
            f"fields must be (T, m, n, n) with two times at least, got shape {fields.shape}"
        )
    finite("fields", fields)
    if not fields.any():
        raise ValueError("fields are zero everywhere: nothing to learn from")
    positive("spacing", spacing)
    positive("dt", dt)
