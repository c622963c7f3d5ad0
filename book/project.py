"""The checkout: where its files are, and the one error that its commands report."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROFILES = ("quick", "standard", "full")
PUBLISHED = "standard"


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
    def notebooks(self) -> Path:
        """Chapters as text."""
        return self.root / "notebooks"

    @property
    def profiles(self) -> Path:
        """Parameters of each profile."""
        return self.notebooks / "profiles.yml"

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
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
