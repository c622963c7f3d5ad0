"""What the tests of demands need."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def told() -> Callable[..., str]:
    """What a demand says that is not met."""

    def words(function: Callable[..., Any], *arguments: Any) -> str:
        with pytest.raises(ValueError, match="must") as caught:
            function(*arguments)
        return str(caught.value)

    return words
