"""What goes to students beside their notebook: the code that it uses, and where to find it."""

import io
import re
import zipfile

from book.course.assignment import NEEDED
from book.origin import DIRTY, commit, repository
from book.pins import read_pins
from book.project import Project

ARCHIVE = "companion.zip"
# In an archive: the first moment that its format knows, so that the same files make the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
GITHUB = re.compile(r"https://github\.com/([^/]+)/([^/]+?)/?$")


def addresses(project: Project) -> tuple[str, str]:
    """Tell where students find the site, and the code of the book.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    str
        Address of the site, without a slash at its end; empty if it is not known.
    str
        Address of an archive of the checkout's commit; empty if it is not known or was changed.
    """
    found = GITHUB.match(repository(project) or "")
    if found is None:
        return "", ""
    owner, name = found.groups()
    site = f"https://{owner.lower()}.github.io/{name}"
    at = commit(project)
    if at is None or at.endswith(DIRTY):
        return site, ""
    return site, f"https://github.com/{owner}/{name}/archive/{at}.zip"


def packed_lib(project: Project) -> bytes:
    """Pack what a notebook imports.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    bytes
        An archive with `lib`, the registry of data, the pins and the licence.
    """
    files = [*(project.root / "lib").rglob("*.py"), *(project.root / "data").glob("*.toml")]
    files += [path for path in [project.pins, project.root / "LICENSE"] if path.is_file()]
    return packed({p.relative_to(project.root).as_posix(): p.read_bytes() for p in files})


def requirements(project: Project) -> str:
    """Name the packages that a student needs, as the book was tested with them.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    str
        Lines of a ``requirements.txt``.

    Raises
    ------
    BookError
        If the pins cannot be read.
    """
    wanted = {"jupyterlab", *NEEDED.values()}
    lines = [str(pin) for pin in read_pins(project) if pin.name.lower() in wanted]
    return "\n".join(sorted(lines, key=str.lower)) + "\n"


def packed(files: dict[str, bytes]) -> bytes:
    """Pack files.

    Parameters
    ----------
    files : dict of str to bytes
        Their names and contents.

    Returns
    -------
    bytes
        An archive, the same for the same files.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, files[name])
    return stream.getvalue()
