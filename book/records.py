"""The record of a run: when it was made, how long it took, and out of what."""

import datetime
import json
import platform
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from threadpoolctl import threadpool_info

from book.closure import DATASET
from book.origin import commit
from book.project import write_whole
from book.runs import Run, digest, seal
from lib import datasets

TOLD_VERSIONS = ("torch", "numpy", "scipy", "scikit-learn", "matplotlib")
CPU_BUILD = "+cpu"


def write_record(run: Run, started: datetime.datetime, seconds: float, inputs: str) -> None:
    """Write down a run that has just ended well, beside its executed notebook.

    Parameters
    ----------
    run : Run
        The run.
    started : datetime
        When it began, with its time zone.
    seconds : float
        How long it took.
    inputs : str
        The `book.stamp.fingerprint` of all that it depends on, or nothing if that is not known.
    """
    dataset = run.parameters.get(DATASET)
    record: dict[str, Any] = {
        "chapter": run.chapter.name,
        "profile": run.profile,
        "parameters": run.parameters,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "python": platform.python_version(),
        "versions": versions(),
        "machine": machine(),
        "commit": commit(run.project),
        "data": {} if dataset is None else datasets.checksums(str(dataset)),
        "inputs": inputs,
        "notebook_sha256": digest(run.notebook.read_bytes()),
    }
    record["seal"] = seal(record)
    write_whole(run.record_file, json.dumps(record, indent=1) + "\n")


def versions() -> dict[str, str]:
    """Tell which packages are installed, of those that decide what comes out.

    Returns
    -------
    dict of str to str
        Name to version; what is not installed is left out.
    """
    found = {}
    for name in TOLD_VERSIONS:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def machine() -> str:
    """Tell of a machine what decides how sums round on it.

    Returns
    -------
    str
        Processor, system, the kind of processor for which numpy's linear algebra has code, and the
        GPU if chapters find one.
    """
    chosen = {found["architecture"] for found in threadpool_info() if "architecture" in found}
    return ", ".join([platform.machine(), platform.system(), *sorted(chosen), *_gpu()])


@cache
def _gpu() -> tuple[str, ...]:
    if versions().get("torch", CPU_BUILD).endswith(CPU_BUILD):
        return ()
    import torch  # here, since it takes seconds to load, and only such a build knows of GPUs

    return (torch.cuda.get_device_name(),) if torch.cuda.is_available() else ()
