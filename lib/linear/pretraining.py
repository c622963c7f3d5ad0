"""Greedy layer-wise pretraining of a linear network, solved exactly.

Each layer is trained as an autoencoder of what the layers before it pass on. Along the principal
components of its input a linear autoencoder with balanced weights ``W32 = W21ᵀ`` decouples into
modes that obey ``τ du/dt = 2 λ u (1 − u)``: the three-layer equation with singular value one, run
faster by the variance ``λ`` of the component.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.checks import at_least, seed_list, shaped, whole
from lib.initializers import orthogonal
from lib.linear.deep_weights import DeepWeights, hidden_matrices, stacked
from lib.linear.modes import mode_strength
from lib.linear.tasks import PrincipalTask

FloatArray = NDArray[np.float64]


def autoencoder_strengths(variances: ArrayLike, time: float, u0: float) -> FloatArray:
    """How well an autoencoder passes each principal component on after some time.

    Parameters
    ----------
    variances : (M,) array
        Of the components, not negative.
    time : float
        Duration of the training, in units of ``τ``.
    u0 : float
        Initial strength, between 0 and 1.

    Returns
    -------
    (M,) array
        Strengths from `u0` to 1.

    Raises
    ------
    ValueError
        If `u0` is not positive, there is no variance, or one or `time` is negative or not finite.
    """
    shaped("variances", variances, ("M",))
    scaled = at_least("variances", variances, 0) * at_least("time", time, 0)
    return mode_strength(scaled, 1.0, u0)[:, 0]


def pretrained_weights(
    task: PrincipalTask,
    hidden: int,
    layers: int,
    seeds: ArrayLike,
    time: float,
    u0: float = 1e-3,
) -> DeepWeights:
    """Weights after every layer but the last was trained as an autoencoder.

    Parameters
    ----------
    task : PrincipalTask
        Its inputs are what is encoded.
    hidden : int
        Units of each hidden layer.
    layers : int
        Number of layers ``N_l``, at least 3.
    seeds : (S,) array of int
        Of the hidden directions that each layer happens to find, and of the last layer, which is
        a random orthogonal one.
    time : float
        Duration of the training of each layer, in units of ``τ``.
    u0 : float
        Initial strength of the modes of each autoencoder.

    Returns
    -------
    DeepWeights
        Matrix ``l`` is ``R_{l+1} √u_l R_lᵀ`` with random orthogonal ``R_l``; ``R_1`` is the
        identity.

    Raises
    ------
    ValueError
        If there are fewer than three layers, `hidden` or `u0` is not positive, `time` is negative
        or not finite, or a seed is negative.

    Notes
    -----
    Saxe et al. 2014, section 3: so pretraining leaves nearly orthogonal weights, the first of
    which are aligned with the principal components of the inputs.
    """
    whole("hidden", hidden, 1)
    N3, N1 = task.best.shape
    variances = np.zeros(max(hidden, N1))
    variances[:N1] = task.variances
    variances = variances[:hidden]
    # The same strengths for all seeds: they depend on variances alone.
    strengths = []
    for _ in range(hidden_matrices(layers) + 1):
        strengths.append(autoencoder_strengths(variances, time, u0))
        variances = variances * strengths[-1]
    networks = []
    for seed in seed_list("seeds", seeds):
        rng = np.random.default_rng(int(seed))
        turns = [orthogonal((hidden, hidden), rng) for _ in strengths]
        encoders = [turn * np.sqrt(u) for turn, u in zip(turns, strengths, strict=True)]
        first = np.zeros((hidden, N1))
        first[:, : min(hidden, N1)] = encoders[0][:, : min(hidden, N1)]
        between = [W @ R.T for W, R in zip(encoders[1:], turns[:-1], strict=True)]
        networks.append([first, *between, orthogonal((N3, hidden), rng)])
    first, *hidden_layers, last = (np.stack(part) for part in zip(*networks, strict=True))
    return stacked(first, hidden_layers, last)
