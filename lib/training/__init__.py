"""Networks of one shape, trained together: perceptrons by batched products, others by vmap."""

from lib.training.activations import ACTIVATIONS
from lib.training.ensembles import Ensemble
from lib.training.perceptrons import (
    Training,
    cross_entropies,
    preactivations,
    train,
)

__all__ = [
    "ACTIVATIONS",
    "Ensemble",
    "Training",
    "cross_entropies",
    "preactivations",
    "train",
]
