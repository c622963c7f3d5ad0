"""Every public function of `lib`, given what it should not be given.

For each there is a good call, in the table of its part. Each argument in turn is exchanged for
something of the same type: not finite, zero, negative, empty, of another shape, unknown. The
function must keep to what `laws` demands. What hypothesis makes of the same calls is in
`test_fuzz_drawn`.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator

import calls
import laws
import mutations
import numpy as np
import pytest
import torch

import lib

SECONDS = 2
# Where a number is a million times as large, more work may have been asked for: it is stopped soon.
SOON = 0.2
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")


def public() -> Iterator[str]:
    """Functions, methods that take something, and classes that check what they are made of."""
    for module in pkgutil.walk_packages(lib.__path__, "lib."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if name[0] == "_" or getattr(value, "__module__", None) != module.name:
                continue
            if inspect.isfunction(value):
                yield f"{module.name}.{name}"
            if inspect.isclass(value):
                yield from (f"{module.name}.{name}.{method}" for method in _methods(value))
                if "__post_init__" in vars(value) or _has_own_init(value):
                    yield f"{module.name}.{name}"


def _has_own_init(kind: type) -> bool:
    return "__init__" in vars(kind) and "__dataclass_fields__" not in vars(kind)


def _methods(kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        bound = getattr(kind, name)
        if (name[0] != "_" or name == "__call__") and callable(bound):
            own = not isinstance(value, (classmethod, staticmethod))
            if len(inspect.signature(bound).parameters) > own:
                yield name


def test_every_public_function_has_a_good_call_or_is_left_out():
    found = set(public())
    left = {name for name in found if name.startswith(tuple(calls.LEFT_OUT))}
    assert found - left == set(calls.CALLS)
    # And nothing is left out that is not there.
    for beginning in calls.LEFT_OUT:
        assert any(name.startswith(beginning) for name in left), beginning


@pytest.mark.parametrize("name", sorted(calls.CALLS))
def test_a_good_call_is_good(name):
    function, arguments = calls.documented(name), calls.CALLS[name]()
    # Every argument is given, so that every one is exchanged; where to compute is the machine's.
    assert set(arguments) == set(function.parameters)
    assert mutations.not_finite(function(arguments)) == []


@pytest.mark.parametrize("name", sorted(calls.CALLS))
def test_bad_input_gives_a_documented_error_or_a_finite_result(name):
    function = calls.documented(name)
    calls.imported(name)
    wrong = []
    for argument, value in calls.exchanged(name).items():
        for what, mutant in mutations.mutants(value):
            large = what.endswith(("large", "tiny"))
            given = {**calls.CALLS[name](), argument: mutant}
            fault = function.fault(given, SOON if large else SECONDS, may_last=large)
            if fault:
                wrong.append(f"{argument} {what}: {fault}")
    assert not wrong, "\n".join(wrong)


def test_only_what_lib_raises_counts_as_its_own_error():
    integrators = importlib.import_module("lib.integrators")
    with pytest.raises(ValueError, match="steps must be") as own:
        integrators.integrate(lambda t, y: -y, np.zeros(2), end=1.0, steps=0)
    with pytest.raises(ValueError, match="broadcast") as numpys:
        integrators.METHODS["euler"].step(lambda t, y: np.zeros(3), 0.0, np.zeros(2), 1.0)
    assert laws.is_ours(own.value)
    assert not laws.is_ours(numpys.value)


def test_the_search_for_what_is_not_finite_finds_it():
    assert mutations.not_finite({"a": [1.0, np.array([0.0, np.nan])]}) == [("NaN", " at a 1")]
    assert mutations.not_finite(torch.tensor([np.inf])) == [("inf", "")]
    assert mutations.not_finite((1, "x", None, np.zeros(2))) == []


def _root(x: float, rows: list[float]) -> float:
    """Root.

    Returns
    -------
    float
        inf where `x` is above 9.

    Raises
    ------
    ValueError
        If `x` is 1.
    """
    rows.sort()
    if x == 1:
        raise ValueError("one is too few")
    if x == 2:
        raise ValueError("x must be\nnot 2")
    if x == 3:
        sys.stdout.write("x")
    return np.inf if x > 9 else np.nan if x < 0 else float(np.sqrt(x))


@pytest.mark.parametrize(
    ("x", "rows", "fault"),
    [
        (4.0, [1.0, 2.0], None),
        (10.0, [1.0], None),
        (-1.0, [1.0], "the result holds NaN"),
        (1, [1.0], "not an error of the book's own: one is too few"),
        (3, [1.0], r"printed 'x'"),
        (4.0, [2.0, 1.0], "changed what it was given"),
        ("4", [1.0], "TypeError: '>' not supported between instances of 'str' and 'int'"),
    ],
)
def test_the_laws_notice_what_breaks_them(x, rows, fault):
    assert laws.Documented(_root).fault({"x": x, "rows": rows}, SECONDS) == fault
