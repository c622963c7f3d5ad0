"""Good calls of `lib.signal`."""

import numpy as np
import sympy as sp

from lib.datasets import Dataset

w, x, v = sp.symbols("w x v")


def images():
    pixels = np.random.default_rng(0).random((6, 2, 2))
    return Dataset(pixels, np.arange(6) % 3, ("a", "b", "c"), "made here")


CALLS = {
    "lib.signal.activations.forward_factor": lambda: {"activation": "tanh", "q": 1.0},
    "lib.signal.activations.backward_factor": lambda: {"activation": "tanh", "q": 1.0},
    "lib.signal.activations.gain": lambda: {"activation": "relu"},
    "lib.signal.activations.propagate": lambda: {
        "activation": "relu",
        "weight_variance": 2.0,
        "q0": 1.0,
        "depth": 3,
    },
    "lib.signal.kaiming.depth_slopes": lambda: {
        "signals": np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 0.5]]),
    },
    "lib.signal.kaiming.compare_training": lambda: {
        "schemes": ["kaiming", "xavier"],
        "data": images(),
        "seeds": np.arange(2),
        "width": 3,
        "depth": 2,
        "activation": "relu",
        "gain": 1.0,
        "rate": 0.1,
        "steps": 4,
        "every": 2,
    },
    "lib.signal.moments.expectation": lambda: {
        "expression": (w * x) ** 2,
        "moments": {w: (0, v), x: (1, 2)},
    },
    "lib.signal.moments.variance": lambda: {
        "expression": w * x,
        "moments": {w: (0, v), x: (1, 2)},
    },
    "lib.signal.propagation.measure_signals": lambda: {
        "weights": [np.ones((2, 4, 3)), np.linspace(-1, 1, 16).reshape(2, 2, 4)],
        "inputs": np.arange(12.0).reshape(4, 3) / 6 - 1,
        "activation": "relu",
        "labels": np.array([0, 1, 1, 0]),
        "noise": 1,
    },
    "lib.signal.propagation.predict_signals": lambda: {
        "scheme": "kaiming",
        "shapes": [(4, 3), (2, 4)],
        "gain": 1.0,
    },
    "lib.signal.sampling.estimate": lambda: {"samples": np.array([1.0, 2.0, 4.0])},
    "lib.signal.sampling.check_layer": lambda: {"seed": 1, "samples": 10, "n": 4},
    "lib.signal.sampling.check_network": lambda: {
        "widths": [3, 4, 2],
        "scheme": "kaiming",
        "seed": 1,
        "networks": 5,
    },
    "lib.signal.sampling.check_convolution": lambda: {
        "shape": (2, 3, 2, 2),
        "stride": 2,
        "seed": 1,
        "draws": 3,
    },
    "lib.signal.sampling.fixed_deviation_shrinkage": lambda: {"seed": 1},
}
