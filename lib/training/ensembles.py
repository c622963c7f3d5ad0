"""Networks of any one architecture, computed and trained together.

Their parameters are stacked, and `torch.func.vmap` turns a computation of one network into that of
all: many small operations become few larger ones. A network may leave at any time.
"""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap


class Ensemble:
    """Networks of one architecture, each with parameters of its own.

    Parameters
    ----------
    networks : sequence of Module
        With parameters of the same names and shapes, all of which are trained; the networks are
        copied and stay as they are.
    device : device, optional
        Where to compute; where the networks are if not given.

    Raises
    ------
    ValueError
        If there is none, or they differ in architecture.

    Notes
    -----
    Layers that draw at random, such as dropout, draw differently for each network, from torch's own
    generator: what a network draws then depends on the others.
    """

    def __init__(self, networks: Sequence[nn.Module], device: torch.device | None = None) -> None:
        if len({_architecture(network) for network in networks}) != 1:
            raise ValueError("an ensemble needs networks, and all of one architecture")
        parameters = _stacked([dict(n.named_parameters()) for n in networks], device)
        self.parameters = {name: value.requires_grad_() for name, value in parameters.items()}
        self.buffers = _stacked([dict(n.named_buffers()) for n in networks], device)
        self._velocities = {n: torch.zeros_like(p) for n, p in self.parameters.items()}
        self._module = copy.deepcopy(networks[0])

    def __len__(self) -> int:
        return len(next(iter(self.parameters.values())))

    def __call__(self, inputs: Tensor, *, training: bool = False) -> Tensor:
        """Compute the outputs of each network on inputs of its own.

        Parameters
        ----------
        inputs : (B, n, …) tensor
            A batch for each of the B networks.
        training : bool
            Whether layers behave as in training, as dropout and batch normalization do.

        Returns
        -------
        (B, n, …) tensor
            What each network makes of its batch.
        """
        self._module.train(training)
        outputs: Tensor = vmap(self._one, randomness="different")(
            self.parameters, self.buffers, inputs
        )
        return outputs

    def _one(
        self, parameters: dict[str, Tensor], buffers: dict[str, Tensor], inputs: Tensor
    ) -> Tensor:
        outputs: Tensor = functional_call(self._module, (parameters, buffers), (inputs,))
        return outputs

    def descend(
        self,
        losses: Tensor,
        rates: Tensor | float,
        *,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        """Make a step of gradient descent with momentum, as `torch.optim.SGD` does.

        Parameters
        ----------
        losses : (B,) tensor
            Of the networks, computed with gradients.
        rates : (B,) tensor or float
            Learning rates, one for each network or common to all.
        momentum : float
            Share of the last step that is repeated.
        weight_decay : float
            Coefficient of half of the squared parameters, added to the loss.
        """
        names = list(self.parameters)
        # A parameter of one network is in no loss but its own: gradients of the sum are separate.
        gradients = torch.autograd.grad(losses.sum(), [self.parameters[name] for name in names])
        with torch.no_grad():
            for name, gradient in zip(names, gradients, strict=True):
                parameter, velocity = self.parameters[name], self._velocities[name]
                velocity.mul_(momentum).add_(gradient).add_(parameter, alpha=weight_decay)
                parameter.sub_(_along(rates, parameter) * velocity)

    def keep(self, which: Tensor) -> None:
        """Let networks leave.

        Parameters
        ----------
        which : (B,) tensor of bool
            Those that stay, in their order.
        """
        self.parameters = {
            name: value.detach()[which].requires_grad_() for name, value in self.parameters.items()
        }
        self.buffers = {name: value[which] for name, value in self.buffers.items()}
        self._velocities = {name: value[which] for name, value in self._velocities.items()}


def _architecture(network: nn.Module) -> str:
    kinds = {n: (value.dtype, tuple(value.shape)) for n, value in network.state_dict().items()}
    return f"{network} {kinds}"


def _stacked(states: list[dict[str, Tensor]], device: torch.device | None) -> dict[str, Tensor]:
    return {
        name: torch.stack([state[name].detach() for state in states]).to(device)
        for name in states[0]
    }


def _along(rates: Tensor | float, parameter: Tensor) -> Tensor | float:
    if not isinstance(rates, Tensor):
        return rates
    return rates.to(parameter).reshape(-1, *[1] * (parameter.ndim - 1))
