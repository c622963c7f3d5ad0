"""Readers of the formats in which the registry's files are published."""

import gzip
import math
import tarfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lib.datasets.registry import PARTS, Entry

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]

CIFAR_SIDE = 32
CIFAR_MEMBERS = {
    "train": [f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)],
    "test": ["cifar-10-batches-bin/test_batch.bin"],
}


def read_idx(path: Path) -> Pixels:
    """Read a gzipped array of bytes in the IDX format of MNIST.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    array of uint8
        Of the shape that its header tells.

    Raises
    ------
    ValueError
        If it is no such file, or holds more or less than its header tells.
    """
    try:
        with gzip.open(path) as stream:
            data = stream.read()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} is not a whole gzip file: {error}") from error
    # Two zero bytes, the code of unsigned bytes, the number of axes; then a length for each axis.
    if len(data) < 4 or data[:3] != b"\x00\x00\x08" or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path.name} is not an IDX file of bytes")
    start = 4 + 4 * data[3]
    shape = tuple(np.frombuffer(data, dtype=">u4", count=data[3], offset=4).tolist())
    if len(data) - start != math.prod(shape):
        raise ValueError(f"{path.name}: {len(data) - start} bytes do not make up an array {shape}")
    return np.frombuffer(data, dtype=np.uint8, offset=start).reshape(shape)


def read_cifar(path: Path, part: str) -> tuple[Pixels, Labels]:
    """Read a part of the binary version of CIFAR-10; nothing is unpacked on the disk.

    Parameters
    ----------
    path : Path
        The gzipped tar archive.
    part : {'train', 'test'}
        Which images.

    Returns
    -------
    images : (n, 32, 32, 3) array of uint8
        Pixels.
    labels : (n,) array of int
        Classes.

    Raises
    ------
    ValueError
        If it is no such archive, or a member is missing or not made of whole records.
    """
    size = 1 + 3 * CIFAR_SIDE**2
    records = []
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name in CIFAR_MEMBERS[part]:
                stream = archive.extractfile(name)
                data = stream.read() if stream else b""
                if not data or len(data) % size:
                    raise ValueError(f"{path.name}: {name} is not made of whole records")
                records.append(np.frombuffer(data, dtype=np.uint8).reshape(-1, size))
    except (tarfile.TarError, OSError, EOFError, KeyError, zlib.error) as error:
        raise ValueError(f"{path.name} is not the archive of CIFAR-10: {error}") from error
    together = np.concatenate(records)
    planes = together[:, 1:].reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE)
    return planes.transpose(0, 2, 3, 1), together[:, 0].astype(np.int64)


def _idx_part(files: Sequence[Path]) -> tuple[Pixels, Labels]:
    images, labels = (read_idx(path) for path in files)
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{files[0].name} and {files[1].name} do not fit: {images.shape} and {labels.shape}"
        )
    return images, labels.astype(np.int64)


def _read_idx_parts(entry: Entry, paths: Sequence[Path]) -> dict[str, tuple[Pixels, Labels]]:
    places = {path.name: path for path in paths}
    parts = {}
    for part in PARTS:
        files = [places[file.name] for file in entry.files_of(part) if file.name in places]
        if files:
            parts[part] = _idx_part(files)
    return parts


def _read_cifar_parts(_entry: Entry, paths: Sequence[Path]) -> dict[str, tuple[Pixels, Labels]]:
    return {part: read_cifar(paths[0], part) for part in PARTS}


# Name in the registry → from an entry and its files to images and labels of each part in them.
Reader = Callable[[Entry, Sequence[Path]], dict[str, tuple[Pixels, Labels]]]
READERS: Mapping[str, Reader] = MappingProxyType(
    {"idx": _read_idx_parts, "cifar": _read_cifar_parts}
)
