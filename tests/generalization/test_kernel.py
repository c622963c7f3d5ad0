import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.generalization.kernel import difficulties, difficulty, rectifier_kernel

seeds = st.integers(0, 2**31)


def drawn(seed, count=15, dimension=6, classes=3):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    return rng.standard_normal((count, dimension)), rng.permutation(labels)


def with_spectrum(values, seed=0):
    """A kernel of given eigenvalues, the first with the constant vector, and the eigenvectors."""
    n = len(values)
    start = np.random.default_rng(seed).standard_normal((n, n))
    start[:, 0] = 1
    vectors = np.linalg.qr(start)[0]
    return vectors @ np.diag(values) @ vectors.T, vectors


def by_inverse(kernel, labels):
    columns = np.array([[float(label == c) for c in sorted(set(labels))] for label in labels])
    columns -= columns.mean(axis=0)
    return np.trace(columns.T @ np.linalg.inv(kernel) @ columns) / np.trace(columns.T @ columns)


def test_the_kernel_is_the_mean_over_random_rectifiers():
    x = np.random.default_rng(1).standard_normal((5, 3)) + 0.3
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    w = np.random.default_rng(2).standard_normal((100_000, 3))
    # Derivatives with respect to the input weights of each unit are x, where it is active.
    active = (w @ unit.T >= 0).astype(float)
    samples = np.einsum("ki,kj->kij", active, active) * (unit @ unit.T)
    error = samples.std(axis=0) / np.sqrt(len(w)) + 1e-12
    assert (np.abs(rectifier_kernel(x) - samples.mean(axis=0)) / error).max() < 5


def test_the_kernel_at_angles_that_one_knows():
    angles = np.array([0, np.pi / 3, np.pi / 2, np.pi])
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(rectifier_kernel(x)[0], [1 / 2, 1 / 6, 0, 0], atol=1e-9)


@given(seed=seeds)
@settings(max_examples=25)
def test_the_kernel_is_symmetric_semidefinite_and_half_on_its_diagonal(seed):
    H = rectifier_kernel(drawn(seed)[0])
    np.testing.assert_array_equal(H, H.T)
    np.testing.assert_allclose(np.diag(H), 0.5, rtol=1e-14)
    assert np.linalg.eigvalsh(H).min() > -1e-12


@given(seed=seeds)
@settings(max_examples=25)
def test_the_kernel_notices_neither_rotation_nor_scale(seed):
    x, _ = drawn(seed)
    rng = np.random.default_rng([seed, 1])
    rotation = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    moved = rng.uniform(0.01, 100, (15, 1)) * (x @ rotation)
    np.testing.assert_allclose(rectifier_kernel(moved), rectifier_kernel(x), atol=1e-9)


def test_images_of_any_shape_are_rows_of_pixels():
    x = np.random.default_rng(0).standard_normal((4, 2, 3, 5)).astype(np.float32)
    found = rectifier_kernel(x)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, rectifier_kernel(x.reshape(4, -1)))
    np.testing.assert_array_equal(found, rectifier_kernel(x.tolist()))


def test_an_image_of_zeros_is_refused_and_named():
    x = np.ones((4, 2, 2))
    x[2] = 0
    with pytest.raises(ValueError, match="image 2 is zero everywhere"):
        rectifier_kernel(x)


def test_the_identity_is_as_hard_as_one():
    assert difficulty(np.eye(12), np.arange(12) % 5) == pytest.approx(1)


