import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call

from lib.training.layers import Layers

B = 3


class Doubled(nn.Linear):
    def forward(self, inputs):
        return 2 * super().forward(inputs)


def state_of(built):
    states = [dict(layer.named_parameters()) | dict(layer.named_buffers()) for layer in built]
    return {name: torch.stack([state[name] for state in states]).detach() for name in states[0]}


CASES = [
    (lambda: nn.Linear(4, 3), (4,)),
    (lambda: nn.Linear(4, 3, bias=False), (4,)),
    (lambda: nn.Linear(4, 3), (5, 4)),
    (lambda: nn.Linear(4, 3), ()),
    (lambda: Doubled(4, 3), (4,)),
    (lambda: nn.Conv2d(2, 3, 3), (2, 5, 4)),
    (lambda: nn.Conv2d(2, 3, 3, bias=False, padding=1, stride=2), (2, 5, 4)),
    (lambda: nn.Conv2d(2, 3, (2, 3), padding="same", dilation=(2, 1)), (2, 5, 4)),
    (lambda: nn.Conv2d(4, 6, 3, groups=2), (4, 5, 4)),
    (lambda: nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"), (2, 5, 4)),
    (lambda: nn.ReLU(inplace=True), (4, 2)),
    (lambda: nn.Tanh(), (4,)),
    (lambda: nn.Flatten(), (2, 5, 4)),
    (lambda: nn.Flatten(2), (2, 5, 4)),
    (lambda: nn.Flatten(1, 2), (2, 5, 4)),
    (lambda: nn.MaxPool2d(2), (2, 5, 4)),
    (lambda: nn.BatchNorm2d(2), (2, 5, 4)),
    (lambda: nn.Dropout(0.5).eval(), (4,)),
    (lambda: nn.Dropout(0.0), (4,)),
]


@pytest.mark.parametrize(("build", "shape"), CASES)
def test_a_layer_computes_for_each_network_what_it_computes_alone(build, shape):
    torch.manual_seed(0)
    built = [build().double() for _ in range(B)]
    inputs = torch.randn(B, 4 if shape == () else 6, *shape).double()
    before, state = inputs.clone(), state_of(built)
    generators = [torch.Generator() for _ in range(B)]
    found = Layers(built[0])(state, inputs, generators, training=built[0].training)
    assert torch.equal(inputs, before)
    for layer, x, z in zip(built, inputs, found, strict=True):
        np.testing.assert_allclose(z, layer(x.clone()).detach(), rtol=1e-12, atol=1e-12)
    # Buffers are those of after the computation, too.
    for number, layer in enumerate(built):
        for name, value in layer.named_buffers():
            np.testing.assert_allclose(state[name][number], value)


@pytest.mark.parametrize(("build", "shape"), CASES)
def test_gradients_are_those_of_each_network_alone(build, shape):
    torch.manual_seed(1)
    built = [build().double() for _ in range(B)]
    state = state_of(built)
    for name, _ in built[0].named_parameters():
        state[name].requires_grad_()
    inputs = torch.randn(B, 4 if shape == () else 6, *shape).double().requires_grad_()
    generators = [torch.Generator() for _ in range(B)]
    Layers(built[0])(state, inputs, generators, training=built[0].training).sin().sum().backward()
    for number in range(B):
        x = inputs.detach()[number].clone().requires_grad_()
        own = {name: value.detach()[number].clone() for name, value in state.items()}
        for name, _ in built[0].named_parameters():
            own[name].requires_grad_()
        functional_call(built[0], own, (x.clone(),)).sin().sum().backward()
        np.testing.assert_allclose(inputs.grad[number], x.grad, rtol=1e-10, atol=1e-12)
        for name, _ in built[0].named_parameters():
            np.testing.assert_allclose(state[name].grad[number], own[name].grad, atol=1e-12)


def test_dropout_masks_with_the_generator_of_each_network():
    generators = [torch.Generator().manual_seed(seed) for seed in (4, 4, 5)]
    found = Layers(nn.Dropout(0.25))({}, torch.ones(B, 50, 20), generators, training=True)
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
    # 1000 draws: five standard deviations.
    np.testing.assert_allclose((found == 0).double().mean(dim=(1, 2)), 0.25, atol=0.07)
    np.testing.assert_allclose(found[found != 0], 4 / 3, rtol=1e-6)


class Reversed(nn.Sequential):
    def forward(self, inputs):
        for layer in reversed(self):
            inputs = layer(inputs)
        return inputs


def test_layers_may_be_tied_repeated_and_made_of_sequences():
    torch.manual_seed(2)
    relu, first, last = nn.ReLU(), nn.Linear(4, 4), nn.Linear(4, 4)
    last.weight = first.weight
    network = nn.Sequential(
        relu, nn.Sequential(first, nn.Sequential(relu), last), Reversed(nn.Linear(4, 2), last)
    ).double()
    state = {name: torch.stack([value, value + 1]) for name, value in network.named_parameters()}
    inputs = torch.randn(2, 6, 4).double()
    found = Layers(network)(state, inputs, [], training=False)
    np.testing.assert_allclose(found[0].detach(), network(inputs[0]).detach())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1)
    np.testing.assert_allclose(found[1].detach(), network(inputs[1]).detach())


def test_the_network_that_shows_the_layers_stays_as_it_is():
    network = nn.Sequential(nn.BatchNorm2d(2), nn.Dropout(0.5))
    found = Layers(network)
    state = {n: value[None].clone() for n, value in network.state_dict().items()}
    generators = [torch.Generator()]
    assert not torch.equal(
        found(state, torch.ones(1, 3, 2, 4, 4), generators, training=True),
        found(state, torch.ones(1, 3, 2, 4, 4), generators, training=False),
    )
    assert network.training
    assert network[0].num_batches_tracked == 0
    assert state["0.num_batches_tracked"] == 1
