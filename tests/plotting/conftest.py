from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from lib import plotting
from lib.plotting import style


@pytest.fixture(autouse=True)
def _style(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The book's style, without a display and without leaving a trace."""
    monkeypatch.setattr(style, "set_matplotlib_formats", lambda *_, **__: None)
    mpl.use("agg")
    with mpl.rc_context():
        plotting.use_style()
        yield
    plt.close("all")
