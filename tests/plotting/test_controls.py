from bs4 import BeautifulSoup

from lib.plotting.controls import Choice, Slider


def test_a_slider_has_a_label_its_bounds_and_shows_its_value():
    row = BeautifulSoup(
        Slider("rate", "rate < 1", 0.25, 2.0, 0.5, 1.0).html("a-rate"), "html.parser"
    )
    assert row.label["for"] == row.input["id"] == "a-rate"
    assert row.output["for"] == ["a-rate"]
    assert row.label.text == "rate < 1"
    given = {name: row.input[name] for name in ("data-signal", "min", "max", "step", "value")}
    assert given == {
        "data-signal": "rate",
        "min": "0.25",
        "max": "2",
        "step": "0.5",
        "value": "1",
    }
    assert row.output.text == "1"


def test_a_choice_begins_with_its_first_option_and_names_are_text():
    choice = Choice("kind", "kind of <thing>", ("</script>", "b"))
    assert choice.value == "</script>"
    row = BeautifulSoup(choice.html("a-kind"), "html.parser")
    assert row.label["for"] == row.find("select")["id"] == "a-kind"
    assert row.label.text == "kind of <thing>"
    assert row.find("select")["data-signal"] == "kind"
    assert [option.text for option in row.find_all("option")] == ["</script>", "b"]
