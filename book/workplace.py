"""The folder in which a command works: one command at a time, and nothing left lying about."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

LOCK, SCRATCH = ".lock", ".scratch"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Work in a folder alone; wait as long as another command does, and say so.

    The system takes the lock from a process that ends, however it ends. What such a process left
    in the folder's `scratch` is removed.

    Parameters
    ----------
    folder : Path
        Is made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        sys.stderr.write(
            f"another companion is at work in {folder}; waiting until it ends (Ctrl-C gives up)\n"
        )
        lock.acquire()
    try:
        shutil.rmtree(scratch(folder), ignore_errors=True)
        yield
    finally:
        shutil.rmtree(scratch(folder), ignore_errors=True)
        lock.release()


def scratch(folder: Path) -> Path:
    """Where a command keeps what is unfinished.

    Parameters
    ----------
    folder : Path
        That of `alone_in`, so that finished files can be moved to their place in one step.

    Returns
    -------
    Path
        A folder, which need not exist.
    """
    return folder / SCRATCH
