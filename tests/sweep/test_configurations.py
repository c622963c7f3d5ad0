"""Grids, plain values and keys, for values that hypothesis draws."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lib.sweep.configurations import grid, key, pairs, plain

names = st.text("abcxyz", min_size=1, max_size=3)
single = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(single, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
configurations = st.dictionaries(names, values, max_size=4)


def measure(seed, **_):
    """Take anything."""


@given(st.dictionaries(names, st.lists(values, min_size=1, max_size=3), max_size=3))
def test_a_grid_has_every_combination_in_the_order_of_product(choices):
    found = grid(**choices)
    assert [tuple(c.values()) for c in found] == list(product(*choices.values()))
    assert all(list(c) == list(choices) for c in found)


def test_a_grid_refuses_a_text_for_a_list_and_no_values():
    with pytest.raises(ValueError, match="kind is the text 'tanh'; give a list"):
        grid(kind="tanh")
    with pytest.raises(ValueError, match="rate has no value"):
        grid(width=[1], rate=[])


@given(configurations, st.integers())
def test_values_come_back_from_json_exactly(configuration, seed):
    checked, number = pairs(measure, [configuration], [seed])[0]
    back = json.loads(json.dumps([checked, number]))
    assert key(*back) == key(checked, number)
    assert repr(back) == repr([checked, number])  # also nan, −0.0 and the type of each number


@given(arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(max_dims=2, max_side=3)))
def test_arrays_become_lists_of_equal_values_or_are_refused(array):
    try:
        found = plain(array)
    except ValueError:
        assert array.dtype.kind not in "biufU" or array.dtype == np.longdouble
    else:
        np.testing.assert_array_equal(np.array(found, dtype=array.dtype), array)


@given(configurations, st.integers(), st.randoms())
def test_a_key_does_not_depend_on_the_order_of_names(configuration, seed, random):
    items = list(configuration.items())
    random.shuffle(items)
    assert key(dict(items), seed) == key(configuration, seed)


@given(configurations, configurations, st.integers(), st.integers())
def test_keys_differ_where_anything_differs(one, other, seed, another):
    same = (repr(sorted(one.items(), key=str)), seed) == (
        repr(sorted(other.items(), key=str)),
        another,
    )
    assert (key(one, seed) == key(other, another)) == same


def test_keys_tell_numbers_from_texts_and_truth_values():
    assert len({key({"x": x}, 0) for x in (1, 1.0, True, "1", [1], None)}) == 6


def test_numpy_and_python_values_have_the_same_key():
    one, other = ({"x": np.float64(0.1), "w": (8, 9)}, {"w": np.array([8, 9]), "x": 0.1})
    found = [key(*pairs(measure, [c], [np.int64(3)])[0]) for c in (one, other)]
    assert found[0] == found[1]


def test_pairs_are_in_the_order_given_with_seeds_fastest():
    found = pairs(measure, [{"x": 2}, {"x": 1}], range(5, 3, -1))
    assert found == [({"x": 2}, 5), ({"x": 2}, 4), ({"x": 1}, 5), ({"x": 1}, 4)]


def narrow(seed, rate):
    """Take a rate alone."""


@pytest.mark.parametrize(
    ("configurations", "seeds", "message"),
    [
        ([], [0], "nothing to measure"),
        ([{"rate": 1}], [], "nothing to measure"),
        ([{"rate": 1}], [0.5], "seed 0.5 is not a whole number"),
        ([{"rate": 1}], [3, 3], r"configuration 0, \{'rate': 1\}, is asked twice for seed 3"),
        ([{"rate": 1}, {"rate": np.int32(1)}], [0], "configuration 1, .* is asked twice"),
        ([{"rate": 1, "seed": 2}], [0], "configuration 0 uses the name 'seed'"),
        ([{"rate": 1}, {"rates": 1}], [0], "configuration 1 does not fit .*'rate'"),
        ([{"rate": [{1}]}], [0], r"configuration 0, rate: \{1\} is a set; allowed are"),
        ([{"rate": 1j}], [0], "configuration 0, rate: 1j is a complex"),
    ],
)
def test_what_cannot_be_measured_is_named(configurations, seeds, message):
    with pytest.raises(ValueError, match=message):
        pairs(narrow, configurations, seeds)
