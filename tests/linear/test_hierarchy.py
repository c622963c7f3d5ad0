import numpy as np
import pytest

from lib.linear import hierarchy


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_singular_values_are_those_of_the_closed_form(depth):
    tree = hierarchy.binary_tree(depth)
    computed = np.linalg.svd(tree.Sigma31, compute_uv=False)
    np.testing.assert_allclose(tree.singular_values, computed, atol=1e-12)


@pytest.mark.parametrize("depth", [1, 3])
def test_an_item_has_one_property_of_each_level(depth):
    tree = hierarchy.binary_tree(depth)
    assert tree.Y.shape == (2 ** (depth + 1) - 1, 2**depth)
    assert (len(tree.properties), len(tree.items)) == tree.Y.shape
    np.testing.assert_array_equal(tree.Y.sum(axis=0), depth + 1)


def test_properties_nest():
    Y = hierarchy.binary_tree(3).Y
    for node in range(7):
        np.testing.assert_array_equal(Y[node], Y[2 * node + 1] + Y[2 * node + 2])


def test_haar_wavelets_of_the_tree_are_its_modes():
    tree = hierarchy.binary_tree(2)
    wavelets = np.array([[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 0, 0], [0, 0, 1, -1]], dtype=float)
    gram = tree.Sigma31.T @ tree.Sigma31
    for wave, s in zip(wavelets, tree.singular_values, strict=True):
        np.testing.assert_allclose(gram @ wave, s**2 * wave, atol=1e-12)


def test_correlation_is_that_of_inputs_that_are_white():
    tree = hierarchy.binary_tree(2)
    X = 2.0 * np.eye(4)  # √I e_i
    np.testing.assert_allclose(X @ X.T / 4, np.eye(4))
    np.testing.assert_allclose(tree.Y @ X.T / 4, tree.Sigma31)


def test_living_things_are_a_named_tree():
    things = hierarchy.living_things()
    has = dict(zip(things.properties, things.Y.astype(bool), strict=True))
    named = {
        name: [i for i, yes in zip(things.items, row, strict=True) if yes]
        for name, row in has.items()
    }
    assert named["grows"] == ["canary", "salmon", "oak", "rose"]
    assert named["moves"] == ["canary", "salmon"]
    assert named["has roots"] == ["oak", "rose"]
    assert named["flies"] == ["canary"]
    assert named["has petals"] == ["rose"]


def test_a_tree_has_a_branching():
    with pytest.raises(ValueError, match="depth must be at least 1, got 0"):
        hierarchy.binary_tree(0)


def test_levels_are_averaged_and_leave_seeds_and_times_alone():
    tree = hierarchy.binary_tree(2)
    values = np.random.default_rng(0).standard_normal((5, 3, 4))
    levels = hierarchy.by_level(values, tree.levels)
    assert levels.shape == (5, 3, 3)
    np.testing.assert_array_equal(levels[..., :2], values[..., :2])
    np.testing.assert_allclose(levels[..., 2], values[..., 2:].mean(axis=-1))


def test_a_level_as_a_whole_does_not_depend_on_the_choice_of_its_modes():
    tree = hierarchy.binary_tree(2)
    W = np.random.default_rng(1).standard_normal(tree.Sigma31.shape)
    U, _, Vt = np.linalg.svd(tree.Sigma31, full_matrices=False)
    c, s = np.cos(0.7), np.sin(0.7)
    turn = np.eye(4)
    turn[2:, 2:] = [[c, -s], [s, c]]  # among the two modes of level 2
    one, other = (
        hierarchy.by_level(np.einsum("im,ij,mj->m", U @ T, W, T.T @ Vt), tree.levels)
        for T in (np.eye(4), turn)
    )
    np.testing.assert_allclose(one, other, atol=1e-12)
