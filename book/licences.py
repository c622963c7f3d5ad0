"""Under which licences the pinned packages stand: the table ``docs/licences.md``.

``python -m book.licences`` writes it from what the installed packages tell of themselves.
"""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

from book.pins import read_pins
from book.project import BookError, Project, find_project, write_whole

# Who uses the book under BSD-3-Clause and CC BY 4.0 may use these along with it. MPL-2.0 asks only
# that changes of its own files are published.
ALLOWED = frozenset(
    [
        *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0"),
        *("ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"),
    ]
)
# What packages write that is no name of SPDX.
NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Where metadata say nothing, or too much.
KNOWN = {
    # Its file LICENSE, and the head of the script that it carries.
    "axe-playwright-python": "MIT AND MPL-2.0",
    # Its file COPYING: most is in the public domain; what is under the GPL is not installed.
    "docutils": "BSD-2-Clause AND PSF-2.0",
    # It names no version.
    "yattag": "LGPL",
}
# Programs that check texts and tests, and what they need: not imported here, not part of anything
# that is published.
TOOLS = {"codespell": "GPL-2.0-only", "yattag": "LGPL"}
# Whose files are part of the site, and go there with their licences.
CARRIED = (
    *("myst-nb", "pydata-sphinx-theme", "sphinx", "sphinx-book-theme", "sphinx-copybutton"),
    *("sphinx-design", "sphinx-exercise", "sphinx-proof", "sphinx-revealjs", "sphinx-thebe"),
    "sphinx-togglebutton",
)
FILE = Path("docs", "licences.md")
HEAD = """# Licences of the pinned packages

Made by `make licences` from what the packages tell of themselves; a test holds it against
`constraints.txt`. The book's own licences are in `LICENSE`, those of what its pages carry along on
the page *Licences*.

| package | licence |
|---|---|
"""


def pinned(project: Project) -> list[str]:
    """List the packages of the tested environment.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of str
        Names, as ``constraints.txt`` has them.

    Raises
    ------
    BookError
        If that cannot be read.
    """
    return [pin.name for pin in read_pins(project)]


def licence(package: str) -> str:
    """Tell the licence of an installed package.

    Parameters
    ----------
    package : str
        Its name.

    Returns
    -------
    str
        An expression of SPDX names, as far as the package has them.

    Raises
    ------
    BookError
        If it is not installed, or tells nothing.
    """
    if package in KNOWN:
        return KNOWN[package]
    try:
        told = metadata(package)
    except PackageNotFoundError as error:
        raise BookError(f"{package} is pinned but not installed; call: make install") from error
    classes = [name for name in told.get_all("Classifier") or [] if name.startswith("License ::")]
    by_class = " AND ".join(_named(name.rpartition(" :: ")[2]) for name in classes)
    by_words = _named((told["License"] or "").partition("\n")[0])
    for found in (told["License-Expression"], by_words if allowed(by_words) else "", by_class):
        if found:
            return str(found)
    raise BookError(f"{package} tells no licence; look into its files and name it in {__file__}")


def licence_text(package: str) -> str:
    """Read the licence of an installed package, and of what it has from others.

    Parameters
    ----------
    package : str
        Its name.

    Returns
    -------
    str
        All files that are called so, each once.

    Raises
    ------
    BookError
        If it is not installed, or came without.
    """
    try:
        here = files(package) or []
    except PackageNotFoundError as error:
        raise BookError(f"{package} is not installed; call: make install") from error
    found = [path for path in here if "LICENSE" in path.name]
    found.sort(key=lambda path: ("dist-info" not in str(path), path))  # its own first
    if not found:
        raise BookError(f"{package} came without its licence")
    return "\n\n".join(dict.fromkeys(path.read_text("utf-8").strip() for path in found)) + "\n"


def allowed(expression: str) -> bool:
    """Whether a licence goes along with those of the book.

    Parameters
    ----------
    expression : str
        SPDX names with AND, OR and WITH between them.

    Returns
    -------
    bool
        True if all of what must be kept is among `ALLOWED`.

    Examples
    --------
    >>> allowed("MIT AND (Apache-2.0 WITH LLVM-exception)"), allowed("GPL-3.0-only OR MIT")
    (True, True)
    >>> allowed("MIT AND GPL-3.0-only")
    False
    """
    plain = re.sub(r" WITH [\w.-]+|[()]", "", expression)
    return all(
        any(one.strip() in ALLOWED for one in each.split(" OR ")) for each in plain.split(" AND ")
    )


def complaints(licences: Mapping[str, str]) -> list[str]:
    """Name the packages that do not go along with the book.

    Parameters
    ----------
    licences : mapping of str to str
        Of packages.

    Returns
    -------
    list of str
        A line each.
    """
    return [
        f"{package}: {told} is not among the licences that go along with the book's"
        for package, told in licences.items()
        if not allowed(told) and TOOLS.get(package) != told
    ]


def text(licences: Mapping[str, str]) -> str:
    """Write the table.

    Parameters
    ----------
    licences : mapping of str to str
        Of packages.

    Returns
    -------
    str
        A file in Markdown.
    """
    return HEAD + "".join(
        f"| {package} | {told}{' (called as a program)' if package in TOOLS else ''} |\n"
        for package, told in licences.items()
    )


def main() -> None:
    """Write ``docs/licences.md``, and fail if a licence does not go along with the book's."""
    project = find_project()
    try:
        licences = {package: licence(package) for package in pinned(project)}
    except BookError as error:
        sys.exit(f"licences: {error}")
    write_whole(project.root / FILE, text(licences))
    if wrong := complaints(licences):
        sys.exit("\n".join(wrong))


def _named(words: str) -> str:
    return NAMES.get(words.strip(), words.strip())


if __name__ == "__main__":
    main()
