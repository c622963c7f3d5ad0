"""Checksums are those of the bytes that are read."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lib.datasets import checksums, entries


def test_what_has_a_name_has_the_checksums_of_the_registry() -> None:
    files = entries()["mnist"].files
    assert checksums("mnist") == {file.name: file.sha256 for file in files}
    assert checksums("mnist:test") == {
        file.name: file.sha256 for file in files if file.name.startswith("t10k")
    }


def test_the_digits_are_the_file_that_their_loader_reads() -> None:
    ((name, digest),) = checksums("digits").items()
    import sklearn

    path = Path(sklearn.__file__).parent / "datasets" / "data" / name
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    rows = np.loadtxt(path, delimiter=",")
    np.testing.assert_array_equal(rows[:, :-1], load_digits().data)


def test_an_archive_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    np.savez(path, images=np.zeros((2, 2, 2)), labels=np.arange(2))
    assert checksums(str(path)) == {"own.npz": hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not on this machine")
def test_a_folder_has_that_of_the_list_that_sha256sum_writes(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for name in ("b/two.png", "a/one.png", "a/ten.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    names = ["a/one.png", "a/ten.png", "b/two.png"]
    told = subprocess.run(
        ["sha256sum", *sorted(names)], cwd=folder, capture_output=True, check=True
    ).stdout
    assert checksums(str(folder)) == {"pictures/": hashlib.sha256(told).hexdigest()}
    before = checksums(str(folder))
    (folder / "a/one.png").rename(folder / "b/one.png")
    assert checksums(str(folder)) != before, "a picture changed its class"


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown dataset 'mnits'"):
        checksums("mnits")
