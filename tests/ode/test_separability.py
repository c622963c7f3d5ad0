import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ode.separability import is_separable, probe_accuracy

seeds = st.integers(0, 2**31)


@given(seed=seeds, dimension=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_what_a_hyperplane_labels_it_separates(seed, dimension):
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((40, dimension))
    heights = points @ rng.standard_normal(dimension) + 0.1
    labels = (heights > 0).astype(int)
    if len(set(labels)) == 2:
        assert is_separable(points, labels)


@given(seed=seeds, dimension=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_a_point_between_two_of_the_other_class_forbids_it(seed, dimension):
    rng = np.random.default_rng(seed)
    ends = rng.standard_normal((2, dimension))
    points = np.vstack([ends, ends.mean(axis=0)])
    assert not is_separable(points, np.array([0, 0, 1]))


def test_separability_does_not_depend_on_the_frame():
    rng = np.random.default_rng(4)
    points, labels = rng.standard_normal((30, 2)), rng.integers(0, 2, 30)
    moved = 1e3 * points @ np.linalg.qr(rng.standard_normal((2, 2)))[0] + 50
    assert is_separable(points, labels) == is_separable(moved, labels)


def test_a_probe_finds_a_plane_and_guesses_a_ring():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((600, 3))
    halves, shells = (
        (points[:, 0] > 0).astype(int),
        (np.linalg.norm(points, axis=1) > 1.5).astype(int),
    )
    assert probe_accuracy(points[:300], halves[:300], points[300:], halves[300:]) > 0.97
    assert probe_accuracy(points[:300], shells[:300], points[300:], shells[300:]) < 0.75


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 2, 1], [0, 1, 2]])
def test_other_than_two_classes_are_refused(labels):
    with pytest.raises(ValueError, match="labels must be 0 and 1, both, got"):
        is_separable(np.eye(3), np.array(labels))


def test_points_must_be_finite():
    with pytest.raises(ValueError, match="points hold NaN or infinite values"):
        is_separable(np.array([[0.0], [np.nan]]), np.array([0, 1]))
