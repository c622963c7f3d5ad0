import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.datasets import load
from lib.datasets.own import MOST_CLASSES, load_archive, load_folder

# --- archives ---


@pytest.fixture
def archive(tmp_path):
    """Write an archive of the given arrays, and return its path."""

    def write(**arrays):
        path = tmp_path / "own.npz"
        np.savez_compressed(path, **arrays)
        return path

    return write


def good(n=6):
    return {"images": np.zeros((n, 4, 5)), "labels": np.arange(n) % 3}


def good_parts():
    return {
        "train_images": np.full((4, 2, 3), 1.0),
        "train_labels": np.array([0, 1, 0, 1]),
        "test_images": np.full((2, 2, 3), 9.0),
        "test_labels": np.array([1, 2]),
    }


def test_what_is_in_an_archive_is_taken_as_it_is(archive):
    pixels = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 3)).astype(np.uint8)
    data = load_archive(archive(images=pixels, labels=np.array([2, 0, 1, 2, 1, 0], dtype=np.uint8)))
    assert data.pixels.dtype == np.uint8
    np.testing.assert_array_equal(data.pixels, pixels)
    assert data.labels.dtype == np.int64
    assert data.labels.tolist() == [2, 0, 1, 2, 1, 0]
    assert data.provenance == "the user's own file own.npz"
    assert data.steps == ()
    assert data.is_test is None


@pytest.mark.parametrize("dtype", ["float16", "float32", "int16", "uint16", "int8"])
def test_bytes_are_scaled_and_other_numbers_are_not(archive, dtype):
    pixels = np.full((2, 1, 1), 51, dtype=np.uint8)
    assert load_archive(archive(images=pixels, labels=[0, 1])).images[0, 0, 0] == 0.2
    values = np.full((2, 1, 1), 3, dtype=dtype)
    data = load_archive(archive(images=values, labels=[0, 1]))
    assert data.pixels.dtype == np.float64
    assert data.images[0, 0, 0] == 3.0


def test_classes_may_have_names(archive):
    data = load_archive(archive(**good(), class_names=np.array(["cat", "dog", "owl", "eel"])))
    assert data.class_names == ("cat", "dog", "owl", "eel")
    assert all(type(name) is str for name in data.class_names)
    assert load_archive(archive(**good())).class_names == ("0", "1", "2")
    one = load_archive(archive(images=np.zeros((2, 1, 1)), labels=[0, 0], class_names="cat"))
    assert one.class_names == ("cat",)


def test_an_archive_may_set_images_aside_for_testing(archive):
    data = load_archive(archive(**good_parts()))
    assert data.pixels[:, 0, 0].tolist() == [1.0] * 4 + [9.0] * 2
    assert data.labels.tolist() == [0, 1, 0, 1, 1, 2]
    assert data.is_test.dtype == np.bool_
    assert data.is_test.tolist() == [False] * 4 + [True] * 2
    assert data.class_names == ("0", "1", "2")
    learned, tested = load_archive(archive(**good_parts(), class_names=["a", "b", "c"])).split(
        2, 0, 0
    )
    assert set(learned.pixels.ravel()) == {1.0}
    assert len(tested) == 0


@pytest.mark.parametrize("missing", ["images", "labels"])
def test_missing_arrays_are_named(archive, missing):
    arrays = {name: array for name, array in good().items() if name != missing}
    with pytest.raises(ValueError, match=rf"own\.npz lacks {missing}$"):
        load_archive(archive(**arrays))


@pytest.mark.parametrize("missing", ["train_labels", "test_images", "test_labels"])
def test_a_missing_array_of_a_part_is_named(archive, missing):
    arrays = {name: array for name, array in good_parts().items() if name != missing}
    with pytest.raises(ValueError, match=rf"own\.npz lacks {missing}$"):
        load_archive(archive(**arrays))


def test_an_archive_of_other_arrays_is_told_what_it_lacks(archive):
    with pytest.raises(ValueError, match=r"own\.npz lacks images, labels$"):
        load_archive(archive(x_train=np.zeros(3)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.zeros((6, 20))}, "images must be numbers of shape"),
        ({"images": np.zeros((6, 2, 2, 3, 1))}, "images must be numbers of shape"),
        ({"images": np.zeros((0, 4, 5)), "labels": np.zeros(0, int)}, "images must be numbers"),
        ({"images": np.full((6, 4, 5), "x")}, "images must be numbers"),
        ({"images": np.zeros((6, 4, 5), complex)}, "images must be numbers"),
        ({"images": np.full((6, 4, 5), np.nan)}, "images hold NaN or infinite values"),
        ({"images": np.full((6, 4, 5), np.inf)}, "images hold NaN or infinite values"),
        ({"labels": np.arange(5)}, "labels must be 6 integers"),
        ({"labels": np.linspace(0, 1, 6)}, "labels must be 6 integers"),
        ({"labels": np.zeros((6, 1), int)}, "labels must be 6 integers"),
        ({"labels": np.array([0, 1, 2, 0, 1, -1])}, "label -1 lies outside the 3 classes 0 to 2"),
        ({"class_names": np.array(["cat", "dog"])}, "label 2 lies outside the 2 classes 0 to 1"),
    ],
)
def test_arrays_that_do_not_fit_are_named(archive, change, message):
    with pytest.raises(ValueError, match=rf"own\.npz: {message}"):
        load_archive(archive(**{**good(), **change}))


