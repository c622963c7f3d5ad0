import pytest

from lib import plotting


def test_a_table_is_rows_below_its_head():
    shown = plotting.table(["labels", "steps"], [["true", 8.3], ["random", 47]])
    page = shown._repr_html_()
    assert page.startswith('<table><thead><tr><th scope="col">labels</th>')
    assert page.count("<tr>") == 3
    assert '<th scope="row">random</th><td>47</td>' in page
    assert repr(shown) == "labels  steps\ntrue    8.3\nrandom  47"


def test_text_cannot_become_elements():
    page = plotting.table(["a < b"], [["<script>"]])._repr_html_()
    assert "a &lt; b" in page
    assert "<script>" not in page


def test_a_row_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"2 columns, but a row of 1: \['true'\]"):
        plotting.table(["labels", "steps"], [["true"]])
