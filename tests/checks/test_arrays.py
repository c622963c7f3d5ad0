import numpy as np
import pytest

from lib import checks


def test_each_gives_one_number_to_all(told):
    np.testing.assert_array_equal(checks.each("rates", 2, 3), [2, 2, 2])
    np.testing.assert_array_equal(checks.each("rates", [1, 2, 3], 3), [1, 2, 3])
    for bad in ([1, 2], [1], [[1, 2, 3]], []):
        assert told(checks.each, "rates", bad, 3).startswith(
            "rates must be one number or an array of 3, got"
        )


def test_shapes_that_broadcast_and_those_that_do_not():
    checks.broadcasting(t=[[1.0], [2.0]], s=[1.0, 2.0, 3.0], tau=1.0)
    with pytest.raises(
        ValueError, match=r"s, u must have shapes that broadcast, got \(2,\) and \(3,"
    ):
        checks.broadcasting(s=np.ones(2), u=np.ones(3))


@pytest.mark.parametrize(
    ("sizes", "shape"),
    [
        ((2, 3), ("n", "m")),
        ((2, 2), ("n", "n")),
        ((4, 3), ("n", 3)),
        ((3,), (..., 3)),
        ((5, 4, 3), (..., 3)),
        ((5, 4, 4), (..., "n", "n")),
        ((), ()),
        ((0,), (0,)),
    ],
)
def test_shapes_that_fit(sizes, shape):
    array = np.zeros(sizes, dtype=np.int8)
    assert checks.shaped("A", array, shape) is array


@pytest.mark.parametrize(
    ("sizes", "shape", "words"),
    [
        ((2, 3), ("n", "n"), "(n, n), got (2, 3)"),
        ((2, 3), ("N3", 2), "(N3, 2), got (2, 3)"),
        ((2,), ("n", "m"), "(n, m), got (2,)"),
        ((1, 2), ("n",), "(n,), got (1, 2)"),
        ((0, 2), ("n", 2), "(n, 2), got (0, 2)"),
        ((3,), (..., "n", "n"), "(..., n, n), got (3,)"),
        ((5, 4, 3), (..., "n", "n"), "(..., n, n), got (5, 4, 3)"),
    ],
)
def test_shapes_that_do_not_fit(told, sizes, shape, words):
    assert told(checks.shaped, "A", np.zeros(sizes), shape) == f"A must have shape {words}"


def test_rows_of_different_lengths_are_no_array(told):
    assert (
        told(checks.as_array, "x", [[1], [1, 2]]) == "x must be an array, with rows of one length"
    )
    assert checks.as_array("x", [[1, 2]]).dtype == np.array([1]).dtype
