"""Residual networks that plan a path on which two classes come apart."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn.functional import pad, softplus

from lib.checks import at_least, each, finite, positive, seed_list, shaped
from lib.integrators import Field, integrate
from lib.ode.layers import gaussian
from lib.ode.separability import probe_accuracy
from lib.ode.shapes import UNSEEN, draw

FloatArray = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Paths:
    """Residual networks with a linear classifier behind.

    Parameters
    ----------
    K : (N, S, d, d) tensor
        Weights of N layers of S networks.
    b : (N, S, d) tensor
        Biases.
    w : (S, d) tensor
        Normal of the classifier.
    c : (S,) tensor
        Its threshold.
    end : float
        Time that the N layers take: the step is ``end/N``.
    """

    K: Tensor
    b: Tensor
    w: Tensor
    c: Tensor
    end: float

    @property
    def layers(self) -> int:
        """N."""
        return len(self.K)

    @property
    def step(self) -> float:
        """Length of the step, h."""
        return self.end / self.layers

    def field(self, layer: int) -> Field[Tensor]:
        """Vector field ``tanh(K y + b)`` with the weights of one layer."""
        K, b = self.K[layer].mT, self.b[layer][:, None]
        return lambda _t, y: torch.tanh(torch.baddbmm(b, y, K))

    def follow(self, points: FloatArray, refine: int = 1, method: str = "euler") -> Tensor:
        """Send points through the networks, or along the flow of weights constant in each layer.

        Parameters
        ----------
        points : (S, n, 2) array
            For each network; further dimensions begin at zero.
        refine : int
            Steps for each layer; with one and ``euler`` this is the network itself.
        method : str
            A key of `lib.integrators.METHODS`.

        Returns
        -------
        (N refine + 1, S, n, d) tensor
            Where the points are after each step.
        """
        parts = [self._starts(points)[None]]
        for layer in range(self.layers):
            parts.append(integrate(self.field(layer), parts[-1][-1], self.step, refine, method)[1:])
        return torch.cat(parts)

    def ends(self, points: FloatArray) -> Tensor:
        """Where the networks send points; the last state of `follow`, and quicker to differentiate.

        Parameters
        ----------
        points : (S, n, 2) array
            For each network; further dimensions begin at zero.

        Returns
        -------
        (S, n, d) tensor
            NaN or inf where a state leaves its range.
        """
        y = self._starts(points)
        for K, b in zip(self.K.mT.unbind(), self.b[:, :, None].unbind(), strict=True):
            y = torch.add(y, torch.tanh(torch.baddbmm(b, y, K)), alpha=self.step)
        return y

    def take(self, members: NDArray[np.intp]) -> "Paths":
        """Some of the networks.

        Parameters
        ----------
        members : array of int
            Which.

        Returns
        -------
        Paths
            Copies.
        """
        which = torch.as_tensor(members)
        return Paths(self.K[:, which], self.b[:, which], self.w[which], self.c[which], end=self.end)

    def _starts(self, points: FloatArray) -> Tensor:
        return pad(torch.as_tensor(points), (0, self.K.shape[-1] - points.shape[-1]))

    @property
    def largest_step(self) -> float:
        """Largest h‖K‖ of all layers; below 1 each layer is one-to-one on the whole space."""
        return float(self.step * torch.linalg.matrix_norm(self.K.detach(), 2).max())


def plan(
    points: FloatArray,
    labels: Labels,
    *,
    seeds: NDArray[np.int64],
    width: int,
    layers: int,
    end: float = 4.0,
    steps: int = 500,
    rate: float = 0.05,
    smoothness: ArrayLike = 1e-4,
) -> Paths:
    """Train residual networks to bring two classes on either side of a hyperplane.

    The objective is the logistic loss plus ``smoothness · ∫ |K̇|² + |ḃ|² + |K|² dt``, which asks for
    small weights that change slowly, so that the layers follow a flow. Adam minimises it on all
    points at once, its rate falling to zero along a cosine.

    Parameters
    ----------
    points : (S, n, 2) array
        For each network.
    labels : (S, n) array of int
        0 or 1.
    seeds : (S,) array of int
        Of the initial weights: Gaussian, the same in all layers.
    width : int
        d, at least 2; what is beyond 2 is empty space at first.
    layers : int
        N.
    end : float
        Time that they take.
    steps : int
        Of the optimizer.
    rate : float
        Learning rate.
    smoothness : float or (S,) array
        Weight of the second term, common to all or one for each network.

    Returns
    -------
    Paths
        The networks.

    Raises
    ------
    ValueError
        If the width is below 2, there are no two layers, the arrays do not fit together, points are
        not finite, labels neither 0 nor 1, seeds or `smoothness` negative, `end`, `steps` or `rate`
        not positive, there is not one `smoothness` or one for each network, or the weights do not
        stay finite.
    """
    seeds = seed_list("seeds", seeds)
    if width < 2 or layers < 2:
        raise ValueError(f"width and layers must be at least 2, got {width} and {layers}")
    if points.shape != (len(seeds), *labels.shape[1:], 2) or labels.shape[0] != len(seeds):
        raise ValueError(
            f"for {len(seeds)} networks points must be (S, n, 2) and labels (S, n), got "
            f"{points.shape} and {labels.shape}"
        )
    points = np.require(finite("points", points), None, ["C", "W"])  # as tensors share them
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"labels must be 0 or 1, got {labels.min()} to {labels.max()}")
    positive("end", end)
    at_least("steps", steps, 1)
    positive("rate", rate)
    weight = torch.tensor(at_least("smoothness", each("smoothness", smoothness, len(seeds)), 0))
    made = _initial_paths(seeds, width, layers, end)
    signs = torch.as_tensor(2.0 * labels - 1.0)
    optimizer = torch.optim.Adam([made.K, made.b, made.w, made.c], lr=rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        outputs = (made.ends(points) @ made.w[..., None])[..., 0] + made.c[:, None]
        losses = softplus(-signs * outputs).mean(dim=1) + weight * _variation(made)
        optimizer.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()
    K, b, w, c = (part.detach() for part in (made.K, made.b, made.w, made.c))
    if not all(part.isfinite().all() for part in (K, b, w, c)):
        raise ValueError(f"weights are no longer finite after {steps} steps; take a lower rate")
    return Paths(K, b, w, c, end)


def seen_along(way: FloatArray, w: FloatArray) -> FloatArray:
    """Look at paths in the plane of a direction and of what else varies most at their end.

    Parameters
    ----------
    way : (T, n, d) array
        Paths of n points.
    w : (d,) array
        Direction.

    Returns
    -------
    (T, n, 2) array
        Coordinates along w and along the first principal direction, orthogonal to w, of the ends.

    Raises
    ------
    ValueError
        If the paths are not (T, n, d), w not (d,), a number is not finite, or w is zero.
    """
    finite("w", shaped("w", w, ("d",)))
    finite("way", shaped("way", way, ("T", "n", len(w))))
    if not w.any():
        raise ValueError("w is zero: it has no direction")
    first = w / np.linalg.norm(w)
    across = way[-1] - np.outer(way[-1] @ first, first)
    second = np.linalg.svd(across - across.mean(axis=0))[2][0]
    return np.asarray(way @ np.stack([first, second], axis=1))


def probe_layers(paths: Paths, shape: str, seeds: NDArray[np.int64], count: int) -> FloatArray:
    """How well a linear classifier fitted behind each layer does on new points.

    Parameters
    ----------
    paths : Paths
        Trained networks.
    shape : str
        A key of `lib.ode.shapes.SHAPES`, on which they were trained.
    seeds : (S,) array of int
        Of their points; the probes are fitted on these.
    count : int
        How many points of each there were.

    Returns
    -------
    (S, N + 1) array
        Accuracy on 1000 points that were not seen.

    Raises
    ------
    ValueError
        If the shape is unknown, there is not a seed for each network, or `count` is not a positive
        even number.
    """
    seeds = seed_list("seeds", shaped("seeds", seeds, (len(paths.w),)))
    accuracies = []
    known = draw(shape, seeds, count)
    unknown = draw(shape, seeds + UNSEEN, 1000)
    for y, x in zip(paths.follow(known[0]).numpy(), paths.follow(unknown[0]).numpy(), strict=True):
        behind = zip(y, known[1], x, unknown[1], strict=True)  # one layer of each network
        accuracies.append([probe_accuracy(*network) for network in behind])
    return np.array(accuracies).T


def _initial_paths(seeds: NDArray[np.int64], width: int, layers: int, end: float) -> Paths:
    K = torch.as_tensor(0.5 * gaussian(seeds, 6, width, width))
    count = len(seeds)
    shapes = [(layers, count, width), (count, width), (count,)]
    b, w, c = (torch.zeros(shape, dtype=K.dtype, requires_grad=True) for shape in shapes)
    return Paths(K=K.repeat(layers, 1, 1, 1).requires_grad_(), b=b, w=w, c=c, end=end)


def _variation(paths: Paths) -> Tensor:
    """``∫ |K̇|² + |ḃ|² + |K|² dt`` of each network, by differences."""
    changes = [part.diff(dim=0).square().flatten(2).sum(dim=(0, 2)) for part in (paths.K, paths.b)]
    sizes = paths.K.square().sum(dim=(0, 2, 3))
    return (changes[0] + changes[1]) / paths.step + paths.step * sizes
