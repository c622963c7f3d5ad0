import io
import re

import matplotlib as mpl
import numpy as np
import pytest

from lib import plotting
from lib.plotting import style


def svg(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def test_a_reader_s_own_settings_do_not_reach_a_figure():
    before = dict(mpl.rcParams)
    mpl.rcParams.update({"lines.linestyle": ":", "xtick.labelsize": 20, "axes.titlesize": 30})
    plotting.use_style()
    assert dict(mpl.rcParams) == before


# What the book's style sheet does to figures in the dark theme: invert(0.93) hue-rotate(180deg).
TURN = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])
DARK = np.full(3, 0x12 / 255)  # the ground of the dark theme
# What linear RGB is for people without one kind of cones: Machado, Oliveira and
# Fernandes 2009, table 1, severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# Ottosson's Oklab, in which equal distances look about equal.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(rgb):
    return linear(rgb) @ [0.2126, 0.7152, 0.0722]


def turned(rgb):
    return np.clip((0.93 - 0.86 * rgb) @ TURN.T, 0, 1)


def contrasts(colour):
    """Against white, and turned over against the ground of the dark theme."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    light = 1.05 / (luminance(rgb) + 0.05)
    return light, (luminance(turned(rgb)) + 0.05) / (luminance(DARK) + 0.05)


def seen(rgb, eyes):
    return np.cbrt(np.clip(linear(rgb) @ EYES[eyes].T, 0, 1) @ CONES.T) @ OKLAB.T


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


def test_colours_come_again_in_order():
    names = plotting.colours(len(plotting.PALETTE) + 1)
    assert names[0] == names[-1]
    assert len(set(names)) == len(plotting.PALETTE)


@pytest.mark.parametrize(
    "colour", [*plotting.PALETTE.values(), plotting.GREY, *plotting.shades(64)], ids=str
)
def test_every_colour_can_be_seen_on_white_and_turned_over_on_dark(colour):
    light, dark = contrasts(colour)
    assert light >= 3, "too pale for the light theme"
    assert dark >= 3, "too dark for the dark theme, which turns it over"


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", [np.asarray, turned], ids=["light", "dark"])
def test_colours_stay_apart_for_every_eye(eyes, theme):
    rgb = np.array([mpl.colors.to_rgb(colour) for colour in plotting.PALETTE.values()])
    places = seen(theme(rgb), eyes)
    apart = np.linalg.norm(places[:, None] - places, axis=-1) + 9 * np.eye(len(places))
    assert apart.min() > 0.11  # about five times what can just be told apart


def test_the_style_sheet_turns_figures_over_as_these_tests_do(root):
    sheet = (root / "book" / "static" / "companion.css").read_text(encoding="utf-8")
    turns = set(re.findall(r"filter: (invert[^;]*);", sheet))
    assert turns == {"invert(0.93) hue-rotate(180deg)"}


def test_shades_go_from_dark_to_light_in_even_steps():
    rgb = np.array(plotting.shades(9))[:, :3]
    for eyes in EYES:
        lightness = seen(rgb, eyes)[:, 0]
        steps = np.diff(lightness)
        assert steps.min() > 0.02
        assert steps.max() < 2 * steps.mean()


def test_a_gallery_keeps_a_white_ground():
    figure, axes = plotting.gallery(columns=4, rows=2, height=1.0)
    assert figure.get_facecolor() == (1, 1, 1, 1)
    assert axes.shape == (2, 4)


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
