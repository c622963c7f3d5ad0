from itertools import pairwise

import numpy as np
import pytest

from lib.linear import deep_weights


def test_a_network_has_at_least_three_layers():
    with pytest.raises(ValueError, match="at least 3 layers of units, got 2"):
        deep_weights.drawn_weights("lecun", (3, 4, 2), 2, [0])


def test_outer_products_are_plain_ones():
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 6, [0, 1])
    outer, before = weights.outer_products()
    for member in range(2):
        chain = weights.last[member]
        for place in reversed(range(3)):
            np.testing.assert_allclose(outer[member, place], chain)
            chain = chain @ weights.hidden[member, place]
        np.testing.assert_allclose(before[member], chain)
        np.testing.assert_allclose(weights.product[member], chain @ weights.first[member])


def test_some_networks_are_taken_out():
    weights = deep_weights.drawn_weights("lecun", (3, 4, 2), 4, [0, 1, 2])
    taken = weights.take(np.array([2, 0]))
    np.testing.assert_array_equal(taken.product, weights.product[[2, 0]])


def test_rotated_weights_are_balanced_and_have_the_lengths_as_singular_values():
    lengths = np.array([1.2, 0.8, 0.3])
    weights = deep_weights.rotated_weights(lengths, 6, [1, 2])
    hidden = [weights.hidden[:, layer] for layer in range(weights.hidden.shape[1])]
    for before, after in pairwise([weights.first, *hidden, weights.last]):
        np.testing.assert_allclose(after.mT @ after, before @ before.mT, atol=1e-12)
    found = np.linalg.svd(weights.product, compute_uv=False)
    np.testing.assert_allclose(found, np.tile(lengths**5, (2, 1)), atol=1e-12)
