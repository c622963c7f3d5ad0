import pytest

from lib.plotting.controls import Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, dots, line, panel, rounded, text


def test_logarithmic_axes_have_whole_powers_of_ten():
    def ticks(low, high):
        return Axis("", [low, high], "log").decades()["values"]

    assert ticks(0.01, 1.0) == pytest.approx([0.01, 0.1, 1.0])
    assert ticks(1e-12, 1e12) == pytest.approx([1e-10, 1e-5, 1.0, 1e5, 1e10])


def test_marks_of_one_panel_have_names_of_their_own():
    marks = [
        line("rows", "x", "y", "blue"),
        dots("rows", "x", "y", "red"),
        text("'a'"),
        text("'b'", 1),
    ]
    names = [mark["name"] for mark in panel("", Axis("", [0, 1]), Axis("", [0, 1]), marks)["marks"]]
    assert names == ["rows-y", "rows-y-dots", "text-0", "text-1"]


@pytest.mark.parametrize(
    ("number", "written"),
    [(0.4681, "0.468"), (1.0, "1"), (12.0, "12"), (3.14e-8, "3.1 · 10⁻⁸"), (9.96e11, "1.0 · 10¹²")],
)
def test_numbers_are_written_as_one_says_them(drawn, number, written):
    shown = Explorable(
        name="number",
        caption="",
        alt="",
        controls=(Slider("x", "x", 0.0, 1e13, 1.0, number),),
        formulas={},
        data=[],
        panels=[panel("", Axis("", [0, 1]), Axis("", [0, 1]), [text(rounded("x"))])],
    )
    (told,) = drawn(shown, "text-0")
    assert told["text"] == written
