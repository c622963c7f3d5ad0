"""On the path of a command, kills it when it is about to touch a certain file the n-th time."""

import os
import re
import signal
import sys

# Taken away, so that what the command starts is not killed with it.
WHERE, WHEN = os.environ.pop("KILL_WHERE", ""), os.environ.pop("KILL_WHEN", "")
CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "shutil.copytree"}
left = int(os.environ.pop("KILL_COUNT", "1"))


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Kill this process at the file-system operation that was asked for."""
    global left
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
    if event == "ctypes.dlsym":  # a function of the system that Python does not have
        told = [str(arguments[1])]
    elif writes or event in CHANGES:
        names = [os.fsdecode(a) for a in arguments if isinstance(a, (str, bytes, os.PathLike))]
        told = [os.path.relpath(name, WHERE) for name in names if name.startswith(WHERE)]
    else:
        return
    if any(re.match(WHEN, name) for name in told):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


if WHEN:
    sys.addaudithook(watch)
