import json
import re

import pytest

from lib.plotting.explore import Axis, Choice, Explorable, Slider, dots, line, panel, rounded, text


@pytest.fixture
def figure():
    rows = [{"i": i} for i in range(5)]
    squares = {"type": "formula", "as": "square", "expr": "scale * datum.i * datum.i"}
    return Explorable(
        name="squares",
        caption="Squares < cubes",
        alt='Dots on a "parabola"',
        controls=(
            Slider("scale", "scale", 0.5, 2.0, 0.5, 1.0),
            Choice("kind", "kind of <thing>", ("</script>", "b")),
        ),
        formulas={"double": "2 * scale"},
        data=[{"name": "rows", "values": rows, "transform": [squares]}],
        panels=[
            panel(
                "squares",
                Axis("i", [0, 4]),
                Axis("i²", [1, 100], "log"),
                [
                    line("rows", "i", "square", "blue", dashed=True),
                    dots("rows", "i", "square", "red", clipped=False),
                    text("format(double, '.1f') + kind", row=1),
                ],
            )
        ],
    )


def test_numbers_follow_from_the_controls(figure, drawn):
    at_first = drawn(figure, "rows-square-dots")
    assert [item["x"] for item in at_first] == pytest.approx([0, 1, 2, 3, 4])
    assert [item["y"] for item in at_first[1:]] == pytest.approx([1, 4, 9, 16])
    moved = drawn(figure, "rows-square", scale=2.0)
    assert [item["y"] for item in moved[1:]] == pytest.approx([2, 8, 18, 32])
    (told,) = drawn(figure, "text-1", scale=1.5, kind="b")
    assert told["text"] == "3.0b"


def test_a_control_that_is_not_there_is_named(figure):
    with pytest.raises(ValueError, match=r"no control colour; there are \['scale', 'kind'\]"):
        figure.spec(colour="red")


def test_the_page_gets_labelled_controls_a_picture_and_the_specification(figure):
    page = figure._repr_mimebundle_()["text/html"]
    for signal in ("scale", "kind"):
        assert f'<label for="squares-{signal}">' in page
        assert f'id="squares-{signal}" data-signal="{signal}"' in page
    assert '<div class="explorable-controls" hidden>' in page  # until a script shows them
    assert 'role="img" aria-label="Dots on a &quot;parabola&quot;"' in page
    assert "<svg " in page
    assert "Squares &lt; cubes" in page
    (spec,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert "<" not in spec
    assert json.loads(spec) == figure.spec()


def test_names_cannot_end_the_script_or_become_elements(figure):
    page = figure._repr_mimebundle_()["text/html"]
    assert page.count("</script>") == 1
    assert "kind of &lt;thing&gt;" in page
    assert "<option>&lt;/script&gt;</option>" in page


def test_the_picture_is_the_same_every_time(figure):
    page = figure._repr_mimebundle_()["text/html"]
    assert figure._repr_mimebundle_()["text/html"] == page
    ids = re.findall(r'id="(\S*clip\S*)"', page)
    assert len(set(ids)) == len(ids) > 0
    assert set(re.findall(r"url\(#(\S+)\)", page)) <= set(ids)


def test_what_is_chosen_at_first_is_the_first_option(figure):
    assert figure.controls[1].value == "</script>"
    values = {signal["name"]: signal.get("value") for signal in figure.spec()["signals"]}
    assert (values["scale"], values["kind"], values["columns"]) == (1.0, "</script>", 2)


def test_logarithmic_axes_have_whole_powers_of_ten(figure):
    def ticks(low, high):
        return Axis("", [low, high], "log").decades()["values"]

    assert ticks(0.01, 1.0) == pytest.approx([0.01, 0.1, 1.0])
    assert ticks(1e-12, 1e12) == pytest.approx([1e-10, 1e-5, 1.0, 1e5, 1e10])
    page = figure._repr_mimebundle_()["text/html"]
    assert ">10²</text>" in page
    assert ">10⁰</text>" in page


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
