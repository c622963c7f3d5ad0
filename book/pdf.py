"""The book as a PDF: printed by a browser without a window, out of the finished site."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from book import lifeline, one_page
from book.project import BookError, Project, read_config, require_site, require_space, write_whole
from book.stamp import make_if_changed
from book.workplace import scratch

VARIABLE = "COMPANION_BROWSER"
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--headless=new",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    # Time on the page's own clock, which does not run while it loads or computes.
    "--virtual-time-budget=60000",
    # No host has an address: nothing can be requested from another one.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
)
PATIENCE = 300.0
STAMP = ".pdf.json"


class BrowserError(BookError):
    """There is no browser, or it does not print: the machine's fault, not the book's."""


def find_browser() -> str:
    """Find a browser that can print.

    Returns
    -------
    str
        Path of what the environment variable ``COMPANION_BROWSER`` names, a program or a path; if
        it is not set, of the first of `PROGRAMS` that is there.

    Raises
    ------
    BrowserError
        If there is none.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted:
        found = shutil.which(os.path.expanduser(wanted))
        if found is None:
            raise BrowserError(f"{VARIABLE} names {wanted}, which is not a program that can be run")
        return found
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return found
    raise BrowserError(
        f"no Chromium or Chrome found; install one, or let {VARIABLE} name the program"
    )


def make_pdf(project: Project) -> bool:
    """Print the book into ``build/why-deep-networks-train.pdf``, unless that is current.

    Parameters
    ----------
    project : Project
        The checkout; its site has been made.

    Returns
    -------
    bool
        True if the PDF was made, False if it was current.

    Raises
    ------
    BrowserError
        If there is no browser, or it does not print.
    BookError
        If there is no site, or a formula or a picture failed. The old PDF stays in any case.
    """
    browser = find_browser()
    require_site(project)
    own = [Path(__file__), Path(one_page.__file__), one_page.STYLE, one_page.SCRIPT]
    own += [project.toc, project.config]
    return make_if_changed(
        project,
        STAMP,
        project.pdf,
        lambda: _make(project, browser),
        lambda: sorted([*own, *(path for path in project.html.rglob("*") if path.is_file())]),
        {},
    )


def _make(project: Project, browser: str) -> None:
    page = project.build / "one_page.html"
    write_whole(page, one_page.one_page(project))
    # Beside the site, since a browser in a box of its own need not see the system's /tmp.
    unfinished = scratch(project.build)
    unfinished.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=unfinished, prefix="pdf-", ignore_cleanup_errors=True
    ) as folder:
        printed = print_page(browser, page, Path(folder), project.build / "pdf.log")
        try:
            metadata = PdfReader(printed, strict=True).metadata
        except PyPdfError as error:
            raise BrowserError(f"{browser} left a PDF that cannot be read: {error}") from error
        told = metadata.title if metadata else None
        if told != read_config(project)["title"]:
            raise BookError(f"the PDF was not made, since its pages are not whole: {told}")
        os.replace(printed, project.pdf)


def print_page(browser: str, page: Path, folder: Path, log: Path) -> Path:
    """Print a page into a PDF.

    Parameters
    ----------
    browser : str
        Path of Chromium or a relative of it.
    page : Path
        A file in HTML.
    folder : Path
        Empty, for the PDF and what the browser keeps while it runs.
    log : Path
        Is filled with what the browser says.

    Returns
    -------
    Path
        The PDF.

    Raises
    ------
    BrowserError
        If the browser fails or takes too long; its processes have ended then as well.
    """
    printed = folder / "printed.pdf"
    command = [sys.executable, "-m", "book.lifeline", browser, *FLAGS]
    command += [f"--user-data-dir={folder / 'profile'}"]
    # Its sandbox does not work for root; it opens nothing but our own page.
    command += ["--no-sandbox"] if os.geteuid() == 0 else []
    command += [f"--print-to-pdf={printed}", page.resolve().as_uri()]
    with (
        log.open("wb") as words,
        lifeline.running(command, stdout=words, stderr=subprocess.STDOUT) as process,
    ):
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise BrowserError(f"{browser} did not print within {PATIENCE:.0f} s") from error
    if status == lifeline.CANNOT_START:
        raise BrowserError(f"{browser} does not start: {log.read_text(encoding='utf-8').strip()}")
    if status != 0 or not printed.is_file():
        require_space(folder)
        raise BrowserError(f"{browser} ended with status {status} and did not print; see {log}")
    return printed
