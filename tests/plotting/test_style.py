import io
import re

import matplotlib as mpl
import numpy as np

from lib import plotting
from lib.plotting import style


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
        style, "set_matplotlib_formats", lambda *args, **options: called.update({args: options})
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


def test_logarithmic_axes_have_plain_numbers_at_one_two_and_five():
    drawn, ax = plotting.figure()
    ax.plot([8, 150], [0.3, 7])
    plotting.log_axes(ax)
    drawn.canvas.draw()
    low, high = ax.get_xlim()
    shown = [t.get_text() for t in ax.get_xticklabels() if low <= t.get_position()[0] <= high]
    assert shown == ["10", "20", "50", "100"]
    assert "0.5" in [tick.get_text() for tick in ax.get_yticklabels()]
