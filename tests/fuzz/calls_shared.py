"""Good calls of the shared modules."""

import numpy as np

CALLS = {
    "lib.initializers.perceptron_shapes": lambda: {
        "n_in": 5,
        "width": 4,
        "n_out": 3,
        "depth": 3,
    },
    "lib.initializers.draw": lambda: {
        "scheme": "kaiming",
        "shapes": [(4, 5), (3, 4)],
        "seeds": np.arange(3),
        "gain": 1.0,
    },
    "lib.integrators.integrate": lambda: {
        "field": lambda t, y: -y,
        "start": np.array([1.0, 2.0]),
        "end": 1.0,
        "steps": 4,
        "method": "rk4",
    },
}
