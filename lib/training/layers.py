"""Layers of many networks of one architecture, each computed for all of them at once.

The first axis of every tensor is the network. For the layers that are known here this is one
operation, which costs less than `torch.func.vmap`; that turns any other layer into one for all.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

PLAIN = (1, "zeros", 5)  # convolutions that are known: groups, how they pad, axes of their inputs


class Layers:
    """What networks of one architecture compute, layer by layer as far as they are sequences.

    Parameters
    ----------
    network : Module
        Any of them; it is copied, and its parameters are not used. Hooks are not called.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = copy.deepcopy(network)
        # A parameter may stand in several layers, but has one name in the network.
        name_of = {id(value): name for name, value in _state(self._network).items()}
        self._layers = [
            (layer, {own: name_of[id(value)] for own, value in _state(layer).items()})
            for layer in _in_order(self._network)
        ]

    def __call__(
        self,
        state: Mapping[str, Tensor],
        inputs: Tensor,
        generators: Sequence[torch.Generator],
        *,
        training: bool,
    ) -> Tensor:
        """Compute the outputs of B networks, each on inputs of its own.

        Parameters
        ----------
        state : mapping of (B, …) tensors
            Parameters and buffers by their names in the network; training may change buffers.
        inputs : (B, n, …) tensor
            A batch for each network.
        generators : sequence of B Generator
            Of what dropout masks, one for each network.
        training : bool
            Whether layers behave as in training.

        Returns
        -------
        (B, n, …) tensor
            What each network makes of its batch.
        """
        self._network.train(training)
        signal = inputs
        for layer, names in self._layers:
            own = {there: state[name] for there, name in names.items()}
            signal = _computed(layer, own, signal, generators)
        return signal


def _state(network: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers, each once."""
    return {**dict(network.named_parameters()), **dict(network.named_buffers())}


def _in_order(network: nn.Module) -> Iterator[nn.Module]:
    """Layers that are computed one after the other."""
    if type(network) is nn.Sequential:
        for child in network:
            yield from _in_order(child)
    else:
        yield network


def _computed(
    layer: nn.Module,
    state: dict[str, Tensor],
    inputs: Tensor,
    generators: Sequence[torch.Generator],
) -> Tensor:
    # Subclasses may compute something else, and other shapes are not worth a case of their own.
    if type(layer) is nn.Linear and inputs.ndim == 3:
        return _linear(state, inputs)
    if type(layer) is nn.Conv2d and (layer.groups, layer.padding_mode, inputs.ndim) == PLAIN:
        return _convolution(layer, state, inputs)
    if type(layer) is nn.ReLU:
        return torch.relu(inputs)
    if type(layer) is nn.Flatten and layer.start_dim == 1 and layer.end_dim == -1:
        return inputs.flatten(2)
    if type(layer) is nn.Dropout:
        return _masked(inputs, layer.p if layer.training else 0.0, generators)
    outputs: Tensor = vmap(lambda own, x: functional_call(layer, own, (x,)))(state, inputs)
    return outputs


def _linear(state: Mapping[str, Tensor], inputs: Tensor) -> Tensor:
    weights, biases = state["weight"].mT, state.get("bias")
    return inputs @ weights if biases is None else torch.baddbmm(biases[:, None], inputs, weights)


def _convolution(layer: nn.Conv2d, state: Mapping[str, Tensor], inputs: Tensor) -> Tensor:
    """One convolution of as many groups of channels as there are networks."""
    kernels, biases = state["weight"], state.get("bias")
    outputs = nn.functional.conv2d(
        inputs.transpose(0, 1).flatten(1, 2),
        kernels.flatten(0, 1),
        None if biases is None else biases.flatten(),
        layer.stride,
        layer.padding,
        layer.dilation,
        len(kernels),
    )
    return outputs.reshape(len(outputs), *kernels.shape[:2], *outputs.shape[2:]).transpose(0, 1)


def _masked(inputs: Tensor, share: float, generators: Sequence[torch.Generator]) -> Tensor:
    if share == 0:
        return inputs
    kept = torch.empty_like(inputs, memory_format=torch.contiguous_format)
    for own, generator in zip(kept, generators, strict=True):
        own.bernoulli_(1 - share, generator=generator)
    return inputs * kept * (1 / (1 - share) if share < 1 else 0.0)
