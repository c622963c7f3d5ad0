import gzip
import io
import tarfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lib.datasets.formats import CIFAR_MEMBERS, READERS, read_cifar, read_idx

bytes_of = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0))
MEMBERS = [*CIFAR_MEMBERS["train"], *CIFAR_MEMBERS["test"]]


def header(*shape):
    return b"\x00\x00\x08" + bytes([len(shape)]) + np.array(shape, dtype=">u4").tobytes()


def written(folder, data, name="toys-idx.gz"):
    path = folder / name
    path.write_bytes(data)
    return path


# --- IDX ---


@given(bytes_of)
def test_an_array_of_bytes_comes_back_as_it_was_written(tmp_path_factory, array):
    folder = tmp_path_factory.mktemp("idx")
    read = read_idx(written(folder, gzip.compress(header(*array.shape) + array.tobytes())))
    assert (read.dtype, read.shape) == (np.uint8, array.shape)
    np.testing.assert_array_equal(read, array)


def test_the_lengths_of_axes_are_big_endian_and_the_last_axis_runs_fastest(tmp_path):
    data = bytes.fromhex("00000802 00000002 00000003 010203 040506")
    assert read_idx(written(tmp_path, gzip.compress(data))).tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not an IDX file"),
        (b"\x00\x00\x08", "not an IDX file"),
        (b"\x00\x00\x08\x02\x00\x00\x00\x01\x00\x00\x00", "not an IDX file"),
        (b"\x00\x01\x08\x01\x00\x00\x00\x01a", "not an IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x04abcd", "not an IDX file"),  # floats
        (header(2, 3) + b"12345", r"5 bytes do not make up an array \(2, 3\)"),
        (header(2, 3) + b"1234567", r"7 bytes do not make up an array \(2, 3\)"),
        (header(2, 3), r"0 bytes do not make up an array \(2, 3\)"),
        (header(65536, 65536, 65536, 65536), "0 bytes do not make up an array"),  # 2**64
    ],
)
def test_what_is_no_idx_file_or_not_the_whole_of_it_is_named(tmp_path, data, told):
    with pytest.raises(ValueError, match=rf"^toys-idx\.gz(:| is) {told}"):
        read_idx(written(tmp_path, gzip.compress(data)))


@given(st.binary(max_size=20))
def test_any_other_bytes_are_refused_or_read_and_nothing_else_happens(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    content = b"\x00\x00\x08" + data
    try:
        read = read_idx(written(folder, gzip.compress(content)))
    except ValueError as error:
        assert str(error).startswith("toys-idx.gz")
    else:
        assert content == header(*read.shape) + read.tobytes()


def test_a_gzip_file_cut_anywhere_is_refused(tmp_path):
    whole = gzip.compress(header(4, 4) + bytes(range(16)))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r"toys-idx\.gz is not a"):
            read_idx(written(tmp_path, whole[:length]))


def test_a_gzip_file_with_a_changed_byte_is_refused(tmp_path):
    whole = gzip.compress(header(4, 4) + bytes(range(16)))
    for place in range(10, len(whole)):  # behind the header, which holds the time and such
        wrong = bytearray(whole)
        wrong[place] ^= 0xFF
        with pytest.raises(ValueError, match=r"toys-idx\.gz is not a"):
            read_idx(written(tmp_path, bytes(wrong)))


def test_what_is_not_gzip_or_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is not a whole gzip file"):
        read_idx(written(tmp_path, header(2) + b"ab"))
    with pytest.raises(ValueError, match="is not a whole gzip file"):
        read_idx(tmp_path / "nowhere.gz")


# --- CIFAR-10 ---


def cifar(folder, members, name="toys.tar.gz"):
    """Write an archive of members given by their content; None stands for a folder."""
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data or b"")
            info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
            archive.addfile(info, io.BytesIO(data or b""))
    return path


def record(label, value):
    """A picture whose red is a ramp down the rows, green along the columns, blue one value."""
    rows, columns = np.mgrid[:32, :32].astype(np.uint8)
    planes = np.stack([rows, columns + 100, np.full((32, 32), value, dtype=np.uint8)])
    return bytes([label]) + planes.tobytes()


def members(count=2):
    return {
        name: b"".join(record((3 * n + k) % 10, 10 * n + k) for k in range(count))
        for n, name in enumerate(MEMBERS)
    }


def test_each_part_of_the_archive_has_its_own_members_in_their_order(tmp_path):
    # The order in which they lie in the archive says nothing.
    path = cifar(tmp_path, dict(reversed(members().items())))
    images, labels = read_cifar(path, "train")
    assert (images.shape, images.dtype) == ((10, 32, 32, 3), np.uint8)
    assert (labels.tolist(), labels.dtype) == ([0, 1, 3, 4, 6, 7, 9, 0, 2, 3], np.int64)
    assert images[:, 0, 0, 2].tolist() == [0, 1, 10, 11, 20, 21, 30, 31, 40, 41]
    images, labels = read_cifar(path, "test")
    assert labels.tolist() == [5, 6]
    assert images[:, 31, 31, 2].tolist() == [50, 51]


