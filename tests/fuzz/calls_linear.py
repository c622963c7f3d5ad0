"""Good calls of `lib.linear`."""

import numpy as np

from lib.datasets import Dataset
from lib.linear.coordinates import find_modes
from lib.linear.deep_networks import descend
from lib.linear.deep_weights import drawn_weights
from lib.linear.tasks import PrincipalTask


def numbers(*shape):
    return np.random.default_rng(len(shape)).uniform(0.2, 1.0, shape)


def correlation():
    return np.array([[3.0, 0.5, 0.0], [0.5, 2.0, 0.3]])


def weights():
    return {"W21": numbers(4, 3) - 0.4, "W32": numbers(2, 4) - 0.4}


def second_moments():
    return {"Sigma31": correlation(), "Sigma11": np.diag([2.0, 1.0, 0.5])}


def examples():
    return {"X": numbers(3, 6) - 0.5, "Y": numbers(2, 6) - 0.5}


def task():
    return PrincipalTask(np.array([1.0, 0.5, 0.25]), correlation())


def networks(count=2, layers=4):
    return drawn_weights("lecun", (3, 4, 2), layers, np.arange(count))


def square_networks():
    return drawn_weights("lecun", (3, 3, 3), 4, np.arange(2))


def square_task():
    return PrincipalTask(np.array([1.0, 0.5, 0.25]), np.diag([3.0, 2.0, 1.0]))


def small_start():
    return {"Sigma31": correlation(), "hidden": 3, "scale": 0.01, "seeds": np.arange(2)}


def sweep():
    return {"scheme": "orthogonal", "task": task(), "hidden": 4, "seeds": np.arange(2)}


def images():
    pixels = np.random.default_rng(0).uniform(size=(6, 2, 2))
    return Dataset(pixels, np.array([0, 1, 2, 0, 1, 2]), ("a", "b", "c"), "made here")


def mode():
    return {"s": 2.0, "u0": 0.1}


def many_modes():
    return {"s": np.array([2.0, 1.5]), "u0": np.array([0.1, 0.2])}


S = (3.0, 2.0, 1.0)

COORDINATES = {
    "find_modes": lambda: {"Sigma31": correlation(), "tolerance": 1e-10},
    "energy": lambda: {
        "a": numbers(2, 4),
        "b": numbers(2, 4),
        "s": np.array([2.0, 1.0]),
        "tau": 1.0,
    },
    "decoupled_weights": lambda: {
        "modes": find_modes(correlation()),
        "u0": np.array([0.1, 0.2]),
        "hidden": 4,
        "seed": 1,
    },
    "random_weights": lambda: {"shape": (3, 4, 2), "scale": 0.1, "seeds": np.arange(2)},
    "effective_strengths": lambda: {"a": numbers(2, 4), "b": numbers(2, 4)},
    "misalignment": lambda: {"a": numbers(2, 4), "b": numbers(2, 4)},
}

CRITICAL_POINTS = {
    "learned_subsets": lambda: {"modes": 3, "hidden": 2},
    "critical_point": lambda: {
        "s": np.array(S),
        "subset": (0, 2),
        "hidden": 3,
        "G": np.eye(3) + 0.1 * numbers(3, 3),
    },
    "predicted_index": lambda: {"s": np.array(S), "subset": (0, 2), "hidden": 3},
    "hessian": lambda: {"W21": numbers(2, 3), "W32": numbers(3, 2), "s": np.array(S)},
    "hessian_index": lambda: {"H": np.diag([1.0, -1.0, 2.0]), "tolerance": 1e-8},
    "index_table": lambda: {"s": np.array([2.0, 1.0]), "hidden": 2, "seed": 1},
    "search": lambda: {"s": np.array([2.0, 1.0]), "hidden": 1, "starts": 2, "seed": 1},
}

DEEP_CHECKS = {
    "integrated_strengths": lambda: {
        "times": np.array([0.0, 0.1, 0.2]),
        **mode(),
        "layers": np.array([3, 5]),
    },
    "balanced_flow_difference": lambda: {"weights": square_networks(), "task": square_task()},
    "hessian_sharpness": lambda: {"weights": networks(1), "task": task()},
}

