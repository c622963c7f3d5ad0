"""What the tests of sweeps need: measures that workers can import, and a Dask cluster."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
START = 60  # seconds after which a scheduler that is not there will not come


@pytest.fixture(scope="package", autouse=True)
def _measures_can_be_imported() -> Iterator[None]:
    sys.path.insert(0, str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture
def cluster(
    root: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Address of a scheduler with two workers, each a process of its own on this machine.

    Its parameter is how many workers a task may lose before it counts as failed.
    """
    pytest.importorskip("distributed")
    failures = getattr(request, "param", 3)
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", str(failures))
    known = tmp_path / "scheduler.json"
    ends = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = ["worker", "--scheduler-file", str(known), "--nthreads", "1", "--no-nanny", *ends]
    started = [
        _dask(root, "scheduler", "--port", "0", "--scheduler-file", str(known), *ends),
        _dask(root, *worker),
        _dask(root, *worker),
    ]
    try:
        yield _address(known)
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture
def later_worker(root: Path) -> Iterator[Callable[[str], None]]:
    """Starts one more worker for a scheduler."""
    started = []
    ends = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--no-dashboard"]
    yield lambda address: started.append(_dask(root, "worker", address, *ends))
    for process in started:
        process.kill()
        process.wait()


def _dask(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(root), str(HERE)])
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _address(known: Path) -> str:
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            return str(json.loads(known.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError("no scheduler")
