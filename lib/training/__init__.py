"""Networks of one shape, trained together: perceptrons by batched products, others by layers."""

from lib.training.activations import ACTIVATIONS
from lib.training.descent import Training, train
from lib.training.ensembles import Ensemble
from lib.training.perceptrons import (
    check_examples,
    cross_entropies,
    outputs,
    preactivations,
)

__all__ = [
    "ACTIVATIONS",
    "Ensemble",
    "Training",
    "check_examples",
    "cross_entropies",
    "outputs",
    "preactivations",
    "train",
]
