import numpy as np
import pytest

from lib.linear import pretraining
from lib.linear.coordinates import decoupled_weights, find_modes
from lib.linear.flow import gradient_flow
from lib.linear.tasks import PrincipalTask

VARIANCES = np.array([1.0, 0.5, 0.1, 0.01])
TASK = PrincipalTask(VARIANCES, np.random.default_rng(0).standard_normal((3, 4)))


def test_strengths_are_those_of_an_autoencoder_that_is_really_trained():
    covariance = np.diag(VARIANCES)
    W21, W32 = decoupled_weights(find_modes(covariance), 1e-3, 4, seed=1)
    path = gradient_flow(W21, W32, covariance, covariance, np.array([0.0, 4.0, 20.0]))
    for time, product in zip(path.times, path.product, strict=True):
        expected = np.diag(pretraining.autoencoder_strengths(VARIANCES, time, 1e-3))
        np.testing.assert_allclose(product, expected, atol=1e-9)


def test_pretraining_of_a_random_small_autoencoder_ends_in_the_same_place():
    rng = np.random.default_rng(0)
    W21, W32 = 1e-3 * rng.standard_normal((4, 6)).T, 1e-3 * rng.standard_normal((4, 6))
    variances = VARIANCES[:3]
    W21, W32, covariance = W21[:, :3], W32[:3], np.diag(variances)
    path = gradient_flow(W21, W32, covariance, covariance, np.array([0.0, 300.0]))
    np.testing.assert_allclose(path.product[-1], np.eye(3), atol=1e-6)
    # Its encoder is R with orthonormal columns, as in the closed form.
    np.testing.assert_allclose(path.W21[-1].T @ path.W21[-1], np.eye(3), atol=1e-4)


def test_long_pretraining_leaves_orthogonal_matrices_aligned_with_the_components():
    weights = pretraining.pretrained_weights(TASK, 4, 6, [0, 1, 2], time=1e5)
    for matrix in (weights.first, *np.moveaxis(weights.hidden, 1, 0)):
        gram = np.swapaxes(matrix, 1, 2) @ matrix
        np.testing.assert_allclose(gram, np.broadcast_to(np.eye(4), gram.shape), atol=1e-12)
    gram = weights.last @ np.swapaxes(weights.last, 1, 2)
    np.testing.assert_allclose(gram, np.broadcast_to(np.eye(3), gram.shape), atol=1e-12)


def test_each_layer_encodes_what_the_layers_before_it_pass_on():
    """Short pretraining: the input covariance of a layer, measured, gives its own strengths."""
    weights = pretraining.pretrained_weights(TASK, 4, 5, [3], time=30.0)
    covariance = np.diag(VARIANCES)
    for matrix in (weights.first[0], *weights.hidden[0]):
        variances = np.linalg.eigvalsh(covariance)[::-1]
        u = np.linalg.svd(matrix, compute_uv=False) ** 2
        expected = pretraining.autoencoder_strengths(variances, 30.0, 1e-3)
        np.testing.assert_allclose(u, expected, rtol=1e-9)
        covariance = matrix @ covariance @ matrix.T


@pytest.mark.parametrize("hidden", [2, 7])
def test_layers_may_be_narrower_or_wider_than_the_input(hidden):
    weights = pretraining.pretrained_weights(TASK, hidden, 4, [0, 1], time=1e5)
    assert weights.first.shape == (2, hidden, 4)
    assert weights.hidden.shape == (2, 1, hidden, hidden)
    passed_on = np.linalg.svd(weights.first[0], compute_uv=False)
    np.testing.assert_allclose(passed_on[: min(hidden, 4)], 1.0, atol=1e-9)
    # The strongest components are kept.
    assert np.abs(weights.first[0][:, min(hidden, 4) :]).sum() == 0


def test_seeds_do_not_disturb_each_other():
    one = pretraining.pretrained_weights(TASK, 4, 5, [5], time=10.0)
    two = pretraining.pretrained_weights(TASK, 4, 5, [4, 5], time=10.0)
    np.testing.assert_array_equal(one.hidden[0], two.hidden[1])


def test_a_start_at_zero_is_refused():
    with pytest.raises(ValueError, match="u0 must be positive"):
        pretraining.pretrained_weights(TASK, 4, 5, [5], time=10.0, u0=0.0)
