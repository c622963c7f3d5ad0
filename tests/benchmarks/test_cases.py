import pickle
from functools import partial

import pytest

from benchmarks import filters, flows, hessians, jacobians, training
from benchmarks.case import Case, compare
from benchmarks.cases import CASES

TINY = {
    "perceptrons": partial(training.perceptrons, 4, 8, steps=6, seeds=2),
    "residual": partial(training.perceptrons, 4, 8, step=0.25, steps=6, seeds=2),
    "convnets": partial(training.convnets, steps=2, seeds=2),
    "by heart": partial(
        training.by_heart, "perceptron 1×16", passes=2, images=30, batch=10, seeds=2
    ),
    "convnets by heart": partial(
        training.by_heart, "convnet", passes=1, images=20, batch=10, seeds=2
    ),
    "Euler": partial(flows.equal_steps, "euler", steps=5, batch=3, units=4),
    "midpoint": partial(flows.equal_steps, "midpoint", steps=5, batch=3, units=4),
    "Runge-Kutta": partial(flows.equal_steps, "rk4", steps=50, batch=3, units=4),
    "gradient": partial(flows.equal_steps_with_gradient, "rk4", steps=50, batch=3, units=4),
    "networks as flows": partial(flows.networks_as_flows, "euler", 8),
    "paths": partial(flows.planned_paths, layers=3, points=4),
    "accuracy": flows.an_accuracy,
    "accuracy of a gradient": flows.an_accuracy_with_gradient,
    "weights": partial(filters.coefficients, 2),
    "weights in floats": partial(filters.coefficients_in_floats, 2),
    "Laplacian": partial(filters.laplacian_by_findiff, 32),
    "Laplacian by SciPy": partial(filters.laplacian_by_scipy, 32),
    "slope": partial(filters.slope_by_findiff, 32),
    "slope by SciPy": partial(filters.slope_by_scipy, 32),
    **{
        f"Jacobians, {name}": partial(
            jacobians.perceptrons, "lecun", rival, goal=1.0, count=2, depth=3, width=5, examples=4
        )
        for rival, name in jacobians.RIVALS.items()
    },
    **{
        f"convnet's Jacobians, {name}": partial(jacobians.convnet, rival, examples=3)
        for rival, name in jacobians.RIVALS.items()
    },
    "eigenvalues": partial(hessians.sharpest, 2),
    "density": partial(hessians.density, probes=2, steps=10),
}


@pytest.mark.parametrize("name", TINY)
def test_rivals_give_the_same(name: str) -> None:
    case = TINY[name]()
    assert len(case.rivals) == 2
    case.check()


@pytest.mark.parametrize("name", ["perceptrons", "residual", "convnets", "by heart"])
def test_a_loop_that_does_not_learn_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_descend", lambda network, optimizer, *_: optimizer.step())
    with pytest.raises(AssertionError):
        TINY[name]().check()


@pytest.mark.parametrize("name", ["Euler", "gradient", "networks as flows", "paths"])
def test_a_flow_that_ends_elsewhere_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    odeint = flows._odeint
    monkeypatch.setattr(flows, "_odeint", lambda *given: 1.001 * odeint(*given))
    with pytest.raises(AssertionError):
        TINY[name]().check()


def test_adaptive_steps_that_are_far_more_exact_are_noticed() -> None:
    with pytest.raises(AssertionError):
        flows.an_accuracy(tolerance=1e-11).check()
    with pytest.raises(AssertionError):
        flows.an_accuracy(steps=300).check()


def test_other_weights_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "FIRST", tuple(-w for w in filters.FIRST))
    with pytest.raises(AssertionError):
        filters.slope_by_scipy(32).check()


def test_cases_reach_other_processes() -> None:
    assert len(CASES) > 20
    for make in CASES:
        pickle.dumps(make)


def test_the_shapes_that_chapters_train_are_measured_against_the_goal() -> None:
    assert training.GOAL == 5
    shapes = {make.args: make.keywords for make in training.CASES if isinstance(make, partial)}
    assert {(5, 64), (20, 32), (22, 64), ("convnet",)} <= {*shapes}
    assert {"step": 1 / 20} in [m.keywords for m in training.CASES if isinstance(m, partial)]


def test_a_comparison_that_fails_its_check_is_not_timed() -> None:
    def never() -> None:
        raise AssertionError("timed")

    def wrong() -> None:
        raise ValueError("they differ")

    with pytest.raises(ValueError, match="differ"):
        compare(lambda: Case("", {"a": never, "b": never}, wrong, goal=1.0))


def test_a_comparison_has_times_and_memory_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr("benchmarks.case.peak_memory", lambda make: called.append(make()()) or 7.0)
    case = Case("title", {"ours": lambda: 1, "theirs": lambda: 2}, dict, goal=1.0, repeats=2)
    found, costs = compare(lambda: case)
    assert found is case
    assert called == [1, 2]
    assert [(name, len(cost.seconds), cost.mebibytes) for name, cost in costs.items()] == [
        ("ours", 2, 7.0),
        ("theirs", 2, 7.0),
    ]
