"""Checks of the derivation by sampling: a mean, its standard error, its distance from theory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn.functional import conv2d

from lib.checks import at_least, finite, shaped, whole
from lib.initializers import draw, fans, variance
from lib.signal.propagation import measure_signals, predict_signals

# Filters of the layers conv2 to conv10 of the ten-layer network in He et al. 2015, section 2.2.
PAPER_FILTERS = (64, 128, 128, 256, 256, 512, 512, 512, 512)


@dataclass(frozen=True)
class Estimate:
    """A mean of independent samples with its standard error.

    Parameters
    ----------
    mean : float
        Of the samples.
    error : float
        Standard error of the mean.
    """

    mean: float
    error: float

    def distance(self, expected: float) -> float:
        """How many standard errors lie between the mean and what is expected.

        Parameters
        ----------
        expected : float
            To compare with.

        Returns
        -------
        float
            Not negative; inf where all samples are the same number and another is expected.

        Raises
        ------
        ValueError
            If `expected` is not finite.
        """
        finite("expected", expected)
        gap = abs(self.mean - expected)
        if not self.error:
            return float("inf") if gap else 0.0
        return gap / self.error


def estimate(samples: ArrayLike) -> Estimate:
    """Estimate a mean.

    Parameters
    ----------
    samples : (n,) array
        Independent, at least two.

    Returns
    -------
    Estimate
        Mean and standard error.

    Raises
    ------
    ValueError
        If there are fewer than two samples, or one is not finite.
    """
    samples = finite("samples", shaped("samples", samples, ("n",)))
    at_least("the number of samples", samples.size, 2)
    return Estimate(float(samples.mean()), float(samples.std(ddof=1) / np.sqrt(samples.size)))


def check_layer(seed: int, samples: int, n: int = 20) -> dict[str, float]:
    """Check each step of the derivation on one layer by Monte-Carlo.

    Parameters
    ----------
    seed : int
        Of all samples.
    samples : int
        Independent draws of weights *and* inputs, at least 2.
    n : int
        Connections of a unit, at least 3.

    Returns
    -------
    dict
        For each step the distance between the mean of the samples and the prediction, in standard
        errors. Weights are uniform; inputs are exponential and for all but ``means`` share a part
        with each other: the derivation needs them neither to be normal nor to be independent.
        ``backward`` goes through the rectifier of a layer whose preactivations depend on the same
        weights as the way back.

    Raises
    ------
    ValueError
        If the seed is negative, or `samples` or `n` is too small.
    """
    whole("seed", seed, 0)
    at_least("samples", samples, 2)
    at_least("n", n, 3)
    rng = np.random.default_rng([seed, 3])
    W = rng.uniform(-1.0, 1.0, (samples, n))  # variance 1/3
    alone = rng.exponential(1.0, (samples, n))  # mean 1 and variance 1
    x = alone + rng.exponential(1.0, (samples, 1))  # mean square 6
    y = np.sum(W * x, axis=1)
    shifted = np.sum((1.0 + np.sqrt(3.0) * W) * alone, axis=1)  # weights of mean and variance 1
    layer = rng.uniform(-1.0, 1.0, (samples, n, 3))  # n units, of three inputs
    passed = (layer @ x[:, :3, None])[..., 0] > 0
    delta = np.sum(layer[..., 0] * passed * rng.standard_normal((samples, n)), axis=1)
    predicted = {
        "forward": (y**2, n * 6.0 / 3.0),
        "means": ((shifted - n) ** 2, 3.0 * n),
        "relu": (np.maximum(y, 0.0) ** 2, n * 6.0 / 6.0),
        "backward": (delta**2, n / 6.0),
    }
    return {step: estimate(part).distance(value) for step, (part, value) in predicted.items()}


def check_network(widths: Sequence[int], scheme: str, seed: int, networks: int) -> dict[str, float]:
    """Check the products over layers of a ReLU network by Monte-Carlo.

    Parameters
    ----------
    widths : sequence of int
        ``n_0, …, n_D``.
    scheme : str
        One of `lib.initializers.SCHEMES`.
    seed : int
        First of the seeds of the networks.
    networks : int
        How many independent ones, at least 2.

    Returns
    -------
    dict
        ``forward``, ``backward``: distance in standard errors between the measured mean square and
        ``∏ ½ n_in Var[w]``, ``∏ ½ n_out Var[w]`` (the first layer sees inputs, and the last passes
        its gradient on, without a ½); ``ratio``: the quotient of the two measured constants.

    Raises
    ------
    ValueError
        If the scheme is unknown, there are no two widths, one is not positive, the seed is
        negative, or there are no two networks.
    """
    if len(widths) < 2:
        raise ValueError(f"widths must be those of inputs and outputs at least, got {list(widths)}")
    whole("seed", seed, 0)
    at_least("networks", networks, 2)
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    seeds = seed + np.arange(networks)
    weights = draw(scheme, shapes, seeds)
    inputs = np.random.default_rng([seed, 1]).standard_normal((1, widths[0]))
    signals = measure_signals(weights, inputs, noise=seed)
    forward, backward = signals.forward[:, -1] / np.mean(inputs**2), signals.at_input
    predicted = predict_signals(scheme, shapes)
    found = estimate(forward), estimate(backward)
    return {
        "forward": found[0].distance(float(predicted.forward[0, -1])),
        "backward": found[1].distance(float(predicted.at_input[0])),
        "ratio": found[1].mean / found[0].mean,
    }


def check_convolution(
    shape: tuple[int, int, int, int], stride: int, seed: int, draws: int
) -> dict[str, float]:
    """Check what fans mean for a convolution, away from the borders.

    Parameters
    ----------
    shape : tuple of int
        ``(outputs, inputs, height, width)`` of the kernel, up to 5 pixels each way.
    stride : int
        Of the convolution: 1, or 2 or 4 if that divides the sizes of the kernel.
    seed : int
        Of kernels, images and gradients.
    draws : int
        Independent ones, at least 2.

    Returns
    -------
    dict
        ``forward`` and ``backward``: distance in standard errors from ``fan_in Var[w]`` and
        ``fan_out Var[w]/stride²``.

    Raises
    ------
    ValueError
        If the kernel or the stride is another one, the seed is negative, or there are no two draws.
    """
    # Only then is what is looked at, on images of 16 pixels, away from the borders.
    if len(shape) != 4 or max(shape[2:]) > 5:
        raise ValueError(f"shape must be of a kernel of at most 5 x 5 pixels, got {shape}")
    if stride not in {1, 2, 4} or any(side % stride for side in shape[2:]):
        raise ValueError(f"stride must be 1, 2 or 4 and divide {shape[2:]}, got {stride}")
    whole("seed", seed, 0)
    at_least("draws", draws, 2)
    generator = torch.Generator().manual_seed(seed)
    size, std = 16, variance("lecun", shape) ** 0.5
    kernels = std * torch.randn((draws, *shape), generator=generator, dtype=torch.float64)
    images = torch.randn(
        (draws, shape[1], size, size), generator=generator, dtype=torch.float64
    ).requires_grad_()
    # A group of channels for each draw: all of them are one convolution.
    y = conv2d(images.reshape(1, -1, size, size), kernels.flatten(0, 1), None, stride, groups=draws)
    gradient = torch.randn(y.shape, generator=generator, dtype=torch.float64)
    (at_input,) = torch.autograd.grad(torch.sum(gradient * y), images)
    inner = at_input[..., 4 : 4 + 4 * stride, 4 : 4 + 4 * stride]  # whole periods of the stride
    squares = [part.detach().reshape(draws, -1).square().mean(dim=1) for part in (y, images, inner)]
    forward, backward = squares[0] / squares[1], squares[2]
    fan_in, fan_out = fans(shape)
    return {
        "forward": estimate(forward.numpy()).distance(fan_in * std**2),
        "backward": estimate(backward.numpy()).distance(fan_out * std**2 / stride**2),
    }


def fixed_deviation_shrinkage(seed: int) -> float:
    """How much a fixed standard deviation of .01 shrinks the gradient in the paper's network.

    Parameters
    ----------
    seed : int
        Of weights, image and gradient.

    Returns
    -------
    float
        Size of the gradient that arrives before ``conv2`` with Kaiming's weights (by fan_out), over
        that with weights of standard deviation .01, the same but for their size.

    Raises
    ------
    ValueError
        If the seed is negative.

    Notes
    -----
    He et al. 2015, section 2.2: ``5.9 · 4.2² · 2.9² · 2.1⁴ = 1.7e4``.
    """
    whole("seed", seed, 0)
    rng = np.random.default_rng(seed)
    shapes = [
        (n, before, 3, 3)
        for before, n in zip((64, *PAPER_FILTERS[:-1]), PAPER_FILTERS, strict=True)
    ]
    kernels = [rng.standard_normal(shape) for shape in shapes]
    image, last = rng.standard_normal((1, 64, 4, 4)), rng.standard_normal((1, 512, 4, 4))
    schemes = ("kaiming-out", "fixed")
    x = torch.tensor(np.concatenate([image] * len(schemes)), requires_grad=True)
    signal = x
    for kernel, shape in zip(kernels, shapes, strict=True):
        deviations = np.sqrt([variance(scheme, shape) for scheme in schemes])[:, None, None, None]
        y = conv2d(signal, torch.as_tensor(kernel), padding=1)
        signal = torch.relu(torch.as_tensor(deviations) * y)
    (gradient,) = torch.autograd.grad(torch.sum(torch.as_tensor(last) * signal), x)
    kaiming, fixed = torch.linalg.vector_norm(gradient, dim=(1, 2, 3)).tolist()
    return float(kaiming / fixed)
