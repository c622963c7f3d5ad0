"""Records of claims and errata, as they ride in the outputs of a notebook."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

import numpy as np

from lib.claims.bounds import Bound, decode, encode, number
from lib.claims.cards import anchor, html_card, text_card

CLAIM_MIME = "application/vnd.companion.claim+json"
ERRATUM_MIME = "application/vnd.companion.erratum+json"

Kind = Literal["exact", "scaled", "recorded"]
Status = Literal["reproduced", "partial", "failed", "not judged"]


@dataclass(frozen=True)
class Claim:
    """One statement of a document, with what was measured and what it was held to.

    Parameters
    ----------
    id : str
        ``chapter/name``, unique in the book.
    says : str
        The statement, in plain words.
    source : str
        Document key and place, or paper and equation.
    kind : {'exact', 'scaled', 'recorded'}
        Mathematics; an experiment smaller than the paper's; a stored run at full scale.
    because : str
        Where the bound comes from.
    bound : Bound
        What every value is held to.
    values : tuple of float
        The measured number, or one for each seed.
    deviation : str, optional
        In what respect the statement does not hold as it stands.
    judged : bool
        False where the run is too small to judge the claim.
    """

    id: str
    says: str
    source: str
    kind: Kind
    because: str
    bound: Bound
    values: tuple[float, ...]
    deviation: str | None = None
    judged: bool = True

    @property
    def status(self) -> Status:
        """Verdict: every value must respect the bound; a deviation makes it partial at best."""
        if not self.judged:
            return "not judged"
        if not all(self.bound.holds(value) for value in self.values):
            return "failed"
        return "partial" if self.deviation else "reproduced"

    @property
    def mean(self) -> float:
        """Mean of the measured values."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float | None:
        """Standard deviation over seeds; None where a single number was measured."""
        if len(self.values) == 1:
            return None
        return float(np.std(self.values, ddof=1)) if np.isfinite(self.values).all() else math.inf

    @property
    def measurement(self) -> str:
        """The measured values in words."""
        if len(self.values) == 1:
            return number(self.values[0])
        low, high = number(min(self.values)), number(max(self.values))
        if low == high:
            return f"{low} for each of {len(self.values)} seeds"
        return f"{number(self.mean)} on average, {low} to {high} over {len(self.values)} seeds"

    def as_json(self) -> dict[str, Any]:
        """JSON form, with infinities as strings since JSON has none."""
        record = asdict(self)
        record["values"] = [encode(value) for value in self.values]
        record["bound"] = {k: encode(v) for k, v in record["bound"].items() if v is not None}
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote.

        Parameters
        ----------
        record : mapping
            The JSON object.

        Returns
        -------
        Claim
            Equal to the one that was written, in which numbers may be inf or NaN.

        Raises
        ------
        ValueError
            If a field is missing, unknown or of the wrong kind.
        """
        try:
            rest = {
                f.name: record[f.name] for f in fields(cls) if f.name not in {"bound", "values"}
            }
            bound = Bound(**{name: decode(value) for name, value in record["bound"].items()})
            values = tuple(decode(value) for value in record["values"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a claim: {error!r}") from error
        return cls(**rest, bound=bound, values=values)

    def __str__(self) -> str:
        rows = {
            "measured": f"{self.measurement}; bound: {self.bound}",
            "deviation": self.deviation,
            "because": self.because,
            "source": self.source,
        }
        return text_card(self.status, f"{self.kind} · {self.id}", self.says, rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = {
            "Measured": self.measurement,
            "Bound": f"{self.bound} ({self.because})",
            "Deviation": self.deviation,
            "Source": self.source,
        }
        html = html_card(self.status, f"{self.kind} · {self.id}", anchor(self.id), self.says, rows)
        return {CLAIM_MIME: self.as_json(), "text/html": html, "text/plain": str(self)}


@dataclass(frozen=True)
class Erratum:
    """A mistake in a document, with what is right and the claims that show it.

    Parameters
    ----------
    id : str
        ``topic/name``, unique in the book.
    document : str
        Key of the document.
    says, right : str
        What the document states, and what holds instead.
    shown_by : tuple of str
        Ids of the claims that prove it.
    """

    id: str
    document: str
    says: str
    right: str
    shown_by: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """JSON form."""
        return {**asdict(self), "shown_by": list(self.shown_by)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote.

        Parameters
        ----------
        record : mapping
            The JSON object.

        Returns
        -------
        Erratum
            Equal to the one that was written.

        Raises
        ------
        ValueError
            If a field is missing.
        """
        try:
            texts = {f.name: record[f.name] for f in fields(cls)}
            return cls(**{**texts, "shown_by": tuple(record["shown_by"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an erratum: {error!r}") from error

    def __str__(self) -> str:
        rows = {"right": self.right, "shown by": ", ".join(self.shown_by)}
        return text_card("erratum", f"{self.document} · {self.id}", self.says, rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = {"Right": self.right, "Shown by": ", ".join(self.shown_by)}
        title = f"{self.document} · {self.id}"
        html = html_card("erratum", title, anchor(self.id), f"The document says: {self.says}", rows)
        return {ERRATUM_MIME: self.as_json(), "text/html": html, "text/plain": str(self)}
