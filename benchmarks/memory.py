"""Peaks of memory: of a call in a process of its own, and of all processes that a call starts."""

import ctypes
import gc
import math
import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import psutil

from benchmarks.timing import one_thread

T = TypeVar("T")

MEBIBYTE = 1 << 20
INTERVAL = 0.25  # seconds between two looks at other processes
PROCESS = Path("/proc/self")


def peak_memory(make: Callable[[], Callable[[], object]]) -> float:
    """Measure how much memory a call takes beyond what its process holds before.

    In a new process, so that nothing is at hand that earlier calls left. The call is made twice and
    the second one measured: what a first one loads and keeps, such as libraries, is no part of it.

    Parameters
    ----------
    make : callable
        Gives what is to be called; it can be pickled.

    Returns
    -------
    float
        Peak of resident memory in MiB; NaN where the system is not Linux, which alone tells it.
    """
    return in_new_process(_peak, make) if sys.platform == "linux" else math.nan


def in_new_process(call: Callable[..., T], *arguments: object) -> T:
    """Call in a process that shares nothing with this one.

    Parameters
    ----------
    call : callable
        A function of a module.
    *arguments : object
        That can be pickled.

    Returns
    -------
    object
        What it returns; what it raises is raised here.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(call, *arguments).result()


def watched(call: Callable[[], T]) -> tuple[T, float]:
    """Call, and watch the memory of all processes that are started meanwhile.

    Parameters
    ----------
    call : callable
        Starts processes, and waits for them.

    Returns
    -------
    object
        What it returns.
    float
        Peak in MiB of the sum of their resident memory, looked at every quarter of a second; pages
        that they share count for each.
    """
    own, done, highest = psutil.Process(), threading.Event(), 0.0
    before = set(own.children(recursive=True))

    def watch() -> None:
        nonlocal highest
        while not done.wait(INTERVAL):
            held = 0
            for process in set(own.children(recursive=True)) - before:
                with suppress(psutil.Error):  # it has ended
                    held += process.memory_info().rss
            highest = max(highest, held / MEBIBYTE)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return call(), highest
    finally:
        done.set()
        watcher.join()


def _peak(make: Callable[[], Callable[[], object]]) -> float:
    with one_thread():
        call = make()
        call()
        gc.collect()
        with suppress(AttributeError):  # of another C library than GNU's
            ctypes.CDLL(None).malloc_trim(0)
        (PROCESS / "clear_refs").write_text("5")  # the peak is what is held now
        before = _told("VmRSS")
        call()
        return max(0.0, _told("VmHWM") - before)


def _told(name: str) -> float:
    """A size that the system tells of this process, in MiB."""
    (kibibytes,) = re.findall(rf"{name}:\s+(\d+) kB", (PROCESS / "status").read_text())
    return int(kibibytes) / 1024
