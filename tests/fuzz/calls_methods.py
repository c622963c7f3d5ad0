"""Good calls of methods, and of classes that check what they are made of."""

import numpy as np
from calls_generalization import networks as some_networks
from calls_linear import correlation, images, networks, numbers, task
from calls_pde import fields

from lib.claims.bounds import Bound
from lib.datasets.registry import entries
from lib.generalization.interpolation import Interpolant
from lib.linear.coordinates import find_modes
from lib.linear.deep_networks import descend
from lib.linear.learning_time import DepthSweep
from lib.pde.advection_diffusion import random_equation
from lib.pde.identification import learn
from lib.signal.kaiming import Comparison
from lib.signal.sampling import Estimate
from lib.spectra import SpectralDensity
from lib.sweep.table import Table

CLAIM = {
    "id": "chapter/claim",
    "says": "It holds.",
    "source": "document, section",
    "values": [1.0, 2.0, 1.5],
    "bound": {"at_most": 3.0},
    "because": "so it was measured",
    "kind": "exact",
    "deviation": None,
    "judged": True,
}
ERRATUM = {
    "id": "chapter/erratum",
    "document": "document, section",
    "says": "one",
    "right": "two",
    "shown_by": ["chapter/claim"],
}


def modes():
    return find_modes(correlation())


def learned():
    return learn(fields(), 0.2, 0.1, "frozen", "euler")


def digits():
    return entries()["digits"]


CLASSES = {
    "claims.bounds.Bound": lambda: {
        "at_most": 3.0,
        "at_least": 1.0,
        "expected": 2.0,
        "within": 0.5,
        "rel": None,
    },
    "datasets.images.Dataset": lambda: {
        "pixels": np.arange(12.0).reshape(3, 2, 2),
        "labels": np.array([0, 1, 0]),
        "class_names": ("a", "b"),
        "provenance": "made here",
        "steps": ("drawn",),
        "is_test": np.array([False, True, True]),
    },
    "generalization.treatments.Task": lambda: {
        "images": np.arange(8.0).reshape(2, 1, 2, 2),
        "labels": np.array([0, 1]),
        "test_images": np.arange(4.0).reshape(1, 1, 2, 2),
        "test_labels": np.array([1]),
        "classes": 2,
    },
    "linear.tasks.PrincipalTask": lambda: {
        "variances": np.array([1.0, 0.5, 0.25]),
        "best": correlation(),
    },
    "pde.advection_diffusion.AdvectionDiffusion": lambda: {
        "coefficients": np.array([1.0, 0.0, 0.1, 0.05, 0.1])
    },
    "pde.moments.Filter": lambda: {"weights": {(-1,): 1, (0,): -2, (1,): 1}},
    "training.ensembles.Ensemble": lambda: {"networks": some_networks(), "seeds": [0, 1]},
}

METHODS = {
    "claims.bounds.Bound.holds": lambda: {"self": Bound(at_most=3.0), "value": 2.0},
    "claims.bounds.Bound.distance": lambda: {"self": Bound(at_most=3.0), "value": 2.0},
    "claims.records.Claim.from_json": lambda: {"record": CLAIM},
    "claims.records.Erratum.from_json": lambda: {"record": ERRATUM},
    "datasets.images.Dataset.cropped": lambda: {"self": images(), "side": 1},
    "datasets.images.Dataset.split": lambda: {"self": images(), "train": 3, "test": 3, "seed": 1},
    "datasets.registry.Entry.files_of": lambda: {"self": digits(), "part": None},
    "generalization.interpolation.Interpolant.__call__": lambda: {
        "self": Interpolant(np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.array([1.0, -1.0])),
        "points": np.array([[0.0, 1.0], [1.0, 0.5]]),
    },
    "linear.coordinates.Modes.vectors": lambda: {
        "self": modes(),
        "W21": numbers(2, 4, 3),
        "W32": numbers(2, 2, 4),
    },
    "linear.coordinates.Modes.overlaps": lambda: {"self": modes(), "W": numbers(2, 2, 3)},
    "linear.coordinates.Modes.strengths": lambda: {"self": modes(), "W": numbers(2, 2, 3)},
    "linear.deep_networks.Descent.steps_to": lambda: {
        "self": descend(networks(), task(), rates=0.1, most=200, until=0.05),
        "level": 0.5,
    },
    "linear.learning_time.DepthSweep.growth": lambda: {
        "self": DepthSweep(np.array([3, 4, 5]), np.ones((1, 3)), np.array([[9.0, 12.0, 14.0]])),
        "upto": 5,
    },
    "pde.advection_diffusion.AdvectionDiffusion.symbol": lambda: {
        "self": random_equation(1),
        "points": 8,
    },
    "pde.advection_diffusion.AdvectionDiffusion.solve": lambda: {
        "self": random_equation(1),
        "start": fields()[0],
        "t": 0.5,
    },
    "pde.identification.Learned.factor": lambda: {"self": learned(), "points": 8},
    "pde.identification.Learned.march": lambda: {
        "self": learned(),
        "start": fields()[0],
        "steps": 2,
    },
    "signal.kaiming.Comparison.steps_to": lambda: {
        "self": Comparison(np.array([0, 2]), np.array([[[1.0]], [[0.2]]])),
        "level": 0.5,
    },
    "signal.sampling.Estimate.distance": lambda: {"self": Estimate(1.0, 0.1), "expected": 1.2},
    "spectra.hessians.SpectralDensity.smoothed": lambda: {
        "self": SpectralDensity(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])),
        "at": np.array([0.0, 0.5]),
        "width": 0.2,
    },
    "sweep.table.Table.column": lambda: {
        "self": Table(({"width": 8, "loss": 0.5}, {"width": 16, "loss": 0.25})),
        "name": "loss",
    },
}
CALLS = {f"lib.{name}": call for name, call in {**CLASSES, **METHODS}.items()}