DEEP_NETWORKS = {
    "removable_loss": lambda: {"W": numbers(5, 2, 3), "task": task()},
    "velocity": lambda: {"weights": networks(), "task": task()},
    "descend": lambda: {
        "weights": networks(),
        "task": task(),
        "rates": np.array([0.1, 0.2]),
        "most": np.array([5, 5]),  # none stops early: losses are NaN from there on
        "until": 1e-6,
    },
    "deep_flow": lambda: {
        "weights": networks(1),
        "task": task(),
        "times": np.array([0.0, 0.1, 0.2]),
    },
}

DEEP_WEIGHTS = {
    "drawn_weights": lambda: {
        "scheme": "lecun",
        "widths": (3, 4, 2),
        "layers": 4,
        "seeds": np.arange(2),
        "gain": 0.9,
    },
    "aligned_weights": lambda: {
        "U": np.eye(2),
        "V": np.eye(3)[:, :2],
        "u0": np.array([0.1, 0.2]),
        "layers": 4,
    },
    "rotated_weights": lambda: {
        "lengths": np.array([0.5, 1.0]),
        "layers": 4,
        "seeds": np.arange(2),
    },
    "hidden_matrices": lambda: {"layers": 4},
    "stacked": lambda: {
        "first": numbers(2, 4, 3),
        "hidden": [numbers(2, 4, 4)],
        "last": numbers(2, 2, 4),
    },
}

DEPTH = {
    "mode_velocity": lambda: {
        "u": np.array([0.5, 1.0]),
        "s": 2.0,
        "layers": np.array([3, 5]),
        "tau": 1.0,
    },
    "scaled_time": lambda: {
        "u_f": np.array([1.0, 1.4]),
        **many_modes(),
        "layers": np.array([3.0, np.inf]),
    },
    "learning_time": lambda: {
        "u_f": np.array([1.0, 1.4]),
        **many_modes(),
        "layers": np.array([3, 5]),
        "tau": 1.0,
    },
    "mode_strength": lambda: {
        "t": np.array([0.0, 1.0]),
        **many_modes(),
        "layers": np.array([3, 5]),
        "tau": 1.0,
    },
    "limit_correction": lambda: {"u_f": np.array([1.0, 1.4]), **many_modes()},
    "sharpness": lambda: {"s": np.array([2.0, 1.5]), "layers": np.array([3, 5])},
}

DOMAIN = {
    "ascending": lambda: {"name": "times", "value": np.array([0.0, 1.0])},
    "inside": lambda: {"name": "u", "value": np.array([0.5, 1.0]), "s": np.array([2.0, 2.0])},
}

FLOW = {
    "correlations": examples,
    "velocity": lambda: {**weights(), **second_moments()},
    "loss": lambda: {**weights(), **second_moments(), "Sigma33": np.diag([9.0, 5.0])},
    "gradient_descent": lambda: {
        **weights(),
        **second_moments(),
        "rate": 0.01,
        "steps": 4,
        "every": 2,
    },
    "gradient_flow": lambda: {
        **weights(),
        **second_moments(),
        "times": np.array([0.0, 0.1, 0.2]),
    },
    "imbalance": weights,
}

HIERARCHY = {
    "by_level": lambda: {"values": numbers(3, 4), "levels": np.array([0, 1, 2, 2])},
    "binary_tree": lambda: {"depth": 2},
    "living_things": dict,
}

LEARNING = {
    "weights_for": small_start,
    "learn_from_small_weights": lambda: {**small_start(), "times": np.array([0.0, 0.5, 1.0])},
    "learn_by_descent": lambda: {
        **small_start(),
        "rate": 0.1,
        "end": 1.0,
        "every": 2,
        "Sigma11": np.eye(3),
    },
    "first_crossings": lambda: {
        "times": np.array([0.0, 1.0, 2.0]),
        "curves": np.array([[0.0, 0.0], [0.5, 1.0], [1.0, 2.0]]),
        "levels": np.array([0.7, 0.9]),
    },
}

