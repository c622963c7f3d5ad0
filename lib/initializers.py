"""Initial weights of networks: how large they are, and how they are drawn.

Shapes are PyTorch's: ``(outputs, inputs)`` for a dense layer, ``(outputs, inputs, *kernel)`` for a
convolution. A network is drawn with one random generator for each seed, layer after layer.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, finite, one_of, seed_list

FloatArray = NDArray[np.float64]

# Variance of a weight from the number of its inputs and outputs.
VARIANCES: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda fan_in, _: 1.0 / fan_in,
    "xavier": lambda fan_in, fan_out: 2.0 / (fan_in + fan_out),
    "kaiming": lambda fan_in, _: 2.0 / fan_in,
    "kaiming-out": lambda _, fan_out: 2.0 / fan_out,
    "fixed": lambda *_: 0.01**2,
}
SCHEMES = (*VARIANCES, "orthogonal")


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Count the connections of a unit to the layer before and to the layer after.

    Parameters
    ----------
    shape : sequence of int
        ``(outputs, inputs, *kernel)``; for a grouped convolution the inputs of one group.

    Returns
    -------
    fan_in, fan_out : int
        Inputs and outputs, times the size of the kernel.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is not positive.

    Notes
    -----
    As `torch.nn.init` counts them. Exact for stride 1 away from the borders and one group: with
    stride ``m`` in two dimensions an input reaches ``fan_out/m²`` outputs, with ``g`` groups
    ``fan_out/g``. He et al. 2015, section 2.2.

    Examples
    --------
    >>> fans((128, 64, 3, 3))
    (576, 1152)
    """
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(f"a layer needs positive (outputs, inputs, *kernel), got {tuple(shape)}")
    kernel = prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def variance(scheme: str, shape: Sequence[int]) -> float:
    """Variance of the weights of a layer.

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`: ``lecun`` 1/fan_in; ``xavier`` 2/(fan_in + fan_out); ``kaiming``
        2/fan_in; ``kaiming-out`` 2/fan_out; ``fixed`` 0.01²; ``orthogonal`` one over the larger of
        outputs and fan_in, the mean square of the matrix's entries.
    shape : sequence of int
        Of the layer.

    Returns
    -------
    float
        Variance.

    Raises
    ------
    ValueError
        If the scheme is unknown or the shape is none of a layer.

    Notes
    -----
    nn-notes, initialization; LeCun et al. 1998; Glorot and Bengio 2010, eq. 12; He et al. 2015,
    eqs. 10 and 14.
    """
    one_of("scheme", scheme, SCHEMES)
    fan_in, fan_out = fans(shape)
    if scheme == "orthogonal":
        return 1.0 / max(shape[0], fan_in)
    return VARIANCES[scheme](fan_in, fan_out)


def perceptron_shapes(inputs: int, width: int, outputs: int, depth: int) -> list[tuple[int, int]]:
    """Shapes of the layers of a multilayer perceptron.

    Parameters
    ----------
    inputs, width, outputs : int
        Units.
    depth : int
        Number of layers of weights, at least 2.

    Returns
    -------
    list of (n_out, n_in)
        From the first to the last.

    Raises
    ------
    ValueError
        If the depth is below 2, or a number of units below 1.
    """
    for name, units in (("inputs", inputs), ("width", width), ("outputs", outputs)):
        at_least(name, units, 1)
    if depth < 2:
        raise ValueError(f"depth must be at least 2, got {depth}")
    return [(width, inputs), *[(width, width)] * (depth - 2), (outputs, width)]


def draw(
    scheme: str, shapes: Sequence[Sequence[int]], seeds: ArrayLike, gain: float = 1.0
) -> list[FloatArray]:
    """Draw the weights of networks, one for each seed.

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`: Gaussian with the variance of that name, or ``orthogonal``.
    shapes : sequence of shapes
        Of the layers, from the input to the output.
    seeds : (S,) array of int
        One generator each, so that a further seed changes no other network, and a further layer
        at the end no other layer.
    gain : float
        Factor of all weights.

    Returns
    -------
    list of (S, *shape) arrays
        Weights of each layer.

    Raises
    ------
    ValueError
        If the scheme is unknown, a shape is none of a layer, a seed is negative or no whole number,
        or the gain is not finite.
    """
    one_of("scheme", scheme, SCHEMES)
    finite("gain", gain)
    rngs = [np.random.default_rng(int(seed)) for seed in seed_list("seeds", seeds)]
    return [_layer(scheme, tuple(shape), rngs, gain) for shape in shapes]


def orthogonal(shape: Sequence[int], rng: np.random.Generator) -> FloatArray:
    """Draw an orthogonal matrix, all of them equally likely.

    Parameters
    ----------
    shape : sequence of int
        ``(outputs, inputs, *kernel)``; inputs and kernel count as one axis.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array of that shape
        As a matrix it has orthonormal rows or orthonormal columns, whichever are fewer.

    Raises
    ------
    ValueError
        If the shape is none of a layer.

    Notes
    -----
    QR of a Gaussian matrix; the signs of the triangle's diagonal, which the factorisation leaves
    open, are moved to the orthogonal factor to make the distribution uniform. Saxe et al. 2014.
    """
    fans(shape)  # refuses what is no layer
    rows, columns = shape[0], prod(shape[1:])
    gaussian = rng.standard_normal((max(rows, columns), min(rows, columns)))
    Q, R = np.linalg.qr(gaussian)
    Q = Q * np.sign(np.diag(R))
    return np.asarray(Q if rows >= columns else Q.T).reshape(shape)


def _layer(
    scheme: str, shape: tuple[int, ...], rngs: Sequence[np.random.Generator], gain: float
) -> FloatArray:
    """A layer of each network, drawn into one array."""
    fans(shape)  # refuses what is no layer
    weights = np.empty((len(rngs), *shape))
    for network, rng in zip(weights, rngs, strict=True):
        if scheme == "orthogonal":
            network[...] = orthogonal(shape, rng)
        else:
            rng.standard_normal(out=network)
    size = 1.0 if scheme == "orthogonal" else np.sqrt(variance(scheme, shape))
    weights *= gain * size
    return weights
