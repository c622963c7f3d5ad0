"""Signals that ask a command to end."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from book.lifeline import PATIENCE


@contextmanager
def interruptible() -> Iterator[list[int]]:
    """Let SIGTERM end a command as Ctrl-C does; neither disturbs the ending of what runs.

    That may last, and a library may swallow the interrupt: who asks again some seconds later is
    heard again.

    Yields
    ------
    list of int
        The signals that were heard so far.
    """
    received: list[int] = []
    told = [s for s in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(s) != signal.SIG_IGN]
    if threading.current_thread() is not threading.main_thread():
        told = []  # where there are no signals
    last = -math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last
        if time.monotonic() - last < PATIENCE:
            return
        last = time.monotonic()
        received.append(number)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in told}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
