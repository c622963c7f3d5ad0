import re

import numpy as np
import pytest

from lib import checks


@pytest.mark.parametrize("check", [checks.finite, checks.positive])
@pytest.mark.parametrize("value", [2, 0.5, [1, 2], np.ones((2, 3), np.float32), np.ones(0)])
def test_good_numbers_come_back_as_floats(check, value):
    found = check("x", value)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, value)


def test_an_array_of_floats_is_not_copied():
    array = np.arange(1.0, 4.0)
    assert checks.finite("x", array) is array
    assert checks.at_least("x", array, 1) is array


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_finite_names_the_first_that_is_not(told, bad):
    assert told(checks.finite, "rate", bad) == f"rate must be finite, got {bad}"
    array = np.array([[0.0, 1.0], [bad, np.nan]])
    assert told(checks.finite, "X", array) == f"X must be finite, got {bad} at [1, 0]"


@pytest.mark.parametrize("bad", [0.0, -1.5, np.nan, np.inf])
def test_positive_refuses_zero_too(told, bad):
    words = f"s must be positive and finite, got {bad}"
    assert told(checks.positive, "s", bad) == words
    assert told(checks.positive, "s", [1.0, bad]) == f"{words} at [1]"


def test_at_least_allows_the_least(told):
    assert checks.at_least("steps", 1, 1) == 1
    assert told(checks.at_least, "steps", 0, 1) == "steps must be at least 1, got 0"
    assert told(checks.at_least, "t", np.inf, 0) == "t must be finite, got inf"
    assert told(checks.at_least, "t", np.nan, 0) == "t must be finite, got nan"


def test_what_is_no_number_is_refused(told):
    assert told(checks.finite, "x", "three") == "x must be real numbers, got <U5"
    assert told(checks.positive, "x", 1j) == "x must be real numbers, got complex128"
    assert told(checks.finite, "x", [[1], [1, 2]]).startswith("x must be an array, with rows")


def test_fraction_has_zero_and_not_one(told):
    assert checks.fraction("share", 0.0) == 0.0
    for bad in (1.0, -0.1, np.nan):
        assert told(checks.fraction, "share", bad).endswith(f"at least 0 and below 1, got {bad}")


def test_seeds(told):
    np.testing.assert_array_equal(checks.seed_list("seeds", range(3)), [0, 1, 2])
    np.testing.assert_array_equal(checks.seed_list("seed", 7), [7])
    assert told(checks.seed_list, "seeds", []) == "seeds must have shape (S,), got (0,)"
    assert told(checks.seed_list, "seeds", [1, -1]) == "seeds must be at least 0, got -1 at [1]"
    assert told(checks.seed_list, "seeds", [0.5]) == "seeds must be whole numbers, got 0.5"
    assert told(checks.seed_list, "seeds", np.zeros((1, 2), int)).startswith(
        "seeds must have shape"
    )


def test_labels_are_classes_from_zero_on(told):
    found = checks.class_labels("labels", np.array([2, 0, 1], np.uint8), 3, 3)
    assert found.dtype == np.int64
    assert found.tolist() == [2, 0, 1]
    assert checks.class_labels("labels", [], 0, 3).size == 0
    for bad in (-100, -1, 3):  # the first is what torch leaves out of a loss
        words = f"labels must be from 0 to 2, got {bad} at [1]"
        assert told(checks.class_labels, "labels", [0, bad], 2, 3) == words
    words = "labels must have shape (2,), got (3,)"
    assert told(checks.class_labels, "labels", [0, 1, 2], 2, 3) == words
    assert told(checks.class_labels, "y", [0.0, 1.0], 2, 3) == "y must be whole numbers, got 0.0"


def test_every_message_is_one_line(told):
    big = np.full((40, 40), np.nan)
    for check in (checks.finite, checks.positive):
        assert not re.search("\n", told(check, "X", big))


def test_whole_numbers(told):
    found = checks.whole("steps", np.int64(3), 1)
    assert (found, type(found)) == (3, int)
    assert told(checks.whole, "steps", 2.5, 1) == "steps must be a whole number, got 2.5"
    assert told(checks.whole, "steps", True, 0) == "steps must be a whole number, got True"
    assert told(checks.whole, "steps", [2], 1) == "steps must be a whole number, got [2]"
    assert told(checks.whole, "steps", 0, 1) == "steps must be at least 1, got 0"


def test_real_numbers_may_be_infinite(told):
    np.testing.assert_array_equal(checks.real("x", [1, np.nan, np.inf]), [1.0, np.nan, np.inf])
    assert told(checks.real, "x", "three") == "x must be real numbers, got <U5"
