"""Bounds: what a measured number is held to, and how numbers are written."""

import math
from dataclasses import asdict, dataclass


def number(value: float) -> str:
    """Write a measured number as cards and tables show it.

    Parameters
    ----------
    value : float
        Any real number; infinities are allowed.

    Returns
    -------
    str
        Four significant digits, without trailing zeros.

    Examples
    --------
    >>> number(1.47221948), number(0.00000012)
    ('1.472', '1.2e-07')
    """
    return f"{value:.4g}"


def encode(value: float) -> float | str:
    """Prepare a number for JSON, which has no infinities.

    Parameters
    ----------
    value : float
        Any real number.

    Returns
    -------
    float or str
        The number itself, or ``'inf'`` or ``'-inf'``.
    """
    return value if math.isfinite(value) else str(value)


def decode(value: float | str) -> float:
    """Read back what `encode` wrote.

    Parameters
    ----------
    value : float or str
        From JSON.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ValueError
        If it is not one.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"not a number: {value!r}")
    return float(value)


@dataclass(frozen=True)
class Bound:
    """What a measured number is held to.

    Parameters
    ----------
    at_most, at_least : float, optional
        Limits, inclusive; both together make an interval.
    expected : float, optional
        A value to be met, to an accuracy that must be given:
    within : float, optional
        absolute, or
    rel : float, optional
        relative to `expected`.

    Raises
    ------
    ValueError
        If there is neither a limit nor an expected value, if a value is NaN or not a number, if
        `expected` has no accuracy or more than one, or if an accuracy stands alone or is negative.
    """

    at_most: float | None = None
    at_least: float | None = None
    expected: float | None = None
    within: float | None = None
    rel: float | None = None

    def __post_init__(self) -> None:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
                raise ValueError(f"{name}= must be a number, not {value!r}")
        accuracies = [given[name] for name in ("within", "rel") if name in given]
        if self.expected is None:
            if accuracies:
                raise ValueError("within= and rel= belong to expected=, which is missing")
            if not given:
                raise ValueError(
                    "a claim needs a bound (at_most=, at_least=) or an expectation "
                    "(expected= with within= or rel=)"
                )
        elif len(accuracies) != 1:
            raise ValueError(
                "expected= needs exactly one of within= (absolute) and rel= (relative)"
            )
        elif accuracies[0] < 0:
            raise ValueError(f"within= and rel= must not be negative, got {accuracies[0]!r}")

    def holds(self, value: float) -> bool:
        """Whether `value` respects every part of the bound.

        Parameters
        ----------
        value : float
            A measured number.

        Returns
        -------
        bool
            True if it does; False for NaN.
        """
        if math.isnan(value):
            return False
        if self.at_most is not None and value > self.at_most:
            return False
        if self.at_least is not None and value < self.at_least:
            return False
        if self.expected is None:
            return True
        allowed = self.within if self.within is not None else abs(self.expected) * (self.rel or 0.0)
        return abs(value - self.expected) <= allowed

    def __str__(self) -> str:
        parts = []
        if self.at_least is not None:
            parts.append(f"at least {number(self.at_least)}")
        if self.at_most is not None:
            parts.append(f"at most {number(self.at_most)}")
        if self.expected is not None:
            accuracy = f"{number(self.within)}" if self.within is not None else f"{self.rel:.2%}"
            # More digits than the accuracy would round away: 1.4722 ± 5e-05 must not read 1.472.
            parts.append(f"{self.expected:.10g} ± {accuracy}")
        return " and ".join(parts)
