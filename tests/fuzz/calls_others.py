"""Good calls of what is no computation, and what is called by nobody here, and why."""

from lib.sweep import grid

CLAIMS = {
    "bounds.number": lambda: {"value": 1.47221948, "digits": 4},
    "bounds.encode": lambda: {"value": 0.5},
    "bounds.decode": lambda: {"value": "0.5"},
    "cards.anchor": lambda: {"id": "chapter/claim"},
    "texts.curly": lambda: {"words": "Euler's 'method'"},
    "texts.as_html": lambda: {"text": r"For $\epsilon^2$"},
    "texts.as_plain": lambda: {"text": r"For $\epsilon^{-|\alpha|}$ and $\frac{1}{n+1}$"},
}

DATASETS = {
    "registry.parse": lambda: {"name": "digits"},
    "registry.names": dict,
    "loading.find": lambda: {"name_or_path": "digits"},
}

SWEEP = {
    "configurations.grid": lambda: {"values": {"width": [8, 16], "kind": ["tanh"]}},
    "configurations.pairs": lambda: {
        "measure": lambda seed, width, kind: {"loss": 0.5},
        "configurations": grid(width=[8, 16], kind=["tanh"]),
        "seeds": [0, 1],
    },
}

PLOTTING = {
    "style.colours": lambda: {"count": 3},
    "style.shades": lambda: {"count": 3},
    "tables.table": lambda: {"head": ["a", "b"], "rows": [[1.0, "x"], [2.0, "y"]]},
}

MODULES = {"claims": CLAIMS, "datasets": DATASETS, "sweep": SWEEP, "plotting": PLOTTING}
CALLS = {f"lib.{m}.{name}": call for m, calls in MODULES.items() for name, call in calls.items()}

# By the beginning of their names.
LEFT_OUT = {
    # They put what others computed into a picture; a wrong one is seen, and Matplotlib refuses.
    "lib.plotting.lines": "draws",
    "lib.plotting.planes": "draws",
    "lib.plotting.style.figure": "draws",
    "lib.plotting.style.gallery": "draws",
    "lib.plotting.style.log_axes": "draws",
    "lib.plotting.style.use_style": "sets what all figures have, for the rest of the tests",
    "lib.plotting.marks": "writes formulas for Vega; the figures of `lib` are drawn in tests",
    "lib.plotting.explore": "the same",
    "lib.plotting.controls": "the same",
    "lib.linear.explorables": "the same",
    "lib.signal.explorables": "the same",
    "lib.ode.explorables": "the same",
    "lib.pde.explorables": "the same",
    "lib.generalization.explorables": "the same",
    # They read and write; tests of their own give them files, answers and workers that are broken.
    "lib.datasets.cache": "fetches from elsewhere",
    "lib.datasets.checksums": "reads files",
    "lib.datasets.formats": "reads files; fuzzed in tests/datasets/test_formats.py",
    "lib.datasets.loading.load": "reads files",
    "lib.datasets.own": "reads files",
    "lib.sweep.functions": "imports what is named",
    "lib.sweep.journal": "writes files",
    "lib.sweep.running": "talks to workers",
    "lib.sweep.workers": "talks to workers",
    "lib.sweep.table.Table.to_csv": "writes a file",
    "lib.sweep.table.Table.where": "compares with whatever it is given",
    "lib.sweep.configurations.plain": "gives back what it is given",
    "lib.sweep.configurations.key": "what it takes comes from `pairs`, which checks it",
    "lib.claims.cards.text_card": "writes what a record holds",
    "lib.claims.cards.html_card": "writes what a record holds",
    "lib.claims.declare": "shows a card and keeps a record",
    "lib.claims.texts.split": "gives its pieces one by one to `as_html` and `as_plain`",
    # The insides of loops, which check nothing at every turn: what enters the loop is checked.
    "lib.integrators.RungeKutta.step": "is repeated by `integrate`",
    "lib.linear.deep_weights.DeepWeights.take": "is repeated by `descend`",
    "lib.ode.layers.SmoothWeights": "is a field for `integrate`",
    "lib.ode.path_planning.Paths.ends": "is repeated by `plan`",
    "lib.ode.path_planning.Paths.follow": "goes where `Paths.ends` goes",
    "lib.ode.path_planning.Paths.take": "chooses some of what `plan` made",
    "lib.ode.path_planning.Paths.field": "is a field for `integrate`",
    "lib.pde.observed.Waves.derivative": "is repeated by `apply`",
    "lib.training.backpropagation.Backpropagation": "is repeated by `train`",
    "lib.training.ensembles.Ensemble.": "is repeated by `fit`",
    "lib.training.layers.Layers": "is repeated by `fit`",
}
