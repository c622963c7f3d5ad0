"""Networks of any one architecture, computed and trained together.

Their parameters are stacked, and each layer is computed for all networks at once: many small
operations become few larger ones. A network may leave at any time.
"""

import copy
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from lib.checks import seed_list
from lib.training.layers import Layers


class Ensemble:
    """Networks of one architecture, each with parameters of its own.

    Parameters
    ----------
    networks : sequence of Module
        With parameters of the same names and shapes, all of which are trained; the networks are
        copied and stay as they are.
    device : device, optional
        Where to compute; where the networks are if not given.
    seeds : sequence of int, optional
        Of what dropout masks, one for each network; 0, 1, … if not given.

    Raises
    ------
    ValueError
        If there is none, they differ in architecture, or there is not a seed for each.

    Notes
    -----
    What dropout draws for a network does not depend on the others. This is so for
    `torch.nn.Dropout` in a `torch.nn.Sequential`; PyTorch refuses to train other layers that draw
    at random.
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        device: torch.device | None = None,
        *,
        seeds: Sequence[int] | None = None,
    ) -> None:
        if len({_architecture(network) for network in networks}) != 1:
            raise ValueError("an ensemble needs networks, and all of one architecture")
        numbers = seed_list("seeds", range(len(networks)) if seeds is None else seeds)
        if len(numbers) != len(networks):
            raise ValueError(f"{len(networks)} networks need as many seeds, got {len(numbers)}")
        parameters = _stacked([dict(n.named_parameters()) for n in networks], device)
        self.parameters = {name: value.requires_grad_() for name, value in parameters.items()}
        self.buffers = _stacked([dict(n.named_buffers()) for n in networks], device)
        self._velocities = {n: torch.zeros_like(p) for n, p in self.parameters.items()}
        where = next(iter(self.parameters.values())).device
        self._generators = [_generator(int(seed), where) for seed in numbers]
        self._layers = Layers(networks[0])

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
        state = self.parameters | self.buffers
        return self._layers(state, inputs, self._generators, training=training)

    def descend(
        self,
        losses: Tensor,
        rates: Tensor | float,
        *,
        momentum: float = 0.0,
        weight_decay: Tensor | float = 0.0,
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
        weight_decay : (B,) tensor or float
            Coefficient of half of the squared parameters, added to the loss; one for each network
            or common to all.
        """
        names = list(self.parameters)
        # A parameter of one network is in no loss but its own: gradients of the sum are separate.
        gradients = torch.autograd.grad(losses.sum(), [self.parameters[name] for name in names])
        with torch.no_grad():
            for name, gradient in zip(names, gradients, strict=True):
                parameter, velocity = self.parameters[name], self._velocities[name]
                _add(velocity.mul_(momentum).add_(gradient), parameter, weight_decay)
                _add(parameter, velocity, -rates)

    def only(self, which: Tensor) -> "Ensemble":
        """Networks as they are now, in an ensemble of their own.

        Parameters
        ----------
        which : (B,) tensor of bool
            Those that are copied, in their order.

        Returns
        -------
        Ensemble
            Of these; this one stays as it is.
        """
        found = copy.copy(self)
        found.keep(which)
        return found

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
        pairs = zip(self._generators, which.tolist(), strict=True)
        self._generators = [generator for generator, stays in pairs if stays]


def _architecture(network: nn.Module) -> str:
    state = [*network.named_parameters(), *network.named_buffers()]
    return f"{network} {[(name, value.dtype, tuple(value.shape)) for name, value in state]}"


def _generator(seed: int, device: torch.device) -> torch.Generator:
    # Not the seed itself: its first draws may have made the weights.
    drawn = np.random.default_rng([seed, 62]).integers(2**63)
    return torch.Generator(device).manual_seed(int(drawn))


def _stacked(states: list[dict[str, Tensor]], device: torch.device | None) -> dict[str, Tensor]:
    return {
        name: torch.stack([state[name].detach() for state in states]).to(device)
        for name in states[0]
    }


def _add(target: Tensor, source: Tensor, factors: Tensor | float) -> None:
    """Add multiples, of one factor for all networks or one for each."""
    if isinstance(factors, Tensor):
        factors = factors.to(target).reshape(-1, *[1] * (target.ndim - 1))
        target.addcmul_(source, factors)
    elif factors:
        target.add_(source, alpha=factors)
