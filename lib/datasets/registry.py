"""The registry of images that have a name: what they are and where their bytes come from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "data" / "registry.toml"
PARTS = ("train", "test")


@dataclass(frozen=True)
class RemoteFile:
    """A file of a dataset, as it is published.

    Parameters
    ----------
    name : str
        On every mirror and in the cache.
    part : {'train', 'test', 'both'}
        Which images, or labels of which images, it holds.
    bytes : int
        Its size.
    sha256 : str
        Its checksum, 64 hexadecimal digits.
    """

    name: str
    part: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A dataset that has a name.

    Parameters
    ----------
    name : str
        By which it is loaded.
    title, origin, homepage, licence, used_for : str
        For people; `used_for` is what the book does with it.
    images : int
        How many.
    shape : tuple of int
        Of an image: height and width, and 3 where it has colours.
    classes : tuple of str
        Names of the labels 0, 1, ….
    format : str
        Of its files, a key of `lib.datasets.formats.READERS`; empty for what is installed anyway.
    mirrors : tuple of str
        Addresses to which the name of a file is added, in the order in which they are asked.
    files : tuple of RemoteFile
        None for what is installed anyway.
    """

    name: str
    title: str
    origin: str
    homepage: str
    licence: str
    used_for: str
    images: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    format: str = ""
    mirrors: tuple[str, ...] = ()
    files: tuple[RemoteFile, ...] = ()

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(file.bytes for file in self.files)

    def files_of(self, part: str | None) -> tuple[RemoteFile, ...]:
        """Files that hold a part.

        Parameters
        ----------
        part : {'train', 'test'} or None
            None stands for all.

        Returns
        -------
        tuple of RemoteFile
            In the order of the registry.
        """
        return tuple(file for file in self.files if part is None or file.part in {part, "both"})


@cache
def entries(path: Path = REGISTRY) -> Mapping[str, Entry]:
    """Read the registry.

    Parameters
    ----------
    path : Path
        A TOML file; ``data/registry.toml`` if not given.

    Returns
    -------
    mapping of str to Entry
        In the order of the file; it cannot be changed.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = {}
    for name, table in tables.items():
        files = tuple(RemoteFile(**file) for file in table.pop("files", ()))
        lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
        entries[name] = Entry(name, **{**table, **lists}, files=files)
    return MappingProxyType(entries)


def names() -> tuple[str, ...]:
    """Names that `load` knows.

    Returns
    -------
    tuple of str
        In the order of the registry.
    """
    return tuple(entries())


def parse(name: str) -> tuple[Entry, str | None] | None:
    """Take the name of a dataset, or of a part of one, apart.

    Parameters
    ----------
    name : str
        Such as ``mnist`` or ``mnist:test``.

    Returns
    -------
    Entry
        The dataset.
    str or None
        The part; None for the whole. In place of both, None if there is no such dataset.

    Raises
    ------
    ValueError
        If the dataset has no such part.
    """
    stem, colon, part = name.partition(":")
    entry = entries().get(stem)
    if entry is None:
        return None
    if not colon:
        return entry, None
    if part not in PARTS or not entry.files:
        allowed = " or ".join(f"{stem}:{p}" for p in PARTS) if entry.files else f"{stem} as a whole"
        raise ValueError(f"dataset {stem!r} has no part {part!r}; give {allowed}")
    return entry, part