def test_labels_that_are_no_counts_of_classes_need_names(archive):
    labels = np.array([0, 1, 2, 0, 1, MOST_CLASSES - 1])
    assert len(load_archive(archive(**{**good(), "labels": labels})).class_names) == MOST_CLASSES
    with pytest.raises(ValueError, match=rf"got {MOST_CLASSES}; give class_names"):
        load_archive(archive(**{**good(), "labels": labels + 1}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test_images": np.zeros((2, 3, 2))}, "training and test images differ in shape or type"),
        ({"test_images": np.zeros((2, 2, 3, 1))}, "training and test images differ"),
        ({"test_images": np.zeros((2, 2, 3), np.uint8)}, "training and test images differ"),
        ({"test_images": np.zeros((2, 6))}, "test_images must be numbers of shape"),
        ({"train_images": np.full((4, 2, 3), np.nan)}, "train_images hold NaN"),
        ({"test_labels": np.arange(4)}, "test_labels must be 2 integers"),
        ({"test_labels": np.array([0, -2])}, "label -2 lies outside"),
    ],
)
def test_arrays_of_parts_that_do_not_fit_are_named(archive, change, message):
    with pytest.raises(ValueError, match=rf"own\.npz: {message}"):
        load_archive(archive(**{**good_parts(), **change}))


@pytest.mark.parametrize("name", ["images", "labels", "class_names", "something else"])
def test_pickled_objects_are_never_loaded(archive, tmp_path, name):
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self):
            return (Path.touch, (trap,))

    path = archive(**{**good(), name: np.array([Trap(), None], dtype=object)})
    with pytest.raises(ValueError, match="is not an archive of plain arrays"):
        load_archive(path)
    assert not trap.exists()


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x03\x04 nor this"])
def test_a_file_that_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "text.npz"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"text\.npz is not an archive of plain arrays"):
        load_archive(path)


