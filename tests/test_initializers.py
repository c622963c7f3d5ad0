import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib import initializers

sizes = st.integers(1, 40)


@given(outputs=sizes, inputs=sizes, kernel=st.lists(st.integers(1, 5), max_size=3))
def test_fans_are_those_of_torch(outputs, inputs, kernel):
    shape = (outputs, inputs, *kernel)
    expected = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert initializers.fans(shape) == expected


@pytest.mark.parametrize("shape", [(3,), (), (3, 0), (-1, 4)])
def test_what_is_no_layer_is_refused(shape):
    with pytest.raises(ValueError, match="a layer needs positive"):
        initializers.fans(shape)
    with pytest.raises(ValueError, match="a layer needs positive"):
        initializers.draw("lecun", [shape], [0])


@pytest.mark.parametrize(
    ("scheme", "fill"),
    [
        ("xavier", torch.nn.init.xavier_normal_),
        ("kaiming", torch.nn.init.kaiming_normal_),
        ("kaiming-out", lambda w: torch.nn.init.kaiming_normal_(w, mode="fan_out")),
        ("lecun", lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear")),
    ],
)
def test_variances_are_those_of_torch(scheme, fill):
    torch.manual_seed(0)
    shape = (128, 64, 3, 3)
    sample = fill(torch.empty(shape)).var().item()
    # A sample of 73 728 numbers: its variance is known to 0.5 per cent.
    assert initializers.variance(scheme, shape) == pytest.approx(sample, rel=0.03)


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (4, 2, 3, 3), (40, 2, 3, 3)])
def test_the_variance_of_orthogonal_weights_is_their_mean_square(shape):
    (W,) = initializers.draw("orthogonal", [shape], [0])
    assert initializers.variance("orthogonal", shape) == pytest.approx(np.mean(W**2), rel=1e-12)


def test_unknown_schemes_are_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="unknown scheme 'he'; give one of lecun, xavier"):
        initializers.variance("he", (2, 2))
    with pytest.raises(ValueError, match=r"unknown scheme 'he'.*orthogonal"):
        initializers.draw("he", [(2, 2)], [0])


@pytest.mark.parametrize("scheme", initializers.VARIANCES)
def test_drawn_weights_have_the_variance_and_no_mean(scheme):
    (W,) = initializers.draw(scheme, [(200, 300)], [1, 2], gain=2.0)
    deviation = 2.0 * np.sqrt(initializers.variance(scheme, (200, 300)))
    assert W.shape == (2, 200, 300)
    assert W.std() == pytest.approx(deviation, rel=0.02)
    assert abs(W.mean()) < 5 * deviation / np.sqrt(W.size)


def test_seeds_and_layers_do_not_disturb_each_other():
    shapes = [(4, 3), (4, 4), (2, 4)]
    for scheme in initializers.SCHEMES:
        few, more = (initializers.draw(scheme, shapes, seeds) for seeds in ([5], [3, 5]))
        shallow = initializers.draw(scheme, shapes[:2], [5])
        for one, two in zip(few, more, strict=True):
            np.testing.assert_array_equal(one[0], two[1])
        for one, two in zip(few, shallow, strict=False):
            np.testing.assert_array_equal(one, two)


@given(rows=sizes, columns=sizes, seed=st.integers(0, 99))
def test_orthogonal_matrices_have_orthonormal_rows_or_columns(rows, columns, seed):
    Q = initializers.orthogonal((rows, columns), np.random.default_rng(seed))
    small = Q @ Q.T if rows <= columns else Q.T @ Q
    np.testing.assert_allclose(small, np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_kernels_are_orthogonal_as_matrices():
    Q = initializers.orthogonal((4, 3, 2, 2), np.random.default_rng(0))
    np.testing.assert_allclose(Q.reshape(4, 12) @ Q.reshape(4, 12).T, np.eye(4), atol=1e-12)


def test_orthogonal_matrices_are_uniformly_distributed():
    """Without the correction of signs the first entry would never be positive."""
    rng = np.random.default_rng(0)
    first = np.array([initializers.orthogonal((3, 3), rng)[0, 0] for _ in range(4000)])
    # On a sphere in three dimensions a coordinate is uniform in [−1, 1].
    assert abs(first.mean()) < 4 / np.sqrt(3 * 4000)
    assert np.mean(first**2) == pytest.approx(1 / 3, abs=0.02)


def test_shapes_form_a_chain_and_a_single_layer_is_refused():
    assert initializers.perceptron_shapes(5, 8, 3, 4) == [(8, 5), (8, 8), (8, 8), (3, 8)]
    with pytest.raises(ValueError, match="depth must be at least 2"):
        initializers.perceptron_shapes(5, 8, 3, 1)
    assert initializers.perceptron_shapes(1, 1, 1, 2) == [(1, 1), (1, 1)]
    for name in ("inputs", "width", "outputs"):
        units = {"inputs": 5, "width": 8, "outputs": 3, name: 0}
        with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
            initializers.perceptron_shapes(depth=4, **units)
