"""The theorem of 2n + d numbers, checked: exactness, widths that compare, and condition.

Zhang et al. 2017, theorem 1 and its proof in appendix C.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lib.checks import at_least, finite, shaped
from lib.generalization import interpolation

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ExactCheck:
    """What is wrong with a construction, in numbers that should be zero.

    Parameters
    ----------
    wrong : int
        Points at which the network, evaluated as it is written, has another value.
    surplus : int
        Numbers that describe it, less 2n + d.
    above : int
        Entries above the diagonal of the matrix that are not zero.
    """

    wrong: int
    surplus: int
    above: int


def check_exactly(points: NDArray[np.generic], classes: int, seed: int) -> ExactCheck:
    """Build the network for labels drawn by lot, and hold it against the theorem in fractions.

    Parameters
    ----------
    points : (n, d) array
        Distinct.
    classes : int
        Labels are 0, 1, …, classes − 1.
    seed : int
        Of labels and direction.

    Returns
    -------
    ExactCheck
        For hinges in the middle of the gaps.

    Raises
    ------
    ValueError
        If points are not distinct and finite, there is no class, or the seed is negative.
    """
    finite("points", shaped("points", points, ("n", "d")))
    at_least("classes", classes, 1)
    at_least("seed", seed, 0)
    z = interpolation.exactly(points)
    drawn = np.random.default_rng([seed, 81]).integers(0, classes, len(points))
    y = interpolation.exactly(drawn)
    a = interpolation.separating_direction(z, seed)
    network = interpolation.interpolate(z, y, a, Fraction(1, 2))
    matrix = interpolation.hinge_matrix(np.sort(z @ a), network.hinges)
    return ExactCheck(
        wrong=int(np.sum(network(z) != y)),
        surplus=network.count - (2 * len(points) + points.shape[1]),
        above=int(np.sum(np.triu(matrix, 1) != 0)),
    )


def width_of_the_theorem(count: int, dimension: int, classes: int) -> int:
    """Units of a perceptron that has no more weights than the theorem's network has numbers.

    Parameters
    ----------
    count, dimension, classes : int
        n, d and the number of outputs of the perceptron.

    Returns
    -------
    int
        The largest width with width · (d + 1) + classes · (width + 1) ≤ 2n + d, but at least 1.

    Raises
    ------
    ValueError
        If a number is not positive.
    """
    at_least("count, dimension and classes", (count, dimension, classes), 1)
    return max(1, (2 * count + dimension - classes) // (dimension + 1 + classes))


def condition_numbers(counts: Sequence[int], fraction: float) -> FloatArray:
    """Condition of the triangular system, for projections at equal distances.

    Parameters
    ----------
    counts : sequence of int
        Numbers of points.
    fraction : float
        Where hinges lie in the gaps.

    Returns
    -------
    (len(counts),) array
        Ratio of the extreme singular values; inf where the least is rounded to zero.

    Raises
    ------
    ValueError
        If a number of points is below 1, or the fraction does not lie above 0 and at most at 1.
    """
    at_least("counts", counts, 1)
    found = []
    for count in counts:
        x = np.arange(count, dtype=np.float64)
        matrix = interpolation.hinge_matrix(x, interpolation.hinges_below(x, fraction))
        found.append(np.linalg.cond(matrix))
    return np.array(found)
