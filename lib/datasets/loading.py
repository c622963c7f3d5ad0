"""`load`: images by name or by path."""

import os
from pathlib import Path

import numpy as np

from lib.datasets.cache import fetch
from lib.datasets.formats import READERS
from lib.datasets.images import Dataset
from lib.datasets.own import load_archive, load_folder
from lib.datasets.registry import ROOT, Entry, names, parse


def find(name_or_path: str) -> tuple[Entry, str | None] | Path:
    """Tell what a person means by a dataset, without reading it.

    Parameters
    ----------
    name_or_path : str
        As `load` takes it.

    Returns
    -------
    tuple of Entry and str or None, or Path
        An entry of the registry and the part of it, or the user's own file or folder.

    Raises
    ------
    ValueError
        If it is neither; it says what is allowed.
    """
    named = parse(name_or_path)
    if named is not None:
        return named
    for place in (Path(name_or_path), ROOT / name_or_path):
        # Not place.is_dir(), which raises for a text too long to be a name.
        is_archive = place.suffix == ".npz" and os.path.isfile(place)
        if name_or_path and (os.path.isdir(place) or is_archive):
            return place.resolve()
    if name_or_path.endswith(".npz") or "/" in name_or_path:
        raise ValueError(
            f"dataset {name_or_path!r}: no such .npz file or folder in {Path.cwd()} or {ROOT}"
        )
    raise ValueError(
        f"unknown dataset {name_or_path!r}; give one of {', '.join(names())}, a part such as "
        "mnist:test, or the path of an .npz file with images and labels or of a folder with a "
        "sub-folder of pictures for each class"
    )


def load(name_or_path: str) -> Dataset:
    """Load a dataset by its name, or the user's own by its path.

    Parameters
    ----------
    name_or_path : str
        A name of the registry; one of its parts, such as ``mnist:test``; the path of an ``.npz``
        file (see `lib.datasets.own.load_archive`), or of a folder with a sub-folder of pictures
        for each class. A path is taken from the current folder or else from the root of the
        checkout.

    Returns
    -------
    Dataset
        Not scaled, cropped or shuffled.

    Raises
    ------
    ValueError
        If there is no such thing, a file cannot be fetched, or what it holds does not fit
        together.
    """
    found = find(name_or_path)
    if isinstance(found, Path):
        return load_folder(found) if found.is_dir() else load_archive(found)
    entry, part = found
    return _load_registered(entry, part) if entry.files else _load_digits(entry)


def _load_registered(entry: Entry, part: str | None) -> Dataset:
    read = READERS[entry.format](entry, fetch(entry, part, progress=True))
    parts = {name: arrays for name, arrays in read.items() if part in {None, name}}
    counts = {name: len(labels) for name, (_, labels) in parts.items()}
    return Dataset(
        pixels=np.concatenate([pixels for pixels, _ in parts.values()]),
        labels=np.concatenate([labels for _, labels in parts.values()]),
        class_names=entry.classes,
        provenance=f"{entry.title}: {entry.origin} ({entry.licence})",
        steps=(f"the part {part}",) if part else (),
        is_test=np.repeat([name == "test" for name in counts], list(counts.values()))
        if part is None
        else None,
    )


def _load_digits(entry: Entry) -> Dataset:
    # Imported here, since the command that only looks at names should not wait for it.
    from sklearn.datasets import load_digits

    digits = load_digits()
    return Dataset(
        pixels=digits.images / 16.0,
        labels=digits.target.astype(np.int64),
        class_names=entry.classes,
        provenance=f"{entry.title}: {entry.origin} ({entry.licence})",
    )
