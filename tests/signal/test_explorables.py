import numpy as np
import pytest

from lib.signal.explorables import variance_against_depth


@pytest.mark.parametrize(("gain", "depth"), [(2.0, 30), (1.0, 100), (0.5, 7), (3.35, 12)])
def test_variances_are_the_products_of_the_layers(drawn, gain, depth):
    for mark, factor in (("layers-linear", gain), ("layers-relu", gain / 2)):
        items = drawn(variance_against_depth(), mark, gain=gain, depth=depth)
        assert len(items) == depth + 1
        variances = np.cumprod(np.r_[1.0, np.full(depth, factor)])
        np.testing.assert_allclose([item["y"] for item in items], variances, rtol=1e-9)


def test_only_kaimings_gain_keeps_the_signal_behind_rectifiers(drawn):
    (told,) = drawn(variance_against_depth(), "text-1", gain=2.0, depth=100)
    assert told["text"] == "with rectifiers 1"
    (told,) = drawn(variance_against_depth(), "text-0", gain=1.0, depth=100)
    assert told["text"] == "linear 1"


def test_the_right_panel_is_the_end_of_the_left_one_for_any_gain(drawn):
    items = drawn(variance_against_depth(), "gains-relu", depth=20)
    gains = np.array([item["x"] for item in items])
    np.testing.assert_allclose(gains, np.linspace(0.5, 4.0, 71))
    np.testing.assert_allclose([item["y"] for item in items], (gains / 2) ** 20, rtol=1e-9)
    (here,) = drawn(variance_against_depth(), "here-linear-dots", gain=1.5, depth=20)
    assert (here["x"], here["y"]) == pytest.approx((1.5, 1.5**20))
