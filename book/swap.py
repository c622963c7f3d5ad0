"""A folder in the place of another: whoever looks finds the old one or the new one, whole."""

import ctypes
import os
import shutil
from pathlib import Path

# Of Linux: names are relative to the current folder; exchange the two.
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def swap(new: Path, place: Path) -> None:
    """Put a folder in the place of another one, which is removed.

    Linux exchanges the two in one step on most file systems. Elsewhere the old one is moved aside
    first, and for the moment between two renames the place is empty; `restore` helps if that
    moment was the last.

    Parameters
    ----------
    new : Path
        The new folder, on the same file system.
    place : Path
        Where it is to be.
    """
    aside = _aside(place)
    if not place.exists():
        new.rename(place)
    elif _exchange(new, place):
        shutil.rmtree(new, ignore_errors=True)
    else:
        try:
            place.rename(aside)
            new.rename(place)
        finally:
            restore(place)


def restore(place: Path) -> None:
    """Clear up after a `swap` that was broken off.

    Parameters
    ----------
    place : Path
        Where the folder is to be; if it is missing, the old one is put back.
    """
    aside = _aside(place)
    if aside.exists() and not place.exists():
        aside.rename(place)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(place: Path) -> Path:
    return place.with_name(f"{place.name}.old")


def _exchange(one: Path, other: Path) -> bool:
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    status: int = call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)
    return status == 0
