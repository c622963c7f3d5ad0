"""A kernel that runs what strangers wrote: with limits always, shut in where bubblewrap is there.

Bubblewrap gives it a file system with the interpreter, `lib` and `data` to read and one empty
folder to write, no network and no other process. Without it only the limits on memory, size of
files and time remain, and a submission can read whatever the person who grades can read.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from lib import datasets

ROOT = Path(__file__).resolve().parents[2]
SHELL = "bwrap"
# Ways to the programs and libraries of the system; what is missing is passed over.
SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache")
GIBIBYTE = 1 << 30
LIMITS = {
    resource.RLIMIT_AS: 6 * GIBIBYTE,  # addresses; torch alone takes two when it is loaded
    resource.RLIMIT_FSIZE: GIBIBYTE // 16,
    resource.RLIMIT_CORE: 0,
}
LIMITED = (
    "import os, resource, sys\n"
    "for kind, most in {limits}.items(): resource.setrlimit(kind, (most, most))\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def shell() -> str | None:
    """Find bubblewrap.

    Returns
    -------
    str or None
        Its path, if it is there and may be used on this machine.
    """
    found = shutil.which(SHELL)
    return found if found and _works(found) else None


def limited(argv: Sequence[str]) -> list[str]:
    """Let a command run with limits on its memory and files.

    Parameters
    ----------
    argv : sequence of str
        Path of a program and its arguments.

    Returns
    -------
    list of str
        The command to give instead.
    """
    limits = {int(kind): most for kind, most in LIMITS.items()}
    return [sys.executable, "-c", LIMITED.format(limits=limits), *argv]


def enclosed(argv: Sequence[str], program: str, home: Path, shared: Path) -> list[str]:
    """Let a command run where it sees nothing that it does not need.

    Parameters
    ----------
    argv : sequence of str
        The command.
    program : str
        Path of bubblewrap.
    home : Path
        The only folder that it may write, its home and working folder.
    shared : Path
        A folder for sockets, through which it is told what to run.

    Returns
    -------
    list of str
        The command to give instead.
    """
    readable = [*SYSTEM, sys.base_prefix, sys.prefix, ROOT / "lib", ROOT / "data"]
    readable += [datasets.cache_folder().absolute()]
    command = [program, "--unshare-all", "--die-with-parent", "--proc", "/proc", "--dev", "/dev"]
    # Inside, the kernel cannot see its parent, would take it for dead and end.
    command += ["--unsetenv", "JPY_PARENT_PID", "--tmpfs", "/tmp"]
    for path in _outermost(map(str, readable)):
        command += ["--ro-bind-try", path, path]
    for path in map(str, (home, shared)):
        command += ["--bind", path, path]
    return [*command, "--chdir", str(home), "--", *argv]


class SandboxedKernelManager(AsyncKernelManager):
    """Starts kernels that are limited and, where that is possible, shut in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Short, since the path of a socket has at most about a hundred letters.
        self.folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        self.home, self.sockets = self.folder / "home", self.folder / "s"
        self.home.mkdir()
        self.sockets.mkdir(mode=0o700)
        self.transport = "ipc"
        self.ip = str(self.sockets / "k")
        self.connection_file = str(self.sockets / "kernel.json")

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Say how the kernel is started.

        Parameters
        ----------
        extra_arguments : list of str, optional
            For the kernel.

        Returns
        -------
        list of str
            The command.
        """
        argv = limited(super().format_kernel_cmd(extra_arguments))
        program = shell()
        return enclosed(argv, program, self.home, self.sockets) if program else argv

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        kw["env"] = environment(self.home)
        kw["cwd"] = str(self.home)
        # What it writes past its channels, or a child that outlives it, would hold up who grades.
        kw["stdout"] = kw["stderr"] = subprocess.DEVNULL
        await super()._async_launch_kernel(kernel_cmd, **kw)

    _launch_kernel = _async_launch_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self.folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


def environment(home: Path) -> dict[str, str]:
    """Say which variables a submission sees: none with a secret of the person who grades.

    Parameters
    ----------
    home : Path
        Its folder.

    Returns
    -------
    dict of str to str
        Names and values.
    """
    kept = ("PATH", "LANG", "LC_ALL")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        # Its home is another, and so would be the cache that it looks for there.
        datasets.CACHE: str(datasets.cache_folder().absolute()),
        "HOME": str(home),
        "IPYTHONDIR": str(home / ".ipython"),
        "MPLCONFIGDIR": str(home / ".matplotlib"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        # The `lib` of this checkout, whichever is installed.
        "PYTHONPATH": str(ROOT),
    }


def _works(program: str) -> bool:
    # It may be installed and yet forbidden, as in many containers.
    command = [program, "--ro-bind", "/", "/", "--unshare-all", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _outermost(paths: Iterable[str]) -> list[str]:
    """Leave out what lies below another, in the order from the outside in."""
    found: list[str] = []
    for path in sorted(dict.fromkeys(paths), key=len):
        if not any(path.startswith(f"{outer.rstrip('/')}/") for outer in found):
            found.append(path)
    return found
