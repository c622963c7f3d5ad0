import io
import re
from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from lib import plotting


@pytest.fixture(autouse=True)
def _style(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The book's style, without a display and without leaving a trace."""
    monkeypatch.setattr(plotting, "set_matplotlib_formats", lambda *_, **__: None)
    mpl.use("agg")
    with mpl.rc_context():
        plotting.use_style()
        yield
    plt.close("all")


def svg(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def luminance(colour):
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in mpl.colors.to_rgb(colour)
    ]
    return np.array([0.2126, 0.7152, 0.0722]) @ linear


def draw():
    figure, (left, right) = plotting.figure(columns=2)
    plotting.curves(left, np.arange(3), np.arange(6).reshape(3, 2), ["one", "two"])
    plotting.with_spread(right, np.arange(1, 4), np.ones((5, 3)), "mean", "blue")
    left.legend()
    return figure


def test_the_same_figure_gives_the_same_bytes():
    assert svg(draw()) == svg(draw())


def test_figures_are_transparent_and_bring_their_letters_along():
    text = svg(draw()).decode()
    assert "<text" not in text
    assert "dc:date" not in text
    # The patch behind all: no colour, so that the page shines through.
    assert re.search(r'id="patch_1">\s*<path [^>]*fill: none', text.replace("\n", " "))


def test_the_format_is_svg_without_a_date(monkeypatch):
    called = {}
    monkeypatch.setattr(
        plotting, "set_matplotlib_formats", lambda *args, **options: called.update({args: options})
    )
    plotting.use_style()
    assert called == {("svg",): {"metadata": {"Date": None}, "bbox_inches": "tight"}}


def test_colours_can_be_seen_on_white_and_come_again_in_order():
    names = plotting.colours(len(plotting.PALETTE) + 1)
    assert names[0] == names[-1]
    assert len(set(names)) == len(plotting.PALETTE)
    # 1.05/(L + 0.05) is the contrast against white.
    assert all(1.05 / (luminance(colour) + 0.05) > 1.9 for colour in names)


def test_a_figure_is_as_wide_as_the_page_and_as_high_as_its_rows():
    figure, axes = plotting.figure(columns=3, rows=2, height=2.0)
    assert tuple(figure.get_size_inches()) == (plotting.WIDTH, 4.0)
    assert axes.shape == (2, 3)


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


def test_spread_goes_from_the_least_to_the_greatest_seed_around_the_mean():
    _, ax = plotting.figure()
    y = np.array([[1.0, 5.0], [2.0, 6.0], [6.0, 7.0]])
    plotting.with_spread(ax, [0.0, 1.0], y, "seeds", "green")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [3.0, 6.0])
    box = ax.collections[0].get_paths()[0].get_extents()
    assert (box.y0, box.y1) == (1.0, 7.0)


def test_heat_has_zero_in_the_middle_and_no_ticks():
    figure, ax = plotting.figure()
    image = plotting.heat(ax, np.array([[0.0, 1.0]]), limit=2.0, title="map")
    assert image.get_clim() == (-2.0, 2.0)
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0
    assert ax.get_title() == "map"
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
    plotting.stability_regions(ax, lambda method, z: 1 + np.asarray(z), ["euler"])
    (border,) = (c for c in ax.collections if len(c.get_paths()))
    points = np.concatenate([path.vertices for path in border.get_paths()])
    np.testing.assert_allclose(np.hypot(points[:, 0] + 1, points[:, 1]), 1, atol=1e-3)
