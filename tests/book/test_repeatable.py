"""The same chapter comes out as the same bytes, figures too, whatever runs beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from book import environment
from book.chapters import Chapter, read_chapters
from book.ledger import collect
from book.project import Project
from book.runs import Run, plan_runs
from book.tasks import run_all
from book.verify import compare

Executed = Callable[..., list[Run]]

FIGURE = """
```{code-cell} ipython3
---
mystnb:
  image:
    alt: A falling line.
---
import matplotlib.pyplot as plt
import numpy as np

from lib import plotting

plotting.use_style()
figure, axes = plotting.figure(2)
axes[0].plot(np.random.default_rng(seed).random(50), label="drawn by lot")
axes[1].scatter(range(9), range(9, 0, -1), clip_on=True)
axes[0].legend()
plt.show()
```
"""
BUSY = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

```{code-cell} ipython3
:tags: [parameters]

# none
```

```{code-cell} ipython3
import time

import numpy as np

end = time.monotonic() + 5
matrix = np.random.default_rng(0).random((500, 500))
while time.monotonic() < end:
    matrix @ matrix
```
"""
SMALL = ["n_seeds=3", "deepest=20", "max_steps=100", "until=0.2"]


@pytest.fixture
def executed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Executed:
    """Run chapters in a folder of their own, with any number of threads each; all must go well."""

    def execute(project: Project, *runs: Run, jobs: int = 1, threads: int = 1) -> list[Run]:
        monkeypatch.setattr(environment, "THREADS", str(threads))
        other = Project(project.root, tmp_path_factory.mktemp("build"))
        again = [Run(other, run.chapter, run.profile, run.settings) for run in runs]
        assert {outcome.state for outcome in run_all(again, jobs)} == {"ran"}
        return again

    return execute


def texts(runs: list[Run]) -> list[bytes]:
    return [run.notebook.read_bytes() for run in runs]


def test_notebooks_and_their_figures_are_the_same_one_by_one_and_side_by_side(
    tiny: Project, root: Path, executed: Executed
) -> None:
    (tiny.root / "lib" / "plotting").symlink_to(root / "lib" / "plotting")
    for chapter in read_chapters(tiny).values():
        chapter.source.write_text(chapter.source.read_text() + FIGURE, encoding="utf-8")
    runs = plan_runs(tiny, list(read_chapters(tiny).values()), "standard")
    alone, beside = executed(tiny, *runs), executed(tiny, *runs, jobs=2)
    assert texts(alone) == texts(beside)
    assert all(b"image/svg+xml" in text for text in texts(alone))


@pytest.mark.slow
def test_a_real_chapter_is_the_same_beside_another_and_equal_to_rounding_with_more_threads(
    root: Path, executed: Executed, tmp_path: Path
) -> None:
    book = Project(root)
    (run,) = plan_runs(book, [read_chapters(book)["learning_time"]], "quick", SMALL)
    source = tmp_path / "busy.md"
    source.write_text(BUSY, encoding="utf-8")
    busy = Run(book, Chapter("busy", "tests", source), "quick")
    (alone,), (beside, _) = executed(book, run), executed(book, run, busy, jobs=2)
    assert texts([alone]) == texts([beside])
    found = compare(collect([alone]), collect(executed(book, run, threads=2)))
    assert {compared.verdict for compared in found} == {"equal"}


@pytest.mark.repeats
def test_all_chapters_are_the_same_one_by_one_and_side_by_side(
    root: Path, executed: Executed
) -> None:
    book = Project(root)
    runs = plan_runs(book, list(read_chapters(book).values()), "quick")
    alone, beside = executed(book, *runs), executed(book, *runs, jobs=2)
    pairs = zip(alone, texts(alone), texts(beside), strict=True)
    assert [run.chapter.name for run, one, other in pairs if one != other] == []
