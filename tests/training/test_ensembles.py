import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import mse_loss

from lib.training import Ensemble


def perceptron():
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))


def convnet():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(24, 2)
    )


def normalized():
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, bias=False),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(3, 2),
    )


class Tied(nn.Module):
    """One matrix in two places."""

    def __init__(self, width=3):
        super().__init__()
        self.there, self.back = nn.Linear(width, width), nn.Linear(width, width)
        self.back.weight = self.there.weight

    def forward(self, inputs):
        return self.back(torch.tanh(self.there(inputs)))


def sequence():
    """Layers of all kinds: in a sequence within another, tied, used twice, unknown."""
    twice = nn.ReLU()
    first, last = nn.Linear(8, 8), nn.Linear(8, 8)
    last.weight = first.weight
    return nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding="valid", dilation=(1, 2), bias=False),
        twice,
        nn.Sequential(nn.Conv2d(4, 4, 1, groups=2), nn.Flatten(2), twice, nn.Flatten()),
        nn.Sequential(first, nn.Tanh(), last, Tied(8)),
        nn.Linear(8, 2, bias=False),
    )


SHAPES = {
    sequence: (2, 6, 3),
    perceptron: (3,),
    convnet: (2, 5, 4),
    normalized: (2, 5, 4),
    Tied: (3,),
}
BUILDERS = pytest.mark.parametrize("build", SHAPES)


def networks(build, count, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return [build().double() for _ in range(count)]


def drawn(build, *sizes, seed=0):
    rng = np.random.default_rng(seed)
    return torch.as_tensor(rng.standard_normal((*sizes, *SHAPES[build])))


def assert_close(found, expected):
    np.testing.assert_allclose(
        found.detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-12
    )


def assert_state(ensemble, alone):
    for number, network in enumerate(alone):
        expected = dict(network.named_parameters()) | dict(network.named_buffers())
        found = ensemble.parameters | ensemble.buffers
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert_close(found[name][number], value)


def losses_of(outputs):
    """Not symmetric in the outputs, and not linear."""
    return ((outputs - torch.arange(outputs.shape[-1])) ** 2).mean(dim=(-2, -1))


def optimizers(alone, rates, **options):
    return [
        torch.optim.SGD(network.parameters(), lr=rate, **options)
        for network, rate in zip(alone, rates, strict=True)
    ]


def step_alone(network, optimizer, inputs):
    optimizer.zero_grad()
    losses_of(network.train()(inputs)).backward()
    optimizer.step()


@BUILDERS
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_outputs_are_those_of_each_network_alone(build, training, count):
    alone = networks(build, count)
    ensemble, inputs = Ensemble(alone), drawn(build, count, 6)
    assert len(ensemble) == count
    for _ in range(2):  # twice: normalization in training leaves traces
        found = ensemble(inputs, training=training)
        for network, x, z in zip(alone, inputs, found, strict=True):
            assert_close(z, network.train(training)(x))
        assert_state(ensemble, alone)


def test_normalization_is_that_of_each_network_in_training_and_after_it():
    alone = networks(normalized, 3)
    for number, network in enumerate(alone):  # each comes with a past of its own
        network.train()(drawn(normalized, 6, seed=99 + number))
    ensemble = Ensemble(alone)
    for seed, training in enumerate([True, True, False, True, False]):
        inputs = drawn(normalized, 3, 6, seed=seed) + seed
        before = {name: value.clone() for name, value in ensemble.buffers.items()}
        found = ensemble(inputs, training=training)
        for network, x, z in zip(alone, inputs, found, strict=True):
            assert_close(z, network.train(training)(x))
        assert_state(ensemble, alone)
        same = {name: torch.equal(value, before[name]) for name, value in ensemble.buffers.items()}
        assert set(same.values()) == {not training}
    np.testing.assert_array_equal(ensemble.buffers["1.num_batches_tracked"], [4, 4, 4])


class Masking(nn.Module):
    def forward(self, inputs):
        return torch.dropout(inputs, 0.5, self.training)


def dropped(share=0.5, width=400):
    """The inputs, masked: what is left is told by the outputs."""
    return nn.Sequential(nn.Sequential(nn.Identity(), nn.Dropout(share)), nn.Linear(width, 1))


def masks(ensemble, count, n=3, width=400):
    """What the first layers make of ones, told by gradients of the outputs."""
    inputs = torch.ones(count, n, width, requires_grad=True)
    (found,) = torch.autograd.grad(ensemble(inputs, training=True).sum(), inputs)
    return found / ensemble.parameters["1.weight"].detach()


def test_a_network_is_computed_as_in_training_only_where_that_is_asked():
    ensemble = Ensemble([nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)) for _ in range(2)])
    inputs = torch.ones(2, 4, 3)
    assert not torch.equal(ensemble(inputs, training=True), ensemble(inputs, training=True))
    assert torch.equal(ensemble(inputs), ensemble(inputs, training=False))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.9, 1.0])
