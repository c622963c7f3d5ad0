"""Sphinx extension: pages are written by several processes.

They are read by one: not every extension in use can do without what others have read. Writing is a
third of the time that the site takes.
"""

import os

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def share_writing(app: Sphinx, env: BuildEnvironment) -> None:
    """Let Sphinx start a writer for each core, once everything has been read.

    Parameters
    ----------
    app : Sphinx
        The running build.
    env : BuildEnvironment
        What was read.
    """
    # Sphinx counts the process that prepares pages for the writers.
    app.parallel = 1 + (os.cpu_count() or 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        What Sphinx needs to know of parallel builds.
    """
    app.connect("env-updated", share_writing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
