import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.datasets import Dataset
from lib.generalization import treatments
from lib.generalization.treatments import TREATMENTS, Task

SHAPES = [(6, 5), (4, 7, 1), (6, 5, 3)]
seeds = st.integers(0, 2**31)


def dataset(seed, count=30, shape=(6, 5, 3), classes=5):
    rng = np.random.default_rng(seed)
    names = tuple("abcdefghij"[:classes])
    return Dataset(rng.normal(5, 3, (count, *shape)), rng.integers(0, classes, count), names, "")


def drawn_task(shape=(6, 5, 3), count=30):
    return treatments.original(dataset(0, count, shape), dataset(1, 20, shape))


def numbered(count=4, colours=2, height=3, width=5):
    """A task of equal images whose pixels say where they were, each colour with a sign of its own.

    The test images are as many, and the same.
    """
    signs = np.array([1, -1, 2][:colours], dtype=np.float32)
    places = np.arange(1, 1 + height * width, dtype=np.float32).reshape(height, width)
    images = np.broadcast_to(signs[:, None, None] * places, (count, colours, height, width)).copy()
    labels = np.arange(count) % 3
    return Task(images, labels, images.copy(), labels.copy(), 3)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_original_task_is_the_data_in_order_whitened_and_with_colours_first(shape):
    train, test = dataset(0, shape=shape), dataset(1, 20, shape)
    task = treatments.original(train, test)
    for images, data in ((task.images, train), (task.test_images, test)):
        assert images.dtype == np.float32
        assert images.shape == (len(data), (*shape, 1)[2], *shape[:2])
        for i in (0, 7, 19):
            pixels = data.pixels[i].reshape(*shape[:2], -1)
            for colour in range(pixels.shape[2]):
                expected = (pixels[:, :, colour] - pixels.mean()) / pixels.std()
                np.testing.assert_allclose(images[i, colour], expected, atol=1e-5)
    np.testing.assert_array_equal(task.labels, train.labels)
    np.testing.assert_array_equal(task.test_labels, test.labels)


def test_classes_that_no_image_belongs_to_are_counted():
    rng = np.random.default_rng(0)
    data = Dataset(rng.random((3, 4, 4)), np.zeros(3, dtype=np.int64), ("a", "b", "c", "d"), "")
    assert treatments.original(data, data).classes == 4


def test_nothing_is_corrupted_with_probability_zero():
    labels = np.arange(1000) % 7
    kept = treatments.corrupt(labels, 0, 7, np.random.default_rng(0))
    np.testing.assert_array_equal(kept, labels)


def test_with_probability_one_every_class_is_as_likely_whatever_the_label_was():
    labels = np.repeat([0, 3], 10_000)
    found = treatments.corrupt(labels, 1, 5, np.random.default_rng(0))
    for label in (0, 3):
        counts = np.bincount(found[labels == label], minlength=5)
        assert len(counts) == 5
        assert stats.chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("classes", [2, 10])
def test_as_many_labels_change_as_two_draws_differ(share, classes):
    labels = np.arange(40_000) % classes
    found = treatments.corrupt(labels, share, classes, np.random.default_rng(3))
    expected = share * (1 - 1 / classes)
    error = np.sqrt(expected * (1 - expected) / len(labels))
    assert abs(np.mean(found != labels) - expected) < 5 * error


