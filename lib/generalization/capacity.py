"""How wide, and how deep, a network must be to fit labels that alternate along a line."""

from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from lib.checks import at_least, finite, real, shaped

FloatArray = NDArray[np.float64]


def can_fit(values: ArrayLike, units: int) -> bool:
    """Whether a two-layer network of rectifiers can take given values at 0, 1, 2, ….

    Every arrangement of the units is tried: in which gap the kink of each lies, to which side it
    is active, and which sign it has in the sum. What is left is a linear program, which is solved:
    the number of arrangements grows so fast that this is for a handful of points.

    Parameters
    ----------
    values : (n,) array
        Wanted at the points 0, 1, …, n − 1.
    units : int
        Rectifiers in the hidden layer; the output has a bias.

    Returns
    -------
    bool
        True if some network does.

    Raises
    ------
    ValueError
        If there are no values, one is not finite, or `units` is negative.
    """
    y = real("values", values)
    if not y.size:
        raise ValueError("there must be at least one value")
    finite("values", shaped("values", y, ("n",)))
    at_least("units", units, 0)
    # Linear programs are solved to an absolute error: values from 0 on, the largest of size 1.
    y = y - y[0]
    y = y / (np.abs(y).max() or 1.0)
    # A kink outside the points is of no more use than one at the first: linear on all, or zero.
    kinds = list(product(range(len(y) - 1), (1, -1), (1, -1)))
    return any(_feasible(y, chosen) for chosen in combinations_with_replacement(kinds, units))


def _feasible(y: FloatArray, units: tuple[tuple[int, int, int], ...]) -> bool:
    """Whether units of given gaps, sides and signs can be scaled and moved to give the values.

    A unit sign · s · max(side · (x − b), 0) with s > 0 and gap ≤ b ≤ gap + 1 is linear in s and in
    t = s · b, and the bounds on b are linear too.
    """
    x = np.arange(len(y), dtype=np.float64)
    columns: list[FloatArray] = [np.ones(len(x))]
    rows: list[FloatArray] = []
    for number, (gap, side, sign) in enumerate(units):
        active = (x > gap if side == 1 else x <= gap).astype(np.float64)
        columns += [sign * side * x * active, -sign * side * active]
        for bound, direction in ((gap, -1.0), (gap + 1, 1.0)):
            row = np.zeros(1 + 2 * len(units))
            row[1 + 2 * number : 3 + 2 * number] = -direction * bound, direction
            rows.append(row)
    limits = [(None, None), *[(0, None), (None, None)] * len(units)]
    solved = linprog(
        np.zeros(1 + 2 * len(units)),
        A_ub=np.array(rows) if rows else None,
        b_ub=np.zeros(len(rows)) if rows else None,
        A_eq=np.stack(columns, axis=1),
        b_eq=y,
        bounds=limits,
    )
    return bool(solved.status == 0)


def narrowest(values: ArrayLike) -> int:
    """Fewest units with which a two-layer network takes given values at 0, 1, 2, ….

    Parameters
    ----------
    values : (n,) array
        A handful.

    Returns
    -------
    int
        At most n − 1 (a line, and a kink at each inner point).

    Raises
    ------
    ValueError
        If there are no values, or one is not finite.
    """
    units = 0
    while not can_fit(values, units):
        units += 1
    return units


def tents(x: ArrayLike, depth: int) -> FloatArray:
    """Output of a deep network of two rectifiers a layer: the tent map, applied over and over.

    Parameters
    ----------
    x : array
        From 0 to 1.
    depth : int
        Number of hidden layers.

    Returns
    -------
    array
        Of the shape of `x`: a function of 2^depth straight pieces between 0 and 1, which at the
        multiples of 2^−depth is 0, 1, 0, 1, …, 0 (Telgarsky 2016, section 2).

    Raises
    ------
    ValueError
        If a number is not finite, or the depth is negative.
    """
    at_least("depth", depth, 0)
    signal = finite("x", x)
    for _ in range(depth):
        signal = 2 * np.maximum(signal, 0) - 4 * np.maximum(signal - 0.5, 0)
    return signal


def tent_weights(depth: int) -> int:
    """Number of weights and biases of the network of `tents`.

    Parameters
    ----------
    depth : int
        Number of hidden layers.

    Returns
    -------
    int
        Four of the first layer, six of each other one, three of the output.

    Raises
    ------
    ValueError
        If there is no hidden layer.
    """
    if depth < 1:
        raise ValueError(f"depth must be at least 1, got {depth}")
    return 4 + 6 * (depth - 1) + 3
