"""The small book of tests/book, here as well."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book.project import Project


def _small(root: Path) -> Any:
    spec = importlib.util.spec_from_file_location("small", root / "tests" / "book" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def write_book(root: Path) -> Callable[[Path, Path], Project]:
    """Write the sources of the small book into an empty folder."""
    written: Callable[[Path, Path], Project] = _small(root).write_book
    return written


@pytest.fixture(scope="session")
def living(root: Path) -> Callable[[str], list[Any]]:
    """Find the processes that have a mark in their environment."""
    found: Callable[[str], list[Any]] = _small(root).living
    return found
