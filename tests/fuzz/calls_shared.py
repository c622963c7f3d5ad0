"""Good calls of the shared modules."""

import numpy as np
import torch


def networks(dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, *shape, generator=generator, dtype=dtype) for shape in SHAPES]


SHAPES = ((4, 5), (4, 4), (3, 4))
LABELS = (0, 1, 2, 0, 1, 2)


def quartic(first, second):
    return (first**4).sum() + second.square().sum() ** 2


INITIALIZERS = {
    "fans": lambda: {"shape": (3, 4, 2)},
    "variance": lambda: {"scheme": "xavier", "shape": (3, 4)},
    "perceptron_shapes": lambda: {"inputs": 5, "width": 4, "outputs": 3, "depth": 3},
    "draw": lambda: {
        "scheme": "kaiming",
        "shapes": [(4, 5), (3, 4)],
        "seeds": np.arange(3),
        "gain": 1.0,
    },
    "orthogonal": lambda: {"shape": (3, 4), "rng": np.random.default_rng(0)},
}

INTEGRATORS = {
    "integrate": lambda: {
        "field": lambda t, y: -y,
        "start": np.array([1.0, 2.0]),
        "end": 1.0,
        "steps": 4,
        "method": "rk4",
    },
    "verlet": lambda: {
        "position_rate": lambda z: z,
        "momentum_rate": lambda y: -y,
        "start": (np.array([1.0, 2.0]), np.array([0.0, 1.0])),
        "end": 1.0,
        "steps": 4,
    },
    "stability_function": lambda: {"method": "rk4", "z": np.array([-1.0 + 1.0j, -2.0])},
}

TRAINING = {
    "activations.activation_named": lambda: {"name": "relu"},
    "perceptrons.preactivations": lambda: {
        "weights": networks(),
        "inputs": torch.linspace(-1, 1, 30).reshape(6, 5),
        "activation": "tanh",
        "biases": [torch.zeros(2, shape[0]) for shape in SHAPES],
        "step": 0.5,
    },
    "perceptrons.outputs": lambda: {
        "weights": networks(),
        "inputs": torch.linspace(-1, 1, 30).reshape(6, 5),
        "activation": "tanh",
        "biases": [torch.zeros(2, shape[0]) for shape in SHAPES],
        "step": 0.5,
    },
    "perceptrons.cross_entropies": lambda: {
        "outputs": torch.linspace(-1, 1, 36).reshape(2, 6, 3),
        "labels": torch.tensor(LABELS),
    },
    "perceptrons.check_examples": lambda: {
        "weights": [W.numpy().astype(np.float64) for W in networks()],
        "inputs": np.linspace(-1, 1, 30).reshape(6, 5),
        "labels": np.array(LABELS),
    },
    "descent.train": lambda: {
        "weights": [W.numpy().astype(np.float64) for W in networks()],
        "inputs": np.linspace(-1, 1, 30).reshape(6, 5),
        "labels": np.array(LABELS),
        "seeds": np.arange(2),
        "activation": "relu",
        "step": 0.5,
        "rate": np.array([0.01, 0.02]),
        "momentum": 0.9,
        "batch": 4,
        "steps": 4,
        "every": 2,
        "watched": 6,
    },
}

SPECTRA = {
    "jacobians.perceptron_singular_values": lambda: {
        "weights": [W.numpy().astype(np.float64) for W in networks()],
        "inputs": np.linspace(-1, 1, 30).reshape(6, 5),
        "activation": "tanh",
        "biases": [np.zeros((2, shape[0])) for shape in SHAPES],
        "step": 0.5,
    },
    "jacobians.network_singular_values": lambda: {
        "network": torch.tanh,
        "inputs": torch.linspace(-1, 1, 30).reshape(6, 5),
        "chunk": 4,
    },
    "hessians.extreme_eigenvalues": lambda: {
        "loss": quartic,
        # More than are formed as a whole matrix: the tolerance and the seed are made use of.
        "parameters": [torch.ones(*shape, dtype=torch.float64) for shape in ((150,), (10, 10))],
        "count": 2,
        "end": "largest",
        "tolerance": 1e-6,
        "seed": 0,
    },
    "hessians.spectral_density": lambda: {
        "loss": quartic,
        "parameters": [torch.ones(3, dtype=torch.float64), torch.ones(2, 2, dtype=torch.float64)],
        "probes": 2,
        "steps": 3,
        "seed": 0,
    },
}

CHECKS = {
    "numbers.finite": lambda: {"name": "x", "value": np.array([1.0, 2.0])},
    "numbers.positive": lambda: {"name": "x", "value": np.array([1.0, 2.0])},
    "numbers.at_least": lambda: {"name": "x", "value": np.array([1.0, 2.0]), "least": 1.0},
    "numbers.fraction": lambda: {"name": "x", "value": np.array([0.0, 0.5])},
    "numbers.real": lambda: {"name": "x", "value": np.array([0.0, 0.5])},
    "numbers.whole": lambda: {"name": "steps", "value": 3, "least": 1},
    "arrays.each": lambda: {"name": "x", "value": np.array([0.0, 0.5]), "count": 2},
    "arrays.broadcasting": lambda: {"arrays": {"s": np.ones(2), "u": np.ones((3, 1))}},
    "arrays.shaped": lambda: {"name": "x", "value": np.ones((2, 3)), "shape": ("n", 3)},
    "numbers.seed_list": lambda: {"name": "seeds", "value": np.arange(3)},
    "numbers.class_labels": lambda: {"name": "y", "value": np.arange(3), "count": 3, "classes": 3},
    "names.one_of": lambda: {"kind": "rule", "value": "euler", "allowed": ("euler", "trapezoid")},
    "arrays.as_array": lambda: {"name": "x", "value": np.ones((2, 3))},
}

MODULES = {
    "checks": CHECKS,
    "initializers": INITIALIZERS,
    "integrators": INTEGRATORS,
    "training": TRAINING,
    "spectra": SPECTRA,
}
CALLS = {f"lib.{m}.{name}": call for m, calls in MODULES.items() for name, call in calls.items()}
