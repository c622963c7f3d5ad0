import copy
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from torch import Tensor, nn

from lib.generalization import fitting
from lib.generalization.treatments import Task
from lib.training import Ensemble


def drawn_task(count=12, shape=(1, 3, 4), classes=3, seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    draw = lambda n: rng.standard_normal((n, *shape)).astype(dtype)  # noqa: E731
    labels = rng.integers(0, classes, count + 9)
    return Task(draw(count), labels[:count], draw(9), labels[count:], classes)


def separable(count=40):
    """Label 1 where the first pixel is positive, which is far from 0; the test images too."""
    rng = np.random.default_rng(1)
    images = rng.standard_normal((2 * count, 1, 2, 2)).astype(np.float32)
    images[:, 0, 0, 0] += 3 * np.sign(images[:, 0, 0, 0])
    labels = (images[:, 0, 0, 0] > 0).astype(np.int64)
    return Task(images[:count], labels[:count], images[count:], labels[count:], 2)


def contradictory():
    images = np.ones((2, 1, 2, 2), dtype=np.float32)
    labels = np.array([0, 1])
    return Task(images, labels, images, labels, 2)


def linear(task, seed=0, hidden=(), dropout=0.0, dtype=torch.float32):
    widths = [task.images[0].size, *hidden]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = [nn.Flatten()]
        for n_in, n_out in zip(widths, hidden, strict=False):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
            layers += [nn.Dropout(dropout)] if dropout else []
        layers.append(nn.Linear(widths[-1], task.classes))
        return nn.Sequential(*layers).to(dtype)


def outputs(network, images):
    network.eval()
    with torch.no_grad():
        return network(torch.as_tensor(images)).numpy().astype(float)


def entropy(network, images, labels):
    z = outputs(network, images)
    return float(np.mean(logsumexp(z, axis=1) - z[np.arange(len(labels)), labels]))


def fit_one(network, task, seed=0, **options):
    (found,) = fitting.fit([network], [task], [seed], **options)
    return found


@dataclass(frozen=True)
class Call:
    """What an ensemble was given, and the parameters it had."""

    inputs: Tensor
    training: bool
    parameters: dict[str, Tensor]

    def network(self, like, number=0):
        found = copy.deepcopy(like)
        found.load_state_dict({name: value[number] for name, value in self.parameters.items()})
        return found


@pytest.fixture
def calls(monkeypatch):
    """A list that fills with the calls of all ensembles."""
    noted, right = [], Ensemble.__call__

    def note(self, inputs, *, training=False):
        parameters = {name: value.detach().clone() for name, value in self.parameters.items()}
        noted.append(Call(inputs.clone(), training, parameters))
        return right(self, inputs, training=training)

    monkeypatch.setattr(Ensemble, "__call__", note)
    return noted


def examples_of_steps(calls, images, member=0):
    """Numbers of the examples of each step, known by their first pixels."""
    steps = [call.inputs[member, :, 0, 0, 0].numpy() for call in calls if call.training]
    return [[int(np.flatnonzero(images[:, 0, 0, 0] == x)[0]) for x in step] for step in steps]


def test_what_is_separable_is_learned_and_known_of_new_images():
    task = separable()
    found = fit_one(linear(task), task, rate=0.05, epochs=200, batch=10)
    assert found.accuracy[-1] == 1
    assert found.test_accuracy > 0.9
    assert found.loss[-1] < found.loss[0]


@pytest.mark.parametrize("batch", [1, 5, 12, 100])
def test_training_ends_at_the_first_pass_after_which_all_are_known(batch):
    task = drawn_task()
    found = fit_one(linear(task, 0, (30,)), task, rate=0.02, epochs=500, batch=batch)
    assert 2 < len(found.steps) < 400
    assert np.all(found.accuracy[:-1] < 1)
    assert found.accuracy[-1] == 1
    in_a_pass = -(-12 // batch)
    np.testing.assert_array_equal(found.steps, in_a_pass * np.arange(len(found.steps)))
    assert found.steps_to_fit == found.steps[-1]
    assert len(found.loss) == len(found.accuracy) == len(found.steps)


def test_what_cannot_be_learned_is_given_up_after_the_passes_allowed():
    task = contradictory()
    found = fit_one(linear(task), task, rate=0.01, epochs=7, batch=1)
    np.testing.assert_array_equal(found.steps, 2 * np.arange(8))
    assert np.all(found.accuracy == 0.5)
    assert found.steps_to_fit == np.inf


def test_the_first_record_is_the_untrained_network_and_the_last_the_trained_one(calls):
    task = drawn_task()
    network = linear(task, 0, (20,))
    loss = entropy(network, task.images, task.labels)
    right = np.mean(outputs(network, task.images).argmax(axis=1) == task.labels)
    found = fit_one(network, task, rate=0.02, epochs=3, batch=5)
    assert found.loss[0] == pytest.approx(loss, rel=1e-5)
    assert found.accuracy[0] == right
    trained = calls[-1].network(network)
    assert found.loss[-1] == pytest.approx(entropy(trained, task.images, task.labels), rel=1e-5)
    known = outputs(trained, task.images).argmax(axis=1) == task.labels
    assert found.accuracy[-1] == np.mean(known)
    guessed = outputs(trained, task.test_images).argmax(axis=1) == task.test_labels
    assert found.test_accuracy == np.mean(guessed)


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("batch", [4, 100])
def test_steps_are_those_of_a_loop_written_by_hand(calls, weight_decay, batch):
    task = drawn_task(count=10, dtype=np.float64)
    network = linear(task, dtype=torch.float64)
    W, b = (p.detach().numpy().copy() for p in network.parameters())
    found = fit_one(network, task, 3, rate=0.05, epochs=4, batch=batch, weight_decay=weight_decay)
    steps = examples_of_steps(calls, task.images)
    x, y = task.images.reshape(10, -1), np.eye(3)[task.labels]
    velocity = [np.zeros_like(W), np.zeros_like(b)]
    for number, chosen in enumerate(steps):
        z = x[chosen] @ W.T + b
        error = (np.exp(z - logsumexp(z, axis=1, keepdims=True)) - y[chosen]) / len(chosen)
        gradients = [error.T @ x[chosen] + weight_decay * W, error.sum(axis=0) + weight_decay * b]
        velocity = [0.9 * v + g for v, g in zip(velocity, gradients, strict=True)]
        rate = 0.05 * 0.95 ** (number / 391)
        W, b = W - rate * velocity[0], b - rate * velocity[1]
    assert len(steps) == found.steps[-1] == 4 * -(-10 // batch)
    trained = [p.detach().numpy() for p in calls[-1].network(network).parameters()]
    np.testing.assert_allclose(trained[0], W, rtol=0, atol=1e-10)
    np.testing.assert_allclose(trained[1], b, rtol=0, atol=1e-10)


def test_the_recorded_loss_has_no_penalty(calls):
    task = drawn_task()
    network = linear(task)
    found = fit_one(network, task, rate=0.01, epochs=2, batch=12, weight_decay=10.0)
    trained = calls[-1].network(network)
    assert found.loss[-1] == pytest.approx(entropy(trained, task.images, task.labels), rel=1e-5)


def test_each_pass_takes_every_example_once_in_a_new_order(calls):
    task = drawn_task(count=23)
    fit_one(linear(task), task, rate=1e-6, epochs=3, batch=10)
    steps = examples_of_steps(calls, task.images)
    assert [len(step) for step in steps] == [10, 10, 3] * 3
    passes = [[n for step in steps[i : i + 3] for n in step] for i in (0, 3, 6)]
    for order in passes:
        assert sorted(order) == list(range(23))
    assert len({tuple(order) for order in [*passes, list(range(23))]}) == 4


def test_every_pass_is_in_training_mode_and_every_record_is_not(calls):
    task = contradictory()
    fit_one(linear(task), task, rate=0.01, epochs=3, batch=1)
    modes = [call.training for call in calls]
    assert modes == [False, *[True, True, False] * 3, False]


def test_records_are_made_without_dropout():
    task = drawn_task()
    network = linear(task, 0, (50,), dropout=0.9)
    expected = entropy(network, task.images, task.labels)
    network.train()
    found = fit_one(network, task, rate=1e-12, epochs=1, batch=12)
    np.testing.assert_allclose(found.loss, expected, rtol=1e-5)


def fitted(seed, **changed):
    task = drawn_task()
    network = linear(task, 0, (30,), dropout=changed.pop("dropout", 0.0))
    options = {"rate": 0.01, "epochs": 4, "batch": 5, **changed}
    return fit_one(network, task, seed, **options)


@pytest.mark.parametrize(
    "changed", [{}, {"shift": 1}, {"dropout": 0.5}, {"dropout": 0.5, "batch": 12}]
)
def test_training_depends_on_its_seed_alone(changed):
    first = fitted(1, **changed)
    torch.manual_seed(99)
    again, other = fitted(1, **changed), fitted(2, **changed)
    np.testing.assert_array_equal(first.loss, again.loss)
    assert first.test_accuracy == again.test_accuracy
    assert np.abs(first.loss - other.loss).max() > 1e-4


@pytest.mark.parametrize(("dropout", "differ"), [(0.5, True), (0.0, False)])
def test_dropout_has_draws_of_the_seed_where_the_order_does_not_matter(dropout, differ):
    # What cannot be known: all images are one, and their labels differ.
    images, labels = np.ones((6, 1, 2, 2), dtype=np.float32), np.arange(6) % 2
    task = Task(images, labels, images, labels, 2)
    losses = [
        fit_one(linear(task, 0, (30,), dropout), task, seed, rate=0.1, epochs=1, batch=6).loss
        for seed in range(5)
    ]
    assert len({round(float(loss[-1]), 5) for loss in losses}) == (5 if differ else 1)


def test_training_leaves_the_generators_of_others_alone():
    ours, theirs = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    fitted(1, dropout=0.5, shift=1)
    assert torch.equal(torch.get_rng_state(), ours)
    np.testing.assert_array_equal(np.random.get_state()[1], theirs)  # noqa: NPY002


def test_a_shift_moves_each_image_each_time_by_up_to_so_many_pixels_each_way(calls):
    count, passes = 60, 8
    images = np.zeros((count, 1, 5, 7), dtype=np.float32)
    images[:, 0, 2, 3] = np.arange(1, count + 1)  # one pixel, in the middle, says which it is
    task = Task(images, np.arange(count) % 2, images[:2], np.array([0, 1]), 2)
    fit_one(linear(task), task, rate=1e-9, epochs=passes, batch=20, shift=2)
    seen = np.concatenate([call.inputs[0, :, 0].numpy() for call in calls if call.training])
    assert len(seen) == count * passes
    which, rows, columns = np.nonzero(seen)
    np.testing.assert_array_equal(which, np.arange(count * passes))
    counts = np.zeros((5, 5), dtype=int)
    np.add.at(counts, (rows - 0, columns - 1), 1)
    # Each of 25 moves once in 19 times on the mean.
    assert counts.min() > 0
    assert counts.max() < 50
    names = seen[which, rows, columns].reshape(passes, count)
    np.testing.assert_array_equal(np.sort(names, axis=1), np.tile(np.arange(1, 61), (passes, 1)))
    own = [set(zip(*np.nonzero(seen == name)[1:], strict=True)) for name in range(1, 61)]
    assert min(map(len, own)) > 1


def test_images_are_not_shifted_where_they_are_judged():
    task = drawn_task()
    network = linear(task, 0, (20,))
    expected = entropy(network, task.images, task.labels)
    found = fit_one(network, task, rate=1e-12, epochs=1, batch=12, shift=1)
    np.testing.assert_allclose(found.loss, expected, rtol=1e-5)


@given(
    shift=st.integers(0, 3),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6)),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=30)
def test_a_window_of_the_padded_image_is_the_shifted_one(shift, shape, seed):
    height, width = shape[1:]
    images = np.random.default_rng(seed).standard_normal((2, 3, *shape))
    found = fitting._windows(torch.as_tensor(images), shift).numpy()
    padded = np.pad(images, ((0, 0), (0, 0), (0, 0), (shift, shift), (shift, shift)))
    for top, left in np.ndindex(2 * shift + 1, 2 * shift + 1):
        expected = padded[..., top : top + height, left : left + width]
        np.testing.assert_array_equal(found[..., top, left, :, :], expected)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rate": 0.0}, "rate must be positive and finite, got 0.0"),
        ({"rate": -1.0}, "rate must be positive and finite, got -1.0"),
        ({"rate": float("nan")}, "rate must be positive and finite, got nan"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"batch": 0}, "batch must be at least 1, got 0"),
    ],
)
def test_training_with_nothing_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        fitted(0, **wrong)