@given(seed=seeds, shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(max_examples=50)
def test_what_is_corrupted_at_a_share_is_so_alike_at_every_larger_one(seed, shares):
    labels = np.arange(300) % 10
    less, more = (
        treatments.corrupt(labels, share, 10, np.random.default_rng(seed))
        for share in sorted(shares)
    )
    changed = less != labels
    np.testing.assert_array_equal(less[changed], more[changed])
    assert np.sum(more != labels) >= np.sum(changed)


def test_corrupting_leaves_the_labels_that_it_is_given():
    labels = np.arange(50) % 5
    treatments.corrupt(labels, 1, 5, np.random.default_rng(0))
    np.testing.assert_array_equal(labels, np.arange(50) % 5)


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_a_share_that_is_no_probability_is_refused(share):
    with pytest.raises(ValueError, match="share must lie from 0 to 1, got"):
        treatments.with_corrupted_labels(drawn_task(), share, 0)


def test_random_labels_are_what_corruption_tends_to():
    task = drawn_task(count=400)
    everything = treatments.with_random_labels(task, 3).labels
    for share in (0.3, 0.8):
        some = treatments.with_corrupted_labels(task, share, 3).labels
        changed = some != task.labels
        assert changed.any()
        np.testing.assert_array_equal(some[changed], everything[changed])
        assert np.mean(changed) < np.mean(everything != task.labels)
    whole = treatments.with_corrupted_labels(task, 1.0, 3)
    np.testing.assert_array_equal(whole.labels, everything)
    nothing = treatments.with_corrupted_labels(task, 0.0, 3)
    np.testing.assert_array_equal(nothing.labels, task.labels)


@pytest.mark.parametrize("name", TREATMENTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_treatment_changes_what_its_name_says_and_nothing_else(name, shape):
    task, untouched = drawn_task(shape), drawn_task(shape)
    found = TREATMENTS[name](task, 4)
    for field in ("images", "labels", "test_images", "test_labels"):
        np.testing.assert_array_equal(getattr(task, field), getattr(untouched, field))
    changes = {
        field: not np.array_equal(getattr(found, field), getattr(task, field))
        for field in ("images", "labels", "test_images", "test_labels")
    }
    pixels = "pixels" in name or "Gaussian" in name
    assert changes == {
        "images": pixels,
        "labels": name == "random labels",
        "test_images": pixels,
        "test_labels": False,
    }
    assert found.classes == task.classes
    for before, after in (
        (task.images, found.images),
        (task.test_images, found.test_images),
        (task.labels, found.labels),
    ):
        assert after.shape == before.shape
        assert after.dtype == before.dtype
    assert found.images.dtype == np.float32


@pytest.mark.parametrize("name", [name for name in TREATMENTS if name != "true labels"])
def test_a_treatment_depends_on_its_seed(name):
    task = drawn_task()
    first, again, other = (TREATMENTS[name](task, seed) for seed in (1, 1, 2))
    for field in ("images", "labels", "test_images"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field))
    changed = "labels" if name == "random labels" else "images"
    assert not np.array_equal(getattr(first, changed), getattr(other, changed))


def test_shuffling_moves_the_pixels_of_all_images_alike_and_their_colours_together():
    task = numbered()
    found = treatments.with_shuffled_pixels(task, 5)
    first = found.images[0]
    assert sorted(first[0].ravel()) == list(range(1, 16))
    np.testing.assert_array_equal(first[1], -first[0])
    np.testing.assert_array_equal(found.images, np.broadcast_to(first, found.images.shape))
    np.testing.assert_array_equal(found.test_images, found.images)


@given(seed=seeds)
@settings(max_examples=20)
def test_scalar_products_do_not_notice_shuffled_pixels(seed):
    task = drawn_task()
    found = treatments.with_shuffled_pixels(task, seed)
    before, after = (
        np.vstack([x.images.reshape(30, -1), x.test_images.reshape(20, -1)]) for x in (task, found)
    )
    np.testing.assert_allclose(after @ after.T, before @ before.T, atol=1e-3)


def test_random_pixels_are_the_pixels_of_the_image_with_their_colours():
    task = drawn_task()
    found = treatments.with_random_pixels(task, 5)
    for before, after in (
        (task.images, found.images),
        (task.test_images, found.test_images),
    ):
        for old, new in zip(before, after, strict=True):
            assert not np.array_equal(old, new)
            pixels = [sorted(map(tuple, image.reshape(3, -1).T.tolist())) for image in (old, new)]
            assert pixels[0] == pixels[1]


def test_every_image_has_random_pixels_of_its_own():
    found = treatments.with_random_pixels(numbered(count=20), 5)
    orders = np.concatenate([found.images, found.test_images])[:, 0].reshape(40, -1)
    assert len(np.unique(orders, axis=0)) == 40


def test_a_random_pixel_comes_from_everywhere_alike():
    task = numbered(count=4000, colours=1, height=2, width=3)
    found = treatments.with_random_pixels(task, 0).images.reshape(4000, 6)
    for place in range(6):
        counts = np.bincount(found[:, place].astype(int), minlength=7)[1:]
        assert stats.chisquare(counts).pvalue > 1e-4


def test_gaussian_images_have_the_mean_and_variance_of_the_images_to_learn():
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 4, (300, 2, 5, 4)).astype(np.float32)
    tests = rng.uniform(50, 60, (200, 2, 5, 4)).astype(np.float32)
    labels = np.zeros(300, dtype=np.int64)
    found = treatments.with_gaussian_images(Task(images, labels, tests, labels[:200], 3), 1)
    for noise in (found.images, found.test_images):
        standard = (noise.astype(np.float64) - images.mean()) / images.std()
        assert stats.kstest(standard.ravel(), "norm").pvalue > 1e-4
    pixels = found.images.reshape(300, -1)
    assert np.abs(np.corrcoef(pixels[:200])[np.triu_indices(200, 1)]).max() < 0.9
    assert np.abs(np.corrcoef(pixels.T)[np.triu_indices(40, 1)]).max() < 0.35


def test_gaussian_images_to_test_on_are_others():
    found = treatments.with_gaussian_images(numbered(count=20), 1)
    together = np.concatenate([found.images, found.test_images]).reshape(40, -1)
    assert len(np.unique(together, axis=0)) == 40


def test_streams_of_the_two_permutations_differ():
    task = numbered(count=1)
    one, each = treatments.with_shuffled_pixels(task, 7), treatments.with_random_pixels(task, 7)
    assert not np.array_equal(one.images, each.images)
