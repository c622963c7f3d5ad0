"""A small book that is built for real: two chapters, a part of lib, a page."""

import shutil
from pathlib import Path

import pytest

from book.project import Project

FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""

FIRST = (
    FRONT
    + """
# First

What it is.

```{code-cell} ipython3
from lib.claims import claim, erratum
from lib.tiny import sums
```

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
scale: float = 1.0  # of the sum
name: str = "none"  # a text
sizes: list = [1, 2, 3]  # how many terms
fast: bool = False  # less work
```

```{code-cell} ipython3
total = scale * sums.triangle(sizes[-1])
total
```

```{code-cell} ipython3
claim("first/triangle", says="The sum of the first three numbers is six.",
      source="numdl, somewhere", measured=total, expected=6, within=1e-12, because="Gauss", kind="exact")
claim("first/spread", says="Three seeds agree.", source="numdl, elsewhere",
      measured=[1.0, 2.0, 3.0 + seed], at_most=4, because="three sigma over pilots", kind="scaled")
erratum("first/seven", document="numdl", says="It is seven.", right="It is six.",
        shown_by="first/triangle")
```

See {claim}`first/triangle`.
"""
)

SECOND = (
    FRONT
    + """
# Second

Another.

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
```

```{code-cell} ipython3
from lib.claims import claim

claim("second/seed", says="Any seed will do.", source="numdl", measured=seed, at_least=0,
      because="it is a count", kind="exact")
```
"""
)

TOC = """format: jb-book
root: book/pages/intro
parts:
  - caption: Tiny
    chapters:
      - file: notebooks/tiny/first
      - file: notebooks/tiny/second
"""

INTRO = """# Tiny book

```{claims-summary}
```

```{claims-table}
```

```{errata-table}
```
"""

PROFILES = """
first:
  quick: {sizes: [3], fast: true}
second:
  quick: {}
"""


@pytest.fixture
def tiny(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Write the small book into an empty folder and go there."""
    for folder in ("notebooks/tiny", "lib/tiny", "book/pages", "book/static"):
        (tmp_path / folder).mkdir(parents=True)
    texts = {
        "notebooks/tiny/first.md": FIRST,
        "notebooks/tiny/second.md": SECOND,
        "notebooks/profiles.yml": PROFILES,
        "lib/__init__.py": "",
        "lib/tiny/__init__.py": "",
        "lib/tiny/sums.py": "def triangle(n):\n    return n * (n + 1) / 2\n",
        "lib/tiny/unused.py": "X = 1\n",
        "book/pages/intro.md": INTRO,
        "book/references.bib": "",
        "_toc.yml": TOC,
        "constraints.txt": "numpy==2.4.6\n",
        "README.md": "Tiny.\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(root / "lib" / "claims", tmp_path / "lib" / "claims")
    shutil.copy(root / "book" / "static" / "companion.css", tmp_path / "book" / "static")
    shutil.copy(root / "_config.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)
