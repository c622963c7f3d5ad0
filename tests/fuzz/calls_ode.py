"""Good calls of `lib.ode`."""

import numpy as np
import torch

from lib.ode.layers import random_smooth_weights
from lib.ode.path_planning import Paths
from lib.training import Training

STABLE = np.array([[[-1.0, 2.0], [-2.0, -1.0]], [[-0.5, 0.0], [1.0, -1.0]]])
STATES = np.array([[0.3, -0.2], [1.0, 0.5], [-2.0, 0.1]])
SEEDS = np.arange(2)
POINTS = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [2.0, 1.5]])
LABELS = np.array([0, 1, 0, 1])


def surface():
    h = np.linspace(-1, 1, 5)
    return h[:, None] ** 2 - np.cos(3 * h)


def trained():
    """Two networks of three inputs, four units in each of two layers and two outputs."""
    rng = np.random.default_rng(0)
    shapes = ((4, 3), (4, 4), (2, 4))
    drawn = [torch.tensor(rng.standard_normal((2, *s)), dtype=torch.float32) for s in shapes]
    biases = tuple(torch.zeros(2, rows) for rows, _ in shapes)
    return Training(np.array([0]), np.ones((1, 2)), tuple(drawn), biases)


def paths():
    """Two networks of two layers with two units."""
    rng = np.random.default_rng(0)
    K, b, w, c = (
        torch.tensor(rng.standard_normal(s)) for s in ((2, 2, 2, 2), (2, 2, 2), (2, 2), (2,))
    )
    return Paths(K, b, w, c, end=1.0)


CALLS = {
    "lib.ode.counterexamples.moving_solution": lambda: {"_t": 0.5, "y": STATES},
    "lib.ode.counterexamples.turning_weights": lambda: {"t": 0.5, "speed": 1.0},
    "lib.ode.counterexamples.turning_field": lambda: {"speed": 1.0},
    "lib.ode.counterexamples.forced_field": lambda: {"size": 0.5},
    "lib.ode.counterexamples.switching_field": lambda: {"t": 0.5, "y": STATES},
    "lib.ode.layers.random_smooth_weights": lambda: {
        "seeds": SEEDS,
        "units": 3,
        "modes": 2,
        "size": 1.0,
    },
    "lib.ode.layers.gaussian": lambda: {"seeds": SEEDS, "stream": 3, "shape": (2, 3)},
    "lib.ode.layers.constant_field": lambda: {
        "K": STABLE,
        "b": np.zeros((2, 2)),
        "step": np.array([0.1, 0.2]),
    },
    "lib.ode.layers.jacobian": lambda: {"K": STABLE, "b": STATES[:2], "y": STATES[1:]},
    "lib.ode.layers.energy": lambda: {"K": STABLE, "b": STATES[:2], "y": STATES[1:]},
    "lib.ode.loss_landscape.direction": lambda: {
        "weights": [W[0] for W in trained().weights],
        "rng": np.random.default_rng(0),
    },
    "lib.ode.loss_landscape.surfaces": lambda: {
        "trained": trained(),
        "inputs": np.arange(12.0).reshape(4, 3) / 6 - 1,
        "labels": LABELS,
        "seeds": SEEDS,
        "grid": np.linspace(-1, 1, 3),
        "activation": "relu",
        "step": 0.5,
    },
    "lib.ode.loss_landscape.second_differences": lambda: {"g": surface()},
    "lib.ode.loss_landscape.not_convex": lambda: {"g": surface()},
    "lib.ode.loss_landscape.roughness": lambda: {"g": surface()},
    "lib.ode.path_planning.plan": lambda: {
        "points": np.stack([POINTS, -POINTS]),
        "labels": np.stack([LABELS, LABELS]),
        "seeds": SEEDS,
        "width": 2,
        "layers": 2,
        "end": 1.0,
        "steps": 2,
        "rate": 0.05,
        "smoothness": 1e-4,
    },
    "lib.ode.path_planning.seen_along": lambda: {
        "way": np.stack([POINTS, 2 * POINTS, POINTS**2]),
        "w": np.array([1.0, -1.0]),
    },
    "lib.ode.path_planning.probe_layers": lambda: {
        "paths": paths(),
        "shape": "rings",
        "seeds": SEEDS,
        "count": 10,
    },
    "lib.ode.planes.components": lambda: {"K": STABLE[0]},
    "lib.ode.planes.rotate_by_verlet": lambda: {"start": STATES, "end": 1.0, "steps": 3},
    "lib.ode.planes.stretches": lambda: {
        "K": STABLE[0],
        "radius": 1.0,
        "seed": 1,
        "step": 0.1,
        "layers": 3,
        "count": 5,
    },
    "lib.ode.planes.random_antisymmetric": lambda: {"seeds": SEEDS, "units": 3},
    "lib.ode.resnet_as_ode.layer": lambda: {
        "y": torch.tensor(STATES[0]),
        "K": torch.tensor(STABLE[0]),
        "b": torch.tensor(STATES[1]),
    },
    "lib.ode.resnet_as_ode.flow_outputs": lambda: {
        "weights": random_smooth_weights(SEEDS, 2),
        "start": STATES[:2],
        "end": 0.5,
    },
    "lib.ode.resnet_as_ode.convergence": lambda: {
        "weights": random_smooth_weights(SEEDS, 2),
        "start": STATES[:2],
        "end": 0.5,
        "method": "euler",
        "layers": [2, 4],
    },
    "lib.ode.resnet_as_ode.pytorch_states": lambda: {
        "weights": random_smooth_weights(SEEDS, 2),
        "start": STATES[:2],
        "end": 0.5,
        "layers": 2,
    },
    "lib.ode.separability.is_separable": lambda: {"points": POINTS, "labels": LABELS},
    "lib.ode.separability.probe_accuracy": lambda: {
        "points": POINTS,
        "labels": LABELS,
        "new_points": POINTS + 0.1,
        "new_labels": LABELS,
    },
    "lib.ode.shapes.rings": lambda: {"seed": 1, "count": 4},
    "lib.ode.shapes.spirals": lambda: {"seed": 1, "count": 4},
    "lib.ode.shapes.draw": lambda: {"shape": "rings", "seeds": SEEDS, "count": 4},
    "lib.ode.stability.critical_step": lambda: {"eigenvalues": np.linalg.eigvals(STABLE)},
    "lib.ode.stability.random_stable_weights": lambda: {"seeds": SEEDS, "units": 3, "decay": 0.5},
    "lib.ode.stability.random_dissipative_weights": lambda: {"seeds": SEEDS, "units": 4},
    "lib.ode.stability.rates_behind_slopes": lambda: {"K": STABLE, "seed": 1, "count": 3},
    "lib.ode.stability.settles": lambda: {"K": STABLE, "h": np.array([0.1, 0.2]), "layers": 8},
    "lib.ode.stability.find_critical_step": lambda: {"K": STABLE, "layers": 8, "halvings": 2},
    "lib.ode.stability.growth_rate": lambda: {
        "field": lambda _t, y: -y,
        "start": STATES,
        "end": 1.0,
        "steps": 4,
    },
    "lib.ode.step_size.rectified_growth": lambda: {
        "seeds": SEEDS,
        "width": 4,
        "layers": 3,
        "step": 0.1,
    },
    "lib.ode.step_size.rectified_recursion": lambda: {
        "square": 1.0,
        "mean": 0.1,
        "layers": 3,
        "step": 0.1,
    },
}
