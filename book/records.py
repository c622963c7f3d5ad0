"""The record of a run: when it was made, how long it took, and out of what."""

import datetime
import json
import platform
import subprocess
from importlib.metadata import version

from book.closure import DATASET
from book.project import Project, write_whole
from book.runs import Run, digest
from lib import datasets

DIRTY = "-dirty"  # behind a commit whose files were changed
TOLD_VERSIONS = ("torch", "numpy", "scipy", "scikit-learn", "matplotlib")


def write_record(run: Run, started: datetime.datetime, seconds: float) -> None:
    """Write down a run that has just ended well, beside its executed notebook.

    Parameters
    ----------
    run : Run
        The run.
    started : datetime
        When it began, with its time zone.
    seconds : float
        How long it took.
    """
    dataset = run.parameters.get(DATASET)
    record = {
        "chapter": run.chapter.name,
        "profile": run.profile,
        "parameters": run.parameters,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in TOLD_VERSIONS},
        "commit": commit(run.project),
        "data": {} if dataset is None else datasets.checksums(str(dataset)),
        "notebook_sha256": digest(run.notebook.read_bytes()),
    }
    write_whole(run.record_file, json.dumps(record, indent=1) + "\n")


def commit(project: Project) -> str | None:
    """Name the commit that a checkout stands at.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    str or None
        All 40 digits, with `DIRTY` behind them if tracked files were changed since; None where
        git or its folder is missing.
    """
    describe = ["describe", "--always", "--abbrev=40", "--exclude=*", f"--dirty={DIRTY}"]
    command = ["git", "-C", str(project.root), *describe]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return told or None
