from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.initializers import draw, perceptron_shapes
from lib.ode import loss_landscape as landscape
from lib.training import cross_entropies, preactivations, train

GRID = np.linspace(-1, 1, 9)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    return rng.standard_normal((40, 6)), rng.integers(0, 3, 40)


@pytest.fixture(scope="module")
def trained(data):
    weights = draw("kaiming", perceptron_shapes(6, 8, 3, 4), np.array([1, 2]))
    return train(weights, *data, [1, 2], step=0.25, rate=0.01, steps=20, every=20)


def test_directions_have_the_norms_of_the_rows(trained):
    weights = [W[0] for W in trained.weights]
    found = landscape.direction(weights, np.random.default_rng(1))
    for W, d in zip(weights, found, strict=True):
        torch.testing.assert_close(d.norm(dim=1), W.norm(dim=1))
        assert not torch.allclose(W, d)


def test_the_middle_of_the_surface_is_the_trained_network(trained, data):
    g = landscape.surfaces(trained, *data, np.array([2, 3]), grid=GRID, step=0.25)[1]
    weights, biases = [W[1:] for W in trained.weights], [b[1:] for b in trained.biases]
    X = torch.tensor(data[0], dtype=torch.float32)
    outputs = preactivations(weights, X, "relu", biases, 0.25)[-1]
    loss = cross_entropies(outputs, torch.as_tensor(data[1]))
    assert g.shape == (9, 9)
    assert g[4, 4] == pytest.approx(float(loss[0]), rel=1e-5)


def test_each_point_is_the_loss_of_the_moved_weights(trained, data):
    g = landscape.surfaces(trained, *data, np.array([3, 4]), grid=GRID, step=0.25)[0]
    rng = np.random.default_rng([3, 8])
    weights = [W[0] for W in trained.weights]
    d1, d2 = (landscape.direction(weights, rng) for _ in range(2))
    moved = [(W - 0.75 * a + 0.5 * b)[None] for W, a, b in zip(weights, d1, d2, strict=True)]
    X = torch.tensor(data[0], dtype=torch.float32)
    outputs = preactivations(moved, X, "relu", [b[:1] for b in trained.biases], 0.25)[-1]
    loss = cross_entropies(outputs, torch.as_tensor(data[1]))
    assert g[1, 6] == pytest.approx(float(loss[0]), rel=1e-4)


def test_second_differences_of_a_quadratic_are_its_second_derivatives():
    x, y = np.meshgrid(GRID, GRID, indexing="ij")
    h = GRID[1] - GRID[0]
    found = landscape.second_differences(3 * x**2 + 2 * x * y - y**2 + 5 * x) / h**2
    np.testing.assert_allclose(found, np.broadcast_to([6.0, -2.0, 8.0, 0.0], (7, 7, 4)), atol=1e-9)


@pytest.mark.parametrize("turn", np.linspace(0, np.pi, 7))
def test_convex_surfaces_are_smooth_ridges_and_steep_ones_too(turn):
    grid = np.linspace(-1, 1, 21)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    across = np.cos(turn) * x + np.sin(turn) * y
    ridges = [across**4, np.exp(6 * across), np.logaddexp(0, 20 * across)]
    bowls = [ridge + 0.01 * (x**2 + y**2) for ridge in ridges]
    corner = np.logaddexp(np.logaddexp(5 * x, 5 * y), -5 * x - 5 * y)
    assert landscape.roughness(np.stack([*ridges, *bowls, corner])).max() == 0


def test_a_bowl_is_smooth_a_saddle_rough_and_a_wave_half_of_both():
    grid = np.linspace(0, 4 * np.pi, 201)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    surfaces = np.stack([x**2 + y**2, x * y, np.cos(x) + (y / 50) ** 2])
    np.testing.assert_allclose(landscape.roughness(surfaces), [0, 1, 0.5], atol=0.02)
    wave = landscape.not_convex(surfaces[2])
    clear = np.abs(np.cos(grid[1:-1])) > 0.05
    np.testing.assert_array_equal(wave[clear, 0], np.cos(grid[1:-1])[clear] > 0)


@pytest.mark.parametrize("shape", [(4, 5), (2, 2), (7,)])
def test_only_square_grids_have_second_differences(shape):
    with pytest.raises(ValueError, match="values must lie on a square grid of at least 3 points"):
        landscape.second_differences(np.zeros(shape))


def test_a_plane_on_which_the_loss_overflows_is_refused(trained, data):
    with pytest.raises(ValueError, match="the loss is not finite on the whole grid"):
        landscape.surfaces(trained, *data, np.array([3, 4]), grid=1e15 * GRID, step=0.25)


@pytest.mark.parametrize("bad", [-100, -1, 3])
def test_labels_that_are_no_class_are_refused(trained, data, bad):
    labels = data[1].copy()
    labels[4] = bad
    with pytest.raises(ValueError, match=rf"labels must be from 0 to 2, got {bad} at \[4\]"):
        landscape.surfaces(trained, data[0], labels, np.array([3, 4]), grid=GRID)


def test_weights_of_a_module_have_directions_too():
    W = torch.ones(3, 2, requires_grad=True)
    (found,) = landscape.direction([W], np.random.default_rng(0))
    np.testing.assert_allclose(found.detach().norm(dim=1), np.sqrt(2.0) * np.ones(3))


def test_weights_that_diverged_have_no_surface(trained, data):
    lost = replace(trained, weights=(trained.weights[0] * np.inf, *trained.weights[1:]))
    with pytest.raises(ValueError, match="weights must be finite, got"):
        landscape.surfaces(lost, *data, np.array([3, 4]), grid=GRID)
