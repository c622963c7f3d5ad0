"""The file of a sweep: a line of JSON for each row, written as it arrives."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from lib.sweep.configurations import key
from lib.sweep.table import Row


@dataclass(frozen=True)
class Journal:
    """Rows that are known, and where new ones go.

    Parameters
    ----------
    rows : dict of str to Row
        By `lib.sweep.configurations.key`.
    stream : binary file or None
        Without one, rows are kept in memory alone.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    stream: IO[bytes] | None = None

    def add(self, row: Row) -> None:
        """Take a row; it is on the disk when this returns.

        Parameters
        ----------
        row : Row
            It takes the place of an earlier one of the same configuration and seed.
        """
        self.rows[key(row.configuration, row.seed)] = row
        if self.stream:
            _write(self.stream, asdict(row))

    def is_done(self, name: str) -> bool:
        """Whether a row need not be measured; one that failed is tried again.

        Parameters
        ----------
        name : str
            A key.

        Returns
        -------
        bool
            True if there is a row without error.
        """
        return name in self.rows and self.rows[name].error is None


@contextmanager
def opened(path: Path, function: str, code: str) -> Iterator[Journal]:
    """Open the file of a sweep, made if it is not there, and keep others from writing to it.

    Parameters
    ----------
    path : Path
        The file. Beside it lies another, which ends in ``.lock``.
    function, code : str
        Name of what is measured, and the digest of its code.

    Yields
    ------
    Journal
        With the rows of the file. Of several for one configuration and seed the last counts; a last
        line without an end, left by a process that was killed, is removed.

    Raises
    ------
    ValueError
        If the file is in use, is not of a sweep, or holds rows that another function or other code
        measured. It is then left as it is.
    """
    path = path.resolve()
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give the name of a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path), path.open("a+b") as stream:
        header = {"function": function, "code": code}
        stream.seek(0)
        *lines, rest = stream.read().split(b"\n")
        if not lines and not _line(header).startswith(rest):
            raise ValueError(f"{path} is not the file of a sweep; give another path")
        rows = _read(path, lines, header) if lines else []
        stream.truncate(stream.tell() - len(rest))
        if not lines:
            _write(stream, header)
        yield Journal({key(row.configuration, row.seed): row for row in rows}, stream)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"{path}: another sweep is writing to it; wait for its end, or give another path"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _read(path: Path, lines: list[bytes], header: dict[str, str]) -> list[Row]:
    try:
        found = json.loads(lines[0])
        known = {name: found[name] for name in header}
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{path} is not the file of a sweep; give another path") from None
    if known != header:
        other = "an earlier version of " if known["function"] == header["function"] else ""
        raise ValueError(
            f"{path}: its rows were measured by {other}{known['function']}, not by "
            f"{header['function']} as it is now; give another path, or move the file away"
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            rows.append(Row(**json.loads(line)))
        except (ValueError, TypeError):
            raise ValueError(
                f"{path}, line {number}: not a row of a sweep; remove it, or give another path"
            ) from None
    return rows


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _write(stream: IO[bytes], record: Mapping[str, object]) -> None:
    stream.write(_line(record))
    stream.flush()
    os.fsync(stream.fileno())
