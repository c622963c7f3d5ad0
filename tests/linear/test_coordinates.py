import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.linear import coordinates as c
from lib.linear.flow import gradient_flow, loss, velocity
from lib.linear.modes import mode_strength

seeds = st.integers(0, 2**31)


def task(seed, shape=(5, 6), s=(4.0, 2.0, 1.0)):
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.standard_normal((n, len(s))))[0] for n in shape)
    return (U * np.array(s)) @ V.T


@given(seed=seeds)
@settings(max_examples=20)
def test_modes_rebuild_the_correlation_and_are_orthonormal(seed):
    Sigma31 = task(seed)
    modes = c.find_modes(Sigma31)
    np.testing.assert_allclose((modes.U * modes.s) @ modes.V.T, Sigma31, atol=1e-12)
    np.testing.assert_allclose(modes.U.T @ modes.U, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(modes.V.T @ modes.V, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(modes.s, [4.0, 2.0, 1.0])


@pytest.mark.parametrize("bad", [np.zeros((2, 2)), np.array([[np.nan]]), np.array([[np.inf]])])
def test_there_are_no_modes_without_a_finite_correlation(bad):
    with pytest.raises(ValueError, match="finite and not zero"):
        c.find_modes(bad)


def test_overlaps_are_inner_products_of_mode_vectors():
    modes = c.find_modes(task(0))
    W21, W32 = c.random_weights((6, 7, 5), 1.0, [0, 1])
    a, b = modes.vectors(W21, W32)
    overlaps = modes.overlaps(W32 @ W21)
    for network in range(2):
        for alpha in range(3):
            for beta in range(3):
                inner = b[network, alpha] @ a[network, beta]
                assert overlaps[network, alpha, beta] == pytest.approx(inner)
    np.testing.assert_allclose(
        modes.strengths(W32 @ W21), np.diagonal(overlaps, axis1=1, axis2=2), atol=1e-12
    )


@given(seed=seeds, tau=st.floats(0.1, 10.0))
@settings(max_examples=20)
def test_negative_gradient_of_the_energy_is_the_flow_in_modes(seed, tau):
    Sigma31 = task(seed, shape=(3, 3))
    modes = c.find_modes(Sigma31)
    W21, W32 = (W[0] for W in c.random_weights((3, 4, 3), 0.7, [seed]))
    a, b = modes.vectors(W21, W32)
    ta, tb = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    # Written out as in the review, term by term.
    E = sum((modes.s[i] - ta[i] @ tb[i]) ** 2 for i in range(3)) / (2 * tau)
    E = E + sum((ta[i] @ tb[j]) ** 2 for i in range(3) for j in range(3) if i != j) / (2 * tau)
    assert c.energy(a, b, modes.s, tau) == pytest.approx(E.item(), rel=1e-10)
    da, db = modes.vectors(*velocity(W21, W32, Sigma31, np.eye(3)))
    for gradient, step in zip(torch.autograd.grad(E, (ta, tb)), (da, db), strict=True):
        np.testing.assert_allclose(-gradient.numpy(), step / tau, atol=1e-10)


def test_energy_is_the_loss_up_to_a_constant():
    Sigma31, Sigma33 = task(3, shape=(3, 3)), 7.0 * np.eye(3)
    modes = c.find_modes(Sigma31)
    W21, W32 = c.random_weights((3, 4, 3), 0.7, range(5))
    rest = loss(W21, W32, Sigma31, np.eye(3), Sigma33) - c.energy(*modes.vectors(W21, W32), modes.s)
    np.testing.assert_allclose(rest, 0.5 * (21.0 - np.sum(modes.s**2)), atol=1e-12)


@given(seed=seeds, u0=st.lists(st.floats(0.0, 3.0), min_size=3, max_size=3))
@settings(max_examples=20)
def test_decoupled_weights_have_the_wanted_strengths_and_nothing_else(seed, u0):
    modes = c.find_modes(task(seed))
    W21, W32 = c.decoupled_weights(modes, u0, 8, seed)
    assert W21.shape == (8, 6)
    assert W32.shape == (5, 8)
    np.testing.assert_allclose(modes.overlaps(W32 @ W21), np.diag(u0), atol=1e-12)
    np.testing.assert_allclose(W32.T @ W32, W21 @ W21.T, atol=1e-12)


def test_decoupled_weights_follow_sigmoids():
    modes = c.find_modes(task(0))
    times = np.linspace(0.0, 5.0, 30)
    path = gradient_flow(*c.decoupled_weights(modes, 0.01, 4, 5), task(0), np.eye(6), times)
    np.testing.assert_allclose(
        modes.overlaps(path.product),
        mode_strength(times, modes.s, 0.01)[:, None] * np.eye(3),
        atol=1e-10,
    )


def test_decoupled_weights_need_room_and_positive_strengths():
    modes = c.find_modes(task(0))
    with pytest.raises(ValueError, match="3 modes need as many hidden units, got 2"):
        c.decoupled_weights(modes, 0.1, 2, 0)
    for bad in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="u0 must"):
            c.decoupled_weights(modes, bad, 3, 0)


def test_a_further_seed_changes_no_other_network():
    few, more = (c.random_weights((3, 4, 5), 0.1, seeds) for seeds in ([7, 8], [7, 8, 9]))
    for one, other in zip(few, more, strict=True):
        np.testing.assert_array_equal(one, other[:2])


def test_each_seed_gives_weights_of_its_own_wherever_it_stands():
    W21, W32 = c.random_weights((3, 4, 5), 0.1, [7, 8])
    assert np.all(W21[0] != W21[1])
    assert np.all(W32[0] != W32[1])
    turned, _ = c.random_weights((3, 4, 5), 0.1, [8, 7])
    np.testing.assert_array_equal(turned, W21[::-1])


def test_random_weights_have_the_wanted_shapes_and_scale():
    W21, W32 = c.random_weights((30, 40, 50), 0.3, [0, 1])
    assert W21.shape == (2, 40, 30)
    assert W32.shape == (2, 50, 40)
    assert np.std(W21) == pytest.approx(0.3, rel=0.05)
    assert np.mean(W32) == pytest.approx(0.0, abs=0.02)


def test_effective_strength_of_decoupled_modes_is_their_strength():
    modes = c.find_modes(task(1))
    u0 = np.array([0.3, 0.02, 0.1])
    a, b = modes.vectors(*c.decoupled_weights(modes, u0, 9, 4))
    np.testing.assert_allclose(c.effective_strengths(a, b), u0)


@given(seed=seeds)
@settings(max_examples=20)
def test_effective_strength_is_what_gram_schmidt_leaves(seed):
    a, b = np.random.default_rng(seed).standard_normal((2, 3, 6))
    left, expected = [], []
    for p in (a + b) / 2:
        rest = p - sum((p @ q) * q for q in left)
        expected.append(rest @ rest)
        left.append(rest / np.linalg.norm(rest))
    np.testing.assert_allclose(c.effective_strengths(a, b), expected)


def test_effective_strengths_need_a_hidden_unit_for_each_mode():
    a = np.random.default_rng(0).standard_normal((4, 3))
    with pytest.raises(ValueError, match="4 modes need as many hidden units, got 3"):
        c.effective_strengths(a, a)
    square = np.eye(3)
    np.testing.assert_allclose(c.effective_strengths(square, square), np.ones(3))


@given(angle=st.floats(0.0, 180.0), stretch=st.floats(0.01, 100.0))
def test_misalignment_of_two_vectors_is_the_distance_to_the_next_right_angle(angle, stretch):
    a = np.array([[1.0, 0.0]])
    b = stretch * np.array([[np.cos(np.radians(angle)), np.sin(np.radians(angle))]])
    expected = min(angle, abs(angle - 90.0), 180.0 - angle)
    assert c.misalignment(a, b) == pytest.approx(expected, abs=1e-9)


def test_misalignment_looks_at_every_pair_of_every_network():
    turned = np.array([np.cos(np.radians(20.0)), np.sin(np.radians(20.0)), 0.0])
    frame = np.eye(3)
    lame = np.stack([frame[0], turned, frame[2]])
    b = np.stack([frame, 2.0 * frame, frame])
    a = np.stack([frame, -3.0 * frame, lame])
    np.testing.assert_allclose(c.misalignment(a, b), [0.0, 0.0, 20.0], atol=1e-12)


def test_small_angles_are_not_lost_to_rounding():
    a, b = np.array([[1.0, 0.0]]), np.array([[1.0, 1e-10]])
    assert c.misalignment(a, b) == pytest.approx(np.degrees(1e-10), rel=1e-5)
