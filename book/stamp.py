"""Whether what was made is still what it was made to be, out of the same files."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from book.project import Project, remove, write_whole
from book.runs import digest


def fingerprint(root: Path, files: Sequence[Path], config: Mapping[str, Any]) -> str:
    """Tell one set of inputs from every other.

    Parameters
    ----------
    root : Path
        The checkout; it may be moved, with all that is in it.
    files : sequence of Path
        What is read; a missing one counts as such.
    config : mapping
        What else there is, as JSON values.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    read = {
        os.path.relpath(path, root): digest(path.read_bytes()) if path.exists() else None
        for path in files
    }
    return digest(json.dumps([read, config], sort_keys=True).encode())


def make_if_changed(
    project: Project,
    stamp: str,
    made: Path,
    action: Callable[[], object],
    files: Callable[[], Sequence[Path]],
    config: Mapping[str, Any],
) -> bool:
    """Make a thing unless it is there, untouched, from the same files and configuration.

    Parameters
    ----------
    project : Project
        The checkout.
    stamp : str
        Name of a file in the build folder that tells of what and as what the thing was made. It
        is gone while the thing is made: nothing is believed of which the making was broken off.
    made : Path
        The file or folder that is made.
    action : callable
        Makes it; an exception passes through.
    files : callable
        Lists the files that it reads.
    config : mapping
        What else it depends on, as JSON values.

    Returns
    -------
    bool
        True if it was made.
    """
    inputs = fingerprint(project.root, files(), config)
    told = project.build / stamp
    if _read(told) == {"inputs": inputs, "made": _contents(made)}:
        return False
    remove(told)
    action()
    # What was edited meanwhile may have been read before or after: it is made again next time.
    if fingerprint(project.root, files(), config) == inputs:
        write_whole(told, json.dumps({"inputs": inputs, "made": _contents(made)}, indent=1))
    return True


def _read(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _contents(made: Path) -> dict[str, str]:
    if made.is_file():
        return {"": digest(made.read_bytes())}
    paths = sorted(path for path in made.rglob("*") if path.is_file())
    return {path.relative_to(made).as_posix(): digest(path.read_bytes()) for path in paths}