LEARNING_TIME = {
    "best_rates": lambda: {
        "weights": networks(),
        "task": task(),
        "until": 0.5,
        "most": 20,
        "largest": 1.0,
    },
    "depth_sweep": lambda: {
        **sweep(),
        "layers": np.array([3, 4]),
        "until": 0.5,
        "most": 20,
        "pretraining": 1.0,
    },
    "relative_initial_loss": lambda: {**sweep(), "layers": 4},
    "starting_weights": lambda: {**sweep(), "layers": 4, "pretraining": 1.0},
    "drop_widths": lambda: {
        "descent": descend(networks(), task(), rates=0.1, most=200, until=0.05),
    },
    "mode_drop_width": lambda: {**mode(), "layers": np.array([3, 5])},
}

LINEAR_DYNAMICS = {
    "require_units": lambda: {"data": images(), "hidden": 8},
    "flow_errors": lambda: {**small_start(), "rates": np.array([0.1, 0.05]), "end": 0.2},
    "drifts": lambda: {**small_start(), "rates": np.array([0.1, 0.05]), "end": 0.2},
    "final_weights": lambda: {**small_start(), "end": 0.2},
    "slopes": lambda: {"x": np.array([1.0, 2.0, 4.0]), "y": np.array([1.0, 4.0, 15.0])},
    "autograd_difference": lambda: {**examples(), **weights()},
    "descend_on_examples": lambda: {**examples(), **weights(), "rate": 0.1, "steps": 3},
    "deviations_by_scale": lambda: {
        "Sigma31": correlation(),
        "hidden": 3,
        "scales": np.array([0.1, 0.01]),
        "seeds": np.arange(2),
        "points": 5,
    },
}

MODES = {
    "mode_strength": lambda: {"t": np.array([0.0, 1.0]), **many_modes(), "tau": 1.0},
    "learning_time": lambda: {"u_f": np.array([1.0, 1.4]), **many_modes(), "tau": 1.0},
    "half_time": lambda: {**many_modes(), "tau": 1.0},
    "unbalanced_strength": lambda: {
        "t": np.array([0.0, 1.0]),
        "s": 2.0,
        "a0": 0.3,
        "b0": 0.1,
        "tau": 1.0,
    },
    "length_velocity": lambda: {"a": np.array([0.5, 1.0]), "b": np.array([0.2, 0.1]), "s": 1.0},
    "unbalanced_time": lambda: {
        "u_f": np.array([0.5, 1.0]),
        "s": 2.0,
        "a0": 0.3,
        "b0": 0.1,
        "tau": 1.0,
    },
}

PRETRAINING = {
    "autoencoder_strengths": lambda: {
        "variances": np.array([1.0, 0.5, 0.0]),
        "time": 2.0,
        "u0": 0.01,
    },
    "pretrained_weights": lambda: {
        "task": task(),
        "hidden": 4,
        "layers": 4,
        "seeds": np.arange(2),
        "time": 2.0,
        "u0": 0.01,
    },
}

TASKS = {
    "random_task": lambda: {"s": np.array([2.0, 1.0]), "shape": (2, 3), "seed": 1},
    "whiten": lambda: {"X": examples()["X"], "tolerance": 1e-6},
    "image_task": lambda: {"data": images(), "whitened": True},
    "principal_task": lambda: {**examples(), "components": 2, "tolerance": 1e-10},
}

MODULES = {
    "coordinates": COORDINATES,
    "critical_points": CRITICAL_POINTS,
    "deep_checks": DEEP_CHECKS,
    "deep_networks": DEEP_NETWORKS,
    "deep_weights": DEEP_WEIGHTS,
    "depth": DEPTH,
    "domain": DOMAIN,
    "flow": FLOW,
    "hierarchy": HIERARCHY,
    "learning": LEARNING,
    "learning_time": LEARNING_TIME,
    "linear_dynamics": LINEAR_DYNAMICS,
    "modes": MODES,
    "pretraining": PRETRAINING,
    "tasks": TASKS,
}
CALLS = {
    f"lib.linear.{module}.{name}": call
    for module, calls in MODULES.items()
    for name, call in calls.items()
}
