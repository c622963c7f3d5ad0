"""The rivals: each case does the same thing by the book's code and by what one would take instead.

Before anything is timed a case is held against its rival: both must give the same result.
"""

from benchmarks import filters, flows, hessians, jacobians, training

CASES = (
    *training.CASES,
    *flows.CASES,
    *filters.CASES,
    *jacobians.CASES,
    *hessians.CASES,
)
