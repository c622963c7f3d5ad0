"""Columns, selections and files of tables."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sweep.table import Row, Table

TABLE = Table(
    (
        {"kind": "a", "width": [8, 8], "seed": 0, "loss": 0.5, "ok": True, "error": None},
        {"kind": "b", "width": [8], "seed": 1, "seconds": 1.0, "error": "ValueError: no"},
        {"kind": "a", "width": [8], "seed": 2, "loss": 0, "ok": False, "late": "x", "error": None},
    )
)


def test_a_row_is_flat_and_in_order():
    row = Row({"width": 8}, 3, {"loss": 0.5}, 0.1, None)
    assert list(row.columns.items()) == [
        ("width", 8),
        ("seed", 3),
        ("loss", 0.5),
        ("seconds", 0.1),
        ("error", None),
    ]


def test_columns_have_the_type_of_their_values():
    np.testing.assert_array_equal(TABLE.column("loss"), [0.5, np.nan, 0.0])
    assert TABLE.column("seed").dtype == np.int64
    assert TABLE.where(error=None).column("ok").dtype == bool
    assert TABLE.column("kind").tolist() == ["a", "b", "a"]
    assert TABLE.column("ok").tolist() == [True, None, False]
    assert TABLE.column("error").tolist() == [None, "ValueError: no", None]
    assert TABLE.column("late").tolist() == [None, None, "x"]


def test_lists_stay_lists_whatever_their_lengths():
    assert TABLE.column("width").tolist() == [[8, 8], [8], [8]]
    same = TABLE.where(width=(8,)).column("width")
    assert same.shape == (2,)
    assert same[0] == [8]


def test_names_end_with_seconds_and_error():
    expected = ("kind", "width", "seed", "loss", "ok", "late", "seconds", "error")
    assert TABLE.names == expected


def test_where_takes_every_condition_together():
    assert TABLE.where(kind="a", width=np.array([8])).column("seed").tolist() == [2]
    assert TABLE.where(kind="c").rows == ()
    assert TABLE.where(kind="c").column("loss").shape == (0,)
    assert TABLE.where(error=None).column("seed").tolist() == [0, 2]


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="no column 'los'; there are kind, width, seed, loss"):
        TABLE.column("los")
    with pytest.raises(ValueError, match="no column 'lr'"):
        TABLE.where(lr=1)


@given(st.lists(st.floats(), min_size=1), st.text())
def test_a_csv_file_has_numbers_exactly(tmp_path_factory, numbers, text):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    rows = ({"x": x, "text": text, "list": numbers, "none": None} for x in numbers)
    Table(tuple(rows)).to_csv(path)
    with path.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    np.testing.assert_array_equal([float(row["x"]) for row in found], numbers)
    assert {row["text"] for row in found} == {text}
    np.testing.assert_array_equal(json.loads(found[0]["list"]), numbers)
    assert found[0]["none"] == ""
