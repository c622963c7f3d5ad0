"""Processes that end with the one that started them, in whatever way that one ends.

Who is killed cannot clear up. So every process started here reads from a pipe of which its starter
alone holds the other end: when the starter is gone, the system closes the pipe, and the process
ends with all that it started itself. ``python -m book.lifeline PROGRAM ...`` does it for a program
that knows nothing of this.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psutil

CANNOT_START = 126  # as a shell has it
PATIENCE = 5.0

_alive: set["subprocess.Popen[str]"] = set()


def start(command: Sequence[str], **options: Any) -> "subprocess.Popen[str]":
    """Start a program that calls `follow`.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    **options
        For `subprocess.Popen`; standard input is the pipe, and may be written to.

    Returns
    -------
    Popen
        The process, a group of its own: an interrupt from the terminal reaches its starter alone,
        who ends it.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        **options,
    )
    _alive.add(process)
    return process


def end(process: "subprocess.Popen[str]") -> None:
    """End a process that was started here, and all that it started; it may have ended before.

    Parameters
    ----------
    process : Popen
        From `start`.
    """
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _alive.discard(process)


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """Start a program that calls `follow`, and see that it has ended in the end.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    **options
        As for `start`.

    Yields
    ------
    Popen
        The process.
    """
    process = start(command, **options)
    try:
        yield process
    finally:
        end(process)


def end_all() -> None:
    """End every process that was started here and has not ended."""
    for process in tuple(_alive):
        end(process)


def follow() -> None:
    """End this process, and all that it started, as soon as standard input is closed."""
    ending = threading.Event()
    ender = threading.Thread(target=_end_with_input, args=[ending], daemon=True)
    ender.start()
    # The main thread may come to its end for lack of the first that was killed.
    atexit.register(lambda: ender.join() if ending.is_set() else None)


def _end_with_input(ending: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    ending.set()
    stopped = _stopped()
    for child in stopped:
        with suppress(psutil.Error):
            child.kill()
    psutil.wait_procs(stopped, PATIENCE)
    os._exit(1)


def _stopped() -> set[psutil.Process]:
    """All that this process started, stopped first: else a child could start one unseen."""
    stopped: set[psutil.Process] = set()
    while new := set(psutil.Process().children(recursive=True)) - stopped:
        for child in new:
            with suppress(psutil.Error):
                child.suspend()
        stopped |= new
    return stopped


def main(command: Sequence[str]) -> int:
    """Run a program that knows nothing of its starter.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.

    Returns
    -------
    int
        Its status, negative for a signal; `CANNOT_START` if there is no such program, and standard
        error tells why.
    """
    follow()
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        return CANNOT_START


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
