import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.pde import grids, named
from lib.pde.advection_diffusion import random_fields
from lib.pde.moments import Filter, operator
from lib.pde.stencils import central

FLAT = {name: q for name, q in named.catalogue().items() if q.dimension == 2}
weights = st.dictionaries(
    st.tuples(st.integers(-3, 3), st.integers(-2, 2)), st.integers(-5, 5), min_size=1, max_size=6
).filter(lambda q: any(q.values()))


@given(weights, st.floats(0.1, 10))
def test_a_filter_adds_up_what_stands_at_its_offsets(chosen, spacing):
    """Against the definition, with rolled grids."""
    q = Filter(chosen)
    u = np.random.default_rng(0).standard_normal((2, 5, 7))
    by_hand = sum(w * np.roll(u, (-a, -b), axis=(1, 2)) for (a, b), w in chosen.items())
    expected = by_hand / spacing**q.degree
    scale = np.abs(expected).max() + 1 / spacing**q.degree
    np.testing.assert_allclose(grids.apply(q, u, spacing), expected, atol=1e-12 * scale)


def test_a_sine_is_differentiated_along_the_right_axis():
    n = 200
    x = 2 * np.pi * np.arange(n) / n
    u = np.sin(x)[:, None] * np.cos(2 * x)
    wanted = np.cos(x)[:, None] * np.cos(2 * x)
    found = grids.apply(named.sobel(), u, 2 * np.pi / n)
    np.testing.assert_allclose(found, 8 * wanted, atol=8 * 2 * (2 * np.pi / n) ** 2)
    np.testing.assert_allclose(grids.exact(operator(named.sobel()), u), 8 * wanted, atol=1e-10)


def test_a_wave_is_multiplied_by_the_value_of_the_symbol():
    n, k = 48, 5
    x = 2 * np.pi * np.arange(n) / n
    found = grids.apply(central(2, 2), np.sin(k * x), x[1])
    factor = (2 * np.cos(k * x[1]) - 2) / x[1] ** 2
    np.testing.assert_allclose(found, factor * np.sin(k * x), atol=1e-10)


@pytest.mark.parametrize("seed", [200, 201])
def test_orders_are_those_that_moments_predict(seed):
    predicted = [operator(q).accuracy for q in FLAT.values()]
    found = grids.orders_on_grids(FLAT, seed, 64)
    np.testing.assert_allclose(found, predicted, atol=0.1)


def test_errors_of_both_grids_are_of_one_function():
    """Rate one, whatever the function: the root mean square of the first one does not change."""
    halving = {"forward": Filter({(0, 0): -1, (1, 0): 1})}
    for seed in range(300, 310):
        assert abs(grids.orders_on_grids(halving, seed, 64)[0] - 1) < 0.05


def test_bad_input_is_refused():
    q = named.sobel()
    with pytest.raises(ValueError, match="a filter of 2 dimensions needs a grid of as many axes"):
        grids.apply(q, np.zeros(4), 1.0)
    for spacing in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="spacing must be positive and finite, got"):
            grids.apply(q, np.zeros((4, 4)), spacing)
    with pytest.raises(ValueError, match="values must be finite, got nan"):
        grids.apply(q, np.full((4, 4), np.nan), 1.0)


LINE = central(2, 2)


@pytest.mark.parametrize("q", [Filter({(0, 0): 3}), LINE, Filter({(0, 0, 0): -1, (1, 0, 0): 1})])
def test_what_has_no_error_on_a_plane_has_no_order(q):
    with pytest.raises(ValueError, match="odd must be a filter in two dimensions that has an err"):
        grids.orders_on_grids({**FLAT, "odd": q}, 1, 16)


def test_an_operator_on_a_line_is_not_applied_to_a_plane():
    with pytest.raises(ValueError, match=r"read must be in two dimensions, got \[\(2,\)\]"):
        grids.exact(operator(LINE), np.zeros((4, 4)))


def test_a_wide_filter_goes_round_a_small_grid():
    u = random_fields(0, 1, 16)[0]
    q = Filter({(9, 0): 1, (0, 0): -1})
    np.testing.assert_allclose(grids.apply(q, u, 1.0), np.roll(u, -9, axis=0) - u, atol=1e-12)
