"""Networks that are asked to memorize: perceptrons, a small convolutional one, and the paper's.

Of Zhang et al. 2017, section 2 and appendix A: the small Inception (their figure 3), the small
AlexNet and the perceptrons; the numbers of weights are those of their table 1.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import torch
from torch import Tensor, nn

from lib.checks import at_least, whole

Shape = tuple[int, int, int]  # colours, height, width
# Channels of the small Inception's modules: of 1 × 1 and 3 × 3 convolutions side by side, or of a
# 3 × 3 convolution beside a pooling, which both halve the image.
INCEPTION = (
    *((32, 32), (32, 48), (80,)),
    *((112, 48), (96, 64), (80, 80), (48, 96), (96,)),
    *((176, 160), (176, 160)),
)
Builder = Callable[[Shape, int, float], nn.Module]


def perceptron(hidden: Sequence[int], shape: Shape, classes: int, dropout: float) -> nn.Module:
    """Multilayer perceptron with rectifiers.

    Parameters
    ----------
    hidden : sequence of int
        Units of the hidden layers.
    shape : tuple of int
        Colours, height and width of an image.
    classes : int
        Number of outputs.
    dropout : float
        Probability with which a hidden unit is masked in training.

    Returns
    -------
    Module
        Takes images (n, colours, height, width), gives outputs (n, classes).

    Raises
    ------
    ValueError
        If a number of units, pixels or classes is not positive, or the dropout no probability.
    """
    _check(shape, classes, dropout)
    at_least("hidden", hidden, 1)
    colours, height, width = shape
    return nn.Sequential(
        nn.Flatten(), *_head([colours * height * width, *hidden], classes, dropout)
    )


def convnet(shape: Shape, classes: int, dropout: float) -> nn.Module:
    """Two convolutions of 3 × 3 that halve the image each, and a hidden layer of 128 units.

    Parameters
    ----------
    shape : tuple of int
        Colours, height and width of an image.
    classes : int
        Number of outputs.
    dropout : float
        Probability with which a unit of the hidden layer is masked in training.

    Returns
    -------
    Module
        Takes images (n, colours, height, width), gives outputs (n, classes).

    Raises
    ------
    ValueError
        If a number of units, pixels or classes is not positive, or the dropout no probability.
    """
    _check(shape, classes, dropout)
    colours, height, width = shape
    for _ in range(2):  # two convolutions with stride 2
        height, width = (height + 1) // 2, (width + 1) // 2
    return nn.Sequential(
        nn.Conv2d(colours, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        *_head([32 * height * width, 128], classes, dropout),
    )


def alexnet(shape: Shape, classes: int, dropout: float) -> nn.Module:
    """Small AlexNet: two convolutions of 5 × 5 with normalization, layers of 384 and 192 units.

    Parameters
    ----------
    shape : tuple of int
        Colours, height and width of an image.
    classes : int
        Number of outputs.
    dropout : float
        Probability with which a unit of the hidden layers is masked in training.

    Returns
    -------
    Module
        Takes images (n, colours, height, width), gives outputs (n, classes).

    Raises
    ------
    ValueError
        If a number of units, pixels or classes is not positive, or the dropout no probability.
    """
    _check(shape, classes, dropout)
    colours, height, width = shape
    for _ in range(2):  # two poolings
        height, width = (height + 1) // 2, (width + 1) // 2
    return nn.Sequential(
        nn.Conv2d(colours, 64, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.LocalResponseNorm(9, alpha=1e-3, beta=0.75, k=1.0),
        nn.Conv2d(64, 64, 5, padding=2),
        nn.ReLU(),
        nn.LocalResponseNorm(9, alpha=1e-3, beta=0.75, k=1.0),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.Flatten(),
        *_head([64 * height * width, 384, 192], classes, dropout),
    )


def inception(shape: Shape, classes: int, dropout: float) -> nn.Module:
    """Small Inception: ten modules of parallel convolutions with batch normalization.

    Parameters
    ----------
    shape : tuple of int
        Colours, height and width of an image.
    classes : int
        Number of outputs.
    dropout : float
        Probability with which a feature is masked, in training, before the last layer.

    Returns
    -------
    Module
        Takes images (n, colours, height, width), gives outputs (n, classes).

    Raises
    ------
    ValueError
        If a number of units, pixels or classes is not positive, or the dropout no probability.
    """
    _check(shape, classes, dropout)
    layers: list[nn.Module] = [_convolution(shape[0], 96, 3)]
    channels = 96
    for widths in INCEPTION:
        if len(widths) == 2:
            branches = [_convolution(channels, widths[0], 1), _convolution(channels, widths[1], 3)]
            channels = sum(widths)
        else:
            pooling = nn.MaxPool2d(3, stride=2, padding=1)
            branches = [_convolution(channels, widths[0], 3, stride=2), pooling]
            channels += widths[0]
        layers.append(_Parallel(*branches))
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), *_head([channels], classes, dropout)
    )


@dataclass(frozen=True)
class Architecture:
    """A network that can be built for any images, and how fast it is trained.

    Parameters
    ----------
    build : callable
        From the shape of an image, the number of classes and the probability of dropout.
    rate : float
        Learning rate at the start, with momentum 0.9.
    """

    build: Builder
    rate: float


# Other than perceptrons; the rates of the paper's networks are the paper's (appendix A).
ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "convnet": Architecture(convnet, 0.01),
        "alexnet": Architecture(alexnet, 0.01),
        "inception": Architecture(inception, 0.1),
    }
)
PERCEPTRON, PERCEPTRON_RATE = re.compile(r"perceptron ([1-9]\d*)×([1-9]\d*)"), 0.01


def architecture(name: str) -> Architecture:
    """Find a network by its name.

    Parameters
    ----------
    name : str
        A key of `ARCHITECTURES`, or ``perceptron L×W`` with L hidden layers of W units.

    Returns
    -------
    Architecture
        To be built for any images.

    Raises
    ------
    ValueError
        If there is no such network.
    """
    found = PERCEPTRON.fullmatch(name)
    if found:
        depth, width = (int(number) for number in found.groups())
        return Architecture(lambda *a: perceptron([width] * depth, *a), PERCEPTRON_RATE)
    if name not in ARCHITECTURES:
        raise ValueError(
            f"unknown network {name!r}; give one of {', '.join(ARCHITECTURES)} or, say, "
            "perceptron 1×512"
        )
    return ARCHITECTURES[name]


def build(name: str, shape: Shape, classes: int, seed: int, dropout: float = 0.0) -> nn.Module:
    """Build a network with Kaiming's weights and biases of zero.

    Parameters
    ----------
    name : str
        As `architecture` takes it.
    shape : tuple of int
        Colours, height and width of an image.
    classes : int
        Number of outputs.
    seed : int
        Of the weights.
    dropout : float
        Probability with which hidden units are masked in training.

    Returns
    -------
    Module
        Takes images (n, colours, height, width), gives outputs (n, classes).

    Raises
    ------
    ValueError
        If there is no such network, a number is not positive, the dropout no probability, or the
        seed negative.
    """
    whole("seed", seed, 0)
    # Layers draw weights of their own from torch's generator, before they get those of the seed.
    with torch.random.fork_rng(devices=[]):
        network = architecture(name).build(shape, classes, dropout)
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network


def count_weights(network: nn.Module) -> int:
    """Number of weights that are trained, biases included.

    Parameters
    ----------
    network : Module
        Any.

    Returns
    -------
    int
        The number.
    """
    return sum(parameter.numel() for parameter in network.parameters())


def _check(shape: Shape, classes: int, dropout: float) -> None:
    if len(shape) != 3:
        raise ValueError(f"shape must be colours, height and width of an image, got {shape}")
    at_least("shape", shape, 1)
    at_least("classes", classes, 1)
    if not 0 <= dropout <= 1:
        raise ValueError(f"dropout must be a probability, got {dropout}")


def _head(widths: Sequence[int], classes: int, dropout: float) -> list[nn.Module]:
    """Fully connected layers, from inputs over hidden units to classes."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        layers += [nn.Dropout(dropout)] if dropout else []
    if dropout and len(widths) == 1:
        layers.append(nn.Dropout(dropout))
    return [*layers, nn.Linear(widths[-1], classes)]


def _convolution(n_in: int, n_out: int, side: int, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, side, stride=stride, padding=side // 2, bias=False),
        nn.BatchNorm2d(n_out, affine=False),
        _Shift(n_out),
        nn.ReLU(),
    )


class _Shift(nn.Module):
    """A number added to each channel: all of batch normalization that rectifiers cannot undo."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.shift


class _Parallel(nn.Module):
    """Modules side by side: their channels together."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)
