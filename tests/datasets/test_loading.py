import numpy as np
import pytest

from lib import datasets
from lib.datasets import entries, find, load, loading


def archive(folder, n=6):
    path = folder / "own.npz"
    np.savez(path, images=np.zeros((n, 4, 5)), labels=np.arange(n) % 3)
    return path


def pictures(folder, *classes):
    from PIL import Image

    for name in classes:
        (folder / name).mkdir(parents=True)
        Image.new("L", (2, 2), 7).save(folder / name / "1.png")
    return folder


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A current folder beside the checkout."""
    for name in ("checkout", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(loading, "ROOT", tmp_path / "checkout")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


# --- what comes with the book ---


def test_digits_are_all_there_and_between_zero_and_one(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "cache"))
    digits = load("digits")
    assert digits.images.shape == (1797, 8, 8)
    assert (digits.images.min(), digits.images.max()) == (0.0, 1.0)
    assert digits.class_names == tuple("0123456789")
    assert digits.labels.dtype == np.int64
    assert set(digits.labels) == set(range(10))
    assert "CC BY 4.0" in digits.provenance
    assert digits.is_test is None
    assert not (tmp_path / "cache").exists()
    entry = entries()["digits"]
    assert (len(digits), digits.images.shape[1:]) == (entry.images, entry.shape)


# --- what the registry names ---


@pytest.fixture
def toys(toy_registry):
    """The registry of toys, and nothing but the cache once they were fetched."""
    return toy_registry


def test_a_whole_set_tells_its_test_images_apart(toys):
    data = load("toys")
    assert data.pixels.dtype == np.uint8
    np.testing.assert_array_equal(data.pixels[:4].ravel(), np.arange(24))
    np.testing.assert_array_equal(data.pixels[4:].ravel(), np.arange(100, 112))
    assert data.labels.tolist() == [0, 1, 0, 1, 1, 0]
    assert data.is_test.dtype == np.bool_
    assert data.is_test.tolist() == [False] * 4 + [True] * 2
    assert data.class_names == ("cat", "dog")
    assert data.described() == "Title of toys: origin of toys (licence of toys)"
    _, tested = data.split(2, 2, seed=0)
    assert (tested.pixels >= 100).all()


@pytest.mark.parametrize(
    ("part", "pixels", "labels"),
    [("train", range(24), [0, 1, 0, 1]), ("test", range(100, 112), [1, 0])],
)
def test_a_part_is_fetched_alone_and_recorded_as_a_step(toys, part, pixels, labels):
    data = load(f"toys:{part}")
    assert data.pixels.ravel().tolist() == list(pixels)
    assert data.labels.tolist() == labels
    assert data.is_test is None
    assert data.steps == (f"the part {part}",)
    fetched = sorted(path.name for path in (toys / "cache").rglob("*.gz"))
    assert fetched == [f"{part}-i.gz", f"{part}-l.gz"]


def test_both_parts_of_an_archive_come_from_the_one_file(toys):
    whole, learned, tested = load("photos"), load("photos:train"), load("photos:test")
    assert whole.pixels.shape == (6, 32, 32, 3)
    assert whole.pixels[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert whole.labels.tolist() == [0, 1, 0, 1, 0, 1]
    assert whole.is_test.tolist() == [False] * 5 + [True]
    np.testing.assert_array_equal(learned.pixels, whole.pixels[:5])
    np.testing.assert_array_equal(tested.pixels, whole.pixels[5:])
    assert (learned.is_test, tested.is_test) == (None, None)
    assert (learned.steps, tested.steps) == (("the part train",), ("the part test",))


def test_once_fetched_a_set_is_loaded_from_the_cache_and_checked_each_time(toys, monkeypatch):
    first = load("toys")
    monkeypatch.delenv("COMPANION_MIRROR")  # and the registry has no mirrors
    np.testing.assert_array_equal(load("toys").pixels, first.pixels)
    monkeypatch.setenv("COMPANION_MIRROR", str(toys / "nowhere"))
    place = toys / "cache" / "toys" / "test-l.gz"
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    with pytest.raises(ValueError, match=r"'toys': test-l\.gz could not be fetched"):
        load("toys")
    assert len(load("toys:train")) == 4


def test_what_cannot_be_fetched_is_named(toys):
    with pytest.raises(
        ValueError, match=r"'broken': broken\.gz could not be fetched .*no such file"
    ):
        load("broken")


def test_a_set_without_any_source_is_refused(toys, monkeypatch):
    monkeypatch.delenv("COMPANION_MIRROR")
    with pytest.raises(
        ValueError, match=r"'toys': train-i\.gz could not be fetched .it has no mirror"
    ):
        load("toys")


# --- one's own ---


def test_a_path_is_taken_from_here_or_else_from_the_root(elsewhere):
    archive(elsewhere / "checkout", n=6)
    assert find("own.npz") == elsewhere / "checkout" / "own.npz"
    assert len(load("own.npz")) == 6
    archive(elsewhere / "here", n=9)
    assert find("own.npz") == elsewhere / "here" / "own.npz"
    assert len(load("own.npz")) == 9
    assert len(load("../checkout/own.npz")) == 6
    assert len(load(str(elsewhere / "checkout" / "own.npz"))) == 6


def test_a_folder_of_pictures_is_found_as_a_file_is(elsewhere):
    pictures(elsewhere / "checkout" / "mine", "cat", "dog")
    assert find("mine") == find("mine/") == elsewhere / "checkout" / "mine"
    assert load("mine").class_names == ("cat", "dog")
    pictures(elsewhere / "here" / "mine", "eel", "owl")
    assert load("mine").class_names == ("eel", "owl")
    assert load("./mine").class_names == ("eel", "owl")


@pytest.mark.parametrize("name", ["toys", "toys:test", "digits"])
def test_a_name_of_the_registry_goes_before_a_folder_of_that_name(elsewhere, toys, name):
    pictures(elsewhere / "here" / name, "cat", "dog")
    entry, part = find(name)
    assert (entry.name, part) == (name.partition(":")[0], "test" if ":" in name else None)
    assert load(name).provenance.startswith("Title of")
    assert load(f"./{name}").provenance == f"the user's own folder {name}"


@pytest.mark.parametrize("name", ["cats", "", "notes.txt", "x" * 300, "a\x00b", "Mnist", ":test"])
def test_an_unknown_name_is_answered_with_what_is_allowed(elsewhere, name):
    (elsewhere / "here" / "notes.txt").touch()
    with pytest.raises(ValueError, match="unknown dataset") as caught:
        load(name)
    assert str(caught.value) == (
        f"unknown dataset {name!r}; give one of digits, mnist, fashion-mnist, cifar10, a part such "
        "as mnist:test, or the path of an .npz file with images and labels or of a folder with a "
        "sub-folder of pictures for each class"
    )


@pytest.mark.parametrize("name", ["nowhere.npz", "nowhere/mine", "x" * 300 + "/mine"])
def test_a_path_that_leads_nowhere_is_told_with_the_places_that_were_looked_at(elsewhere, name):
    with pytest.raises(ValueError, match="no such") as caught:
        load(name)
    assert str(caught.value) == (
        f"dataset {name!r}: no such .npz file or folder in {elsewhere / 'here'} "
        f"or {elsewhere / 'checkout'}"
    )


def test_an_unknown_part_is_refused_before_anything_is_fetched(toys):
    with pytest.raises(ValueError, match="give toys:train or toys:test"):
        load("toys:validation")
    assert not (toys / "cache").exists()


def test_the_package_offers_what_chapters_and_commands_need():
    assert [name for name in datasets.__all__ if not hasattr(datasets, name)] == []
    assert datasets.names() == tuple(datasets.entries())
