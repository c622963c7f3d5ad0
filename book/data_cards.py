"""Data cards: what ``data/README.md`` tells of each dataset, made from the registry."""

from pathlib import Path

from book.chapters import read_chapters
from book.closure import DATASET
from book.project import Project, write_whole
from lib.datasets import Entry, entries

BEGIN = "<!-- cards: `make format` makes them from registry.toml -->"
END = "<!-- end of cards -->"


def card_file(project: Project) -> Path:
    """File that holds the cards.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    Path
        It need not exist.
    """
    return project.root / "data" / "README.md"


def card(entry: Entry, chapters: list[str]) -> str:
    """Card of a dataset.

    Parameters
    ----------
    entry : Entry
        The dataset.
    chapters : list of str
        Names of the chapters whose published version learns from it.

    Returns
    -------
    str
        Markdown, with a heading.
    """
    used = ", ".join(f"`{name}`" for name in chapters)
    size = f"{entry.bytes / 1e6:.1f} MB" if entry.files else "nothing to fetch"
    rows = {
        "origin": entry.origin,
        "page": f"<{entry.homepage}>",
        "licence": entry.licence,
        "images": f"{entry.images} of {' × '.join(map(str, entry.shape))}",
        "classes": ", ".join(entry.classes),
        "size": size,
        "used for": entry.used_for + (f": {used}" if used else ""),
        "mirrors": ", ".join(f"<{mirror}>" for mirror in entry.mirrors),
    }
    lines = [f"## `{entry.name}`", "", f"{entry.title}.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in rows.items() if text]
    if entry.files:
        lines += ["", "| file | part | bytes | SHA-256 |", "|---|---|---|---|"]
        lines += [f"| `{f.name}` | {f.part} | {f.bytes} | `{f.sha256}` |" for f in entry.files]
    return "\n".join(lines)


def with_cards(project: Project, text: str) -> str:
    """Text of the file with its cards made anew.

    Parameters
    ----------
    project : Project
        The checkout.
    text : str
        As it is.

    Returns
    -------
    str
        The same outside the two marks; the same altogether if the marks are missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return text
    defaults = {
        name: chapter.parameters[DATASET].default
        for name, chapter in read_chapters(project).items()
        if DATASET in chapter.parameters
    }
    cards = [
        card(entry, [name for name, default in defaults.items() if default == entry.name])
        for entry in entries().values()
    ]
    return "\n\n".join([f"{before}{BEGIN}", *cards, f"{END}{after}"])


def card_complaints(project: Project) -> list[str]:
    """Find cards that do not say what the registry says.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of str
        A line, or none.
    """
    path = card_file(project)
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    if END not in text.partition(BEGIN)[2]:
        return [f"data/README.md lacks the line {BEGIN if BEGIN not in text else END}"]
    same = with_cards(project, text) == text
    return [] if same else ["data/README.md differs from data/registry.toml; see make format"]


def write_cards(project: Project) -> None:
    """Make the cards anew, where there is a file for them.

    Parameters
    ----------
    project : Project
        The checkout.
    """
    path = card_file(project)
    if path.is_file():
        write_whole(path, with_cards(project, path.read_text(encoding="utf-8")))
