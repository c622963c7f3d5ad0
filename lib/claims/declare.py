"""The two calls that a chapter makes: `claim` and `erratum`."""

import os
from collections.abc import Sequence
from typing import get_args

import numpy as np
from IPython.core.getipython import get_ipython
from IPython.display import display

from lib.claims.bounds import Bound
from lib.claims.records import Claim, Erratum, Kind

Measured = float | Sequence[float] | np.ndarray

KINDS: tuple[str, ...] = get_args(Kind)
FEWEST_SEEDS = 3

# What the running session has declared: id -> the execution in which it was. Without this a second
# claim of the same name would silently hide the first one.
_declared: dict[str, int | None] = {}


def claim(
    id: str,
    *,
    says: str,
    source: str,
    measured: Measured,
    because: str,
    kind: Kind,
    at_most: float | None = None,
    at_least: float | None = None,
    expected: float | None = None,
    within: float | None = None,
    rel: float | None = None,
    deviation: str | None = None,
) -> None:
    """State a claim, judge it against its bound and show its card.

    Parameters
    ----------
    id : str
        ``chapter/name``, unique in the book.
    says : str
        The statement, in plain words.
    source : str
        Document key and place; the original paper where known.
    measured : float or sequence of float
        The measured number, or one for each of at least three seeds; then every one must hold.
    because : str
        Where the bound comes from: the paper, the mathematics or the spread over pilot seeds.
    kind : {'exact', 'scaled', 'recorded'}
        Mathematics; an experiment smaller than the paper's; a stored run at full scale.
    at_most, at_least, expected, within, rel : float, optional
        The bound, see `Bound`. Literals or names of parameters of the chapter, since they are also
        read from the source without running it.
    deviation : str, optional
        In what respect the statement does not hold as it stands; makes the claim partial.

    Raises
    ------
    ValueError
        If the bound is missing or contradictory, a text is empty, the measured value is NaN or not
        a number, there are fewer than three seeds, or the id was used before.
    """
    made = Claim(
        id=_named(id),
        says=_text("says", says),
        source=_text("source", source),
        kind=_kind(kind),
        because=_text("because", because),
        bound=_bound(id, at_most, at_least, expected, within, rel),
        values=_values(id, measured),
        deviation=None if deviation is None else _text("deviation", deviation),
        judged=not (os.environ.get("COMPANION_PROFILE") == "quick" and kind == "scaled"),
    )
    _declare(made.id)
    display(made)  # type: ignore[no-untyped-call]


def erratum(
    id: str,
    *,
    document: str,
    says: str,
    right: str,
    shown_by: str | Sequence[str],
) -> None:
    """State a mistake of a document, what is right, and which claims show it.

    Parameters
    ----------
    id : str
        ``topic/name``, unique in the book.
    document : str
        Key of the document.
    says, right : str
        What the document states, and what holds instead.
    shown_by : str or sequence of str
        Ids of the claims that prove it.

    Raises
    ------
    ValueError
        If a text is empty, no claim shows the mistake, or the id was used before.
    """
    shown = (shown_by,) if isinstance(shown_by, str) else tuple(shown_by)
    if not shown:
        raise ValueError(f"erratum {id!r}: shown_by= must name at least one claim")
    made = Erratum(
        id=_named(id),
        document=_text("document", document),
        says=_text("says", says),
        right=_text("right", right),
        shown_by=tuple(_named(name) for name in shown),
    )
    _declare(made.id)
    display(made)  # type: ignore[no-untyped-call]


def _named(name: str) -> str:
    parts = name.split("/") if isinstance(name, str) else []
    if len(parts) != 2 or not all(part and part.replace("-", "").isalnum() for part in parts):
        raise ValueError(f"id must be 'chapter/name' in letters, digits and hyphens, got {name!r}")
    return name


def _text(name: str, value: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name}= must be a text that says something, got {value!r}")
    return " ".join(value.split())


def _kind(kind: Kind) -> Kind:
    if kind not in KINDS:
        raise ValueError(f"kind= must be one of {', '.join(KINDS)}, got {kind!r}")
    return kind


def _bound(name: str, *values: float | None) -> Bound:
    try:
        return Bound(*values)
    except ValueError as error:
        raise ValueError(f"claim {name!r}: {error}") from error


def _values(name: str, measured: Measured) -> tuple[float, ...]:
    try:
        array = np.asarray(measured, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"claim {name!r}: measured= must be a number, got {measured!r}") from error
    if np.isnan(array).any():
        raise ValueError(f"claim {name!r}: measured= is NaN: {measured!r}")
    if array.ndim > 1 or (array.ndim == 1 and array.size < FEWEST_SEEDS):
        raise ValueError(
            f"claim {name!r}: measured= must be one number or one for each of at least "
            f"{FEWEST_SEEDS} seeds, got shape {array.shape}"
        )
    return tuple(float(value) for value in array.ravel())


def _declare(name: str) -> None:
    """Refuse a name twice; a reader who runs a cell again by hand is not refused."""
    shell = get_ipython()
    execution = None if shell is None else shell.execution_count
    by_hand = shell is not None and "COMPANION_PROFILE" not in os.environ
    if name in _declared and not (by_hand and _declared[name] != execution):
        raise ValueError(f"the id {name!r} is used twice; every claim and erratum needs its own")
    _declared[name] = execution
