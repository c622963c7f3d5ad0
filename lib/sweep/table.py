"""What a sweep measured, as a table."""

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.sweep.configurations import plain


@dataclass(frozen=True)
class Row:
    """One configuration with one seed, as a file of a sweep holds it.

    Parameters
    ----------
    configuration : dict
        Arguments of the function by name, in plain values.
    seed : int
        The seed.
    measures : dict
        What the function returned; empty if it failed.
    seconds : float
        How long it took.
    error : str or None
        Why it failed, in one line.
    """

    configuration: dict[str, Any]
    seed: int
    measures: dict[str, Any]
    seconds: float
    error: str | None

    @property
    def columns(self) -> dict[str, Any]:
        """The same without levels, as a table has it."""
        ends = {"seconds": self.seconds, "error": self.error}
        return {**self.configuration, "seed": self.seed, **self.measures, **ends}


@dataclass(frozen=True)
class Table:
    """Rows of values with names: configuration, seed, measures, seconds, error.

    Parameters
    ----------
    rows : tuple of mapping
        A name that a row lacks counts as None there.

    Examples
    --------
    >>> table = Table(({"width": 8, "loss": 0.5}, {"width": 16, "loss": 0.25}))
    >>> table.where(width=16).column("loss")
    array([0.25])
    """

    rows: tuple[Mapping[str, Any], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in the order in which rows first have them; seconds and error come last."""
        found = dict.fromkeys(name for row in self.rows for name in row)
        last = [name for name in ("seconds", "error") if name in found]
        return (*(name for name in found if name not in last), *last)

    def column(self, name: str) -> NDArray[Any]:
        """Values of one name.

        Parameters
        ----------
        name : str
            One of `names`.

        Returns
        -------
        (rows,) array
            Of numbers where all values are numbers, with NaN for None; of truth values or texts
            where all are that; of Python's objects otherwise.

        Raises
        ------
        ValueError
            If no row has the name.
        """
        self._know(name)
        values = [row.get(name) for row in self.rows]
        kinds = {type(value) for value in values}
        if kinds in ({int}, {bool}, {str}):
            return np.array(values)
        if kinds != {type(None)} and kinds <= {int, float, type(None)}:
            return np.array([math.nan if value is None else value for value in values], dtype=float)
        objects = np.empty(len(values), dtype=object)
        for place, value in enumerate(values):  # at once, lists of one length would become an axis
            objects[place] = value
        return objects

    def where(self, **fixed: object) -> "Table":
        """Rows that have certain values.

        Parameters
        ----------
        **fixed : plain value
            For each name the value wanted.

        Returns
        -------
        Table
            Possibly without rows.

        Raises
        ------
        ValueError
            If no row has one of the names.
        """
        wanted = {name: plain(value) for name, value in fixed.items()}
        for name in wanted:
            self._know(name)
        return Table(
            tuple(
                row
                for row in self.rows
                if all(row.get(name) == value for name, value in wanted.items())
            )
        )

    def to_csv(self, path: str | Path) -> None:
        """Write a file with a line of names and a line for each row.

        Parameters
        ----------
        path : path
            Where; lists are written as JSON, None as nothing.
        """
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, self.names)
            writer.writeheader()
            for row in self.rows:
                lists = {name: json.dumps(v) for name, v in row.items() if isinstance(v, list)}
                writer.writerow({**row, **lists})

    def _know(self, name: str) -> None:
        if self.rows and name not in self.names:
            raise ValueError(f"no column {name!r}; there are {', '.join(self.names)}")
