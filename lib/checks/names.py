"""Demands on names."""

from collections.abc import Collection


def one_of(kind: str, value: str, allowed: Collection[str]) -> str:
    """Demand a name that is known.

    Parameters
    ----------
    kind : str
        What it is a name of, for the error.
    value : str
        To check.
    allowed : collection of str
        The names there are.

    Returns
    -------
    str
        The same.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> one_of("rule", "rk4", ("euler", "trapezoid"))
    Traceback (most recent call last):
    ValueError: unknown rule 'rk4'; give one of euler, trapezoid
    """
    if value not in allowed:
        raise ValueError(f"unknown {kind} {value!r}; give one of {', '.join(allowed)}")
    return value
