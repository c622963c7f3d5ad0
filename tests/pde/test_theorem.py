import pytest

from lib.pde import theorem


@pytest.mark.parametrize(
    ("alpha", "side"), [((0,), 1), ((1,), 3), ((3,), 5), ((1, 0), 3), ((1, 1), 3), ((2, 1), 5)]
)
def test_nothing_is_left_of_the_corrected_theorem(alpha, side):
    found = theorem.remainders(alpha, side)
    assert len(found) == sum(alpha) + 1
    assert all(part == 0 for part in found)


def test_something_is_left_if_moments_of_the_same_degree_do_not_vanish(monkeypatch):
    """With |β| < |α| alone ∂₂² comes along with ∂₁²."""
    every = theorem.multi_indices
    monkeypatch.setattr(
        theorem, "multi_indices", lambda d, n: [b for b in every(d, n) if b != (0, 2)]
    )
    found = theorem.remainders((2, 0), 3)
    assert found[:2] == [0, 0]
    assert found[2] != 0


@pytest.mark.parametrize("side", [2, 4, 1])
def test_a_side_must_leave_the_moments_independent(side):
    with pytest.raises(ValueError, match=f"side must be an odd number above 2, got {side}"):
        theorem.remainders((2,), side)
