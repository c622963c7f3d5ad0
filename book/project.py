"""The checkout: where its files are, and the one error that its commands report."""

import errno
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROFILES = ("quick", "standard", "full")
PUBLISHED = "standard"
LIMITS = "notebooks/limits.yml"
LITTLE = 1_000_000  # bytes, of which nothing can be made


class BookError(Exception):
    """Something the person who called can mend; its text is the one line that tells how."""


@dataclass(frozen=True)
class Project:
    """Paths of a checkout.

    Parameters
    ----------
    root : Path
        Folder that holds ``_toc.yml`` and ``notebooks/``.
    elsewhere : Path, optional
        Where all that is made goes instead of ``build/``.
    """

    root: Path
    elsewhere: Path | None = None

    @property
    def toc(self) -> Path:
        """Table of contents."""
        return self.root / "_toc.yml"

    @property
    def config(self) -> Path:
        """Jupyter Book's configuration."""
        return self.root / "_config.yml"

    @property
    def notebooks(self) -> Path:
        """Chapters as text."""
        return self.root / "notebooks"

    @property
    def profiles(self) -> Path:
        """Parameters of each profile."""
        return self.notebooks / "profiles.yml"

    @property
    def limits(self) -> Path:
        """What each parameter may be."""
        return self.root / LIMITS

    @property
    def pins(self) -> Path:
        """Versions of the tested environment."""
        return self.root / "constraints.txt"

    @property
    def matter(self) -> Path:
        """The book's own pages, styles and references."""
        return self.root / "book"

    @property
    def build(self) -> Path:
        """All that is made and may be deleted."""
        return self.elsewhere or self.root / "build"

    @property
    def html(self) -> Path:
        """The finished site."""
        return self.build / "html"

    @property
    def pdf(self) -> Path:
        """The finished site in print."""
        return self.build / "why-deep-networks-train.pdf"

    @property
    def claims(self) -> Path:
        """The ledger."""
        return self.build / "claims.json"

    def outputs(self, profile: str) -> Path:
        """Folder of what a profile's chapters leave.

        Parameters
        ----------
        profile : str
            One of `PROFILES`.

        Returns
        -------
        Path
            The folder, whether or not it exists.
        """
        return self.build / profile


def find_project(start: Path | None = None) -> Project:
    """Find the checkout that a folder belongs to.

    Parameters
    ----------
    start : Path, optional
        Where to begin; the current folder if not given.

    Returns
    -------
    Project
        Of the nearest folder upwards with ``_toc.yml`` and ``notebooks/``.

    Raises
    ------
    BookError
        If there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_toc.yml").is_file() and (folder / "notebooks").is_dir():
            return Project(folder)
    raise BookError(
        f"no book here: neither {here} nor a folder above it has _toc.yml and notebooks/"
    )


def read_yaml(path: Path) -> Any:
    """Read a file in YAML.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        What it holds.

    Raises
    ------
    BookError
        If it is missing or no YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BookError(f"{path}: cannot be read: {error}") from error


def read_config(project: Project) -> dict[str, Any]:
    """Read the configuration of the book.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    dict
        As Jupyter Book has it: title, author and so on.

    Raises
    ------
    BookError
        If it cannot be read.
    """
    found: dict[str, Any] = read_yaml(project.config)
    return found


def require_site(project: Project) -> None:
    """Refuse a checkout of which no site was made.

    Parameters
    ----------
    project : Project
        The checkout.

    Raises
    ------
    BookError
        If there is none.
    """
    if not (project.html / "index.html").is_file():
        raise BookError(f"there is no site in {project.html}; make it with: companion build")


def trouble(error: OSError) -> str:
    """Tell in a line what the system refused: a full disk, a folder that may not be written.

    Parameters
    ----------
    error : OSError
        From any call.

    Returns
    -------
    str
        The file, if one is known, and the reason.
    """
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):  # of copytree
        _, target, why = error.args[0][0]
        return f"{target}: {why}"
    reason = error.strerror or str(error)
    name = error.filename2 or error.filename
    return f"{name}: {reason}" if name else reason


def require_space(folder: Path) -> None:
    """Refuse a disk that is full, which other programs do not always tell.

    Parameters
    ----------
    folder : Path
        On the disk.

    Raises
    ------
    OSError
        If there is not even a megabyte.
    """
    if shutil.disk_usage(folder).free < LITTLE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file; its folder is made if missing.
    text : str
        The content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # One name, so that what a process leaves that is killed here is written over by the next.
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def remove(path: Path) -> None:
    """Remove a file, or whatever has taken its place.

    Parameters
    ----------
    path : Path
        A file or a folder; it may be missing.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
