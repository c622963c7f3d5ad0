"""What a chapter's process finds set: the same for every reader, whatever is set on the machine."""

import os
from pathlib import Path

from book.runs import Run
from lib import datasets

# Their number changes how sums round, and a chapter must come out the same whatever runs beside it
# and however many cores there are; matrices are small, and chapters run side by side.
THREADS = "1"
# A reader's own settings of Python, IPython, Jupyter and matplotlib may run code of theirs before
# the first cell, or change how figures look.
SETTINGS = ("PYTHON", "IPYTHON", "JUPYTER", "JPY_", "MPLBACKEND", "MATPLOTLIBRC")
# Only where packages are found stays as it is, since the builder found its own there.
PLACES = ("PYTHONHOME", "PYTHONNOUSERSITE", "PYTHONUSERBASE", "PYTHONPLATLIBDIR")


def environment(run: Run, folder: Path) -> dict[str, str]:
    """Say which variables the process of a chapter has.

    Parameters
    ----------
    run : Run
        What is run.
    folder : Path
        Of this run alone, and empty: where IPython and Jupyter keep what they write.

    Returns
    -------
    dict of str to str
        Names and values.
    """
    kept = {k: v for k, v in os.environ.items() if k in PLACES or not k.startswith(SETTINGS)}
    # A cell runs in the folder of its chapter: a cache or mirror named from here stays the same.
    for name in (datasets.CACHE, datasets.MIRROR):
        if kept.get(name) and "://" not in kept[name]:
            kept[name] = str(Path(kept[name]).expanduser().absolute())
    return {
        **kept,
        "COMPANION_PROFILE": run.profile,
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        # Not MPLCONFIGDIR: each run would look for the fonts of the machine anew.
        "MATPLOTLIBRC": os.devnull,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join([str(run.project.root), *_named_paths()]),
        "PYTHONSAFEPATH": "1",  # what lies beside a chapter is no module
        **dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"], THREADS),
    }


def further_paths(root: Path) -> list[str]:
    """Tell where else than in the checkout PYTHONPATH lets chapters find modules.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    list of str
        Whole paths, without the checkout and the place of this package.
    """
    known = {str(root), str(Path(__file__).parents[1])}
    return [path for path in _named_paths() if path not in known]


def _named_paths() -> list[str]:
    # An empty one would be the folder in which a cell runs.
    return [os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
