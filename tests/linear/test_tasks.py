import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.datasets import Dataset
from lib.linear import tasks
from lib.linear.flow import correlations

seeds = st.integers(0, 2**31)


def images(seed=0, colours=()):
    rng = np.random.default_rng(seed)
    return Dataset(
        pixels=rng.random((60, 3, 4, *colours)),
        labels=np.arange(60) % 3,
        class_names=("a", "b", "c"),
        provenance="made up",
    )


@given(seed=seeds)
@settings(max_examples=20)
def test_a_random_task_has_the_wanted_singular_values(seed):
    Sigma31 = tasks.random_task([3.0, 0.5], (4, 6), seed)
    assert Sigma31.shape == (4, 6)
    np.testing.assert_allclose(
        np.linalg.svd(Sigma31, compute_uv=False), [3.0, 0.5, 0.0, 0.0], atol=1e-12
    )


def test_seeds_give_different_tasks_and_the_same_seed_the_same():
    one, again, other = (tasks.random_task([1.0], (3, 3), seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 1e-3


@given(seed=seeds)
@settings(max_examples=20)
def test_whitened_inputs_have_mean_zero_and_unit_correlation(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((5, 5)) @ rng.standard_normal((5, 50)) + 3.0
    white = tasks.whiten(X)
    np.testing.assert_allclose(white.mean(axis=1), 0.0, atol=1e-10)
    np.testing.assert_allclose(white @ white.T / 50, np.eye(5), atol=1e-10)


def test_whitening_is_linear_in_the_centred_inputs():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3, 20))
    white, centred = tasks.whiten(X), X - X.mean(axis=1, keepdims=True)
    T = white @ np.linalg.pinv(centred)
    np.testing.assert_allclose(T @ centred, white, atol=1e-10)


def test_directions_without_variance_are_dropped():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2, 30))
    white = tasks.whiten(np.vstack([X, X[0], np.ones(30)]))
    assert white.shape == (2, 30)


def test_constant_inputs_cannot_be_whitened():
    with pytest.raises(ValueError, match="the inputs do not vary"):
        tasks.whiten(np.ones((3, 5)))


def test_image_tasks_are_white_and_centred():
    X, Y = tasks.image_task(images())
    Sigma11, Sigma31 = correlations(X, Y)
    np.testing.assert_allclose(Sigma11, np.eye(12), atol=1e-10)
    np.testing.assert_allclose(Y.mean(axis=1), 0.0, atol=1e-12)
    # Centred labels of three classes span two dimensions, and vary by at most 1/3 along each.
    s = np.linalg.svd(Sigma31, compute_uv=False)
    assert s[2] == pytest.approx(0.0, abs=1e-10)
    assert s[0] <= np.sqrt(1 / 3) + 1e-12


def test_images_that_are_not_whitened_keep_their_shape_and_have_unit_largest_variance():
    data = images(1, colours=(3,))
    X, _ = tasks.image_task(data, whitened=False)
    centred = data.flat - data.flat.mean(axis=1, keepdims=True)
    assert np.linalg.eigvalsh(X @ X.T / X.shape[1])[-1] == pytest.approx(1.0)
    np.testing.assert_allclose(X / X[0, 0], centred / centred[0, 0], rtol=1e-9)


def test_principal_components_change_no_map_and_no_loss():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 5)) @ rng.standard_normal((5, 60))
    X, Y = X - X.mean(axis=1, keepdims=True), rng.standard_normal((3, 60))
    task = tasks.principal_task(X, Y, components=10)
    covariance = X @ X.T / 60
    np.testing.assert_allclose(task.variances, np.linalg.eigvalsh(covariance)[::-1])
    best = Y @ X.T @ np.linalg.inv(X @ X.T)
    # Singular values of the best map after whitening are free of the choice of coordinates.
    values, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(
        np.linalg.svd(task.best * np.sqrt(task.variances))[1],
        np.linalg.svd(best @ (vectors * np.sqrt(values)))[1],
    )


def test_no_more_components_are_kept_than_wanted_or_there():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.standard_normal((3, 40)), np.zeros((2, 40))])
    Y = rng.standard_normal((2, 40))
    assert tasks.principal_task(X, Y, components=2).variances.shape == (2,)
    assert tasks.principal_task(X, Y, components=9).variances.shape == (3,)
    with pytest.raises(ValueError, match="components must be at least 1"):
        tasks.principal_task(X, Y, components=0)
    with pytest.raises(ValueError, match="the inputs do not vary"):
        tasks.principal_task(np.zeros((2, 40)), Y, components=2)


def test_images_that_do_not_vary_are_no_task():
    grey = Dataset(np.ones((2, 3, 4)), np.array([0, 1]), ("a", "b"), "made up")
    for whitened in (True, False):
        with pytest.raises(ValueError, match="do not vary"):
            tasks.image_task(grey, whitened=whitened)


def test_a_principal_task_has_a_positive_variance_for_each_column():
    with pytest.raises(ValueError, match=r"best must have shape \(N3, 2\), got \(2, 3\)"):
        tasks.PrincipalTask(np.ones(2), np.ones((2, 3)))
    with pytest.raises(ValueError, match="variances must be positive"):
        tasks.PrincipalTask(np.array([1.0, 0.0]), np.ones((2, 2)))
