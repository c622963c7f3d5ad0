import numpy as np
import pytest

from lib import plotting


def test_curves_are_one_for_each_column_with_its_label():
    _, ax = plotting.figure()
    y = np.arange(6.0).reshape(3, 2)
    assert plotting.curves(ax, np.arange(3), y, ["one", ""]) is ax
    assert len(ax.lines) == 2
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), y[:, 1])
    assert ax.get_legend_handles_labels()[1] == ["one"]


def test_curves_of_seeds_share_the_colour_and_the_label_of_their_column():
    _, ax = plotting.figure()
    plotting.curves(ax, np.arange(3), np.zeros((3, 4, 2)), ["one", "two"])
    assert len(ax.lines) == 8
    assert len({line.get_color() for line in ax.lines[:4]}) == 1
    assert ax.get_legend_handles_labels()[1] == ["one", "two"]


def test_curves_need_a_label_for_each_column():
    _, ax = plotting.figure()
    with pytest.raises((ValueError, IndexError)):
        plotting.curves(ax, np.arange(3), np.zeros((3, 2)), ["one", "two", "three"])


def test_style_of_curves_can_be_chosen():
    _, ax = plotting.figure()
    plotting.curves(ax, np.arange(3), np.zeros((3, 1)), [""], linestyle=":", color="red")
    assert ax.lines[0].get_linestyle() == ":"
    assert ax.lines[0].get_color() == "red"


def test_curves_in_an_order_get_its_shades():
    _, ax = plotting.figure()
    plotting.curves(ax, np.arange(3), np.zeros((3, 4)), [""] * 4, ordered=True)
    assert [line.get_color() for line in ax.lines] == plotting.shades(4)


def test_spread_goes_from_the_least_to_the_greatest_seed_around_the_mean():
    _, ax = plotting.figure()
    y = np.array([[1.0, 5.0], [2.0, 6.0], [6.0, 7.0]])
    plotting.with_spread(ax, [0.0, 1.0], y, "seeds", "green")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [3.0, 6.0])
    box = ax.collections[0].get_paths()[0].get_extents()
    assert (box.y0, box.y1) == (1.0, 7.0)
