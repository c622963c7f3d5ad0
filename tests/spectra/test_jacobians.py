import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.autograd.functional import jacobian

from lib import initializers
from lib.spectra import network_singular_values, perceptron_singular_values
from lib.training import ACTIVATIONS, preactivations

SHAPES = {
    "more inputs": [(8, 5), (8, 8), (8, 8), (3, 8)],
    "more outputs": [(8, 3), (8, 8), (8, 8), (6, 8)],
    "a narrow layer": [(8, 5), (8, 8), (2, 8), (4, 2)],
    "one layer": [(4, 6)],
}


def task(shapes, networks=2, examples=5, scheme="kaiming"):
    rng = np.random.default_rng(0)
    weights = initializers.draw(scheme, shapes, range(networks))
    biases = [0.3 * rng.standard_normal(W.shape[:2]) for W in weights]
    return weights, biases, rng.standard_normal((examples, shapes[0][1]))


def by_autograd(weights, biases, inputs, activation, step):
    """Each network and each input for itself."""
    found = []
    for member in range(len(weights[0])):
        Ws, bs = [[torch.as_tensor(a[member : member + 1]) for a in c] for c in (weights, biases)]
        found.append(
            [
                jacobian(
                    lambda v, Ws=Ws, bs=bs: preactivations(Ws, v[None], activation, bs, step)[-1][
                        0, 0
                    ],
                    torch.as_tensor(x),
                ).numpy()
                for x in inputs
            ]
        )
    return np.array(found)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("name", "step"),
    [*((name, None) for name in SHAPES), ("more inputs", 0.3), ("more outputs", 2)],
)
def test_they_are_those_of_the_jacobian_by_automatic_differentiation(name, step, activation):
    weights, biases, x = task(SHAPES[name])
    J = by_autograd(weights, biases, x, activation, step)
    found = perceptron_singular_values(weights, x, activation, biases, step)
    np.testing.assert_allclose(found, np.linalg.svd(J, compute_uv=False), atol=1e-14, rtol=1e-9)


def test_networks_may_have_inputs_of_their_own_and_be_tensors_of_single_precision():
    weights, _, x = task(SHAPES["more inputs"])
    own = np.stack([x, 2 * x + 1])
    found = perceptron_singular_values(weights, own, "tanh")
    for member in range(2):
        alone = [W[member : member + 1] for W in weights]
        np.testing.assert_allclose(
            found[member], perceptron_singular_values(alone, own[member], "tanh")[0], rtol=1e-12
        )
    single = [torch.tensor(W, dtype=torch.float32, requires_grad=True) for W in weights]
    np.testing.assert_allclose(perceptron_singular_values(single, own, "tanh"), found, rtol=1e-4)


def test_a_linear_network_is_the_product_of_its_weights():
    weights, _, x = task(SHAPES["more outputs"])
    product = np.linalg.multi_dot([W[1] for W in reversed(weights)])
    found = perceptron_singular_values(weights, x, "linear")
    expected = np.linalg.svd(product, compute_uv=False)
    np.testing.assert_allclose(found[1], np.tile(expected, (5, 1)), rtol=1e-10)


def test_orthogonal_linear_networks_keep_every_length():
    weights, _, x = task([(16, 16)] * 50, scheme="orthogonal")
    np.testing.assert_allclose(perceptron_singular_values(weights, x, "linear"), 1, rtol=1e-13)


@given(
    st.sampled_from(["linear", "relu"]),
    st.integers(0, 3),
    st.floats(0.01, 100),
    st.sampled_from(list(SHAPES)[:2]),
)
def test_the_factor_of_one_layer_is_that_of_all_singular_values(activation, layer, factor, name):
    weights, _, x = task(SHAPES[name])
    before = perceptron_singular_values(weights, x, activation)
    weights[layer] = factor * weights[layer]
    after = perceptron_singular_values(weights, x, activation)
    # Rounding decides nothing but digits, also where a network is on the brink of refinement.
    np.testing.assert_allclose(after, factor * before, rtol=1e-6, atol=1e-13 * factor)


def test_residual_layers_without_a_step_leave_the_first_and_the_last():
    weights, _, x = task(SHAPES["more inputs"])
    found = perceptron_singular_values(weights, x, "tanh", step=0.0)
    slopes = 1 - np.tanh(x @ weights[0][0].T) ** 2
    J = weights[-1][0] @ (slopes[:, :, None] * weights[0][0])
    np.testing.assert_allclose(found[0], np.linalg.svd(J, compute_uv=False), rtol=1e-12)


def test_turning_the_inputs_changes_nothing():
    weights, biases, x = task(SHAPES["more inputs"])
    Q = initializers.orthogonal((5, 5), np.random.default_rng(3))
    turned = [weights[0] @ Q.T, *weights[1:]]
    np.testing.assert_allclose(
        perceptron_singular_values(turned, x @ Q.T, "tanh", biases),
        perceptron_singular_values(weights, x, "tanh", biases),
        rtol=1e-10,
    )