@pytest.mark.parametrize("kind", ["labels", "test_labels"])
@pytest.mark.parametrize("bad", [-100, -1, 3])  # the first is what torch leaves out of a loss
def test_labels_that_are_no_class_are_refused_before_training(calls, kind, bad):
    task = drawn_task()
    labels = getattr(task, kind).copy()
    labels[1] = bad
    with pytest.raises(ValueError, match=rf"^{kind} must be from 0 to 2, got {bad} at \[1\]"):
        fit_one(linear(task), replace(task, **{kind: labels}), 0, rate=0.1, epochs=1, batch=5)
    assert not calls


def company(count=5, **options):
    """Networks and tasks in double precision, some of which are learned long before others."""
    built, tasks = [], []
    for seed in range(count):
        task = drawn_task(count=14, seed=seed, dtype=np.float64)
        if seed % 2:  # easy: the classes are far apart
            images = task.images + 4.0 * task.labels[:, None, None, None]
            task = replace(task, images=images)
        tasks.append(task)
        built.append(linear(task, seed, (12,), dtype=torch.float64, **options))
    return built, tasks, [7 * seed for seed in range(count)]


OPTIONS = {"rate": 0.02, "epochs": 24, "batch": 5, "weight_decay": 1e-3}


def assert_same(found, expected):
    np.testing.assert_array_equal(found.steps, expected.steps)
    np.testing.assert_allclose(found.loss, expected.loss, rtol=1e-9)
    np.testing.assert_array_equal(found.accuracy, expected.accuracy)
    assert found.test_accuracy == expected.test_accuracy