def test_dropout_masks_a_share_and_keeps_the_mean(share):
    found = masks(Ensemble([dropped(share)] * 2), 2).numpy()
    if share == 1:
        np.testing.assert_array_equal(found, 0)
        return
    # 1200 draws of each network: five standard deviations.
    within = 5 * np.sqrt(share * (1 - share) / 1200)
    np.testing.assert_allclose((found == 0).mean(axis=(1, 2)), share, atol=within)
    np.testing.assert_allclose(found[found != 0], 1 / (1 - share), rtol=1e-5)


def test_dropout_draws_of_the_seed_of_each_network_and_of_nothing_else():
    seeds = [5, 9, 5, 7]
    one = dropped()
    together = Ensemble([one] * 4, seeds=seeds)
    torch.manual_seed(1)
    first, second = masks(together, 4), masks(together, 4)
    assert torch.equal(first[0], first[2])
    others = [first[0], first[1], first[3], second[0], second[1], second[3]]
    for number, own in enumerate(others):
        assert not any(torch.equal(own, other) for other in others[:number])
    alone = Ensemble([one], seeds=[9])
    assert torch.equal(masks(alone, 1)[0], first[1])
    assert torch.equal(masks(alone, 1)[0], second[1])
    together.keep(torch.tensor([False, True, False, True]))
    third = masks(together, 2)
    assert torch.equal(masks(alone, 1)[0], third[0])
    assert not torch.equal(third[1], first[3])


def test_without_seeds_each_network_draws_of_its_number():
    numbered, unnamed = Ensemble([dropped()] * 3, seeds=range(3)), Ensemble([dropped()] * 3)
    assert torch.equal(masks(unnamed, 3), masks(numbered, 3))


def test_dropout_leaves_the_generator_of_others_alone():
    ensemble, ours = Ensemble([dropped()] * 2), torch.get_rng_state()
    masks(ensemble, 2)
    assert torch.equal(torch.get_rng_state(), ours)


def test_other_layers_that_draw_are_refused_in_training():
    ensemble = Ensemble([nn.Sequential(nn.Linear(3, 3), Masking())] * 2)
    assert ensemble(torch.ones(2, 4, 3)).shape == (2, 4, 3)
    with pytest.raises(RuntimeError, match="random"):
        ensemble(torch.ones(2, 4, 3), training=True)


@pytest.mark.parametrize("seeds", [[], [1], [1, 2, 3]])
def test_each_network_needs_a_seed(seeds):
    with pytest.raises(ValueError, match="seeds"):
        Ensemble([dropped()] * 2, seeds=seeds)


@BUILDERS
@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"momentum": 0.9}, {"weight_decay": 0.1}, {"momentum": 0.5, "weight_decay": 0.3}],
)
def test_a_step_is_that_of_torch(build, common, options):
    rates = [0.1] * 3 if common else [0.1, 0.01, 0.2]
    alone = networks(build, 3)
    ensemble, theirs = Ensemble(alone), optimizers(alone, rates, **options)
    for number in range(4):
        inputs = drawn(build, 3, 6, seed=number)
        losses = losses_of(ensemble(inputs, training=True))
        of_each = torch.tensor(rates, dtype=torch.float64)
        ensemble.descend(losses, 0.1 if common else of_each, **options)
        for network, optimizer, x in zip(alone, theirs, inputs, strict=True):
            step_alone(network, optimizer, x)
        assert_state(ensemble, alone)


