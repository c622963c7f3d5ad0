import numpy as np
import pytest

from lib import plotting


def test_heat_has_zero_in_the_middle_and_no_ticks():
    figure, ax = plotting.figure()
    image = plotting.heat(ax, np.array([[0.0, 1.0]]), limit=2.0, title="map")
    assert image.get_clim() == (-2.0, 2.0)
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0
    assert ax.get_title() == "map"
    assert all(side.get_visible() for side in ax.spines.values()), "a picture has no frame"
    figure.colorbar(image)


def test_a_direction_field_fills_its_square_with_equal_units():
    _, ax = plotting.figure()
    seen = []

    def rotation(x, y):
        seen.append((x.min(), x.max(), y.min(), y.max()))
        return -y, x

    assert plotting.direction_field(ax, rotation, limit=1.5) is ax
    assert seen == [(-1.5, 1.5, -1.5, 1.5)]
    assert ax.get_xlim() == ax.get_ylim() == (-1.5, 1.5)
    assert ax.get_aspect() == 1.0
    assert ax.collections


def test_paths_are_coloured_by_the_number_that_they_keep():
    _, ax = plotting.figure()
    lines = plotting.paths(ax, np.zeros((5, 3)), np.ones((5, 3)), [1.0, 2.0, 3.0])
    assert len(lines.get_segments()) == 3
    np.testing.assert_array_equal(lines.get_array(), [1.0, 2.0, 3.0])


def test_a_landscape_shows_its_heights_the_right_way_round():
    grid = np.linspace(0, 4, 9)
    x, _ = np.meshgrid(grid, grid, indexing="ij")
    hatched = np.zeros((7, 7), dtype=bool)
    hatched[5:, :] = True  # where the first coordinate is large
    _, ax = plotting.figure()
    plotting.landscape(ax, grid, 10.0**x, hatched)
    lines, area = ax.collections
    assert len(lines.get_paths()) >= 8  # half decades
    for path in (path for path in lines.get_paths() if len(path.vertices)):
        assert np.ptp(path.vertices[:, 0]) < 1e-9  # heights do not depend on the second coordinate
    edges = np.concatenate([path.vertices for path in area.get_paths()])
    assert edges[:, 0].min() > 2.5


def test_the_region_of_euler_is_the_disc_around_minus_one():
    _, ax = plotting.figure()
    plotting.stability_regions(ax, lambda method, z: 1 + np.asarray(z), {"euler": "Euler"})
    assert ax.get_legend_handles_labels()[1] == ["Euler"]
    (border,) = (c for c in ax.collections if len(c.get_paths()))
    points = np.concatenate([path.vertices for path in border.get_paths()])
    np.testing.assert_allclose(np.hypot(points[:, 0] + 1, points[:, 1]), 1, atol=1e-3)


def test_a_ridge_is_coloured_by_sign_with_its_points_on_it():
    _, ax = plotting.figure()
    points = np.array([[-1.0, 0.0], [2.0, 1.0], [1.0, -1.0]])
    plotting.ridge(ax, lambda z: z[:, 0], points, [-1.0, 1.0, 1.0])
    low, high = (path.vertices for path in ax.collections[0].get_paths()[:2])
    assert low[:, 0].max() == pytest.approx(0, abs=0.02) == high[:, 0].min()
    drawn = [line.get_xydata() for line in ax.lines]
    np.testing.assert_array_equal(drawn[0], points[:1])
    np.testing.assert_array_equal(drawn[1], points[1:])
    assert ax.get_aspect() == 1.0


def test_a_picture_goes_from_its_darkest_to_its_brightest_value():
    _, (left, right, blank) = plotting.figure(columns=3)
    grey = plotting.picture(left, np.array([[[-3.0], [1.0]], [[5.0], [1.0]]])).get_array()
    np.testing.assert_array_equal(grey, [[0.0, 0.5], [1.0, 0.5]])
    assert plotting.picture(right, np.zeros((2, 4, 3))).get_array().shape == (2, 4, 3)
    assert not np.any(plotting.picture(blank, np.full((2, 2, 1), 7.0)).get_array())
