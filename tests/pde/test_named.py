import numpy as np
import pytest
import sympy as sp
from scipy import ndimage

from lib.pde import named
from lib.pde.moments import moment, operator
from lib.pde.observed import observed_order, random_waves

SPACINGS = 2.0 ** -np.arange(12, 17, 2)


@pytest.mark.parametrize(
    ("q", "factor"), [(named.sobel(), 8), (named.prewitt(), 6), (named.scharr(), 32)]
)
def test_edge_filters_are_multiples_of_a_derivative(q, factor):
    assert operator(q).coefficients == {(1, 0): factor}
    assert operator(q).accuracy == 2


@pytest.mark.parametrize(
    ("q", "factor"),
    [
        (named.five_point_laplacian(), 1),
        (named.eight_neighbour_laplacian(), 3),
        (named.nine_point_laplacian(), 6),
        (named.laplacian_of_gaussian(), -8),
    ],
)
def test_laplacians_are_multiples_of_the_laplacian(q, factor):
    assert operator(q).coefficients == {(2, 0): factor, (0, 2): factor}


@pytest.mark.parametrize(
    ("q", "theirs"),
    [
        (named.sobel(), ndimage.sobel),
        (named.prewitt(), ndimage.prewitt),
        (named.five_point_laplacian(), ndimage.laplace),
    ],
)
def test_filters_do_what_scipy_does(q, theirs):
    picture = np.random.default_rng(0).standard_normal((7, 8))
    kernel = np.zeros((3, 3))
    for (a, b), weight in q.weights.items():
        kernel[a + 1, b + 1] = float(weight)
    expected = theirs(picture) if theirs is ndimage.laplace else theirs(picture, axis=0)
    np.testing.assert_allclose(ndimage.correlate(picture, kernel), expected, atol=1e-12)


def test_the_error_of_the_nine_points_is_a_laplacian_squared():
    q = named.nine_point_laplacian()
    fourth = {
        beta: moment(q, beta) / (sp.factorial(beta[0]) * sp.factorial(beta[1]))
        for beta in [(4, 0), (2, 2), (0, 4)]
    }
    assert fourth[(2, 2)] == 2 * fourth[(4, 0)] == 2 * fourth[(0, 4)]


@pytest.mark.parametrize("moments", [1, 2, 3])
def test_wavelets_have_their_vanishing_moments_and_are_orthonormal(moments):
    q = named.haar() if moments == 1 else named.daubechies(moments)
    assert operator(q).degree == moments
    weights = np.array([float(q.weights[(k,)]) for k in range(2 * moments)])
    for shift in range(moments):
        product = weights[2 * shift :] @ weights[: len(weights) - 2 * shift]
        assert product == pytest.approx(float(shift == 0), abs=1e-12)


def test_daubechies_lowpass_is_the_published_one():
    published = [0.4829629131445341, 0.8365163037378079, 0.2241438680420134, -0.1294095225512604]
    q = named.daubechies(2)
    lowpass = [(-1) ** k * float(q.weights[(k,)]) for k in range(4)][::-1]
    np.testing.assert_allclose(lowpass, published, atol=1e-12)
    with pytest.raises(ValueError, match="moments must be 2 or 3, got 4"):
        named.daubechies(4)


@pytest.mark.parametrize("name", named.catalogue())
def test_the_observed_order_is_the_predicted_one(name):
    q = named.catalogue()[name]
    slopes = [observed_order(q, random_waves(seed, q.dimension), SPACINGS) for seed in (1, 2, 3)]
    assert np.median(slopes) == pytest.approx(operator(q).accuracy, abs=0.1)


def test_the_catalogue_is_large_and_has_no_doubles():
    filters = named.catalogue()
    assert len(filters) >= 20
    assert len({tuple(q.weights.items()) for q in filters.values()}) == len(filters)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("box blur", "1"),
        ("Haar", "−0.707∂"),
        ("biharmonic", "∂₁⁴ + 2∂₁²∂₂² + ∂₂⁴"),
        ("∂₁²∂₂", "∂₁²∂₂"),
        ("Prewitt", "6∂₁"),
    ],
)
def test_an_operator_is_described_in_a_line(name, line):
    assert named.describe(named.catalogue()[name]) == line
