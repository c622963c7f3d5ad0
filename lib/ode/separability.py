"""Whether a hyperplane separates two classes: exactly, and how nearly."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression

from lib.checks import finite, real, shaped

FloatArray = NDArray[np.float64]
Labels = NDArray[np.int64]


def is_separable(points: FloatArray, labels: Labels) -> bool:
    """Decide whether a hyperplane has the two classes strictly on either side.

    It is a linear programme: find w and c with ``(w·x + c)(±1) ≥ 1`` for all points.

    Parameters
    ----------
    points : (n, d) array
        A row for each point.
    labels : (n,) array of int
        0 or 1; both occur.

    Returns
    -------
    bool
        Whether there is one.

    Raises
    ------
    ValueError
        If there are not two classes, a point is not finite, or there is not a label for each.

    Examples
    --------
    >>> corners = np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]])
    >>> is_separable(corners, np.array([0, 0, 0, 1])), is_separable(corners, np.array([0, 0, 1, 1]))
    (True, False)
    """
    _check(points, labels)
    signs = 2 * labels - 1
    rows = signs[:, None] * np.hstack([points, np.ones((len(points), 1))])
    found = linprog(
        np.zeros(rows.shape[1]), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None)
    )
    return bool(found.status == 0)


def probe_accuracy(
    points: FloatArray, labels: Labels, new_points: FloatArray, new_labels: Labels
) -> float:
    """Fit a linear classifier and see how well it does on other points.

    Parameters
    ----------
    points, new_points : (n, d) array
        To fit, and to judge.
    labels, new_labels : (n,) array of int
        0 or 1.

    Returns
    -------
    float
        Part of the new points that logistic regression puts into their class.

    Raises
    ------
    ValueError
        If there are not two classes to fit, a new label is neither of them, a point is not finite,
        there is not a label for each, or all points to fit are the same.
    """
    _check(points, labels)
    finite("new_points", shaped("new_points", new_points, ("m", points.shape[1])))
    shaped("new_labels", new_labels, (len(new_points),))
    if not np.isin(new_labels, (0, 1)).all():
        raise ValueError(f"new_labels must be 0 or 1, got {np.unique(new_labels)[:5]}")
    scale = points.std()
    if not scale > 0:
        raise ValueError("all numbers of the points are the same: there is nothing to fit")
    probe = LogisticRegression(C=100.0, max_iter=1000).fit(points / scale, labels)
    return float(probe.score(new_points / scale, new_labels))


def _check(points: FloatArray, labels: Labels) -> None:
    shaped("points", points, ("n", "d"))
    if labels.dtype.kind not in "biuf" or set(np.unique(labels)) != {0, 1}:
        raise ValueError(f"labels must be 0 and 1, both, got {np.unique(labels)[:5]}")
    shaped("labels", labels, (len(points),))
    if not np.isfinite(real("points", points)).all():
        raise ValueError("points hold NaN or infinite values")
