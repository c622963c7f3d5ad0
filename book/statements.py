"""The statements of the documents, and whether a chapter treats each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from book.declared import Declared
from book.project import BookError, Project

DOCUMENTS = ("saxe-review", "numdl", "lu-slides", "nn-notes")
KINDS = ("equation", "theorem", "claim", "table", "figure", "definition", "method")


@dataclass(frozen=True)
class Statement:
    """What a document states, paraphrased.

    Parameters
    ----------
    id : str
        ``document/name``.
    document : str
        One of `DOCUMENTS`.
    place : str
        Where in the document.
    kind : str
        One of `KINDS`.
    says : str
        The paraphrase.
    chapter : str
        The chapter that treats it; empty if none can.
    not_checkable : str
        Why nothing can check it; empty if a chapter does.
    shown_by : tuple of str
        Claims and errata that treat it.
    """

    id: str
    document: str
    place: str
    kind: str
    says: str
    chapter: str = ""
    not_checkable: str = ""
    shown_by: tuple[str, ...] = field(default=())


def read_statements(project: Project) -> list[Statement]:
    """Read ``book/statements.yml``.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of Statement
        In the order of the file.

    Raises
    ------
    BookError
        If the file or an entry cannot be read.
    """
    path = project.matter / "statements.yml"
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [_statement(entry) for entry in entries]
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise BookError(f"{path}: {error}") from error


def statement_complaints(
    statements: Collection[Statement], declared: Mapping[str, Collection[Declared]]
) -> list[str]:
    """Find what is wrong with the statements.

    Parameters
    ----------
    statements : collection of Statement
        All of them.
    declared : mapping of str to collection of Declared
        For each chapter that exists, its claims and errata.

    Returns
    -------
    list of str
        A line each; empty if all is well: every id is used once, every statement is either treated
        by a chapter or says why not, and in the chapters that exist by claims or errata of it.
    """
    found = []
    ids = [statement.id for statement in statements]
    found += [f"{name}: used {ids.count(name)} times" for name in {*ids} if ids.count(name) > 1]
    for statement in statements:
        found += [f"{statement.id}: {complaint}" for complaint in _complaints(statement, declared)]
    return found


def _complaints(statement: Statement, declared: Mapping[str, Collection[Declared]]) -> list[str]:
    found = []
    if statement.document not in DOCUMENTS or not statement.id.startswith(statement.document + "/"):
        found.append(f"document {statement.document!r} is not the one of its id")
    if statement.kind not in KINDS:
        found.append(f"kind {statement.kind!r} is not one of {', '.join(KINDS)}")
    if not (statement.place.strip() and statement.says.strip()):
        found.append("place and says must not be empty")
    if bool(statement.chapter) == bool(statement.not_checkable):
        found.append("needs either a chapter or a reason why it is not checkable")
    if statement.chapter not in declared:
        if statement.shown_by:
            found.append("is shown by something, but its chapter does not exist")
        return found
    known = {item.id for items in declared.values() for item in items}
    if not statement.shown_by:
        found.append(f"chapter {statement.chapter} exists, and no claim or erratum shows it")
    return found + [
        f"no claim or erratum {name!r}" for name in statement.shown_by if name not in known
    ]


def _statement(entry: dict[str, Any]) -> Statement:
    return Statement(**{**entry, "shown_by": tuple(entry.get("shown_by", ()))})
