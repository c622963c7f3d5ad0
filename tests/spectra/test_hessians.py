from functools import partial

import numpy as np
import pytest
import torch
from torch.autograd.functional import hessian
from torch.nn.functional import cross_entropy

from lib import initializers
from lib.spectra import SpectralDensity, extreme_eigenvalues, hessians, spectral_density


def symmetric(size, seed=0):
    A = np.random.default_rng(seed).standard_normal((size, size))
    return (A + A.T) / np.sqrt(2 * size)


def quadratic(H):
    """Half of the form of a matrix, as a loss of two parameters; and where to look at it."""
    H = torch.as_tensor(H)
    at = torch.ones(len(H), dtype=H.dtype)

    def loss(a, b):
        whole = torch.cat([a.flatten(), b])
        return 0.5 * whole @ H @ whole

    return loss, [at[:6].reshape(2, 3), at[6:]]


@pytest.fixture(scope="module")
def perceptron():
    """Cross-entropy of a small classifier, its parameters, and the Hessian formed by PyTorch."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(12, 15), (12,), (4, 12), (4,)]
    parameters = [
        torch.randn(*shape, dtype=torch.float64, generator=generator) / 3 for shape in shapes
    ]
    x = torch.randn(40, 15, dtype=torch.float64, generator=generator)
    labels = torch.randint(0, 4, (40,), generator=generator)

    def loss(W1, b1, W2, b2):
        return cross_entropy(torch.tanh(x @ W1.T + b1) @ W2.T + b2, labels)

    def flattened(flat):
        pieces = flat.split([p.numel() for p in parameters])
        return loss(*(q.reshape(p.shape) for q, p in zip(pieces, parameters, strict=True)))

    H = hessian(flattened, torch.cat([p.flatten() for p in parameters])).numpy()
    return loss, parameters, H


@pytest.mark.parametrize("size", [40, 300])  # formed, and by products alone
@pytest.mark.parametrize("count", [1, 4])
def test_the_ends_of_a_known_spectrum(size, count):
    H = symmetric(size)
    exact = np.linalg.eigvalsh(H)
    largest = extreme_eigenvalues(*quadratic(H), count)
    np.testing.assert_allclose(largest, exact[::-1][:count], rtol=1e-11)
    smallest = extreme_eigenvalues(*quadratic(H), count, end="smallest")
    np.testing.assert_allclose(smallest, exact[:count], rtol=1e-11)


def test_the_ends_of_a_perceptron_are_those_of_its_whole_hessian(perceptron):
    loss, parameters, H = perceptron
    exact = np.linalg.eigvalsh(H)
    assert len(H) > 200
    found = extreme_eigenvalues(loss, parameters, 6)
    np.testing.assert_allclose(found, exact[::-1][:6], rtol=1e-10)
    found = extreme_eigenvalues(loss, parameters, 2, end="smallest", seed=5)
    np.testing.assert_allclose(found, exact[:2], rtol=1e-10)


def test_the_whole_spectrum_may_be_asked_for():
    H = symmetric(230)
    found = extreme_eigenvalues(*quadratic(H), 230)
    np.testing.assert_allclose(found, np.linalg.eigvalsh(H)[::-1], atol=1e-12)


def test_a_tolerance_is_kept_and_saves_work():
    H = symmetric(300)
    found = extreme_eigenvalues(*quadratic(H), 3, tolerance=1e-2)
    exact = np.linalg.eigvalsh(H)[::-1][:3]
    np.testing.assert_allclose(found, exact, rtol=1e-2)
    assert np.abs(found / exact - 1).max() > 1e-13


def test_coordinates_that_are_turned_keep_the_eigenvalues():
    H = symmetric(260)
    Q = initializers.orthogonal((260, 260), np.random.default_rng(1))
    np.testing.assert_allclose(
        extreme_eigenvalues(*quadratic(Q @ H @ Q.T), 3),
        extreme_eigenvalues(*quadratic(H), 3),
        rtol=1e-11,
    )


def test_eigenvalues_that_are_equal_are_all_found():
    exact = np.concatenate([[3.0, 3.0, 3.0, 2.0], np.linspace(-1, 1, 296)])
    Q = initializers.orthogonal((300, 300), np.random.default_rng(1))
    found = extreme_eigenvalues(*quadratic(Q * exact @ Q.T), 4)
    np.testing.assert_allclose(found, exact[:4], rtol=1e-10)


def test_single_precision_ends_with_what_it_has():
    H = symmetric(300)
    found = extreme_eigenvalues(*quadratic(H.astype(np.float32)), 2)
    np.testing.assert_allclose(found, np.linalg.eigvalsh(H)[::-1][:2], rtol=1e-5)


@pytest.mark.parametrize("size", [7, 300])  # formed, and by products alone
def test_a_linear_loss_has_no_curvature(size):
    at = [torch.ones(size)]
    for end in ("largest", "smallest"):
        assert extreme_eigenvalues(torch.sum, at, 2, end=end).tolist() == [0, 0]
    assert not spectral_density(torch.sum, at, probes=2, steps=3, seed=0).nodes.any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 0}, "count must be from 1 to the 40 eigenvalues, got 0"),
        ({"count": 41}, "count must be from 1 to the 40 eigenvalues, got 41"),
        ({"end": "middle"}, "unknown end 'middle'; give one of largest, smallest"),
        *[
            ({"tolerance": bad}, f"tolerance must be at least 0 and below 1, got {bad}")
            for bad in (-1.0, 1.0, np.inf, np.nan)
        ],
    ],
)
def test_eigenvalues_that_do_not_exist_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        extreme_eigenvalues(*quadratic(symmetric(40)), **settings)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda p: p.sum() / 0, "loss or its gradient is not finite; the loss is inf"),
        (lambda p: (p - 1).abs().sqrt().sum(), "its gradient is not finite; the loss is 0"),
        (lambda p: ((p - 1).abs() ** 1.5).sum(), "the Hessian holds NaN or infinite values"),
        (lambda p: p**2, r"a loss is one number, got the shape \(9,\)"),
    ],
)
def test_what_has_no_hessian_is_refused(loss, message):
    at = [torch.ones(9)]
    with pytest.raises(ValueError, match=message):
        extreme_eigenvalues(loss, at)
    with pytest.raises(ValueError, match=message):
        spectral_density(loss, at, probes=2, steps=2, seed=0)


def test_what_does_not_converge_is_told(monkeypatch):
    monkeypatch.setattr(hessians, "eigsh", partial(hessians.eigsh, maxiter=1))
    with pytest.raises(ValueError, match="the 2 largest eigenvalues were not found: ARPACK error"):
        extreme_eigenvalues(*quadratic(symmetric(230)), 2)


def moments(density, powers):
    return np.array([(density.weights * density.nodes**k).sum(axis=1).mean() for k in powers])


def test_quadrature_is_exact_up_to_its_degree():
    """Signs see the diagonal alone, so that on a diagonal Hessian every probe has its moments."""
    exact = np.linspace(-1, 2, 50) ** 3
    found = spectral_density(*quadratic(np.diag(exact)), probes=3, steps=4, seed=0)
    assert found.nodes.shape == found.weights.shape == (3, 4)
    assert (found.weights > 0).all()
    np.testing.assert_allclose(found.weights.sum(axis=1), 1, rtol=1e-13)
    expected = [np.mean(exact**k) for k in range(9)]
    np.testing.assert_allclose(moments(found, range(8)), expected[:8], rtol=1e-12)
    assert abs(moments(found, [8])[0] / expected[8] - 1) > 1e-6


def test_the_mean_of_a_perceptron_is_its_trace_within_the_error_of_probes(perceptron):
    loss, parameters, H = perceptron
    found = spectral_density(loss, parameters, probes=60, steps=3, seed=0)
    off = H - np.diag(np.diag(H))
    error = np.sqrt(2 * np.sum(off**2) / 60) / len(H)
    assert abs(moments(found, [1])[0] - np.trace(H) / len(H)) < 4 * error
    assert error < 0.2 * np.trace(H) / len(H)


def test_the_distribution_becomes_that_of_the_eigenvalues():
    H = symmetric(400)
    exact = np.linalg.eigvalsh(H)
    at = np.linspace(-2.2, 2.2, 200)
    true = (exact[:, None] <= at).mean(axis=0)

    def distance(steps):
        found = spectral_density(*quadratic(H), probes=8, steps=steps, seed=1)
        steps_of = (found.nodes[..., None] <= at) * found.weights[..., None]
        return np.abs(steps_of.sum(axis=(0, 1)) / 8 - true).max()

    assert distance(100) < 0.02 < 0.1 < distance(3)


def test_as_many_steps_as_parameters_find_every_eigenvalue():
    H = symmetric(30)
    found = spectral_density(*quadratic(H), probes=2, steps=30, seed=0)
    np.testing.assert_allclose(found.nodes, np.tile(np.linalg.eigvalsh(H), (2, 1)), atol=1e-10)


def test_orthogonality_is_kept_over_many_steps():
    """Plain Lanczos finds outlying eigenvalues again and again."""
    exact = np.concatenate([np.linspace(0, 1, 395), [50.0, 100, 200, 400, 800]])
    Q = initializers.orthogonal((400, 400), np.random.default_rng(0))
    found = spectral_density(*quadratic(Q * exact @ Q.T), probes=2, steps=120, seed=0)
    np.testing.assert_allclose(found.nodes[:, -5:], np.tile(exact[-5:], (2, 1)), rtol=1e-10)
    assert found.nodes[:, -6].max() < 1 + 1e-10


def test_a_spectrum_of_two_values_ends_early():
    Q = initializers.orthogonal((20, 20), np.random.default_rng(0))
    H = Q * np.repeat([1.0, -2.0], [15, 5]) @ Q.T
    found = spectral_density(*quadratic(H), probes=30, steps=6, seed=0)
    heavy = found.weights > 1e-10
    assert (heavy.sum(axis=1) == 2).all()
    np.testing.assert_allclose(found.nodes[heavy].reshape(30, 2), [[-2, 1]] * 30, atol=1e-10)
    np.testing.assert_allclose(found.weights.sum(axis=1), 1, rtol=1e-12)


def test_probes_do_not_disturb_each_other_and_come_from_the_seed(perceptron):
    loss, parameters, _ = perceptron
    many = spectral_density(loss, parameters, probes=4, steps=8, seed=3)
    one = spectral_density(loss, parameters, probes=1, steps=8, seed=3)
    np.testing.assert_allclose(many.nodes[0], one.nodes[0], rtol=1e-9)
    np.testing.assert_allclose(many.weights[0], one.weights[0], rtol=1e-9)
    other = spectral_density(loss, parameters, probes=1, steps=8, seed=4)
    assert np.abs(other.nodes[0] - one.nodes[0]).max() > 1e-3


@pytest.mark.parametrize(
    ("probes", "steps", "message"),
    [
        (0, 3, "probes and steps must be at least 1, got 0 and 3"),
        (3, 0, "probes and steps must be at least 1, got 3 and 0"),
        (1, 41, "steps must be at most the 40 parameters, got 41"),
    ],
)
def test_impossible_quadratures_are_refused(probes, steps, message):
    with pytest.raises(ValueError, match=message):
        spectral_density(*quadratic(symmetric(40)), probes=probes, steps=steps, seed=0)


def test_a_smoothed_density_is_a_mean_of_bells():
    density = SpectralDensity(np.array([[0.0, 2.0], [0.0, 1.0]]), np.array([[0.5, 0.5], [1, 0]]))
    at = np.linspace(-5, 8, 2001)
    found = density.smoothed(at, 0.5)
    bells = [np.exp(-2 * (at - centre) ** 2) / np.sqrt(np.pi / 2) for centre in (0, 2)]
    np.testing.assert_allclose(found, 0.75 * bells[0] + 0.25 * bells[1], atol=1e-14)
    assert np.trapezoid(found, at) == pytest.approx(1)
    for width in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="width must be positive and finite"):
            density.smoothed(at, width)
