import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets import Dataset, load

NAMES = ("a", "b", "c")


def made(pixels, labels=None, names=NAMES, **more):
    labels = np.arange(len(pixels)) % len(names) if labels is None else np.array(labels)
    return Dataset(np.asarray(pixels), labels, names, provenance="made here", **more)


def marked(labels, **more):
    """Images of one pixel that holds their number."""
    return made(np.arange(len(labels), dtype=float).reshape(-1, 1, 1), labels, **more)


def numbers(data):
    return data.pixels.ravel().astype(int).tolist()


# --- what a dataset is ---


def test_a_dataset_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        made(np.zeros((3, 2, 2))).labels = None


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"3 images have labels \(2,\)"),
        ([[0], [1], [2]], r"3 images have labels \(3, 1\)"),
        ([0, 3, 1], "label 3 lies outside the 3 classes 0 to 2"),
        ([0, -1, 7], "label -1 lies outside the 3 classes 0 to 2"),
        ([7, 0, -1], "label 7 lies outside the 3 classes 0 to 2"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        made(np.zeros((3, 2, 2)), labels)


def test_a_dataset_may_be_empty_and_a_class_may_have_no_images():
    assert len(made(np.zeros((0, 2, 2)))) == 0
    assert len(made(np.zeros((3, 2, 2)), [2, 2, 2])) == 3


def test_bytes_are_scaled_and_other_numbers_are_not():
    pixels = np.array([[[0]], [[51]], [[255]]])
    scaled = made(pixels.astype(np.uint8)).images
    assert scaled.dtype == np.float64
    assert scaled.ravel().tolist() == [0.0, 0.2, 1.0]
    assert made(pixels.astype(float)).images.ravel().tolist() == [0.0, 51.0, 255.0]
    assert made(pixels / 255).images.ravel().tolist() == [0.0, 0.2, 1.0]


def test_images_can_be_changed_without_changing_the_pixels():
    data = made(np.ones((3, 2, 2)))
    data.images[:] = 7.0
    assert data.pixels.max() == 1.0


def test_one_hot_marks_each_label_once():
    data = made(np.zeros((6, 4, 5)), [0, 1, 1, 0, 1, 0])
    assert data.one_hot.shape == (3, 6)
    np.testing.assert_array_equal(data.one_hot.argmax(axis=0), data.labels)
    np.testing.assert_array_equal(data.one_hot.sum(axis=0), 1.0)


def test_flat_images_are_columns_of_pixels():
    pixels = np.random.default_rng(0).random((6, 4, 5, 3))
    data = made(pixels)
    assert data.flat.shape == (60, 6)
    np.testing.assert_array_equal(data.flat[:, 2], pixels[2].ravel())


def test_images_are_normalized_together_and_blank_ones_refused():
    rows = load("digits").normalized
    assert rows.shape == (1797, 64)
    assert rows.mean() == pytest.approx(0.0, abs=1e-12)
    assert rows.var() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="the images do not vary"):
        _ = made(np.zeros((3, 2, 2))).normalized


def test_a_description_tells_the_origin_and_each_step_in_order():
    assert made(np.zeros((3, 2, 2))).described() == "made here"
    data = made(np.zeros((3, 6, 6)), steps=("drawn",)).cropped(4).cropped(2)
    assert data.described() == "made here; drawn; central 4 × 4; central 2 × 2"


