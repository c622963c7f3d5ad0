import json
import re

import pytest

from lib.plotting.controls import Choice, Slider
from lib.plotting.explore import Explorable
from lib.plotting.marks import Axis, dots, line, panel, text


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
    assert ">10²</text>" in page
    assert ">10⁰</text>" in page
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


def test_controls_give_the_signals_their_first_values(figure):
    values = {signal["name"]: signal.get("value") for signal in figure.spec()["signals"]}
    assert (values["scale"], values["kind"], values["columns"]) == (1.0, "</script>", 2)
