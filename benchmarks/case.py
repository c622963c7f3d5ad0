"""What every comparison consists of, and how it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.memory import peak_memory
from benchmarks.timing import Cost, in_turns, one_thread

Call = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A comparison.

    Parameters
    ----------
    title : str
        What is done.
    rivals : mapping of str to callable
        Two; the book's code first.
    check : callable
        Raises if the two do not give the same.
    goal : float, optional
        How many times as fast as the second the first should be; none if there is no goal.
    repeats : int
        How often each is measured.
    """

    title: str
    rivals: Mapping[str, Call]
    check: Call
    goal: float | None
    repeats: int = 7


def compare(make: Callable[[], Case]) -> tuple[Case, dict[str, Cost]]:
    """Measure a comparison, once both are known to give the same.

    Parameters
    ----------
    make : callable
        Makes the case, here and in the processes in which memory is measured; it can be pickled.

    Returns
    -------
    Case
        What was compared.
    dict of str to Cost
        Of its rivals, in their order.
    """
    case = make()
    with one_thread():
        case.check()
    seconds = in_turns(case.rivals, case.repeats)
    return case, {
        name: Cost(found, peak_memory(partial(_rival, make, name)))
        for name, found in seconds.items()
    }


def _rival(make: Callable[[], Case], name: str) -> Call:
    return make().rivals[name]
