import dataclasses
import string
from urllib.parse import urlsplit

import pytest

from lib.datasets.formats import READERS
from lib.datasets.registry import REGISTRY, Entry, entries, names, parse

ENTRIES = list(entries().values())
FILES = [(entry, file) for entry in ENTRIES for file in entry.files]
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_the_registry_has_the_sets_that_the_book_speaks_of():
    assert names() == ("digits", "mnist", "fashion-mnist", "cifar10")
    assert list(entries()) == [entry.name for entry in ENTRIES] == list(names())
    assert entries(REGISTRY) == entries()


@each_entry
def test_an_entry_makes_sense(entry):
    for field in ("title", "origin", "homepage", "licence", "used_for"):
        text = getattr(entry, field)
        assert text.strip() == text != ""
        assert not set(text) & set("\n|")  # each is a cell of a table
    assert urlsplit(entry.homepage).scheme == "https"
    assert entry.images > 0
    assert len(entry.shape) == 2 or entry.shape[2:] == (3,)
    assert all(isinstance(side, int) and side > 0 for side in entry.shape)
    assert len(set(entry.classes)) == len(entry.classes) == 10
    assert all(isinstance(name, str) and name for name in entry.classes)
    assert entry.bytes == sum(file.bytes for file in entry.files)


@each_entry
def test_what_has_files_has_a_reader_and_mirrors_and_what_has_none_needs_neither(entry):
    if not entry.files:
        assert (entry.format, entry.mirrors, entry.bytes) == ("", (), 0)
        return
    assert entry.format in READERS
    assert len(set(entry.mirrors)) == len(entry.mirrors) >= 2
    for mirror in entry.mirrors:
        assert urlsplit(mirror).scheme in {"http", "https"}
        assert mirror.endswith("/")


@pytest.mark.parametrize(("entry", "file"), FILES, ids=lambda thing: thing.name)
def test_a_file_has_a_plain_name_a_size_and_a_checksum(entry, file):
    assert len(file.sha256) == 64
    assert set(file.sha256) <= set(string.hexdigits.lower())
    assert isinstance(file.bytes, int)
    assert file.bytes > 0
    assert set(file.name) <= set(string.ascii_letters + string.digits + "-.")
    assert file.part in {"train", "test", "both"}
    assert [other.name for other in entry.files].count(file.name) == 1
    assert [other.sha256 for _, other in FILES].count(file.sha256) == 1


def test_an_idx_entry_lists_images_then_labels_of_each_part():
    for entry in ENTRIES:
        if entry.format == "idx":
            for part in ("train", "test"):
                images, labels = entry.files_of(part)
                assert "images-idx3" in images.name
                assert "labels-idx1" in labels.name
                assert images.bytes > labels.bytes


def test_the_files_of_a_part_are_those_that_hold_it():
    mnist, cifar = entries()["mnist"], entries()["cifar10"]
    assert [file.name[:4] for file in mnist.files_of("test")] == ["t10k", "t10k"]
    assert [file.name[:5] for file in mnist.files_of("train")] == ["train", "train"]
    assert mnist.files_of(None) == mnist.files
    assert cifar.files_of("train") == cifar.files_of("test") == cifar.files
    assert len(cifar.files) == 1


def test_nothing_of_the_registry_can_be_changed():
    with pytest.raises(TypeError):
        entries()["cats"] = ENTRIES[0]
    for thing in (entries()["mnist"], entries()["mnist"].files[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            thing.name = "cats"
        hash(thing)  # so no list is in it


def test_a_name_stands_for_a_set_or_a_part_of_it():
    mnist = entries()["mnist"]
    assert parse("mnist") == (mnist, None)
    assert parse("mnist:test") == (mnist, "test")
    assert parse("mnist:train") == (mnist, "train")
    assert parse("digits") == (entries()["digits"], None)


@pytest.mark.parametrize("name", ["cats", "", ":", ":test", "cats:test", "Mnist", "mnist/test"])
def test_another_name_stands_for_nothing(name):
    assert parse(name) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnist:", "'mnist' has no part ''; give mnist:train or mnist:test"),
        ("mnist:both", "'mnist' has no part 'both'; give mnist:train or mnist:test"),
        ("mnist:test:test", "'mnist' has no part 'test:test'"),
        ("digits:test", "'digits' has no part 'test'; give digits as a whole"),
        ("digits:", "'digits' has no part ''; give digits as a whole"),
    ],
)
def test_a_part_that_does_not_exist_is_answered_with_what_does(name, message):
    with pytest.raises(ValueError, match=message):
        parse(name)


def test_another_registry_can_be_read(tmp_path):
    path = tmp_path / "registry.toml"
    path.write_text(
        '[cats]\ntitle = "Cats"\norigin = "here"\nhomepage = "https://example.org"\n'
        'licence = "none"\nused_for = "tests"\nimages = 1\nshape = [2, 3]\nclasses = ["cat"]\n'
        'mirrors = ["http://example.org/"]\nformat = "idx"\n'
        '[[cats.files]]\nname = "a"\npart = "both"\nbytes = 3\nsha256 = "00"\n'
    )
    (cats,) = entries(path).values()
    assert isinstance(cats, Entry)
    assert (cats.name, cats.shape, cats.classes, cats.bytes) == ("cats", (2, 3), ("cat",), 3)
    assert "cats" not in entries()
