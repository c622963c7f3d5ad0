import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.pde import moment_matrix as matrices
from lib.pde.moments import Filter, moment

sides = st.sampled_from([1, 3, 5, 7])


@given(side=sides, seed=st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_kernels_and_moments_determine_each_other(side, seed):
    kernels = np.random.default_rng(seed).standard_normal((2, side, side))
    M = matrices.moment_matrix(kernels)
    np.testing.assert_allclose(matrices.kernel_from_moments(M), kernels, atol=1e-10)
    np.testing.assert_allclose(
        matrices.moment_matrix(matrices.kernel_from_moments(kernels)), kernels, atol=1e-9
    )


@given(values=st.lists(st.integers(-4, 4), min_size=9, max_size=9))
@settings(max_examples=30, deadline=None)
def test_entries_are_the_exact_moments_over_factorials(values):
    kernel = np.array(values, dtype=float).reshape(3, 3)
    q = Filter({(i - 1, j - 1): int(kernel[i, j]) for i in range(3) for j in range(3)})
    M = matrices.moment_matrix(kernel)
    factorials = [1, 1, 2]
    for i in range(3):
        for j in range(3):
            exact = moment(q, (i, j)) / (factorials[i] * factorials[j])
            assert M[i, j] == pytest.approx(float(exact), abs=1e-12)


def test_the_basis_and_its_inverse_cancel():
    for side in (1, 3, 5, 9):
        product = matrices.moment_basis(side) @ matrices.inverse_moment_basis(side)
        np.testing.assert_allclose(product, np.eye(side), atol=1e-9)


@pytest.mark.parametrize("function", [matrices.moment_matrix, matrices.kernel_from_moments])
@pytest.mark.parametrize("shape", [(3, 5), (4, 4), (3,)])
def test_kernels_that_are_not_square_and_odd_are_refused(function, shape):
    with pytest.raises(ValueError, match=r"must be square with an odd side, got shape \("):
        function(np.zeros(shape))


@pytest.mark.parametrize("function", [matrices.moment_matrix, matrices.kernel_from_moments])
def test_numbers_must_be_finite(function):
    with pytest.raises(ValueError, match="hold NaN or infinite values"):
        function(np.full((3, 3), np.nan))


@pytest.mark.parametrize(
    ("side", "refusal"),
    [(2, "a kernel has a positive odd side, got 2"), (0, "at least 1, got 0"), (-3, "got -3")],
)
def test_a_side_must_be_odd(side, refusal):
    with pytest.raises(ValueError, match=refusal):
        matrices.moment_basis(side)
