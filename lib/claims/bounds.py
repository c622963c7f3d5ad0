"""Bounds: what a measured number is held to, and how numbers are written."""

import contextlib
import math
import re
from dataclasses import asdict, dataclass

# None of them lets a line break beside it.
MINUS, THIN_SPACE, SPACE = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST_IN_FULL = 1e7


def number(value: float, digits: int = 4) -> str:
    """Write a number as cards and tables show it.

    Parameters
    ----------
    value : float
        Any real number; infinities are allowed.
    digits : int
        How many are significant.

    Returns
    -------
    str
        Without trailing zeros, below ten millions in full, with spaces from five digits on; beyond,
        and where it is small, with a power of ten. No line breaks within it.

    Examples
    --------
    >>> number(1.47221948), number(-0.00000012), number(1e-12), number(16727.0)
    ('1.472', '−1.2·10⁻⁷', '10⁻¹²', '16\u202f730')
    """
    if not math.isfinite(value):
        return f"{value:+}".replace("+", "").replace("-", MINUS).replace("inf", "∞")
    mantissa, _, power = f"{value + 0.0:.{digits}g}".partition("e")
    if not power:
        return _grouped(mantissa)
    if int(power) > 0 and abs(rounded := float(f"{mantissa}e{power}")) < _LARGEST_IN_FULL:
        return _grouped(f"{rounded:.0f}")
    factor = {"1": "", "-1": "-"}.get(mantissa, f"{mantissa}·")
    return factor.replace("-", MINUS) + "10" + str(int(power)).translate(_RAISED)


def _grouped(written: str) -> str:
    """Mend the sign and put spaces among five digits and more before the point."""
    whole, point, part = written.partition(".")
    if len(whole.lstrip("-")) > 4:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", THIN_SPACE, whole)
    return whole.replace("-", MINUS) + point + part


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
        The number; inf or NaN if that was written.

    Raises
    ------
    ValueError
        If it is not one.
    """
    if not isinstance(value, bool) and isinstance(value, int | float | str):
        with contextlib.suppress(ValueError):
            return float(value)
    raise ValueError(f"not a number: {value!r}")


@dataclass(frozen=True)
class Bound:
    """What a measured number is held to.

    Parameters
    ----------
    at_most, at_least : float, optional
        Limits, inclusive; both together make an interval. These and the others may be inf.
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
        return abs(value - self.expected) <= self._allowed

    def distance(self, value: float) -> float:
        """How far `value` is from the nearest end of what the bound allows.

        Parameters
        ----------
        value : float
            A measured number.

        Returns
        -------
        float
            Not negative, whichever side of the end it is on; inf or NaN where `value` is.

        Examples
        --------
        >>> Bound(expected=2.0, within=0.5).distance(2.125)
        0.375
        """
        ends = [end for end in (self.at_most, self.at_least) if end is not None]
        if self.expected is not None:
            ends += [self.expected - self._allowed, self.expected + self._allowed]
        return min(abs(value - end) for end in ends)

    @property
    def _allowed(self) -> float:
        """Largest distance to what is expected."""
        return self.within if self.within is not None else abs(self.expected or 0) * (self.rel or 0)

    def __str__(self) -> str:
        parts = []
        if self.at_least is not None:
            parts.append(f"at least {number(self.at_least)}")
        if self.at_most is not None:
            parts.append(f"at most {number(self.at_most)}")
        if self.expected is not None:
            # More digits than the accuracy would round away: 1.4722 ± 0.00005 is not 1.472.
            accuracy = (
                number(self.within)
                if self.within is not None
                else f"{number(100 * (self.rel or 0.0))}{SPACE}per{SPACE}cent"
            )
            parts.append(f"{number(self.expected, 10)} ±{SPACE}{accuracy}")
        return " and ".join(parts)
