from math import comb

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.linear import critical_points as cp
from lib.linear.flow import velocity

# What torch.func imports on its first call warns of torch's own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

S = np.array([3.0, 2.0, 1.0])


@pytest.mark.parametrize(("r", "hidden"), [(3, 1), (3, 2), (3, 3), (3, 5), (5, 2)])
def test_there_are_as_many_subsets_as_binomials_say(r, hidden):
    subsets = list(cp.learned_subsets(r, hidden))
    assert len(subsets) == sum(comb(r, k) for k in range(min(r, hidden) + 1))
    assert len(set(subsets)) == len(subsets)


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_the_gradient_vanishes_at_every_critical_point_and_wherever_it_is_moved(hidden):
    G = np.random.default_rng(0).standard_normal((hidden, hidden)) + 3 * np.eye(hidden)
    for subset in cp.learned_subsets(3, hidden):
        for moved in (None, G):
            W21, W32 = cp.critical_point(S, subset, hidden, moved)
            kept = np.diag([value if mode in subset else 0.0 for mode, value in enumerate(S)])
            np.testing.assert_allclose(W32 @ W21, kept, atol=1e-12)
            for step in velocity(W21, W32, np.diag(S), np.eye(3)):
                np.testing.assert_allclose(step, 0.0, atol=1e-12)


@given(
    s=st.lists(st.integers(1, 40), min_size=2, max_size=4, unique=True),
    hidden=st.integers(1, 4),
    seed=st.integers(0, 2**31),
    data=st.data(),
)
@settings(max_examples=25)
def test_the_hessian_has_the_predicted_index_in_any_order_of_modes(s, hidden, seed, data):
    values = np.array(s, dtype=float) / 10.0
    subset = data.draw(st.sampled_from(list(cp.learned_subsets(values.size, hidden))))
    rng = np.random.default_rng(seed)
    G = np.linalg.qr(rng.standard_normal((hidden, hidden)))[0] * rng.uniform(0.5, 2.0, hidden)
    for moved in (None, G):
        H = cp.hessian(*cp.critical_point(values, subset, hidden, moved), values)
        assert cp.hessian_index(H) == cp.predicted_index(values, subset, hidden)


@pytest.mark.parametrize("hidden", [1, 3])
def test_the_index_table_has_a_row_for_each_point_and_its_columns_agree(hidden):
    table = cp.index_table(S, hidden, seed=5)
    subsets = list(cp.learned_subsets(3, hidden))
    assert table.shape == (len(subsets), 3)
    predicted = [cp.predicted_index(S, subset, hidden) for subset in subsets]
    np.testing.assert_array_equal(table, np.array(predicted)[:, None] * [1, 1, 1])


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_only_the_strongest_modes_are_a_minimum(hidden):
    stable = [p for p in cp.learned_subsets(3, hidden) if cp.predicted_index(S, p, hidden) == 0]
    assert stable == [tuple(range(min(3, hidden)))]


def test_the_origin_has_a_way_down_for_each_hidden_unit_and_mode():
    assert cp.predicted_index(S, (), 4) == 12


def test_the_hessian_is_that_of_sympy():
    W21, W32 = sp.Matrix(1, 2, sp.symbols("p:2")), sp.Matrix(2, 1, sp.symbols("q:2"))
    difference = sp.diag(3, 1) - W32 * W21
    L = sum(entry**2 for entry in difference) / 2
    weights = [*W21, *W32]
    numbers = dict(zip(weights, [1, -2, 3, 5], strict=True))
    expected = np.array(sp.hessian(L, weights).subs(numbers).tolist(), dtype=float)
    found = cp.hessian(np.array([[1.0, -2.0]]), np.array([[3.0], [5.0]]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(found, expected)


def test_index_counts_negative_eigenvalues_and_not_rounding():
    assert cp.hessian_index(np.diag([-1.0, -1e-12, 0.0, 2.0])) == 1


def test_a_point_needs_room_for_its_modes():
    with pytest.raises(ValueError, match="2 modes do not fit into 1 hidden units"):
        cp.critical_point(S, (0, 1), 1)


@pytest.mark.parametrize("subset", [(-1,), (3,), (1, 1)])
def test_only_modes_that_there_are_can_be_learned_and_each_once(subset):
    for function in (cp.critical_point, cp.predicted_index):
        with pytest.raises(ValueError, match="learned modes must be different ones from 0 to 2"):
            function(S, subset, 3)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_blind_search_finds_the_predicted_points_and_no_other(seed):
    result = cp.search(S, 2, 60, seed)
    assert result.started == 60
    assert len(result.subsets) > 30
    assert result.unexpected == 0
    assert result.found == set(cp.learned_subsets(3, 2))


def test_a_point_that_is_none_of_the_predicted_is_noticed():
    found = cp.Search((cp._recognise(np.eye(3), S, 2), (0,)), 2)
    assert found.unexpected == 1
    assert found.found == {(0,)}


def test_a_search_that_does_not_arrive_is_not_counted(monkeypatch):
    class Stuck:
        x, fun = np.ones(12), np.ones(12)

    monkeypatch.setattr(cp, "least_squares", lambda *_, **__: Stuck())
    assert cp.search(S, 2, 3, 0).subsets == ()
