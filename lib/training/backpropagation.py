"""Gradients of perceptrons of one shape, by the chain rule written out.

Autograd gives the same ones, and takes half as long again for small layers: it puts every product
and every gradient of every step into memory of its own. Here memory is taken once.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lib.training.activations import activation_named


class Backpropagation:
    """Gradients of the mean cross-entropy of each of B networks.

    Parameters
    ----------
    weights : sequence of (B, n_out, n_in) tensors
        Of L layers; read at each call, so that an optimizer may change them in between.
    biases : sequence of (B, n_out) tensors
        Of the same layers.
    batch : int
        Examples in a call.
    activation : str
        A key of `lib.training.ACTIVATIONS`.
    step : float, optional
        Of residual layers, as in `lib.training.preactivations`.

    Attributes
    ----------
    all : list of tensors
        Gradients of the last call, those of the weights and then those of the biases.
    """

    def __init__(
        self,
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
        batch: int,
        activation: str,
        step: float | None = None,
    ) -> None:
        self._activation = activation_named(activation)
        self._Ws, self._bs, self._step = weights, [b[:, None] for b in biases], step
        self.all = [torch.empty_like(p) for p in (*weights, *biases)]
        self._dW, self._db = self.all[: len(weights)], self.all[len(weights) :]

        def rows(W: Tensor) -> Tensor:
            return W.new_empty(len(W), batch, W.shape[1])

        # What layers compute; of hidden ones their activations, what they hand on, and what comes
        # back to each.
        self._z, hidden = [rows(W) for W in weights], weights[:-1]
        self._f, self._arrived = ([rows(W) for W in hidden] for _ in range(2))
        self._signal = [
            rows(W) if self._is_residual(layer) else f
            for layer, (W, f) in enumerate(zip(hidden, self._f, strict=True))
        ]

    def __call__(self, inputs: Tensor, labels: Tensor, shares: Tensor) -> None:
        """Compute the gradients.

        Parameters
        ----------
        inputs : (B, batch, n_0) tensor
            Examples of each network.
        labels : (B, batch) tensor of int
            Their classes.
        shares : (B,) tensor
            Factors of the networks' losses.
        """
        back = self._output_error(self._run(inputs), labels, shares)
        beside = back  # what came back to a layer's output; a residual layer lets it pass
        for layer in reversed(range(len(self._Ws))):
            below = self._signal[layer - 1] if layer else inputs
            torch.bmm(back.mT, below, out=self._dW[layer])
            torch.sum(back, dim=1, out=self._db[layer])
            if layer:
                arrived = torch.bmm(back, self._Ws[layer], out=self._arrived[layer - 1])
                if self._is_residual(layer):
                    arrived.add_(beside)
                back = self._through(layer - 1, arrived)
                beside = arrived

    def _run(self, inputs: Tensor) -> Tensor:
        signal = inputs
        for layer, (W, b, z) in enumerate(zip(self._Ws, self._bs, self._z, strict=True)):
            torch.baddbmm(b, signal, W.mT, out=z)
            if layer < len(self._Ws) - 1:
                self._activation.into(z, self._f[layer])
                if self._is_residual(layer):
                    torch.add(signal, self._f[layer], alpha=self._step, out=self._signal[layer])
                signal = self._signal[layer]
        return self._z[-1]

    def _is_residual(self, layer: int) -> bool:
        return self._step is not None and 0 < layer < len(self._Ws) - 1

    def _through(self, layer: int, arrived: Tensor) -> Tensor:
        """Take a derivative from what a layer hands on to what it computes before it."""
        if self._step is None or not self._is_residual(layer):
            self._activation.back(arrived, self._f[layer], arrived)
            return arrived
        back = self._z[layer]  # no longer needed: derivatives are read off the activations
        self._activation.back(arrived, self._f[layer], back)
        return back.mul_(self._step)

    @staticmethod
    def _output_error(outputs: Tensor, labels: Tensor, shares: Tensor) -> Tensor:
        """Derivative of the losses with respect to the outputs: softmax minus the wanted class."""
        error = torch.softmax(outputs, dim=-1)
        error.scatter_add_(2, labels[..., None], error.new_full((*labels.shape, 1), -1.0))
        return error.mul_(shares[:, None, None] / labels.shape[1])
