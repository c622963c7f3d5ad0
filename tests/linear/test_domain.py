import numpy as np
import pytest

from lib.linear.domain import inside, positive


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, [1.0, 0.0]])
def test_what_is_not_positive_is_refused_by_name(value):
    with pytest.raises(ValueError, match="tau must be positive and finite"):
        positive("tau", value)


@pytest.mark.parametrize("value", [0.0, 2.0, 3.0, np.nan, [1.0, 2.0]])
def test_what_is_not_between_zero_and_s_is_refused_by_name(value):
    with pytest.raises(ValueError, match="u0 must lie between 0 and s"):
        inside("u0", value, np.array(2.0))


def test_what_is_allowed_comes_back():
    np.testing.assert_array_equal(positive("s", [1, 2]), [1.0, 2.0])
    np.testing.assert_array_equal(inside("u0", [1, 2], np.array(3.0)), [1.0, 2.0])