def test_labels_along_an_eigenvector_are_as_hard_as_its_eigenvalue_is_small():
    n = 8
    signs = np.repeat([1.0, -1.0], n // 2)
    for value in (0.1, 3.0):
        H = np.eye(n) + (value - 1) * np.outer(signs, signs) / n
        assert difficulty(H, signs > 0) == pytest.approx(1 / value)


def test_labels_of_two_eigenvectors_weigh_them_alike():
    # Four images in a square: labels by rows and by columns, of different eigenvalues.
    rows, columns = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    H = np.eye(4) + 3 * np.outer(rows, rows) / 4 + 7 * np.outer(columns, columns) / 4
    assert difficulty(H, rows) == pytest.approx(1 / 4)
    assert difficulty(H, columns) == pytest.approx(1 / 8)
    # Of one image against the rest a third each lies along rows, columns and their product.
    assert difficulty(H, [0, 1, 1, 1]) == pytest.approx((1 / 4 + 1 / 8 + 1) / 3)


@given(seed=seeds, classes=st.integers(2, 5))
@settings(max_examples=40)
def test_difficulty_is_that_of_the_inverse_and_lies_between_those_of_the_spectrum(seed, classes):
    x, labels = drawn(seed, classes=classes)
    H = rectifier_kernel(x)
    found = difficulty(H, labels)
    assert found == pytest.approx(by_inverse(H, labels), rel=1e-6)
    values = np.linalg.eigvalsh(H)
    assert 1 / values[-1] <= found * (1 + 1e-9)
    assert found <= (1 + 1e-9) / values[0]


@given(seed=seeds, scale=st.floats(1e-6, 1e6))
@settings(max_examples=25)
def test_a_larger_kernel_is_easier_in_proportion(seed, scale):
    x, labels = drawn(seed)
    H = rectifier_kernel(x)
    assert difficulty(scale * H, labels) == pytest.approx(difficulty(H, labels) / scale, rel=1e-6)


@given(seed=seeds)
@settings(max_examples=25)
def test_difficulty_notices_neither_order_nor_names_of_classes(seed):
    x, labels = drawn(seed)
    rng = np.random.default_rng([seed, 2])
    order, names = rng.permutation(15), rng.permutation(3)
    H = rectifier_kernel(x)
    expected = difficulty(H, labels)
    assert difficulty(H[np.ix_(order, order)], labels[order]) == pytest.approx(expected)
    assert difficulty(H, 7 * names[labels] - 4) == pytest.approx(expected)


def test_what_all_labels_have_in_common_costs_nothing():
    values = np.array([1e-9, 2, 1, 4, 3, 5, 1, 2.0])
    labels = np.arange(8) % 3
    H, vectors = with_spectrum(values)
    easier = H + vectors[:, :1] @ vectors[:, :1].T
    assert difficulty(H, labels) == pytest.approx(difficulty(easier, labels), rel=1e-5)


@given(seed=seeds, scale=st.sampled_from([1.0, 2.7, 1e-3]), classes=st.integers(2, 4))
@settings(max_examples=40)
def test_equal_images_with_different_labels_cannot_be_learned(seed, scale, classes):
    x, labels = drawn(seed, classes=classes)
    x[4] = scale * x[3]
    H = rectifier_kernel(x)
    assert difficulty(H, np.where(np.arange(15) == 4, (labels[3] + 1) % classes, labels)) == np.inf
    alike = np.where(np.arange(15) == 4, labels[3], labels)
    found = difficulty(H, alike)
    # As hard as the other images, one of which counts twice: of the order of the rest's.
    rest = np.linalg.eigvalsh(rectifier_kernel(np.delete(x, 4, axis=0)))
    assert 1 / (2 * rest[-1]) <= found <= (1 + 1e-6) / rest[0]


def test_nearly_equal_images_are_hard_in_proportion_to_their_nearness():
    rng = np.random.default_rng(0)
    x, away = rng.standard_normal((2, 10, 8))
    found = []
    for distance in (1e-3, 1e-5, 1e-7):
        x[1] = x[0] + distance * away[0]
        found.append(difficulty(rectifier_kernel(x), np.arange(10) % 2))
    # 1 − H_01 / H_00 is the angle over π: the eigenvalue falls as the distance, not its square.
    np.testing.assert_allclose(np.array(found[1:]) / found[:-1], 100, rtol=0.02)


def test_labels_that_are_all_alike_are_refused():
    with pytest.raises(ValueError, match="all labels are the same"):
        difficulty(np.eye(3), [2, 2, 2])


def test_labels_of_several_kinds_are_as_hard_as_each_alone():
    rng = np.random.default_rng(3)
    H = rectifier_kernel(np.vstack([rng.standard_normal((11, 4)), np.ones((2, 4))]))
    kinds = [np.arange(13) % 2, np.arange(13) // 5, np.where(np.arange(13) < 4, 7, 3)]
    found = difficulties(H, kinds)
    np.testing.assert_array_equal(found, [difficulty(H, labels) for labels in kinds])
    assert list(np.isinf(found)) == [True, False, False]
    assert difficulties(H, []).shape == (0,)
    with pytest.raises(ValueError, match="all labels are the same"):
        difficulties(H, [kinds[0], np.ones(13)])


def test_a_kernel_is_taken_apart_once(monkeypatch):
    taken, right = [], np.linalg.eigh
    monkeypatch.setattr(np.linalg, "eigh", lambda H: taken.append(H) or right(H))
    difficulties(np.eye(4), [[0, 1, 0, 1], [0, 0, 1, 1]])
    assert len(taken) == 1