@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize(
    ("constant", "value"), [(None, 0), ("TOGETHER", 2), ("MOST_BYTES", 3 * 14 * 12 * 8)]
)
def test_a_network_learns_in_company_what_it_learns_alone(
    monkeypatch, calls, constant, value, shift
):
    built, tasks, seeds = company()
    alone = [
        fit_one(network, task, seed, shift=shift, **OPTIONS)
        for network, task, seed in zip(built, tasks, seeds, strict=True)
    ]
    lengths = {len(one.steps) for one in alone}
    assert len(lengths) > 1  # some leave before others
    if constant:
        monkeypatch.setattr(fitting, constant, value)
    calls.clear()
    together = fitting.fit(built, tasks, seeds, shift=shift, **OPTIONS)
    most = {None: 5, "TOGETHER": 2, "MOST_BYTES": 3}[constant]
    assert max(len(call.inputs) for call in calls) == most
    backwards = fitting.fit(built[::-1], tasks[::-1], seeds[::-1], shift=shift, **OPTIONS)[::-1]
    for number, one in enumerate(alone):
        assert_same(together[number], one)
        assert_same(backwards[number], one)


def test_networks_of_which_one_alone_exceeds_the_memory_are_trained_alone(monkeypatch, calls):
    monkeypatch.setattr(fitting, "MOST_BYTES", 10)
    built, tasks, seeds = company(2)
    assert len(fitting.fit(built, tasks, seeds, rate=0.01, epochs=1, batch=5)) == 2
    assert {len(call.inputs) for call in calls} == {1}