def test_a_single_array_under_the_name_of_an_archive_is_refused(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros((6, 4, 5)))
    path = (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    with pytest.raises(ValueError, match=r"one\.npz lacks images, labels"):
        load_archive(path)


def test_an_archive_that_is_cut_short_is_refused(archive):
    path = archive(images=np.random.default_rng(0).random((9, 4, 4)), labels=np.arange(9))
    whole = path.read_bytes()
    for length in range(0, len(whole), 101):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is not an archive of plain arrays"):
            load_archive(path)


def test_a_changed_byte_is_refused_or_harmless(archive):
    path = archive(images=np.random.default_rng(0).random((9, 4, 4)), labels=np.arange(9))
    whole, expected = path.read_bytes(), load_archive(path)
    refused = 0
    for place in range(0, len(whole), 13):
        wrong = bytearray(whole)
        wrong[place] ^= 0xFF
        path.write_bytes(bytes(wrong))
        try:
            np.testing.assert_array_equal(load_archive(path).pixels, expected.pixels)
        except ValueError:
            refused += 1
    assert refused > 50


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        load_archive(tmp_path / "nowhere.npz")


# --- folders ---


@pytest.fixture
def folder(tmp_path):
    """Write pictures given by their arrays, and return the folder of the classes."""

    def write(pictures):
        top = tmp_path / "pictures"
        for name, array in pictures.items():
            place = top / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(array, bytes):
                place.write_bytes(array)
            else:
                Image.fromarray(array).save(place)
        return top

    return write


def picture(seed, *colours, height=4, width=5):
    shape = (height, width, *colours)
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("colours", [(), (3,)])
def test_pictures_are_read_byte_for_byte(folder, colours):
    # Numbers, so that the order of the alphabet is neither that of writing nor of counting.
    names = ["owl/1.png", "cat/10.png", "owl/0.bmp", "cat/9.png", "cat/a b.tif"]
    arrays = {name: picture(seed, *colours) for seed, name in enumerate(names)}
    data = load_folder(folder(arrays))
    assert data.class_names == ("cat", "owl")
    assert data.labels.tolist() == [0, 0, 0, 1, 1]
    assert data.pixels.dtype == np.uint8
    order = ["cat/10.png", "cat/9.png", "cat/a b.tif", "owl/0.bmp", "owl/1.png"]
    np.testing.assert_array_equal(data.pixels, [arrays[name] for name in order])
    assert data.provenance == "the user's own folder pictures"
    assert data.is_test is None


def test_where_one_picture_has_colours_all_are_taken_as_coloured(folder):
    grey, coloured = picture(0), picture(1, 3)
    data = load_folder(folder({"cat/1.png": grey, "dog/1.png": coloured}))
    assert data.pixels.shape == (2, 4, 5, 3)
    np.testing.assert_array_equal(data.pixels[0], np.stack([grey] * 3, axis=-1))
    np.testing.assert_array_equal(data.pixels[1], coloured)


def test_pictures_in_black_and_white_are_grey(folder):
    bits = picture(0) > 127
    data = load_folder(folder({"cat/1.png": bits, "dog/1.png": picture(1)}))
    np.testing.assert_array_equal(data.pixels[0], bits * np.uint8(255))
    assert data.pixels.shape == (2, 4, 5)


def test_what_is_transparent_keeps_its_colours(folder):
    seen = picture(0, 4)
    data = load_folder(folder({"cat/1.png": seen, "dog/1.png": picture(1, 4)}))
    np.testing.assert_array_equal(data.pixels[0], seen[..., :3])


def test_hidden_files_and_folders_and_what_lies_beside_the_classes_are_passed_over(folder):
    top = folder(
        {
            "cat/1.png": picture(0),
            "cat/.DS_Store": b"hidden",
            "cat/more/2.png": picture(9),
            "dog/1.png": picture(1),
            ".hidden/1.png": picture(2),
            "README.txt": b"of the pictures",
        }
    )
    data = load_folder(top)
    assert data.class_names == ("cat", "dog")
    assert len(data) == 2


def test_pictures_of_different_sizes_are_named_with_their_sizes(folder):
    top = folder(
        {
            "cat/1.png": picture(0),
            "cat/2.png": picture(0),
            "dog/3.png": picture(1, width=7),
        }
    )
    with pytest.raises(ValueError, match="pictures must have one size") as caught:
        load_folder(top)
    assert f"{top / 'cat' / '1.png'} is 5 × 4 and {top / 'dog' / '3.png'} is 7 × 4 pixels" in str(
        caught.value
    )


def truncated():
    stream = io.BytesIO()
    Image.fromarray(picture(0, 3, height=40, width=40)).save(stream, "png")
    return stream.getvalue()[:1000]


@pytest.mark.parametrize("data", [b"text", b"", truncated()], ids=["text", "empty", "truncated"])
def test_a_file_that_is_no_picture_is_named(folder, data):
    top = folder({"cat/1.png": picture(0), "cat/notes": data, "dog/1.png": picture(1)})
    with pytest.raises(ValueError, match=r"cat/notes is not a picture that can be read"):
        load_folder(top)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_a_picture_of_more_than_8_bits_is_refused_rather_than_cut_off(folder, dtype):
    deep = np.array([[0, 300], [30000, 65535]], dtype=dtype)
    with pytest.raises(ValueError, match=r"cat/1\.tif has more than 8 bits a pixel"):
        load_folder(folder({"cat/1.tif": deep, "dog/1.tif": deep}))


def test_a_class_without_pictures_is_named(folder):
    top = folder({"cat/1.png": picture(0), "dog/.hidden": b""})
    with pytest.raises(ValueError, match=r"pictures/dog holds no pictures"):
        load_folder(top)


@pytest.mark.parametrize("classes", [0, 1])
def test_one_class_is_too_few(folder, classes):
    top = folder({"note.txt": b"", **{f"{name}/1.png": picture(0) for name in ["cat"][:classes]}})
    with pytest.raises(ValueError, match=rf"one sub-folder .* for each class, found {classes}"):
        load_folder(top)


def test_a_folder_can_be_split_like_any_other_set(folder):
    pictures = {f"{name}/{n}.png": picture(n) for name in ("cat", "dog") for n in range(4)}
    learned, tested = load(str(folder(pictures))).split(4, 2, seed=0)
    assert np.bincount(learned.labels).tolist() == [2, 2]
    assert np.bincount(tested.labels).tolist() == [1, 1]


def test_labels_too_large_for_classes_are_refused_unless_named(archive):
    far = {"images": np.zeros((2, 1, 1)), "labels": np.array([0, 10**13])}
    with pytest.raises(ValueError, match=r"labels count classes from 0, got 10000000000000"):
        load_archive(archive(**far))
