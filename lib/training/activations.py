"""Activations of perceptrons, with what an exact gradient needs of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from lib.checks import one_of

aten = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """A function of each unit.

    Parameters
    ----------
    of : callable
        Gives its values, as a new tensor that autograd can follow.
    into : callable
        Takes z and a tensor, and writes the values into the tensor.
    back : callable
        Takes a derivative with respect to the values, the values, and a tensor into which it writes
        the derivative with respect to z. The slope is read off the values, which can be done for
        each of `ACTIVATIONS`.
    """

    of: Callable[[Tensor], Tensor]
    into: Callable[[Tensor, Tensor], object]
    back: Callable[[Tensor, Tensor, Tensor], object]


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "linear": Activation(
            of=lambda z: z,
            into=lambda z, out: out.copy_(z),
            back=lambda d, f, out: out.copy_(d),  # noqa: ARG005 - the slope is one everywhere
        ),
        "relu": Activation(
            of=torch.relu,
            into=lambda z, out: torch.clamp_min(z, 0, out=out),
            back=lambda d, f, out: aten.threshold_backward.grad_input(d, f, 0, grad_input=out),
        ),
        "tanh": Activation(
            of=torch.tanh,
            into=lambda z, out: torch.tanh(z, out=out),
            back=lambda d, f, out: aten.tanh_backward.grad_input(d, f, grad_input=out),
        ),
        "logistic": Activation(
            of=torch.sigmoid,
            into=lambda z, out: torch.sigmoid(z, out=out),
            back=lambda d, f, out: aten.sigmoid_backward.grad_input(d, f, grad_input=out),
        ),
    }
)


def activation_named(name: str) -> Activation:
    """Look an activation up.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`.

    Returns
    -------
    Activation
        The one of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    return ACTIVATIONS[one_of("activation", name, ACTIVATIONS)]
