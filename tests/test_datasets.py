import dataclasses

import numpy as np
import pytest

from lib import datasets


@pytest.fixture
def archive(tmp_path):
    """Write an archive of the given arrays, and return its path."""

    def write(**arrays):
        path = tmp_path / "own.npz"
        np.savez(path, **arrays)
        return str(path)

    return write


def good(n=6):
    return {"images": np.zeros((n, 4, 5)), "labels": np.arange(n) % 3}


def test_digits_are_all_there_and_between_zero_and_one():
    digits = datasets.load("digits")
    assert digits.images.shape == (1797, 8, 8)
    assert (digits.images.min(), digits.images.max()) == (0.0, 1.0)
    assert digits.class_names == tuple("0123456789")
    assert set(digits.labels) == set(range(10))
    assert "CC BY 4.0" in digits.provenance


def test_a_dataset_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        datasets.load("digits").labels = None


def test_one_hot_marks_each_label_once(archive):
    data = datasets.load(archive(**good()))
    assert data.one_hot.shape == (3, 6)
    np.testing.assert_array_equal(data.one_hot.argmax(axis=0), data.labels)
    np.testing.assert_array_equal(data.one_hot.sum(axis=0), 1.0)


def test_flat_images_are_columns_of_pixels(archive):
    images = np.random.default_rng(0).random((6, 4, 5, 3))
    data = datasets.load(archive(images=images, labels=np.arange(6)))
    assert data.flat.shape == (60, 6)
    np.testing.assert_array_equal(data.flat[:, 2], images[2].ravel())


def test_bytes_are_scaled_and_floats_are_not(archive):
    pixels = np.full((2, 1, 1), 51, dtype=np.uint8)
    assert datasets.load(archive(images=pixels, labels=[0, 1])).images[0, 0, 0] == 0.2
    values = np.full((2, 1, 1), 0.5)
    assert datasets.load(archive(images=values, labels=[0, 1])).images[0, 0, 0] == 0.5


def test_classes_may_have_names(archive):
    data = datasets.load(archive(**good(), class_names=np.array(["cat", "dog", "owl"])))
    assert data.class_names == ("cat", "dog", "owl")
    assert datasets.load(archive(**good())).class_names == ("0", "1", "2")


def test_a_path_is_also_taken_from_the_root(archive, monkeypatch, tmp_path):
    archive(**good())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(datasets, "ROOT", tmp_path)
    assert len(datasets.load("own.npz").images) == 6
    assert datasets.load("own.npz").provenance == "the user's own file own.npz"


def test_an_unknown_name_is_answered_with_what_is_allowed():
    with pytest.raises(ValueError, match=r"unknown dataset 'cats'; give one of digits or the path"):
        datasets.load("cats")


def test_a_missing_file_is_named():
    with pytest.raises(ValueError, match=r"'nowhere.npz': no such file here or in"):
        datasets.load("nowhere.npz")


def test_pickled_objects_are_never_loaded(archive):
    path = archive(images=np.zeros((2, 1, 1)), labels=np.array([{}, None], dtype=object))
    with pytest.raises(ValueError, match="is not an archive of plain arrays"):
        datasets.load(path)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "text.npz"
    path.write_text("not an archive")
    with pytest.raises(ValueError, match="is not an archive of plain arrays"):
        datasets.load(str(path))


@pytest.mark.parametrize("missing", ["images", "labels"])
def test_missing_arrays_are_named(archive, missing):
    arrays = {name: array for name, array in good().items() if name != missing}
    with pytest.raises(ValueError, match=f"lacks {missing}"):
        datasets.load(archive(**arrays))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.zeros((6, 20))}, "images must be numbers of shape"),
        ({"images": np.zeros((0, 4, 5)), "labels": np.zeros(0, int)}, "images must be numbers"),
        ({"images": np.full((6, 4, 5), "x")}, "images must be numbers"),
        ({"images": np.full((6, 4, 5), np.nan)}, "images hold NaN or infinite values"),
        ({"labels": np.arange(5)}, "labels must be 6 integers"),
        ({"labels": np.linspace(0, 1, 6)}, "labels must be 6 integers"),
        ({"labels": np.zeros((6, 1), int)}, "labels must be 6 integers"),
        ({"labels": np.array([0, 1, 2, 0, 1, -1])}, "labels must not be negative"),
        ({"class_names": np.array(["cat", "dog"])}, "label 2, but 2 class names"),
    ],
)
def test_arrays_that_do_not_fit_are_named(archive, change, message):
    with pytest.raises(ValueError, match=message):
        datasets.load(archive(**{**good(), **change}))


def test_images_are_normalized_together_and_blank_ones_refused():
    rows = datasets.load("digits").normalized
    assert rows.shape == (1797, 64)
    assert rows.mean() == pytest.approx(0.0, abs=1e-12)
    assert rows.var() == pytest.approx(1.0)
    blank = datasets.Dataset(np.zeros((3, 2, 2)), np.zeros(3, dtype=np.int64), ("a",), "made here")
    with pytest.raises(ValueError, match="the images do not vary"):
        _ = blank.normalized
