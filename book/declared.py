"""Claims and errata as a chapter's source declares them, read without running it."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from book.chapters import Chapter
from book.closure import parse_cell
from book.parameters import Value
from book.project import BookError
from lib.claims.texts import split

SENTENCES = ("says", "right")
WORDED = (*SENTENCES, "because", "deviation")
MARKUP = re.compile(r"[\\^_$]|\b\d+[eE][-+]?\d+|[²³⁰-ⁿ₀-ₜᵀ]")
BOUNDS = ("at_most", "at_least", "expected", "within", "rel")


@dataclass(frozen=True)
class Declared:
    """A claim or an erratum in the source.

    Parameters
    ----------
    id : str
        Its name.
    call : {'claim', 'erratum'}
        Which of the two.
    cell : int
        Number of its code cell, from 1.
    bound : dict of str to number or str
        For a claim, each part of its bound: a number, or the name of a parameter.
    texts : dict of str to str
        The arguments that are plain text.
    shown_by : tuple of str
        For an erratum, the claims that show it.
    """

    id: str
    call: str
    cell: int
    bound: Mapping[str, float | str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    shown_by: tuple[str, ...] = ()

    def bound_values(self, parameters: Mapping[str, Value]) -> dict[str, float]:
        """The bound in numbers.

        Parameters
        ----------
        parameters : mapping of str to value
            Values that the run had.

        Returns
        -------
        dict of str to float
            Part of the bound to its number.
        """
        named = {n: parameters[v] if isinstance(v, str) else v for n, v in self.bound.items()}
        return {name: float(value) for name, value in named.items()}  # type: ignore[arg-type]


def read_declared(chapter: Chapter) -> list[Declared]:
    """Read what a chapter declares.

    Parameters
    ----------
    chapter : Chapter
        The chapter.

    Returns
    -------
    list of Declared
        Claims and errata in order.

    Raises
    ------
    BookError
        If an id is not a literal text or is used twice, or a bound is neither a literal number nor
        the name of a numeric parameter.
    """
    found: dict[str, Declared] = {}
    for index, cell in enumerate(chapter.cells, start=1):
        where = f"{chapter.source}, code cell {index}"
        for node in ast.walk(parse_cell(cell.source, where)):
            if isinstance(node, ast.Call) and _called(node) in {"claim", "erratum"}:
                declared = _read_call(chapter, node, index, where)
                if declared.id in found:
                    raise BookError(f"{where}: the id {declared.id!r} is used twice")
                found[declared.id] = declared
    return list(found.values())


def wording_complaints(item: Declared) -> list[str]:
    """Find texts that would not read well on a card.

    Parameters
    ----------
    item : Declared
        A claim or an erratum.

    Returns
    -------
    list of str
        A line each; empty if ``says`` and ``right`` are sentences and formulas are between dollars.
    """
    texts = {name: item.texts[name] for name in WORDED if name in item.texts}
    found = [
        f"{item.id!r}: {name}= is no sentence; it must end with a full stop"
        for name in SENTENCES
        if name in texts and not texts[name].endswith((".", ".)"))
    ]
    for name, text in texts.items():
        words = " ".join(piece for piece, formula in split(text) if not formula)
        found += [
            f"{item.id!r}: {name}= has {mark!r} in its words; put formulas between dollars"
            for mark in MARKUP.findall(words)
        ]
    return found


def _called(node: ast.Call) -> str | None:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else None


def _read_call(chapter: Chapter, node: ast.Call, index: int, where: str) -> Declared:
    first = _literal(node.args[0]) if node.args else None
    if not isinstance(first, str):
        raise BookError(f"{where}: the first argument of {_called(node)} must be its id, literally")
    keywords = {k.arg: k.value for k in node.keywords if k.arg}
    texts = {n: value for n, v in keywords.items() if isinstance(value := _literal(v), str)}
    return Declared(
        id=first,
        call=_called(node) or "",
        cell=index,
        bound={n: _bound(chapter, keywords[n], n, where) for n in BOUNDS if n in keywords},
        texts=texts,
        shown_by=_names(keywords.get("shown_by")),
    )


def _names(node: ast.expr | None) -> tuple[str, ...]:
    value = _literal(node) if node else ()
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _bound(chapter: Chapter, node: ast.expr, name: str, where: str) -> float | str:
    if isinstance(node, ast.Name):
        parameter = chapter.parameters.get(node.id)
        if parameter and parameter.type in {"int", "float"}:
            return node.id
    value = _literal(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise BookError(f"{where}: {name}= must be a literal number or the name of a numeric parameter")
