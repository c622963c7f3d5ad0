import numpy as np
import pytest

from lib.linear.domain import ascending, inside


@pytest.mark.parametrize("value", [[], [1.0], [0.0, 0.0], [1.0, 0.0], [0.0, np.nan], [[0.0, 1.0]]])
def test_times_that_do_not_ascend_are_refused_by_name(value):
    with pytest.raises(ValueError, match="times must"):
        ascending("times", value)


@pytest.mark.parametrize("value", [0.0, 2.0, 3.0, np.nan, [1.0, 2.0]])
def test_what_is_not_between_zero_and_s_is_refused_by_name(value):
    with pytest.raises(ValueError, match="u0 must lie between 0 and s"):
        inside("u0", value, np.array(2.0))


def test_the_first_that_is_not_inside_is_told_in_one_line():
    s = np.linspace(1.0, 2.0, 100)
    with pytest.raises(ValueError, match=r"^u0 must lie between 0 and s = 2.0, got 3.0$"):
        inside("u0", np.where(s == 2.0, 3.0, 0.5), s)
    with pytest.raises(ValueError, match="u0, s must have shapes that broadcast"):
        inside("u0", np.ones(2), np.ones(3))


def test_what_is_allowed_comes_back():
    np.testing.assert_array_equal(ascending("times", [0, 2]), [0.0, 2.0])
    np.testing.assert_array_equal(inside("u0", [1, 2], np.array(3.0)), [1.0, 2.0])
