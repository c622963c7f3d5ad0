"""How well networks know images: their losses, and the share that they get right."""

import torch
from torch import Tensor

from lib.checks import class_labels
from lib.training import Ensemble, cross_entropies

CHUNK = 2000  # examples that are evaluated at a time, of all networks


def evaluate(ensemble: Ensemble, images: Tensor, labels: Tensor) -> list[tuple[float, float]]:
    """Judge networks as they are, with nothing masked.

    Parameters
    ----------
    ensemble : Ensemble
        Of B networks that take images and give outputs.
    images : (B, n, colours, height, width) tensor
        Where.
    labels : (B, n) tensor of int
        What is right.

    Returns
    -------
    list of tuple of float
        Mean cross-entropy in nats and the share of right answers of each network; NaN where an
        image holds NaN or infinite values.

    Raises
    ------
    ValueError
        If there are not images and as many labels for each network, the networks do not take them,
        or a label is no output.
    """
    if images.ndim != 5 or not images.shape[1] or len(images) != len(ensemble):
        raise ValueError(
            f"images of {len(ensemble)} networks must be ({len(ensemble)}, n, colours, height, "
            f"width), got {tuple(images.shape)}"
        )
    if labels.shape != images.shape[:2]:
        wanted = tuple(images.shape[:2])
        raise ValueError(f"labels must be {wanted}, as images are, got {tuple(labels.shape)}")
    chunks = torch.split(images, max(1, CHUNK // len(images)), dim=1)
    try:
        with torch.no_grad():
            outputs = torch.cat([ensemble(chunk) for chunk in chunks], dim=1)
    except RuntimeError as error:  # PyTorch's, from whatever layer does not fit
        reason = str(error).splitlines()[0]
        shape = tuple(images.shape[2:])
        raise ValueError(f"networks do not compute images of shape {shape}: {reason}") from None
    if not ((labels >= 0) & (labels < outputs.shape[2])).all():
        for own in labels:
            class_labels("labels", own.numpy(force=True), *outputs.shape[1:])
    right = (outputs.argmax(dim=2) == labels).double().mean(dim=1)
    return list(zip(cross_entropies(outputs, labels).tolist(), right.tolist(), strict=True))