@pytest.mark.parametrize("shapes", [[(6, 6)] * 100, [(6, 4), *[(6, 6)] * 98, (5, 6)]])
def test_a_hundred_gaussian_layers_keep_their_smallest_singular_values(shapes):
    """Against 200 digits; in double precision the plain product keeps the largest alone."""
    weights, _, x = task(shapes, 1, 1, "lecun")
    found = perceptron_singular_values(weights, x, "linear")[0, 0]
    with mpmath.workdps(200):
        J = mpmath.matrix(weights[0][0].tolist())
        for W in weights[1:]:
            J = mpmath.matrix(W[0].tolist()) * J
        exact = sorted(map(float, mpmath.svd_r(J, compute_uv=False)), reverse=True)
    assert exact[-1] < 1e-20 * exact[0]
    np.testing.assert_allclose(found, exact, rtol=1e-9)
    plain = np.linalg.svd(np.linalg.multi_dot([W[0] for W in reversed(weights)]), compute_uv=False)
    assert plain[-1] > 1e3 * exact[-1]


@pytest.mark.parametrize("depth", [2, 5, 40])
def test_units_at_rest_make_singular_values_zero(depth):
    """The rank is that of the narrowest layer, and what is left obeys the precise product."""
    weights, _, x = task([(12, 12)] * depth, 1, 3)
    found = perceptron_singular_values(weights, x, "relu")[0]
    for example, values in zip(x, found, strict=True):
        zs = preactivations(
            [torch.as_tensor(W) for W in weights], torch.as_tensor(example[None]), "relu"
        )
        active = [(z[0, 0] > 0).numpy() for z in zs[:-1]]
        rank = min(12, *(int(a.sum()) for a in active))
        assert np.count_nonzero(values) == rank
        with mpmath.workdps(150):
            J = mpmath.matrix(weights[0][0].tolist())
            for a, W in zip(active, weights[1:], strict=True):
                J = mpmath.matrix((W[0] * a).tolist()) * J
            exact = sorted(map(float, mpmath.svd_r(J, compute_uv=False)), reverse=True)
        np.testing.assert_allclose(values[:rank], exact[:rank], rtol=1e-9)


def test_a_unit_at_rest_may_be_the_first_and_all_may_be():
    rest = [np.eye(3)[None], np.eye(3)[None]]
    found = perceptron_singular_values(rest, np.array([[-1.0, 1.0, 2.0], [-1, -1, -1]]), "relu")
    np.testing.assert_array_equal(found[0], [[1, 1, 0], [0, 0, 0]])


def test_networks_do_not_disturb_each_other():
    """Neither the one that is multiplied once more nor the one that need not be."""
    tame = initializers.draw("orthogonal", [(6, 6)] * 40, [0])
    steep = initializers.draw("lecun", [(6, 6)] * 40, [1])
    x = np.random.default_rng(0).standard_normal((3, 6))
    both = [np.concatenate(pair) for pair in zip(steep, tame, strict=True)]
    found = perceptron_singular_values(both, x, "tanh")
    for member, alone in enumerate((steep, tame)):
        expected = perceptron_singular_values(alone, x, "tanh")[0]
        np.testing.assert_allclose(found[member], expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("factor", "step", "message"),
    [(1e300, None, "NaN or infinite"), (np.nan, None, "NaN or infinite")],
)
def test_what_cannot_be_computed_is_refused(factor, step, message):
    weights, _, x = task(SHAPES["more inputs"])
    with pytest.raises(ValueError, match=message):
        perceptron_singular_values([factor * W for W in weights], x, "linear", step=step)


def test_an_unknown_activation_is_refused():
    weights, _, x = task(SHAPES["more inputs"])
    with pytest.raises(ValueError, match="unknown activation 'swish'"):
        perceptron_singular_values(weights, x, "swish")


@pytest.fixture(scope="module")
def convnet():
    torch.manual_seed(0)
    return (
        torch.nn.Sequential(
            torch.nn.Conv2d(2, 3, 3),
            torch.nn.BatchNorm2d(3),
            torch.nn.Tanh(),
            torch.nn.Flatten(),
            torch.nn.Linear(12, 5),
        )
        .double()
        .eval()
    )


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_any_network_is_differentiated_in_chunks(convnet, chunk):
    x = torch.randn(7, 2, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    calls = []

    def counted(batch):
        calls.append(1)
        return convnet(batch)

    found = network_singular_values(counted, x, chunk)
    assert len(calls) == -(-7 // chunk)
    J = [jacobian(convnet, one[None]).reshape(5, 32) for one in x]
    np.testing.assert_allclose(found, np.linalg.svd(J, compute_uv=False), rtol=1e-12)
    assert found.shape == (7, 5)


def test_no_chunk_no_inputs_or_no_numbers_are_refused(convnet):
    x = torch.ones(2, 2, 4, 4, dtype=torch.float64)
    with pytest.raises(ValueError, match="chunk must be at least 1, got 0"):
        network_singular_values(convnet, x, 0)
    with pytest.raises(ValueError, match="with one example at least"):
        network_singular_values(convnet, x[:0])
    with pytest.raises(ValueError, match=r"must be \(n, …\), .* got the shape \(3,\)"):
        network_singular_values(torch.sin, torch.ones(3))
    assert network_singular_values(torch.sin, torch.zeros(3, 2)).tolist() == [[1.0, 1.0]] * 3
    with pytest.raises(ValueError, match="NaN or infinite"):
        network_singular_values(convnet, x * np.nan)