def test_networks_with_convolutions_and_normalization_learn_in_company_as_alone():
    tasks = [drawn_task(shape=(2, 5, 4), seed=seed, dtype=np.float64) for seed in range(3)]
    built = []
    for seed in range(3):
        torch.manual_seed(seed)
        convolution = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        head = [nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(80, 3)]
        built.append(nn.Sequential(convolution, *head).double())
    options = {"rate": 0.02, "epochs": 6, "batch": 4}
    found = fitting.fit(built, tasks, [3, 1, 2], **options)
    for network, task, seed, fit in zip(built, tasks, [3, 1, 2], found, strict=True):
        assert_same(fit, fit_one(network, task, seed, **options))


def test_single_precision_in_company_is_that_alone_up_to_rounding():
    tasks = [drawn_task(seed=seed) for seed in range(4)]
    built = [linear(task, seed, (20,)) for seed, task in enumerate(tasks)]
    found = fitting.fit(built, tasks, range(4), rate=0.01, epochs=3, batch=4)
    for seed in range(4):
        alone = fit_one(built[seed], tasks[seed], seed, rate=0.01, epochs=3, batch=4)
        np.testing.assert_allclose(found[seed].loss, alone.loss, rtol=1e-5)


def test_networks_of_one_seed_see_one_order_and_others_another(calls):
    task = drawn_task(count=20)
    built = [linear(task, number) for number in range(3)]
    fitting.fit(built, [task] * 3, [4, 4, 5], rate=1e-6, epochs=2, batch=20)
    orders = [examples_of_steps(calls, task.images, member) for member in range(3)]
    assert orders[0] == orders[1]
    assert all(sorted(order) == list(range(20)) for order in orders[2])
    assert orders[0][0] != orders[2][0]
    assert orders[0][1] != orders[2][1]