# --- standardized ---


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 1), (4, 4, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_whitened_images_have_mean_0_and_variance_1_each(shape, dtype):
    powers = np.array([1, 2, 3]).reshape(3, *[1] * len(shape))
    pixels = 255 * np.random.default_rng(0).random((3, *shape)) ** powers
    white = made(pixels.astype(dtype)).standardized
    assert white.shape == (3, *shape[:2], shape[2] if shape[2:] else 1)
    np.testing.assert_allclose(white.mean(axis=(1, 2, 3)), 0.0, atol=1e-12)
    np.testing.assert_allclose(white.var(axis=(1, 2, 3)), 1.0)


def test_whitening_is_a_shift_and_a_factor_of_each_image():
    pixels = np.random.default_rng(0).random((2, 4, 4, 3)) * [[[[1.0]]], [[[5.0]]]]
    white = made(pixels).standardized
    for image, result in zip(pixels, white, strict=True):
        np.testing.assert_allclose(result, (image - image.mean()) / image.std())


def test_a_blank_image_stays_blank_and_a_nearly_blank_one_is_not_blown_up():
    pixels = np.full((3, 4, 4), 0.5)
    pixels[1, 0, 0] += 1e-9
    pixels[2, 0, 0] += 2.0  # deviation 2 √15 / 16 > 1/4, the floor
    white = made(pixels).standardized
    assert not white[0].any()
    np.testing.assert_allclose(white[1, 0, 0, 0], 1e-9 * (15 / 16) * 4, rtol=1e-5)
    np.testing.assert_allclose(white[2].std(), 1.0)


# --- cropped ---


@pytest.mark.parametrize(
    ("shape", "side", "rows", "columns"),
    [
        ((6, 6), 4, (1, 5), (1, 5)),
        ((5, 5), 3, (1, 4), (1, 4)),
        ((5, 5), 2, (1, 3), (1, 3)),  # the upper left one of two centres
        ((6, 6), 3, (1, 4), (1, 4)),
        ((6, 6), 1, (2, 3), (2, 3)),
        ((4, 7), 5, (0, 4), (1, 6)),
        ((7, 4), 3, (2, 5), (0, 3)),
        ((6, 6, 3), 2, (2, 4), (2, 4)),
    ],
)
def test_cropping_keeps_the_centre_and_is_recorded(shape, side, rows, columns):
    pixels = np.arange(2 * np.prod(shape)).reshape(2, *shape)
    data = made(pixels, steps=("before",), is_test=np.array([True, False]))
    small = data.cropped(side)
    np.testing.assert_array_equal(small.pixels, pixels[:, slice(*rows), slice(*columns)])
    kept = f"{rows[1] - rows[0]} × {columns[1] - columns[0]}"
    assert small.steps == ("before", f"central {kept}")
    assert small.labels is data.labels
    assert small.is_test is data.is_test
    assert data.pixels.shape == (2, *shape)


@pytest.mark.parametrize("side", [6, 7, 100])
def test_cropping_to_what_is_there_already_changes_and_records_nothing(side):
    data = made(np.zeros((3, 6, 4)))
    assert data.cropped(side) is data


# --- split ---

counts_of = st.lists(st.integers(3, 12), min_size=1, max_size=5)


@given(counts_of, st.data(), st.integers(0, 2**32), st.booleans())
def test_a_split_is_disjoint_balanced_and_of_the_size_that_was_asked_for(
    counts, draw, seed, set_by
):
    classes = len(counts)
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(classes), counts))
    is_test = None
    left = np.array(counts)
    if set_by:  # the origin sets one image of each class aside
        is_test = np.zeros(len(labels), dtype=bool)
        is_test[np.unique(labels, return_index=True)[1]] = True
        train = draw.draw(st.integers(0, classes * (left.min() - 1)))
        test = draw.draw(st.integers(0, classes))
    else:
        train = draw.draw(st.integers(0, classes * (left.min() - 1)))
        test = draw.draw(st.integers(0, classes * int((left - -(-train // classes)).min())))
    data = marked(labels, names=tuple("abcde"[:classes]), is_test=is_test)
    learned, tested = data.split(train, test, seed)
    for part, size in ((learned, train), (tested, test)):
        assert len(part) == len(part.labels) == size
        np.testing.assert_array_equal(part.labels, labels[numbers(part)])
        each = np.bincount(part.labels, minlength=classes)
        assert np.ptp(each) <= 1
        assert (np.diff(each) <= 0).all()  # the first classes have the one more
        assert part.is_test is None
    chosen = numbers(learned) + numbers(tested)
    assert len(set(chosen)) == len(chosen)
    if set_by:
        assert not is_test[numbers(learned)].any()
        assert is_test[numbers(tested)].all()


@pytest.mark.parametrize("set_aside", [False, True])
def test_a_split_is_the_same_for_the_same_seed_alone(set_aside):
    is_test = np.arange(90) >= 45 if set_aside else None
    data = marked(np.arange(90) % 3, is_test=is_test)

    def drawn(seed):
        return [numbers(part) for part in data.split(30, 12, seed)]

    assert drawn(3) == drawn(3)
    seen = [drawn(seed) for seed in range(10)]
    for which in range(2):
        assert len({tuple(drawn[which]) for drawn in seen}) == 10
        assert len({frozenset(drawn[which]) for drawn in seen}) == 10


def test_a_split_shuffles_classes_among_each_other():
    learned, tested = marked(np.repeat([0, 1, 2], 20)).split(30, 30, 0)
    for part in (learned, tested):
        assert part.labels.tolist() != sorted(part.labels)
        assert numbers(part) != sorted(numbers(part))


def test_every_image_may_be_drawn():
    data = marked(np.arange(12) % 3)
    for which in range(2):
        drawn = {n for seed in range(40) for n in numbers(data.split(6, 3, seed)[which])}
        assert drawn == set(range(12))


def test_a_longer_draw_begins_with_the_images_of_a_shorter_one():
    data = marked(np.arange(60) % 3)
    few, many = (numbers(data.split(count, 3, 5)[0]) for count in (9, 30))
    assert set(few) < set(many)


def test_a_split_records_what_was_drawn_behind_what_was_done_before():
    learned, tested = marked(np.arange(9) % 3, steps=("before",)).split(4, 2, seed=8)
    assert learned.steps == ("before", "4 to learn from, balanced, by seed 8")
    assert tested.steps == ("before", "2 to test on, balanced, by seed 8")
    assert learned.provenance == tested.provenance == "made here"
    assert learned.class_names == NAMES


@pytest.mark.parametrize(
    ("train", "test", "is_test", "message"),
    [
        (13, 0, None, "13 images to learn from need 4 of class 'b', and 3 are left; ask for fewer"),
        (9, 4, None, "4 images to test on need 1 of class 'b', and 0 are left; ask for fewer"),
        (6, 6, [2, 2, 2], "6 images to learn from need 2 of class 'b', and 1 are left"),
        (3, 7, [2, 2, 2], "7 images to test on need 3 of class 'a', and 2 are left"),
    ],
)
def test_too_few_images_of_a_class_are_named(train, test, is_test, message):
    labels = np.array([0] * 5 + [1] * 3 + [2] * 5)
    aside = None
    if is_test:
        aside = np.zeros(13, dtype=bool)
        for label, count in enumerate(is_test):
            aside[np.flatnonzero(labels == label)[:count]] = True
    with pytest.raises(ValueError, match=message):
        marked(labels, is_test=aside).split(train, test, 0)


@pytest.mark.parametrize("side", [0, -3])
def test_a_crop_leaves_something(side):
    with pytest.raises(ValueError, match="side must be at least 1 pixel"):
        load("digits").cropped(side)


@pytest.mark.parametrize(("train", "test"), [(-1, 10), (10, -1)])
def test_a_split_does_not_draw_less_than_nothing(train, test):
    with pytest.raises(ValueError, match="train and test must not be negative"):
        load("digits").split(train, test, 0)
