"""Runs: a chapter with its parameters, where its outputs go and what is known of the last one."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from book.chapters import Chapter, parse_setting, profile_parameters
from book.closure import DATASET
from book.parameters import Value
from book.project import BookError, Project
from lib import datasets


@dataclass(frozen=True)
class Run:
    """A chapter, a profile and the settings of the person who runs it.

    Parameters
    ----------
    project : Project
        The checkout.
    chapter : Chapter
        What is run.
    profile : str
        One of `book.project.PROFILES`.
    settings : mapping of str to value
        Parameters set by hand; where there are any, the outputs stay apart from the book's.
    """

    project: Project
    chapter: Chapter
    profile: str
    settings: Mapping[str, Value] = field(default_factory=dict)

    @cached_property
    def injected(self) -> dict[str, Value]:
        """Parameters that differ from the text of the chapter."""
        return {**profile_parameters(self.project, self.chapter, self.profile), **self.settings}

    @cached_property
    def parameters(self) -> dict[str, Value]:
        """Every parameter of the chapter with its value in this run."""
        defaults = {p.name: p.default for p in self.chapter.parameters.values()}
        return {**defaults, **self.injected}

    @property
    def folder(self) -> Path:
        """Where the outputs of the run go."""
        outputs = self.project.outputs(self.profile)
        if not self.settings:
            return outputs
        return self.project.build / "runs" / f"{self.chapter.name}-{self.profile}-{self._slug}"

    @property
    def workplace(self) -> Path:
        """The folder in which one command at a time may work on this run's outputs."""
        return self.folder if self.settings else self.project.build

    @property
    def _slug(self) -> str:
        text = "-".join(f"{name}-{value}" for name, value in sorted(self.settings.items()))
        short = re.sub(r"[^\w.-]+", "_", text)[:60]
        # Several settings, long ones or odd characters may come to the same short name.
        plain = short == text and len(self.settings) == 1
        return short if plain else f"{short}-{digest(repr(self.settings).encode())[:8]}"

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self._output("notebooks", ".ipynb")

    @property
    def log(self) -> Path:
        """What the run printed, and the traceback where it failed."""
        return self._output("logs", ".log")

    @property
    def record_file(self) -> Path:
        """When, how long and with which versions the run was made."""
        return self._output("records", ".json")

    @property
    def name(self) -> str:
        """A name among all runs of the checkout."""
        return str(self.notebook.relative_to(self.project.build).with_suffix(""))

    def _output(self, kind: str, suffix: str) -> Path:
        return self.folder / kind / self.chapter.part / f"{self.chapter.name}{suffix}"

    def record(self) -> dict[str, Any] | None:
        """Read the record of the last good run, or None if there is none that can be believed."""
        try:
            record = json.loads(self.record_file.read_text(encoding="utf-8"))
            intact = (
                record["seal"] == seal(record)
                and (record["chapter"], record["profile"]) == (self.chapter.name, self.profile)
                and record["notebook_sha256"] == digest(self.notebook.read_bytes())
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return record if intact else None


def plan_runs(
    project: Project, chapters: Sequence[Chapter], profile: str, settings: Sequence[str] = ()
) -> list[Run]:
    """Plan to run chapters, with everything that was typed checked.

    Parameters
    ----------
    project : Project
        The checkout.
    chapters : sequence of Chapter
        What to run.
    profile : str
        The profile.
    settings : sequence of str
        ``NAME=VALUE``, for every one of the chapters.

    Returns
    -------
    list of Run
        One for each chapter; its parameters have been checked.

    Raises
    ------
    BookError
        If the profile or a parameter is unknown, a value is of the wrong type or not allowed, or
        there is no such dataset.
    """
    runs = []
    for chapter in chapters:
        typed = dict(parse_setting(chapter, text) for text in settings)
        located = {name: _located(project, name, value) for name, value in typed.items()}
        runs.append(Run(project, chapter, profile, located))
    for run in runs:
        # Raises for what is wrong, before anything is run; what was typed is located already.
        if DATASET in run.parameters and DATASET not in run.settings:
            _known(str(run.parameters[DATASET]))
    return runs


def fetch_data(runs: Sequence[Run], *, progress: bool = False) -> None:
    """Bring the images that runs learn from into the cache, before the first cell is executed.

    Parameters
    ----------
    runs : sequence of Run
        Of any chapters.
    progress : bool
        Show a bar for each download.

    Raises
    ------
    BookError
        If a dataset is unknown or cannot be fetched.
    """
    fetch_named(
        {str(run.parameters[DATASET]): None for run in runs if DATASET in run.parameters},
        progress=progress,
    )


def fetch_named(names: Iterable[str], *, progress: bool = False) -> None:
    """Bring datasets into the cache.

    Parameters
    ----------
    names : iterable of str
        As `lib.datasets.load` takes them; there is nothing to do for a person's own files.
    progress : bool
        Show a bar for each download.

    Raises
    ------
    BookError
        If a dataset is unknown or cannot be fetched.
    """
    for name in names:
        try:
            found = datasets.find(name)
            if not isinstance(found, Path):
                datasets.fetch(*found, progress=progress)
        except ValueError as error:
            raise BookError(str(error)) from error


def _located(project: Project, name: str, value: Value) -> Value:
    """Find a file, or the folder of a dataset, where it was typed or else in the checkout."""
    is_dataset = name == DATASET
    if not isinstance(value, str) or not (is_dataset or value.endswith(".npz")):
        return value
    here, there = Path(value).resolve(), (project.root / value).resolve()
    found = bool(value) and (_is_data(here) or _is_data(there))
    if is_dataset and (not found or value.partition(":")[0] in datasets.names()):
        return _known(value)
    if not found:
        raise BookError(f"{name} {value!r}: no such file in {Path.cwd()} or {project.root}")
    return str(here) if _is_data(here) and here != there else value


def _is_data(path: Path) -> bool:
    # Not path.is_dir(), which raises for a text too long to be a name.
    return os.path.isdir(path) or (path.suffix == ".npz" and os.path.isfile(path))


def _known(value: str) -> str:
    try:
        datasets.find(value)
    except ValueError as error:
        raise BookError(str(error)) from error
    return value


def seal(record: Mapping[str, Any]) -> str:
    """Digest of a record, by which a change of one of its values shows.

    Parameters
    ----------
    record : mapping
        JSON values; its own seal does not count.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    rest = {name: value for name, value in record.items() if name != "seal"}
    return digest(json.dumps(rest, sort_keys=True).encode())


def digest(data: bytes) -> str:
    """SHA-256 of some bytes.

    Parameters
    ----------
    data : bytes
        The bytes.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(data).hexdigest()
