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
    before, after = fields[:-1], fields[1:]
    seen = before if rule == "euler" else (before + after) / 2
    basis = _kernels(kind)
    columns = basis.reshape(len(basis), -1) @ shifted(seen).reshape(SIDE**2, -1)
    scale = np.sqrt(np.mean(columns**2, axis=1))
    columns /= scale[:, None]
    found = np.linalg.lstsq(
        columns @ columns.T, columns @ ((after - before) / dt).ravel(), rcond=1e-13
    )[0]
    return Learned(np.tensordot(found / scale, basis, axes=1), spacing, dt, rule)


def shifted(fields: FloatArray) -> FloatArray:
    """Periodic fields as each weight of a 5×5 filter sees them.

    Parameters
    ----------
    fields : (..., n, n) array
        Fields.

    Returns
    -------
    (5, 5, ..., n, n) array
        Entry (a, b) is the field at ``x + (k_a, k_b)``.

    Raises
    ------
    ValueError
        If fields are not square, or hold NaN or infinite values.
    """
    finite("fields", shaped("fields", fields, (..., "n", "n")))
    offsets = np.arange(SIDE) - SIDE // 2
    rows = [[np.roll(fields, (-a, -b), axis=(-2, -1)) for b in offsets] for a in offsets]
    return np.stack([np.stack(row) for row in rows])


def _kernels(kind: str) -> FloatArray:
    """Basis of the filters of a kind, each with a single moment, (p, 5, 5)."""
    inverse = inverse_moment_basis(SIDE)
    places = [(i, j) for i in range(SIDE) for j in range(SIDE)]
    allowed = {
        "free": places,
        "constrained": [at for at in places if sum(at) not in {0, 3}],
        "frozen": list(TERMS),
    }
    return np.stack([np.outer(inverse[:, i], inverse[:, j]) for i, j in allowed[kind]])


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