def test_those_that_are_done_are_computed_no_more(calls):
    built, tasks, seeds = company()
    found = fitting.fit(built, tasks, seeds, **OPTIONS)
    steps_of_each = [int(fit.steps[-1]) for fit in found]
    in_training = [len(call.inputs) for call in calls if call.training]
    assert len(in_training) == max(steps_of_each)
    assert sum(in_training) == sum(steps_of_each)


def test_one_that_diverges_leaves_and_does_not_disturb_others():
    built, tasks, seeds = company(3)
    wild = replace(tasks[1], images=1e200 * tasks[1].images)
    tasks = [tasks[0], wild, tasks[2]]
    found = fitting.fit(built, tasks, seeds, **OPTIONS)
    assert not np.isfinite(found[1].loss[-1])
    assert np.all(np.isfinite(found[1].loss[:-1]))
    assert len(found[1].steps) == 2
    assert found[1].steps_to_fit == np.inf
    for number in (0, 2):
        alone = fit_one(built[number], tasks[number], seeds[number], **OPTIONS)
        assert len(alone.steps) > 3
        assert_same(found[number], alone)


def test_a_rate_far_too_large_ends_the_training_of_all(calls):
    built, tasks, seeds = company(2)
    found = fitting.fit(built, tasks, seeds, rate=1e200, epochs=50, batch=5)
    for fit in found:
        assert len(fit.steps) < 10
        assert not np.isfinite(fit.loss[-1])
    assert sum(call.training for call in calls) == max(fit.steps[-1] for fit in found)


def test_what_is_known_at_the_start_is_not_learned():
    task = separable()
    network = linear(task)
    with torch.no_grad():
        network[1].weight.copy_(torch.tensor([[-1.0, 0, 0, 0], [1.0, 0, 0, 0]]))
        network[1].bias.zero_()
    found = fit_one(network, task, rate=0.1, epochs=5, batch=8)
    np.testing.assert_array_equal(found.steps, [0])
    assert (found.steps_to_fit, found.test_accuracy) == (0, 1)


EACH = {
    "rate": [0.02, 0.005, 0.03, 0.01, 0.04],
    "weight_decay": [0.0, 0.3, 1e-3, 0.0, 0.1],
    "shift": [1, 0, 2, 1, 0],
}


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("given", [("rate",), ("weight_decay",), ("shift",), tuple(EACH)])
def test_each_network_may_have_numbers_of_its_own(calls, given, dropout):
    built, tasks, seeds = company(dropout=dropout)
    common = {"rate": 0.02, "epochs": 12, "batch": 5}
    together = fitting.fit(built, tasks, seeds, **common | {name: EACH[name] for name in given})
    in_training = [len(call.inputs) for call in calls if call.training]
    assert max(in_training) == 5
    assert len(in_training) == max(fit.steps[-1] for fit in together)
    for number, fit in enumerate(together):
        own = common | {name: EACH[name][number] for name in given}
        assert_same(fit, fit_one(built[number], tasks[number], seeds[number], **own))
    # What a network is told is told no other.
    plain = fitting.fit(built, tasks, seeds, **common)
    for number, (fit, other) in enumerate(zip(together, plain, strict=True)):
        same = all(EACH[name][number] == {"rate": 0.02}.get(name, 0) for name in given)
        assert np.array_equal(fit.loss[1:2], other.loss[1:2]) == same