def test_a_record_is_a_label_then_red_green_and_blue_row_by_row(tmp_path):
    images, _ = read_cifar(cifar(tmp_path, members()), "test")
    for image in images:
        np.testing.assert_array_equal(image[:, :, 0], np.arange(32)[:, None].repeat(32, 1))
        np.testing.assert_array_equal(image[:, :, 1], np.arange(32)[None].repeat(32, 0) + 100)
        assert np.ptp(image[:, :, 2]) == 0


def test_nothing_is_unpacked_beside_the_archive(tmp_path):
    path = cifar(tmp_path, members())
    read_cifar(path, "train")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", range(5))
def test_a_missing_member_is_named(tmp_path, number):
    some = members()
    del some[MEMBERS[number]]
    path = cifar(tmp_path, some)
    with pytest.raises(ValueError, match=rf"toys\.tar\.gz .*{MEMBERS[number]}"):
        read_cifar(path, "train")
    assert len(read_cifar(path, "test")[1]) == 2


@pytest.mark.parametrize("data", [b"", record(1, 2)[:-1], record(1, 2) + b"x", None])
def test_a_member_that_is_not_made_of_whole_records_is_named(tmp_path, data):
    path = cifar(tmp_path, members() | {MEMBERS[5]: data})
    with pytest.raises(ValueError, match=rf"{MEMBERS[5]} is not made of whole records"):
        read_cifar(path, "test")
    assert len(read_cifar(path, "train")[1]) == 10


def test_an_archive_cut_anywhere_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    path = cifar(tmp_path, {name: bytes([1]) + rng.bytes(3072) for name in MEMBERS})
    whole = path.read_bytes()
    last = len(whole) - 1000  # the test images come last
    for length in [*range(0, last, 997), last]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"toys\.tar\.gz is not the archive of CIFAR-10"):
            read_cifar(path, "test")


def test_a_changed_byte_does_not_escape_as_another_kind_of_error(tmp_path):
    path = cifar(tmp_path, members(1))
    whole = path.read_bytes()
    refused = 0
    for place in range(12, len(whole), 41):
        wrong = bytearray(whole)
        wrong[place] ^= 0xFF
        path.write_bytes(bytes(wrong))
        try:
            read_cifar(path, "test")
        except ValueError:
            refused += 1
    assert refused > 0


@pytest.mark.parametrize(
    "data",
    [b"", b"text", gzip.compress(b"text"), gzip.compress(b"")],
    ids=["nothing", "text", "packed text", "packed nothing"],  # bytes of gzip tell the time
)
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = written(tmp_path, data, "toys.tar.gz")
    with pytest.raises(ValueError, match=r"toys\.tar\.gz is not the archive of CIFAR-10"):
        read_cifar(path, "train")


# --- the readers that the registry names ---


@pytest.fixture
def idx_entry(entry, tmp_path):
    """Write two files of two parts each, and return the entry and the paths."""
    parts = {"train": np.arange(24).reshape(4, 2, 3), "test": np.arange(100, 112).reshape(2, 2, 3)}
    files, paths = [], []
    for part, images in parts.items():
        labels = np.arange(len(images))
        for name, array in {f"{part}-i": images, f"{part}-l": labels}.items():
            data = gzip.compress(header(*array.shape) + array.astype(np.uint8).tobytes())
            files += entry(part=part, **{name: data}).files
            paths.append(written(tmp_path, data, name))
    return type(entry())(**{**vars(entry()), "files": tuple(files)}), paths


def test_the_reader_of_idx_files_finds_images_and_labels_of_each_part(idx_entry):
    entry, paths = idx_entry
    read = READERS["idx"](entry, paths)
    assert list(read) == ["train", "test"]
    assert read["train"][0].shape == (4, 2, 3)
    assert read["test"][0].ravel().tolist() == list(range(100, 112))
    assert read["train"][1].tolist() == [0, 1, 2, 3]
    assert read["test"][1].dtype == np.int64
    assert list(READERS["idx"](entry, paths[2:])) == ["test"]


def test_images_and_labels_that_do_not_fit_are_named(idx_entry):
    entry, paths = idx_entry
    paths[1].write_bytes(paths[3].read_bytes())
    with pytest.raises(ValueError, match=r"train-i and train-l do not fit: \(4, 2, 3\) and \(2,\)"):
        READERS["idx"](entry, paths)
    paths[0].write_bytes(paths[1].read_bytes())
    with pytest.raises(ValueError, match=r"do not fit: \(2,\) and \(2,\)"):
        READERS["idx"](entry, paths)


def test_the_reader_of_cifar_gives_both_parts(entry, tmp_path):
    read = READERS["cifar"](entry(), [cifar(tmp_path, members())])
    assert {part: len(labels) for part, (_, labels) in read.items()} == {"train": 10, "test": 2}


def test_readers_cannot_be_changed():
    with pytest.raises(TypeError):
        READERS["pickle"] = None
