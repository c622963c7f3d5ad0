import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from torch import nn

from lib.generalization import fitting
from lib.generalization.treatments import Task


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
            layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(dropout)]
        layers.append(nn.Linear(widths[-1], task.classes))
        return nn.Sequential(*layers).to(dtype)


def outputs(network, images):
    network.eval()
    with torch.no_grad():
        return network(torch.as_tensor(images)).numpy().astype(float)


def entropy(network, images, labels):
    z = outputs(network, images)
    return float(np.mean(logsumexp(z, axis=1) - z[np.arange(len(labels)), labels]))


def seen_in_training(network, images):
    """A list that fills with the numbers of the examples of each step, known by a first pixel."""
    steps = []

    def note(module, inputs):
        if module.training:
            firsts = inputs[0][:, 0, 0, 0].numpy()
            steps.append([int(np.flatnonzero(images[:, 0, 0, 0] == x)[0]) for x in firsts])

    network.register_forward_pre_hook(note)
    return steps


def test_what_is_separable_is_learned_and_known_of_new_images():
    task = separable()
    found = fitting.fit(linear(task), task, 0, rate=0.05, epochs=200, batch=10)
    assert found.accuracy[-1] == 1
    assert found.test_accuracy > 0.9
    assert found.loss[-1] < found.loss[0]


@pytest.mark.parametrize("batch", [1, 5, 12, 100])
def test_training_ends_at_the_first_pass_after_which_all_are_known(batch):
    task = drawn_task()
    found = fitting.fit(linear(task, 0, (30,)), task, 0, rate=0.02, epochs=500, batch=batch)
    assert 2 < len(found.steps) < 400
    assert np.all(found.accuracy[:-1] < 1)
    assert found.accuracy[-1] == 1
    in_a_pass = -(-12 // batch)
    np.testing.assert_array_equal(found.steps, in_a_pass * np.arange(len(found.steps)))
    assert found.steps_to_fit == found.steps[-1]
    assert len(found.loss) == len(found.accuracy) == len(found.steps)


def test_what_cannot_be_learned_is_given_up_after_the_passes_allowed():
    task = contradictory()
    found = fitting.fit(linear(task), task, 0, rate=0.01, epochs=7, batch=1)
    np.testing.assert_array_equal(found.steps, 2 * np.arange(8))
    assert np.all(found.accuracy == 0.5)
    assert found.steps_to_fit == np.inf


def test_the_first_record_is_the_untrained_network_and_the_last_the_trained_one():
    task = drawn_task()
    network = linear(task, 0, (20,))
    loss = entropy(network, task.images, task.labels)
    right = np.mean(outputs(network, task.images).argmax(axis=1) == task.labels)
    found = fitting.fit(network, task, 0, rate=0.02, epochs=3, batch=5)
    assert found.loss[0] == pytest.approx(loss, rel=1e-5)
    assert found.accuracy[0] == right
    assert found.loss[-1] == pytest.approx(entropy(network, task.images, task.labels), rel=1e-5)
    known = outputs(network, task.images).argmax(axis=1) == task.labels
    assert found.accuracy[-1] == np.mean(known)
    guessed = outputs(network, task.test_images).argmax(axis=1) == task.test_labels
    assert found.test_accuracy == np.mean(guessed)


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("batch", [4, 100])
def test_steps_are_those_of_a_loop_written_by_hand(weight_decay, batch):
    task = drawn_task(count=10, dtype=np.float64)
    network = linear(task, dtype=torch.float64)
    W, b = (p.detach().numpy().copy() for p in network.parameters())
    steps = seen_in_training(network, task.images)
    found = fitting.fit(
        network, task, 3, rate=0.05, epochs=4, batch=batch, weight_decay=weight_decay
    )
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
    trained = [p.detach().numpy() for p in network.parameters()]
    np.testing.assert_allclose(trained[0], W, rtol=0, atol=1e-10)
    np.testing.assert_allclose(trained[1], b, rtol=0, atol=1e-10)


def test_the_recorded_loss_has_no_penalty():
    task = drawn_task()
    network = linear(task)
    found = fitting.fit(network, task, 0, rate=0.01, epochs=2, batch=12, weight_decay=10.0)
    assert found.loss[-1] == pytest.approx(entropy(network, task.images, task.labels), rel=1e-5)


def test_each_pass_takes_every_example_once_in_a_new_order():
    task = drawn_task(count=23)
    network = linear(task)
    steps = seen_in_training(network, task.images)
    fitting.fit(network, task, 0, rate=1e-6, epochs=3, batch=10)
    assert [len(step) for step in steps] == [10, 10, 3] * 3
    passes = [[n for step in steps[i : i + 3] for n in step] for i in (0, 3, 6)]
    for order in passes:
        assert sorted(order) == list(range(23))
    assert len({tuple(order) for order in [*passes, list(range(23))]}) == 4


def test_every_pass_is_in_training_mode_and_every_record_is_not():
    task = contradictory()
    network = linear(task)
    modes = []
    network.register_forward_pre_hook(lambda module, _: modes.append(module.training))
    fitting.fit(network, task, 0, rate=0.01, epochs=3, batch=1)
    assert modes == [False, *[True, True, False] * 3, False]


def test_records_are_made_without_dropout():
    task = drawn_task()
    network = linear(task, 0, (50,), dropout=0.9)
    expected = entropy(network, task.images, task.labels)
    network.train()
    found = fitting.fit(network, task, 0, rate=1e-12, epochs=1, batch=12)
    np.testing.assert_allclose(found.loss, expected, rtol=1e-5)


def fitted(seed, **changed):
    task = drawn_task()
    network = linear(task, 0, (30,), dropout=changed.pop("dropout", 0.0))
    options = {"rate": 0.01, "epochs": 4, "batch": 5, **changed}
    return fitting.fit(network, task, seed, **options)


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
    images, labels = np.ones((6, 1, 2, 2), dtype=np.float32), np.zeros(6, dtype=np.int64)
    task = Task(images, labels, images, labels, 2)
    losses = [
        fitting.fit(linear(task, 0, (30,), dropout), task, seed, rate=0.1, epochs=1, batch=6).loss
        for seed in range(5)
    ]
    assert len({round(float(loss[-1]), 5) for loss in losses}) == (5 if differ else 1)


def test_training_leaves_the_generators_of_others_alone():
    ours, theirs = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    fitted(1, dropout=0.5, shift=1)
    assert torch.equal(torch.get_rng_state(), ours)
    np.testing.assert_array_equal(np.random.get_state()[1], theirs)  # noqa: NPY002


def test_a_shift_moves_each_image_each_time_by_up_to_so_many_pixels_each_way():
    count, passes = 60, 8
    images = np.zeros((count, 1, 5, 7), dtype=np.float32)
    images[:, 0, 2, 3] = np.arange(1, count + 1)  # one pixel, in the middle, says which it is
    task = Task(images, np.arange(count) % 2, images[:2], np.array([0, 1]), 2)
    network, moves, last = linear(task), [], []
    network.register_forward_pre_hook(
        lambda module, inputs: (
            moves.append(inputs[0].numpy()) if module.training else last.append(1)
        )
    )
    fitting.fit(network, task, 0, rate=1e-9, epochs=passes, batch=20, shift=2)
    seen = np.concatenate(moves)[:, 0]
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
    found = fitting.fit(network, task, 0, rate=1e-12, epochs=1, batch=12, shift=1)
    np.testing.assert_allclose(found.loss, expected, rtol=1e-5)


@given(
    shift=st.integers(1, 3),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6)),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=30)