@pytest.mark.parametrize("name", list(EACH))
@pytest.mark.parametrize("numbers", [[1, 1], [[1], [1], [1]]])
def test_each_network_needs_a_number_or_all_the_same(name, numbers):
    built, tasks, seeds = company(3)
    with pytest.raises(ValueError, match=f"^{name} must be one number or an array of 3"):
        fitting.fit(built, tasks, seeds, **{"rate": 1, "epochs": 1, "batch": 5, name: numbers})


def test_dropout_draws_the_same_in_any_company():
    built, tasks, seeds = company(3, dropout=0.5)
    options = {"rate": 0.01, "epochs": 4, "batch": 5}
    found = fitting.fit(built, tasks, seeds, **options)
    torch.manual_seed(5)
    others = fitting.fit(built[1:][::-1], tasks[1:][::-1], seeds[1:][::-1], **options)
    for number, fit in ((1, others[1]), (2, others[0])):
        assert_same(fit, found[number])


def test_networks_are_tested_once_at_their_end(calls):
    built, tasks, seeds = company()
    tasks = [
        replace(t, test_images=t.test_images[:7], test_labels=t.test_labels[:7]) for t in tasks
    ]
    fitting.fit(built, tasks, seeds, **OPTIONS)
    tested = [len(call.inputs) for call in calls if call.inputs.shape[1] == 7]
    assert sum(tested) == 5
    assert len(tested) > 1


def test_networks_stay_as_they_are():
    built, tasks, seeds = company(2)
    before = copy.deepcopy([network.state_dict() for network in built])
    fitting.fit(built, tasks, seeds, rate=0.1, epochs=2, batch=5)
    for network, state in zip(built, before, strict=True):
        assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_no_networks_are_no_work():
    assert fitting.fit([], [], [], rate=0.1, epochs=1, batch=1) == []


@pytest.mark.parametrize("lengths", [(1, 2, 2), (2, 1, 2), (2, 2, 1)])
def test_each_network_needs_a_task_and_a_seed(lengths):
    task = drawn_task()
    n, t, s = lengths
    message = f"a task and a seed, got {n} networks, {t} tasks and {s} seeds"
    with pytest.raises(ValueError, match=message):
        fitting.fit([linear(task)] * n, [task] * t, [0] * s, rate=0.1, epochs=1, batch=1)


@pytest.mark.parametrize(
    "other",
    [
        drawn_task(count=11),
        drawn_task(shape=(1, 4, 3)),
        replace(drawn_task(), test_images=np.ones((8, 1, 3, 4), np.float32)),
    ],
)
def test_tasks_of_different_sizes_are_refused(other):
    task = drawn_task()
    with pytest.raises(ValueError, match="need as many images of one shape"):
        fitting.fit(
            [linear(task), linear(task)], [task, other], [0, 0], rate=0.1, epochs=1, batch=1
        )


def test_networks_of_different_architectures_are_refused():
    task = drawn_task()
    with pytest.raises(ValueError, match="all of one architecture"):
        fitting.fit(
            [linear(task), linear(task, 0, (3,))], [task] * 2, [0, 0], rate=0.1, epochs=1, batch=1
        )


@pytest.mark.parametrize(("available", "kind"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_is_used_where_there_is_one(monkeypatch, available, kind):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert fitting.choose_device().type == kind


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_learns_what_the_processor_learns():
    task = drawn_task(shape=(1, 8, 8))
    runs = [
        fit_one(linear(task, 0, (30,)), task, rate=0.01, epochs=3, batch=5, shift=1, device=device)
        for device in (torch.device("cuda"), None)
    ]
    np.testing.assert_allclose(runs[0].loss, runs[1].loss, rtol=1e-3)
