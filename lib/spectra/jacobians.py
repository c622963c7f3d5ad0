"""Singular values of the Jacobian from a network's inputs to its outputs.

For perceptrons the Jacobian is a product of weights and slopes, which is multiplied out for all
networks and inputs at once; other networks are differentiated by PyTorch.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.functional import jacobian

from lib.checks import real
from lib.training import ACTIVATIONS, preactivations

FloatArray = NDArray[np.float64]
After = Callable[[Tensor], Tensor]  # what is done to rows behind a layer

STEEP = 1e-8  # ratio of singular values below which the plain product has too few digits
LAYERS = 3  # after how many layers rows are made orthonormal again
NOTHING = 1e-13  # ratio of rows of a triangle below which they are rounding


def perceptron_singular_values(
    weights: Sequence[FloatArray | Tensor],
    inputs: FloatArray | Tensor,
    activation: str,
    biases: Sequence[FloatArray | Tensor] | None = None,
    step: float | None = None,
) -> FloatArray:
    """Singular values of the Jacobian of perceptrons, in double precision.

    Parameters
    ----------
    weights : sequence of (B, n_out, n_in) arrays or tensors
        From the first layer to the last.
    inputs : (n, n_0) or (B, n, n_0) array or tensor
        Where to differentiate: common to all networks or not.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    biases : sequence of (B, n_out) arrays or tensors, optional
        None at all where they are not given.
    step : float, optional
        Of residual layers, as in `lib.training.preactivations`.

    Returns
    -------
    (B, n, min(n_0, n_L)) array
        Descending.

    Raises
    ------
    ValueError
        If the activation is unknown, the shapes of layers, inputs and biases do not follow each
        other, there is no input, a residual layer does not keep the number of units, or a Jacobian
        is not finite.

    Notes
    -----
    ``J = W_L D_{L−1} W_{L−1} ⋯ D_1 W_1``, where ``D_l`` holds the slopes of the activation; a
    residual layer is ``I + step·D_l W_l``. It is multiplied from the end that has fewer units.

    Networks with singular values below 1e-8 of the largest are multiplied once more, with QR
    factorisations between the layers: against 200 digits, for 100 layers of Gaussian weights, the
    relative error of a singular value of 1e-81 of the largest is 2e-11. Where units at rest take
    rank away singular values are zero, not rounding. Slopes below 1e-13 count as none, and what is
    below 1e-308 is zero.
    """
    Ws = [_double("weights", W) for W in weights]
    bs = None if biases is None else [_double("biases", b) for b in biases]
    x = _double("inputs", inputs)
    if not x.numel():
        raise ValueError(f"there must be at least one input, got the shape {tuple(x.shape)}")
    *hidden, last = preactivations(Ws, x, activation, bs, step)
    slopes = [_slopes(activation, z)[:, :, None] for z in hidden]
    _, examples, outputs = last.shape
    multiplied = _forwards if Ws[0].shape[2] <= outputs else _backwards
    J = multiplied(Ws, slopes, examples, step, lambda rows: rows)
    values = _singular_values(J)
    steep = (values[..., -1] < STEEP * values[..., 0]).any(dim=1)
    if steep.any():
        triangle, theirs = _Triangle(), ([W[steep] for W in Ws], [D[steep] for D in slopes])
        rows = multiplied(*theirs, examples, step, triangle.after)
        values[steep] = triangle.singular_values(rows, values.shape[2])
    return np.asarray(values.numpy())


def network_singular_values(
    network: Callable[[Tensor], Tensor], inputs: Tensor, chunk: int = 64
) -> FloatArray:
    """Singular values of the Jacobian of any network, by automatic differentiation.

    Parameters
    ----------
    network : callable
        Takes a batch of examples and gives a batch of outputs, without mixing examples: a module
        with batch normalization has to be set to evaluation.
    inputs : (n, …) tensor
        Where to differentiate, in the precision of the network. Small singular values need double
        precision.
    chunk : int
        Examples that are differentiated at once, at least 1: memory against speed.

    Returns
    -------
    (n, r) array
        Descending; r is the smaller of the numbers of entries of an input and of an output.

    Raises
    ------
    ValueError
        If the chunk is below 1, there is no input, or a Jacobian is not finite.
    """
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1, got {chunk}")
    if inputs.ndim < 2 or not inputs.numel():
        raise ValueError(
            "inputs must be (n, …), with one example at least that has an entry, "
            f"got the shape {tuple(inputs.shape)}"
        )

    # An output of the sum depends on an example through that example's own output alone.
    def summed(examples: Tensor) -> Tensor:
        return network(examples).sum(dim=0).flatten()

    parts = [
        jacobian(summed, part, vectorize=True)  # type: ignore[no-untyped-call]
        for part in torch.split(inputs.detach(), chunk)
    ]
    J = torch.cat([part.transpose(0, 1).flatten(2) for part in parts])
    return np.asarray(_singular_values(J).numpy(force=True), dtype=np.float64)


def _double(name: str, values: FloatArray | Tensor) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().double()
    return torch.as_tensor(np.require(real(name, values), None, ["C", "W"]))


def _slopes(activation: str, z: Tensor) -> Tensor:
    """Derivative of an activation that acts on each entry."""
    z = z.requires_grad_()
    return torch.autograd.grad(ACTIVATIONS[activation].of(z).sum(), z)[0]


class _Triangle:
    """The triangular factor of a product of which only orthonormal rows are multiplied on.

    The rows of a product of many layers become parallel, and what tells small singular values from
    none is lost in rounding. The triangle keeps it, since its rows differ in size instead.
    """

    def __init__(self) -> None:
        self._layers = 0
        self._triangle = torch.ones(())  # of nothing yet

    def after(self, rows: Tensor) -> Tensor:
        """Take the triangle out of the product after some layers; the rows to go on with."""
        self._layers += 1
        return rows if self._layers % LAYERS else self._taken_out(rows)

    def singular_values(self, rows: Tensor, count: int) -> Tensor:
        """Those of the whole product; those beyond the rank of its narrowest layer are zero."""
        self._taken_out(rows)
        values = _singular_values(self._triangle)
        missing = values.new_zeros(*values.shape[:2], count - values.shape[2])
        return torch.cat([values, missing], dim=2)

    def _taken_out(self, rows: Tensor) -> Tensor:
        Q, R = torch.linalg.qr(rows.mT)
        sizes = torch.linalg.vector_norm(R, dim=-1, keepdim=True)
        # Directions that units at rest have cut off: rounding must not bring them back.
        R = torch.where(sizes > NOTHING * sizes.amax(dim=-2, keepdim=True), R, 0.0)
        self._triangle = R @ self._triangle if self._triangle.ndim else R
        onward: Tensor = Q.mT
        return onward


def _forwards(
    Ws: list[Tensor], slopes: list[Tensor], examples: int, step: float | None, after: After
) -> Tensor:
    """Transposed Jacobians (B, n, n_0, n_L), from the first layer to the last.

    Slopes change products in place: new arrays of this size took two fifths of the time.
    """
    rows = after(_repeated(Ws[0].mT, examples))
    for layer, slope in enumerate(slopes):
        if layer == 0:
            rows = rows * slope
        elif step is None:
            rows = after(_product(rows, Ws[layer].mT).mul_(slope))
        else:
            rows = after(_product(rows, Ws[layer].mT).mul_(step * slope).add_(rows))
    return after(_product(rows, Ws[-1].mT)) if slopes else rows


def _backwards(
    Ws: list[Tensor], slopes: list[Tensor], examples: int, step: float | None, after: After
) -> Tensor:
    """Jacobians (B, n, n_L, n_0), from the last layer to the first."""
    rows = after(_repeated(Ws[-1], examples))
    for layer in reversed(range(len(slopes))):
        change = _product(rows * slopes[layer], Ws[layer])
        rows = after(change if step is None or layer == 0 else rows + step * change)
    return rows


def _repeated(W: Tensor, examples: int) -> Tensor:
    return W[:, None].expand(-1, examples, -1, -1)


def _product(rows: Tensor, W: Tensor) -> Tensor:
    """Multiply (B, n, r, k) by (B, k, m): the rows of one network are one matrix."""
    return torch.bmm(rows.flatten(1, 2), W).reshape(*rows.shape[:3], -1)


def _singular_values(J: Tensor) -> Tensor:
    # NaN and infinities are among the extremes, which take a tenth of the time of `isfinite`.
    if J.numel() and not all(torch.isfinite(extreme) for extreme in torch.aminmax(J)):
        raise ValueError("a Jacobian holds NaN or infinite values: weights or inputs are too large")
    values: Tensor = torch.linalg.svdvals(J)
    return values
