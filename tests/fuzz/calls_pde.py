"""Good calls of `lib.pde`."""

import numpy as np
import sympy as sp

from lib.pde.moments import Filter, operator
from lib.pde.observed import random_waves

SECOND = Filter({(-1,): 1, (0,): -2, (1,): 1})
FORWARD = Filter({(0,): -1, (1,): 1})
CROSS = Filter({(0, 0): -1, (1, 1): 1})
LAPLACIAN = Filter({(0, 0): -4, (1, 0): 1, (-1, 0): 1, (0, 1): 1, (0, -1): 1})
SPACINGS = np.array([0.25, 0.125, 0.0625])


def kernels():
    return np.arange(18.0).reshape(2, 3, 3)


def fields():
    """Periodic ones that decay, of two solutions at three times."""
    x = 2 * np.pi * np.arange(8) / 8
    waves = np.stack([np.sin(x)[:, None] + np.cos(x), np.sin(x[:, None] + 2 * x)])
    return np.exp(-0.1 * np.arange(3))[:, None, None, None] * waves


CALLS = {
    "lib.pde.accuracy.orders": lambda: {
        "filters": {"second": SECOND, "forward": FORWARD},
        "seeds": np.arange(2),
        "spacings": SPACINGS,
    },
    "lib.pde.accuracy.error_curves": lambda: {
        "filters": [SECOND, FORWARD],
        "seed": 1,
        "spacings": SPACINGS,
    },
    "lib.pde.accuracy.rounded_curves": lambda: {
        "filters": [SECOND, FORWARD],
        "seed": 1,
        "spacings": SPACINGS,
    },
    "lib.pde.advection_diffusion.random_equation": lambda: {"seed": 1},
    "lib.pde.advection_diffusion.random_fields": lambda: {
        "seed": 1,
        "count": 2,
        "points": 8,
        "highest": 3,
    },
    "lib.pde.grids.apply": lambda: {"q": LAPLACIAN, "values": fields()[0], "spacing": 0.1},
    "lib.pde.grids.exact": lambda: {"read": operator(LAPLACIAN), "values": fields()[0]},
    "lib.pde.grids.orders_on_grids": lambda: {
        "filters": {"cross": CROSS, "Laplacian": LAPLACIAN},
        "seed": 1,
        "points": 16,
    },
    "lib.pde.identification.learn": lambda: {
        "fields": fields(),
        "spacing": 0.2,
        "dt": 0.1,
        "kind": "frozen",
        "rule": "euler",
    },
    "lib.pde.moment_matrix.moment_basis": lambda: {"side": 3},
    "lib.pde.moment_matrix.inverse_moment_basis": lambda: {"side": 3},
    "lib.pde.moment_matrix.moment_matrix": lambda: {"kernels": kernels()},
    "lib.pde.moment_matrix.kernel_from_moments": lambda: {"moments": kernels()},
    "lib.pde.moments.from_kernel": lambda: {"kernel": [[0, 1, 0], [1, -4, 1], [0, 1, 0]]},
    "lib.pde.moments.multi_indices": lambda: {"dimension": 2, "degree": 3},
    "lib.pde.moments.moment": lambda: {"q": CROSS, "beta": (1, 2)},
    "lib.pde.moments.symbol": lambda: {"q": CROSS, "omega": sp.symbols("a b")},
    "lib.pde.moments.moment_from_symbol": lambda: {"q": CROSS, "beta": (1, 2)},
    "lib.pde.moments.operator": lambda: {"q": CROSS},
    "lib.pde.named.sobel": dict,
    "lib.pde.named.prewitt": dict,
    "lib.pde.named.scharr": dict,
    "lib.pde.named.roberts": dict,
    "lib.pde.named.five_point_laplacian": dict,
    "lib.pde.named.nine_point_laplacian": dict,
    "lib.pde.named.eight_neighbour_laplacian": dict,
    "lib.pde.named.laplacian_of_gaussian": dict,
    "lib.pde.named.box_blur": dict,
    "lib.pde.named.haar": dict,
    "lib.pde.named.daubechies": lambda: {"moments": 2},
    "lib.pde.named.catalogue": dict,
    "lib.pde.named.describe": lambda: {"q": LAPLACIAN},
    "lib.pde.observed.random_waves": lambda: {"seed": 1, "dimension": 2, "count": 3},
    "lib.pde.observed.apply": lambda: {
        "q": CROSS,
        "function": random_waves(1, 2),
        "spacings": SPACINGS,
    },
    "lib.pde.observed.errors": lambda: {
        "q": CROSS,
        "function": random_waves(1, 2),
        "spacings": SPACINGS,
    },
    "lib.pde.observed.observed_order": lambda: {
        "q": CROSS,
        "function": random_waves(1, 2),
        "spacings": SPACINGS,
    },
    "lib.pde.stencils.stencil": lambda: {
        "offsets": [(-1,), (0,), (1,)],
        "alpha": (1,),
        "accuracy": 2,
    },
    "lib.pde.stencils.central": lambda: {"order": 2, "accuracy": 2},
    "lib.pde.stencils.forward": lambda: {"order": 1, "accuracy": 2},
    "lib.pde.stencils.backward": lambda: {"order": 1, "accuracy": 2},
    "lib.pde.stencils.tensor": lambda: {"factors": (SECOND, FORWARD)},
    "lib.pde.stencils.compose": lambda: {"first": CROSS, "second": LAPLACIAN},
    "lib.pde.stencils.combine": lambda: {"terms": ((2, SECOND), (sp.Rational(1, 3), FORWARD))},
    "lib.pde.theorem.remainders": lambda: {"alpha": (1,), "side": 3},
    "lib.pde.vanishing_moments.identify": lambda: {"seeds": np.array([1]), "noise": 0.01},
    "lib.pde.vanishing_moments.step_factors": lambda: {
        "seed": 1,
        "noise": 0.01,
        "kind": "frozen",
        "rule": "euler",
    },
    "lib.pde.vanishing_moments.ring_maxima": lambda: {
        "factors": np.fft.fft2(np.arange(16.0).reshape(4, 4)),
    },
    "lib.pde.vanishing_moments.prediction": lambda: {
        "seed": 1,
        "noise": 0.01,
        "kind": "frozen",
        "rule": "euler",
    },
}
