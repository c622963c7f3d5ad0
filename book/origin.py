"""Where a checkout comes from: its repository and its commit."""

import os
import re
import subprocess

from book.project import Project

DIRTY = "-dirty"  # behind a commit whose files were changed


def repository(project: Project) -> str | None:
    """Address of the repository that pages link to.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    str or None
        From the environment variable ``COMPANION_REPOSITORY`` or the remote `origin` if that is on
        GitHub; None where there is neither, and then pages have no such links.
    """
    given = os.environ.get("COMPANION_REPOSITORY")
    if given:
        return given
    command = ["git", "-C", str(project.root), "remote", "get-url", "origin"]
    try:
        url = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"github\.com[:/]([^/]+/[^/]+?)(\.git)?$", url)
    return f"https://github.com/{match[1]}" if match else None


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
