"""What several tests need."""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from lib.datasets.registry import entries

ROOT = Path(__file__).resolve().parents[1]

# The machine may be busy; how long an example takes says nothing of whether it is right.
settings.register_profile("companion", deadline=None)
settings.load_profile("companion")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the person who runs it has set."""
    for name in list(os.environ):
        if name.startswith("COMPANION_"):
            monkeypatch.delenv(name)


def _idx(array: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    header = b"\x00\x00\x08" + bytes([array.ndim]) + np.array(array.shape, dtype=">u4").tobytes()
    return gzip.compress(header + array.tobytes())


def _tar(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def _toy_files() -> dict[str, dict[str, tuple[str, bytes]]]:
    """Part and content of each file of each set."""
    train = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    idx = {
        "train-i.gz": ("train", _idx(train)),
        "train-l.gz": ("train", _idx(np.array([0, 1, 0, 1], dtype=np.uint8))),
        "test-i.gz": ("test", _idx(train[:2] + 100)),
        "test-l.gz": ("test", _idx(np.array([1, 0], dtype=np.uint8))),
    }
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    members = {
        f"cifar-10-batches-bin/{name}.bin": bytes([number % 2]) + bytes([number]) * 3072
        for number, name in enumerate(names)
    }
    return {
        "digits": {},
        "toys": idx,
        "broken": {"broken.gz": ("both", b"what nobody has")},
        "photos": {"photos.tar.gz": ("both", _tar(members))},
    }


@pytest.fixture
def toy_registry(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A registry of toys in place of the real one, and a cache of the test's own.

    Toys (``idx``) and photos (``cifar``) lie in the folder that COMPANION_MIRROR names; nobody has
    the set that is called broken. Yields the folder with ``registry.toml``, ``mirror`` and
    ``cache``, which does not exist yet.
    """
    folder = tmp_path_factory.mktemp("toys")
    text = ""
    for name, files in _toy_files().items():
        shape, reader = ([32, 32, 3], "cifar") if name == "photos" else ([2, 3], "idx")
        classes = list("0123456789") if name == "digits" else ["cat", "dog"]
        text += (
            f'[{name}]\ntitle = "Title of {name}"\norigin = "origin of {name}"\n'
            f'homepage = "https://example.org/{name}"\nlicence = "licence of {name}"\n'
            f'used_for = "use of {name}"\nimages = 6\nshape = {shape}\nclasses = {classes}\n'
        )
        if files:
            text += f'format = "{reader}"\nmirrors = []\n'
        for file, (part, data) in files.items():
            digest = hashlib.sha256(data).hexdigest()
            text += f'[[{name}.files]]\nname = "{file}"\npart = "{part}"\n'
            text += f'bytes = {len(data)}\nsha256 = "{digest}"\n'
            if name != "broken":
                place = folder / "mirror" / name / file
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
    (folder / "registry.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("COMPANION_DATA", str(folder / "cache"))
    monkeypatch.setenv("COMPANION_MIRROR", str(folder / "mirror"))
    # Every module that has taken hold of the function gets the toys, whatever it calls it.
    monkeypatch.setattr(entries.__wrapped__, "__defaults__", (folder / "registry.toml",))
    entries.cache_clear()
    yield folder
    entries.cache_clear()
