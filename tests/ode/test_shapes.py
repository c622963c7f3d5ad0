import numpy as np
import pytest

from lib.ode import shapes
from lib.ode.separability import is_separable


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_shapes_have_two_classes_that_no_line_separates(shape):
    points, labels = shapes.SHAPES[shape](3, 100)
    assert points.shape == (100, 2)
    assert labels.tolist() == [0] * 50 + [1] * 50
    assert not is_separable(points, labels)
    np.testing.assert_array_equal(points, shapes.SHAPES[shape](3, 100)[0])
    assert not np.array_equal(points, shapes.SHAPES[shape](4, 100)[0])
    with pytest.raises(ValueError, match="count must be a positive even number, got 7"):
        shapes.SHAPES[shape](3, 7)


def test_the_ring_lies_around_the_disc():
    points, labels = shapes.rings(1, 400)
    radii = np.linalg.norm(points, axis=1)
    assert radii[labels == 0].max() <= 0.5
    assert radii[labels == 1].min() >= 0.8
    assert radii.max() <= 1.2


def test_the_disc_is_filled_evenly():
    points, labels = shapes.rings(2, 20_000)
    radii = np.linalg.norm(points[labels == 0], axis=1)
    assert np.mean(radii**2) == pytest.approx(0.5**2 / 2, rel=0.03)


def test_shapes_are_drawn_for_each_seed():
    points, labels = shapes.draw("spirals", np.array([3, 4]), 50)
    np.testing.assert_array_equal(points[1], shapes.spirals(4, 50)[0])
    np.testing.assert_array_equal(labels[1], shapes.spirals(4, 50)[1])
    with pytest.raises(ValueError, match="unknown shape 'moons'; give one of rings, spirals"):
        shapes.draw("moons", np.array([3]), 50)