@given(
    each=st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 1)), min_size=1, max_size=4),
    momentum=st.floats(0, 0.99),
    seed=st.integers(0, 2**20),
)
@settings(max_examples=20, deadline=None)
def test_rates_and_decays_of_each_network_are_those_of_optimizers_of_each(each, momentum, seed):
    alone = networks(perceptron, len(each), seed)
    ensemble = Ensemble(alone)
    theirs = [
        torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum, weight_decay=decay)
        for network, (rate, decay) in zip(alone, each, strict=True)
    ]
    rates, decays = torch.tensor(each, dtype=torch.float64).T
    for number in range(3):
        inputs = drawn(perceptron, len(each), 5, seed=[seed, number])
        losses = losses_of(ensemble(inputs))
        ensemble.descend(losses, rates, momentum=momentum, weight_decay=decays)
        for network, optimizer, x in zip(alone, theirs, inputs, strict=True):
            step_alone(network, optimizer, x)
    assert_state(ensemble, alone)


@BUILDERS
@given(which=st.integers(0, 2), seed=st.integers(0, 2**20))
@settings(max_examples=5, deadline=None)
def test_the_loss_of_a_network_moves_no_other(build, which, seed):
    ensemble = Ensemble(networks(build, 3, seed))
    before = {name: value.detach().clone() for name, value in ensemble.parameters.items()}
    outputs = ensemble(drawn(build, 3, 6, seed=seed), training=True)
    ensemble.descend(losses_of(outputs) * (torch.arange(3) == which), 0.1, momentum=0.9)
    others = torch.arange(3) != which
    moved = []
    for name, value in ensemble.parameters.items():
        assert torch.equal(value[others], before[name][others])
        moved.append(not torch.equal(value[which], before[name][which]))
    assert any(moved)


@pytest.mark.parametrize("broken", [float("inf"), float("nan")])
def test_a_network_that_is_not_finite_breaks_no_other(broken):
    alone = networks(convnet, 3)
    with torch.no_grad():
        alone[1][0].weight.fill_(broken)
    ensemble, theirs = Ensemble(alone), optimizers(alone, [0.1] * 3, momentum=0.9)
    for number in range(3):
        inputs = drawn(convnet, 3, 6, seed=number)
        ensemble.descend(losses_of(ensemble(inputs)), 0.1, momentum=0.9)
        for network, optimizer, x in zip(alone, theirs, inputs, strict=True):
            step_alone(network, optimizer, x)
    assert not torch.isfinite(ensemble.parameters["0.weight"][1]).any()
    ensemble.keep(torch.tensor([True, False, True]))
    assert_state(ensemble, alone[::2])


@BUILDERS
@given(stay=st.lists(st.booleans(), min_size=4, max_size=4))
@settings(max_examples=8, deadline=None)
def test_those_that_stay_go_on_as_if_the_others_had_never_been(build, stay):
    alone = networks(build, 4)
    stays = np.flatnonzero(stay)
    ensemble, without = Ensemble(alone), [copy.deepcopy(alone[number]) for number in stays]
    theirs = optimizers(without, [0.1] * len(stays), momentum=0.9)
    for number in range(4):
        inputs = drawn(build, 4, 6, seed=number)
        if number == 2:
            ensemble.keep(torch.tensor(stay))
            assert len(ensemble) == len(stays)
            if not len(stays):
                return
        own = inputs if number < 2 else inputs[stays]
        ensemble.descend(losses_of(ensemble(own, training=True)), 0.1, momentum=0.9)
        for network, optimizer, x in zip(without, theirs, inputs[stays], strict=True):
            step_alone(network, optimizer, x)
    assert_state(ensemble, without)


@BUILDERS
@pytest.mark.parametrize("count", [1, 2])
def test_networks_stay_as_they_are(build, count):
    alone = networks(build, count)
    for network in alone:
        network.train(count == 1)
    before = copy.deepcopy([network.state_dict() for network in alone])
    ensemble = Ensemble(alone)
    for training in (True, False):
        losses = losses_of(ensemble(drawn(build, count, 6), training=training))
        ensemble.descend(losses, 0.1, momentum=0.9)
    for network, state in zip(alone, before, strict=True):
        assert network.training == (count == 1)
        for name, value in network.state_dict().items():
            assert torch.equal(value, state[name])
        assert all(parameter.grad is None for parameter in network.parameters())


