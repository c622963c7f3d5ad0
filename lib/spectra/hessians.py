"""Eigenvalues of the Hessian of a loss, from its products with vectors: it is never formed.

A product costs about as much as two gradients, whatever the number of parameters. The gradient is
computed once, and differentiated again for a batch of vectors at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh
from torch import Tensor

from lib.checks import finite, fraction, one_of, positive, seed_list, shaped, whole

FloatArray = NDArray[np.float64]

ENDS = {"largest": "LA", "smallest": "SA"}
DENSE = 200  # parameters up to which the whole Hessian costs less than an iteration
NOTHING = 1e-12  # relative length of a vector that is rounding


@dataclass(frozen=True)
class SpectralDensity:
    """Quadrature of a Hessian's spectral density, one for each probe.

    Parameters
    ----------
    nodes : (K, m) array
        Estimated eigenvalues, ascending.
    weights : (K, m) array
        Share of each in the spectrum; those of a probe add up to one.
    """

    nodes: FloatArray
    weights: FloatArray

    def smoothed(self, at: ArrayLike, width: float) -> FloatArray:
        """Density of eigenvalues, seen through a Gaussian, mean over probes.

        Parameters
        ----------
        at : (N,) array
            Where to evaluate.
        width : float
            Standard deviation of the Gaussian.

        Returns
        -------
        (N,) array
            Its integral is one.

        Raises
        ------
        ValueError
            If the width is not positive and finite, or a number of `at` is not finite.
        """
        positive("width", width)
        z = (finite("at", shaped("at", at, ("N",)))[:, None] - self.nodes.ravel()) / width
        bells = np.exp(-(z**2) / 2) / (width * np.sqrt(2 * np.pi))
        return np.asarray(bells @ self.weights.ravel() / len(self.nodes))


def extreme_eigenvalues(
    loss: Callable[..., Tensor],
    parameters: Sequence[Tensor],
    count: int = 1,
    *,
    end: str = "largest",
    tolerance: float = 0.0,
    seed: int = 0,
) -> FloatArray:
    """Largest or smallest eigenvalues of the Hessian of a loss.

    Parameters
    ----------
    loss : callable
        Takes as many tensors as there are parameters, gives one number.
    parameters : sequence of tensors
        Where to differentiate, all of one precision.
    count : int
        How many eigenvalues, from 1 to the number of parameters.
    end : str
        ``largest`` or ``smallest``, with their signs.
    tolerance : float
        Relative accuracy of the eigenvalues, below 1; 0 for that of the parameters' precision.
    seed : int
        Of the vector from which the iteration begins.

    Returns
    -------
    (count,) array
        Descending for the largest, ascending for the smallest.

    Raises
    ------
    ValueError
        If there are no parameters or fewer eigenvalues than are asked for, the end is unknown, the
        tolerance not at least 0 and below 1, the seed negative, the loss not one number, it or a
        derivative not finite, or the iteration does not converge.

    Notes
    -----
    Implicitly restarted Lanczos (ARPACK). Up to `DENSE` parameters the Hessian is formed after all,
    as a single batch of products.
    """
    seed_list("seed", [seed])
    fraction("tolerance", tolerance)
    one_of("end", end, ENDS)
    products, size = _products(loss, parameters)
    if not 1 <= count <= size:
        raise ValueError(f"count must be from 1 to the {size} eigenvalues, got {count}")
    whole("count", count, 1)
    if size <= max(DENSE, 2 * count):
        values = np.linalg.eigvalsh(products(torch.eye(size, dtype=torch.float64)).numpy())
        return np.asarray(values[::-1][:count] if end == "largest" else values[:count])
    operator = LinearOperator(
        (size, size),
        matvec=lambda v: products(torch.as_tensor(v).reshape(1, size))[0].numpy(),
        # The precision of the products: a finer one would wait for digits that never come.
        dtype=parameters[0].detach().numpy(force=True).dtype,
    )
    start = np.random.default_rng(seed).standard_normal(size).astype(operator.dtype)
    if not operator.matvec(start).any():  # zero, as that of a linear loss: ARPACK refuses it
        return np.zeros(count)
    try:
        values = np.sort(eigsh(operator, count, which=ENDS[end], v0=start, tol=tolerance)[0])
    except ArpackError as error:
        raise ValueError(f"the {count} {end} eigenvalues were not found: {error}") from error
    return np.asarray(values[::-1] if end == "largest" else values, dtype=np.float64)


def spectral_density(
    loss: Callable[..., Tensor],
    parameters: Sequence[Tensor],
    *,
    probes: int,
    steps: int,
    seed: int,
) -> SpectralDensity:
    """Estimate the spectral density of the Hessian of a loss by stochastic Lanczos quadrature.

    Parameters
    ----------
    loss : callable
        Takes as many tensors as there are parameters, gives a number.
    parameters : sequence of tensors
        Where to differentiate, all of one precision.
    probes : int
        Random vectors K, of independent signs; the error falls as one over the root of K and of
        the number of parameters.
    steps : int
        Of Lanczos, m, at most the number of parameters: so many nodes has each quadrature, which is
        exact for polynomials of degree ``2m − 1``.
    seed : int
        Of the probes.

    Returns
    -------
    SpectralDensity
        The mean over probes of a quadrature of f estimates ``tr f(H)/n`` without bias if f is a
        polynomial of that degree.

    Raises
    ------
    ValueError
        If there are no parameters, probes or steps or more steps than parameters, the seed is
        negative, the loss is not one number, or it or a derivative is not finite.

    Notes
    -----
    Golub and Meurant, *Matrices, Moments and Quadrature*, 2010; Ghorbani, Krishnan and Xiao 2019.
    All probes advance together and are orthogonalised in full, which keeps ``K m n`` numbers.
    """
    seed_list("seed", [seed])
    if probes < 1 or steps < 1:
        raise ValueError(f"probes and steps must be at least 1, got {probes} and {steps}")
    products, size = _products(loss, parameters)
    if steps > size:
        raise ValueError(f"steps must be at most the {size} parameters, got {steps}")
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (probes, size))
    triangles = _lanczos(products, torch.as_tensor(signs) / size**0.5, steps)
    nodes, vectors = np.linalg.eigh(triangles)
    return SpectralDensity(nodes, vectors[:, 0] ** 2)


def _products(
    loss: Callable[..., Tensor], parameters: Sequence[Tensor]
) -> tuple[Callable[[Tensor], Tensor], int]:
    """Multiply the rows of a (k, n) tensor by the Hessian; and n."""
    if not parameters:
        raise ValueError("there must be at least one tensor of parameters")
    shapes = [p.shape for p in parameters]
    flat = torch.cat([p.detach().flatten() for p in parameters]).requires_grad_()
    pieces = torch.split(flat, [shape.numel() for shape in shapes])
    value = loss(*(piece.view(shape) for piece, shape in zip(pieces, shapes, strict=True)))
    if value.numel() != 1:
        raise ValueError(f"a loss is one number, got the shape {tuple(value.shape)}")
    gradient = torch.autograd.grad(value, flat, create_graph=True)[0]
    if not (torch.isfinite(value) and torch.isfinite(gradient).all()):
        raise ValueError(f"the loss or its gradient is not finite; the loss is {value.item():g}")
    gradient = gradient + 0 * flat  # a linear loss has a Hessian too: zero

    # Backwards twice: forward mode has to be traced first, which takes longer than it saves.
    def products(rows: Tensor) -> Tensor:
        batched = len(rows) > 1  # vmap costs more than it saves on a single row
        given = rows.to(flat) if batched else rows[0].to(flat)
        found = torch.autograd.grad(
            gradient, flat, given, retain_graph=True, is_grads_batched=batched
        )[0]
        if not torch.isfinite(found).all():
            raise ValueError("the Hessian holds NaN or infinite values")
        return found.reshape(rows.shape).to(rows)

    return products, flat.numel()


def _lanczos(products: Callable[[Tensor], Tensor], start: Tensor, steps: int) -> FloatArray:
    """Tridiagonal (K, m, m) matrices of the Hessian, one for each row of the start."""
    probes, size = start.shape
    basis = start.new_zeros(probes, steps, size)
    triangles = start.new_zeros(probes, steps, steps)
    v = start
    for j in range(steps):
        basis[:, j] = v
        w = products(v)
        triangles[:, j, j] = (w * v).sum(dim=1)
        known = basis[:, : j + 1]
        for _ in range(2):  # twice is enough (Parlett): rounding leaves nothing of what is known
            w = w - ((known @ w[:, :, None]).mT @ known)[:, 0]
        if j + 1 < steps:
            scale = triangles[:, : j + 1, : j + 1].abs().amax(dim=(1, 2))
            length = w.norm(dim=1)
            # Nothing new is left: the steps that remain are zeros, and their nodes weigh nothing.
            length = torch.where(length > NOTHING * scale, length, 0.0)
            triangles[:, j, j + 1] = triangles[:, j + 1, j] = length
            v = torch.where(length[:, None] > 0, w / length[:, None], 0.0)
    return triangles.numpy()
