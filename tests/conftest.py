"""What several tests need."""

import gzip
import hashlib
import io
import math
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert
from hypothesis import settings
from threadpoolctl import threadpool_limits

from lib.datasets.registry import entries
from lib.plotting.explore import PANEL, Explorable

ROOT = Path(__file__).resolve().parents[1]

# The machine may be busy; how long an example takes says nothing of whether it is right.
settings.register_profile("companion", deadline=None)
settings.load_profile("companion")
# Threads of two tests that run side by side would wait for each other: networks are small, and take
# thirty times as long. The variable is for torch, which is loaded later, and for what tests start.
os.environ["OMP_NUM_THREADS"] = "1"
threadpool_limits(1)


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


@pytest.fixture
def drawn() -> Callable[..., list[dict[str, Any]]]:
    """What a figure with controls draws: the items of a mark, with places in units of its axes."""

    def look(figure: Explorable, mark: str, **values: float | str) -> list[dict[str, Any]]:
        spec = figure.spec(**values)
        group = next(
            (panel for panel in spec["marks"] for own in panel["marks"] if own["name"] == mark),
            None,
        )
        assert group is not None, f"no mark {mark}"
        items = _marked(vl_convert.vega_to_scenegraph(spec), mark)
        scales = {scale["name"]: scale for scale in group["scales"]}
        return [
            {
                **item,
                **{f"p{k}": item[k] for k in "xy" if k in item},  # in pixels
                **{k: _undone(item[k], scales[k]) for k in "xy" if k in item},
            }
            for item in items
        ]

    return look


def _marked(node: Any, name: str) -> list[dict[str, Any]]:
    if isinstance(node, dict) and node.get("name") == name:
        return list(node["items"])
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [item for child in children for item in _marked(child, name)]


def _undone(pixel: float | None, scale: dict[str, Any]) -> float:
    """The value that a scale puts at a pixel; nan where it has none, or its ends are computed."""
    if pixel is None or not isinstance(scale["domain"], list):
        return math.nan
    low, high = (math.log(end) if scale["type"] == "log" else end for end in scale["domain"])
    start, stop = (PANEL if isinstance(end, dict) else end for end in scale["range"])
    value = low + (high - low) * (pixel - start) / (stop - start)
    return math.exp(value) if scale["type"] == "log" else float(value)