def test_networks_may_be_in_training_or_not():
    alone = networks(normalized, 2)
    alone[1].eval()
    found = Ensemble(alone)(inputs := drawn(normalized, 2, 6))
    for network, x, z in zip(alone, inputs, found, strict=True):
        assert_close(z, network.eval()(x))


def test_one_network_given_twice_is_two():
    (one,) = networks(perceptron, 1)
    ensemble = Ensemble([one, one])
    inputs = drawn(perceptron, 2, 6)
    ensemble.descend(losses_of(ensemble(inputs)), torch.tensor([0.1, 0.0]))
    weight = ensemble.parameters["0.weight"]
    assert torch.equal(weight[1], one[0].weight)
    assert not torch.equal(weight[0], one[0].weight)


def test_gradients_reach_inputs_and_losses_of_ones_own():
    (one,) = networks(perceptron, 1)
    ensemble, inputs = Ensemble([one]), drawn(perceptron, 1, 6).requires_grad_()
    (found,) = torch.autograd.grad(
        mse_loss(ensemble(inputs), torch.zeros(1, 6, 2).double()), inputs
    )
    (expected,) = torch.autograd.grad(mse_loss(one(inputs[0]), torch.zeros(6, 2).double()), inputs)
    assert_close(found, expected)


@pytest.mark.parametrize(
    "different",
    [
        [],
        [nn.Linear(3, 2), nn.Linear(3, 4)],
        [nn.Linear(3, 2), nn.Linear(3, 2, bias=False)],
        [nn.Linear(3, 2), nn.Linear(3, 2).double()],
        [nn.Sequential(nn.Linear(3, 2)), nn.Linear(3, 2)],
        [nn.Sequential(nn.Linear(3, 2), nn.ReLU()), nn.Sequential(nn.Linear(3, 2), nn.Tanh())],
        [nn.Linear(3, 2), nn.Linear(3, 2), nn.Linear(2, 3)],
        [nn.PReLU(1), nn.PReLU(2)],
    ],
)
def test_none_or_different_ones_are_refused(different):
    with pytest.raises(ValueError, match="needs networks, and all of one architecture"):
        Ensemble(different)


def test_ties_are_part_of_an_architecture():
    tied, free = Tied(), Tied()
    free.back.weight = nn.Parameter(free.back.weight.detach().clone())
    with pytest.raises(ValueError, match="one architecture"):
        Ensemble([tied, free])


@BUILDERS
def test_some_in_an_ensemble_of_their_own_leave_the_others_as_they_are(build):
    alone = networks(build, 3)
    ensemble, inputs = Ensemble(alone), drawn(build, 3, 6)
    which = torch.tensor([True, False, True])
    found = ensemble.only(which)
    assert (len(found), len(ensemble)) == (2, 3)
    assert_close(found(inputs[which]), ensemble(inputs)[which])
    found.descend(losses_of(found(inputs[which], training=True)), 0.1, momentum=0.9)
    assert_state(ensemble, alone)


class Scaled(nn.Module):
    """Of which what is printed does not tell the number of weights."""

    def __init__(self, count):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(count))

    def forward(self, inputs):
        return inputs * self.scale


def test_what_is_printed_alike_is_told_apart_by_its_weights():
    assert str(Scaled(1)) == str(Scaled(3))
    with pytest.raises(ValueError, match="one architecture"):
        Ensemble([Scaled(1), Scaled(3)])
    assert len(Ensemble([Scaled(3), Scaled(3)])) == 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_computes_what_the_processor_computes():
    alone, inputs = networks(normalized, 3), drawn(normalized, 3, 6)
    here, there = Ensemble(alone), Ensemble(alone, torch.device("cuda"))
    for _ in range(3):
        here.descend(losses_of(here(inputs, training=True)), 0.1, momentum=0.9)
        outputs = there(inputs.cuda(), training=True)
        there.descend(((outputs - torch.arange(2).cuda()) ** 2).mean(dim=(1, 2)), 0.1, momentum=0.9)
    there.keep(torch.tensor([True, False, True]))
    for name, value in here.parameters.items():
        assert there.parameters[name].device.type == "cuda"
        np.testing.assert_allclose(there.parameters[name].detach().cpu(), value.detach()[[0, 2]])
