import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d
from torch import nn
from torch.nn import functional

from lib.generalization import networks

NAMES = [*networks.ARCHITECTURES, "perceptron 1×16", "perceptron 3×16"]
SHAPES = [(1, 8, 8), (3, 28, 28), (1, 7, 9), (2, 5, 11)]


def images(shape, count=4, seed=0):
    return torch.randn((count, *shape), generator=torch.Generator().manual_seed(seed))


def of_type(network, kind):
    return [module for module in network.modules() if isinstance(module, kind)]


def as_arrays(layers):
    return [
        (layer.weight.detach().numpy().astype(float), layer.bias.detach().numpy().astype(float))
        for layer in layers
    ]


def set_biases(network, seed=9):
    """Random ones, that they be seen where they are added."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith(("bias", "shift")):
                parameter.normal_(0, 0.3, generator=generator)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inception", 1_649_402),
        ("alexnet", 1_387_786),
        ("perceptron 3×512", 1_735_178),
        ("perceptron 1×512", 1_209_866),
    ],
)
def test_the_papers_networks_have_the_papers_number_of_weights(name, expected):
    assert networks.count_weights(networks.build(name, (3, 28, 28), 10, 0)) == expected


@given(
    depth=st.integers(1, 4),
    width=st.integers(1, 20),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)),
    classes=st.integers(2, 12),
)
@settings(max_examples=40)
def test_a_perceptron_has_as_many_weights_as_its_name_says(depth, width, shape, classes):
    network = networks.build(f"perceptron {depth}×{width}", shape, classes, 0)
    inputs = shape[0] * shape[1] * shape[2]
    expected = width * (inputs + 1) + (depth - 1) * width * (width + 1) + classes * (width + 1)
    assert networks.count_weights(network) == expected


def test_the_convnet_has_weights_of_two_convolutions_and_two_layers():
    # 28 → 14 → 7, and 9 → 5 → 3.
    for shape, pixels in (((3, 28, 28), 49), ((3, 28, 9), 21)):
        expected = 16 * (27 + 1) + 32 * (144 + 1) + 128 * (32 * pixels + 1) + 10 * 129
        assert networks.count_weights(networks.build("convnet", shape, 10, 0)) == expected


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_there_is_an_output_for_each_class_whatever_the_size_of_the_image(name, shape, dropout):
    network = networks.build(name, shape, 7, 0, dropout)
    for mode in (True, False):
        assert network.train(mode)(images(shape)).shape == (4, 7)


def test_a_perceptron_is_layers_of_rectifiers():
    network = networks.build("perceptron 2×5", (2, 3, 4), 3, 1)
    set_biases(network)
    signal = images((2, 3, 4)).numpy().astype(float).reshape(4, -1)
    *hidden, (W, b) = as_arrays(of_type(network, nn.Linear))
    for V, c in hidden:
        signal = np.maximum(signal @ V.T + c, 0)
    outputs = network(images((2, 3, 4))).detach().numpy()
    np.testing.assert_allclose(outputs, signal @ W.T + b, atol=1e-5)


def test_the_convnet_is_two_convolutions_and_a_hidden_layer():
    shape = (2, 5, 8)
    network = networks.build("convnet", shape, 3, 1)
    set_biases(network)
    signal = images(shape, 1)[0].numpy().astype(float)
    for K, c in as_arrays(of_type(network, nn.Conv2d)):
        padded = np.pad(signal, ((0, 0), (1, 1), (1, 1)))
        full = [
            sum(correlate2d(padded[i], kernel[i], "valid") for i in range(len(padded)))
            for kernel in K
        ]
        signal = np.maximum(np.array(full)[:, ::2, ::2] + c[:, None, None], 0)
    (V, c), (W, b) = as_arrays(of_type(network, nn.Linear))
    expected = W @ np.maximum(V @ signal.ravel() + c, 0) + b
    outputs = network(images(shape, 1)).detach().numpy()[0]
    np.testing.assert_allclose(outputs, expected, atol=1e-4)


def normalized_across_channels(x):
    """Krizhevsky et al. 2012, section 3.3, with the constants of the AlexNet for small images."""
    squares = x.numpy() ** 2
    sums = np.stack([squares[:, max(0, i - 4) : i + 5].sum(axis=1) for i in range(x.shape[1])], 1)
    return x / torch.as_tensor((1 + 1e-3 / 9 * sums) ** 0.75)


def test_alexnet_normalizes_after_the_first_pooling_and_before_the_second():
    shape = (3, 9, 12)
    network = networks.build("alexnet", shape, 4, 1)
    set_biases(network)
    # Large, so that normalization does something.
    signal = 100 * images(shape, 2)
    first, second = of_type(network, nn.Conv2d)
    dense = of_type(network, nn.Linear)
    with torch.no_grad():
        outputs = network(signal)
        signal = functional.relu(functional.conv2d(signal, first.weight, first.bias, padding=2))
        signal = normalized_across_channels(functional.max_pool2d(signal, 3, 2, 1))
        signal = functional.relu(functional.conv2d(signal, second.weight, second.bias, padding=2))
        signal = functional.max_pool2d(normalized_across_channels(signal), 3, 2, 1).flatten(1)
        for layer in dense[:-1]:
            signal = functional.relu(signal @ layer.weight.T + layer.bias)
        expected = signal @ dense[-1].weight.T + dense[-1].bias
    assert [layer.out_features for layer in dense] == [384, 192, 4]
    torch.testing.assert_close(outputs, expected, rtol=1e-3, atol=1e-3)


def test_inception_is_the_papers_figure():
    shape = (3, 9, 7)
    network = networks.build("inception", shape, 4, 1)
    set_biases(network)
    weights = iter([module.weight for module in of_type(network, nn.Conv2d)])
    shifts = iter([p for name, p in network.named_parameters() if name.endswith("shift")])

    def convolved(x, n_out, side, stride=1):
        weight = next(weights)
        assert weight.shape == (n_out, x.shape[1], side, side)
        x = functional.conv2d(x, weight, stride=stride, padding=side // 2)
        return functional.relu(functional.batch_norm(x, None, None, training=True) + next(shifts))

    def module(x, narrow, wide):
        return torch.cat([convolved(x, narrow, 1), convolved(x, wide, 3)], dim=1)

    def halved(x, n_out):
        return torch.cat([convolved(x, n_out, 3, 2), functional.max_pool2d(x, 3, 2, 1)], dim=1)

    with torch.no_grad():
        outputs = network.train()(images(shape, 5))
        x = convolved(images(shape, 5), 96, 3)
        x = halved(module(module(x, 32, 32), 32, 48), 80)
        for narrow, wide in ((112, 48), (96, 64), (80, 80), (48, 96)):
            x = module(x, narrow, wide)
        x = module(module(halved(x, 96), 176, 160), 176, 160).mean(dim=(2, 3))
        head = of_type(network, nn.Linear)[0]
        expected = x @ head.weight.T + head.bias
    torch.testing.assert_close(outputs, expected, rtol=1e-3, atol=1e-3)


def test_batch_normalization_gives_mean_zero_and_variance_one_before_the_shift():
    network = networks.build("inception", (3, 9, 9), 10, 0).train()
    set_biases(network)
    seen = []
    for module in of_type(network, nn.BatchNorm2d):
        module.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.no_grad():
        network(images((3, 9, 9), 12))
    assert len(seen) == 1 + 8 * 2 + 2
    for output in seen:
        torch.testing.assert_close(
            output.mean(dim=(0, 2, 3)), torch.zeros(output.shape[1]), atol=1e-4, rtol=0
        )
        variance = output.var(dim=(0, 2, 3), correction=0)
        torch.testing.assert_close(variance, torch.ones(output.shape[1]), atol=2e-2, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_depends_on_its_seed_alone(name):
    first, again, other = (networks.build(name, (1, 8, 8), 3, seed) for seed in (1, 1, 2))
    torch.manual_seed(123)
    later = networks.build(name, (1, 8, 8), 3, 1)
    for W, V, U, X in zip(*(n.parameters() for n in (first, again, other, later)), strict=True):
        assert torch.equal(W, V)
        assert torch.equal(W, X)
        assert torch.equal(W, U) == (W.ndim != 2 and W.ndim != 4)


def test_every_seed_gives_other_weights():
    weights = [
        next(networks.build("perceptron 1×3", (1, 2, 2), 2, seed).parameters()).detach().numpy()
        for seed in range(20)
    ]
    assert len({W.tobytes() for W in weights}) == 20


@pytest.mark.parametrize("name", NAMES)
def test_building_leaves_the_generators_of_others_alone(name):
    before = torch.get_rng_state()
    networks.build(name, (1, 8, 8), 3, 1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", [*networks.ARCHITECTURES, "perceptron 2×300"])
def test_weights_are_normal_with_kaimings_variance_and_biases_zero(name):
    network = networks.build(name, (3, 12, 12), 10, 5)
    pooled = []
    for module in of_type(network, nn.Conv2d | nn.Linear):
        W = module.weight.detach().numpy()
        standard = W.ravel() / np.sqrt(2 / W[0].size)
        assert abs(standard.mean()) < 5 / np.sqrt(standard.size)
        assert abs(standard.var() - 1) < 5 * np.sqrt(2 / standard.size)
        pooled.append(standard)
    pooled = np.concatenate(pooled)
    assert np.mean(pooled**4) == pytest.approx(3, abs=5 * np.sqrt(96 / pooled.size))
    for parameter in network.parameters():
        if parameter.ndim not in (2, 4):
            assert not parameter.any()


@pytest.mark.parametrize("name", NAMES)
def test_dropout_masks_in_training_alone(name):
    shape = (1, 8, 8)
    masked, plain = (networks.build(name, shape, 5, 0, dropout) for dropout in (0.5, 0.0))
    for W, V in zip(masked.parameters(), plain.parameters(), strict=True):
        assert torch.equal(W, V)
    x = images(shape)
    with torch.random.fork_rng(), torch.no_grad():
        assert torch.equal(masked.eval()(x), plain.eval()(x))
        assert torch.equal(masked(x), masked(x))
        masked.train()
        plain.train()
        assert not torch.equal(masked(x), masked(x))
        assert torch.equal(plain(x), plain(x))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("perceptron 3×16", [16, 16, 16]),
        ("convnet", [128]),
        ("alexnet", [384, 192]),
        ("inception", [336]),
    ],
)
def test_dropout_masks_hidden_units_with_its_probability(name, masked):
    network = networks.build(name, (1, 8, 8), 5, 0, 0.3).train()
    seen = []
    for module in of_type(network, nn.Dropout):
        module.register_forward_hook(lambda _m, inputs, output: seen.append((inputs[0], output)))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        network(images((1, 8, 8), 200))
    assert [output.shape[1] for _, output in seen] == masked
    for before, after in seen:
        assert bool((before >= 0).all())  # after the rectifier
        active = before > 0
        assert float((after[active] == 0).float().mean()) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    "name",
    [
        "resnet",
        "perceptron",
        "perceptron 0×5",
        "perceptron 1×0",
        "perceptron 1x5",
        "",
        "convnet 2",
        "a perceptron 1×5",
        "perceptron 1×5 ",
    ],
)
def test_unknown_networks_are_refused_and_the_known_ones_named(name):
    with pytest.raises(ValueError, match=r"unknown network .*convnet, alexnet, inception"):
        networks.build(name, (1, 8, 8), 3, 0)


def test_rates_are_the_papers():
    rates = {name: networks.architecture(name).rate for name in NAMES}
    assert rates.pop("inception") == 0.1
    assert set(rates.values()) == {0.01}


def test_an_architecture_is_that_of_its_name():
    for name in NAMES:
        built = networks.architecture(name).build((1, 8, 8), 3, 0.0)
        same = networks.build(name, (1, 8, 8), 3, 0)
        assert [p.shape for p in built.parameters()] == [p.shape for p in same.parameters()]
    widths = [layer.out_features for layer in of_type(built, nn.Linear)]
    assert widths == [16, 16, 16, 3]
