"""Demands on arguments: what a number or an array must be, and what is said when it is not.

Each raises a ValueError of one line that names the argument, what is allowed and the first number
that is not; those of one argument return it, numbers as an array. They stand where a computation is
entered, not in what it repeats.
"""

from lib.checks.arrays import as_array, broadcasting, each, shaped
from lib.checks.names import one_of
from lib.checks.numbers import (
    at_least,
    class_labels,
    finite,
    fraction,
    positive,
    real,
    seed_list,
    whole,
)

__all__ = [
    "as_array",
    "at_least",
    "broadcasting",
    "class_labels",
    "each",
    "finite",
    "fraction",
    "one_of",
    "positive",
    "real",
    "seed_list",
    "shaped",
    "whole",
]