def test_a_shifted_image_is_a_window_of_the_padded_one(shift, shape, seed):
    height, width = shape[1:]
    side = 2 * shift + 1
    corners = np.stack(np.meshgrid(range(side), range(side)), axis=-1).reshape(-1, 2)
    images = np.random.default_rng(seed).standard_normal((len(corners), *shape))
    found = fitting._shifted(torch.as_tensor(images), corners, shift).numpy()
    assert found.shape == images.shape
    for image, (top, left), window in zip(images, corners, found, strict=True):
        padded = np.pad(image, ((0, 0), (shift, shift), (shift, shift)))
        np.testing.assert_array_equal(window, padded[:, top : top + height, left : left + width])


@pytest.mark.parametrize("chunk", [1, 5, 12, 13])
def test_judging_in_chunks_is_judging_at_once(monkeypatch, chunk):
    task = drawn_task()
    network = linear(task)
    images, labels = torch.as_tensor(task.images), torch.as_tensor(task.labels)
    loss, right = fitting.evaluate(network, images, labels)
    assert loss == pytest.approx(entropy(network, task.images, task.labels), rel=1e-5)
    assert right == np.mean(outputs(network, task.images).argmax(axis=1) == task.labels)
    sizes = []
    network.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    monkeypatch.setattr(fitting, "CHUNK", chunk)
    in_chunks = fitting.evaluate(network, images, labels)
    assert in_chunks == (pytest.approx(loss, rel=1e-6), right)
    assert sum(sizes) == 12
    assert max(sizes) == min(chunk, 12)


def test_judging_keeps_no_gradients():
    task = drawn_task()
    network = linear(task)
    fitting.evaluate(network, torch.as_tensor(task.images), torch.as_tensor(task.labels))
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize(
    "wrong", [{"rate": 0.0}, {"rate": -1.0}, {"rate": float("nan")}, {"epochs": 0}, {"batch": 0}]
)
def test_training_with_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="rate, epochs and batch must be positive, got"):
        fitted(0, **wrong)


@pytest.mark.parametrize(("available", "kind"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_is_used_where_there_is_one(monkeypatch, available, kind):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert fitting.choose_device().type == kind


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_learns_what_the_processor_learns():
    task = drawn_task(shape=(1, 8, 8))
    runs = [
        fitting.fit(
            linear(task, 0, (30,)), task, 0, rate=0.01, epochs=3, batch=5, shift=1, device=device
        )
        for device in (torch.device("cuda"), None)
    ]
    np.testing.assert_allclose(runs[0].loss, runs[1].loss, rtol=1e-3)
