"""What tells two copies of a dataset apart: the checksums of its files."""

import hashlib
from importlib.metadata import distribution
from pathlib import Path

from lib.datasets.loading import find

# The set that is installed anyway, as the distribution that brings it names it.
DIGITS = "sklearn/datasets/data/digits.csv.gz"


def checksums(name_or_path: str) -> dict[str, str]:
    """Checksums of the files that a dataset is read from.

    Parameters
    ----------
    name_or_path : str
        As `lib.datasets.load` takes it. Nothing is fetched: for what comes from a mirror these are
        the checksums of the registry, against which every file is held when it is loaded.

    Returns
    -------
    dict of str to str
        Name of each file and its SHA-256 in hexadecimal. A folder of pictures counts as one file:
        the list of its files with their checksums, sorted by name.

    Raises
    ------
    ValueError
        If there is no such dataset.
    """
    found = find(name_or_path)
    if isinstance(found, Path):
        if found.is_dir():
            return {f"{found.name}/": _folder_digest(found)}
        return {found.name: _digest(found.read_bytes())}
    entry, part = found
    if entry.files:
        return {file.name: file.sha256 for file in entry.files_of(part)}
    installed = Path(str(distribution("scikit-learn").locate_file(DIGITS)))
    return {installed.name: _digest(installed.read_bytes())}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _folder_digest(folder: Path) -> str:
    """Digest of a list as ``sha256sum`` writes it."""
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    lines = [f"{_digest(files[name].read_bytes())}  {name}\n" for name in sorted(files)]
    return _digest("".join(lines).encode())
