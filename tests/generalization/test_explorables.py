import numpy as np
import pytest

from lib.generalization.explorables import corruption

SHARES = np.linspace(0, 1, 5)
ERRORS = np.array([[0.05, 0.1], [0.2, 0.3], [0.4, 0.5], [0.6, 0.7], [0.9, 0.91]])
STEPS = np.array([[80.0, 100], [400, 300], [500, 310], [450, 320], [470, 330]])


@pytest.fixture
def figure():
    return corruption(["wide", "deep"], SHARES, ERRORS, STEPS)


@pytest.mark.parametrize(("network", "column"), [("wide", 0), ("deep", 1)])
def test_it_shows_the_stored_results_of_the_chosen_network(drawn, figure, network, column):
    items = drawn(figure, "one-error", network=network)
    assert [item["x"] for item in items] == pytest.approx(SHARES.tolist())
    assert [item["y"] for item in items] == pytest.approx(ERRORS[:, column].tolist())
    steps = drawn(figure, "one-steps", network=network)
    assert [item["y"] for item in steps] == pytest.approx(STEPS[:, column].tolist())


@pytest.mark.parametrize("row", range(5))
def test_the_chosen_share_is_marked_and_told(drawn, figure, row):
    chosen = {"network": "deep", "p": float(SHARES[row])}
    (dot,) = drawn(figure, "here-error-dots", **chosen)
    assert (dot["x"], dot["y"]) == pytest.approx((SHARES[row], ERRORS[row, 1]))
    texts = [item["text"] for item in drawn(figure, "text-0", **chosen)]
    assert f"error {ERRORS[row, 1]:.2f}" in texts
    assert f"{STEPS[row, 1]:.0f} steps" in texts


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"errors \(5, 2\) and steps \(5, 1\) must be \(5, 2\)"):
        corruption(["wide", "deep"], SHARES, ERRORS, STEPS[:, :1])
