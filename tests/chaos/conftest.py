"""The small book of tests/book, here as well."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book.project import Project
from tests.book import conftest


@pytest.fixture(scope="session")
def write_book() -> Callable[[Path, Path], Project]:
    """Write the sources of the small book into an empty folder."""
    return conftest.write_book


@pytest.fixture(scope="session")
def living() -> Callable[[str], list[Any]]:
    """Find the processes that have a mark in their environment."""
    return conftest.living
