"""Pages that several processes wrote are those that one writes."""

import subprocess
import sys
from pathlib import Path

CONFIGURATION = """
import os
from pathlib import Path

extensions = {extensions}
project = "small"
html_last_updated_fmt = None


def note(app, pagename, *_):
    if pagename.startswith("page"):
        Path(app.outdir, "..", pagename).write_text(str(os.getpid()))


def setup(app):
    app.connect("html-page-context", note)
    return {{"parallel_read_safe": True, "parallel_write_safe": True}}
"""
PAGES = [f"page{number}" for number in range(8)]


def made(folder: Path, extensions: list[str]) -> tuple[dict[str, str], set[str]]:
    """Make a site; its pages and its search index, and the processes that wrote its pages."""
    source, target = folder / "source", folder / "html"
    source.mkdir(parents=True)
    (source / "conf.py").write_text(CONFIGURATION.format(extensions=extensions))
    (source / "index.rst").write_text(
        "Index\n=====\n\n.. toctree::\n\n   " + "\n   ".join(PAGES) + "\n"
    )
    for number, name in enumerate(PAGES):
        links = " ".join(f":doc:`{other}`" for other in PAGES)
        (source / f"{name}.rst").write_text(f"Number {number}\n========\n\n{links}\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", str(source), str(target)]
    subprocess.run(command, check=True)
    files = [*target.glob("*.html"), target / "searchindex.js"]
    writers = {(folder / name).read_text() for name in PAGES}
    return {path.name: path.read_text("utf-8") for path in files}, writers


def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    alone, (_,) = made(tmp_path / "alone", [])
    beside, writers = made(tmp_path / "beside", ["book.extensions.side_by_side"])
    assert len(writers) > 1
    assert beside == alone
    assert len(alone) > len(PAGES)
