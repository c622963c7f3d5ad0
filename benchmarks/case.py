"""What every comparison consists of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A comparison.

    Parameters
    ----------
    title : str
        What is done.
    rivals : mapping of str to callable
        The book's code first.
    goal : float
        How many times as fast as the second the first should be.
    repeats : int
        How often each is measured.
    """

    title: str
    rivals: Mapping[str, Callable[[], object]]
    goal: float
    repeats: int = 7
