"""Every public function of `lib`, given what it should not be given.

For each there is a good call, in the table of its part. Each argument in turn is exchanged for
something of the same type: not finite, zero, negative, empty, of another shape, unknown. The
function must then raise a ValueError of one line, which its docstring announces, or give a result
whose numbers are finite, unless its docstring says where they are not.
"""

import importlib
import inspect
import pkgutil
import re
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import mutations
import numpy as np
import pytest
import torch

import lib

PARTS = ("linear", "signal", "ode", "pde", "generalization", "shared")
TABLES = [importlib.import_module(f"calls_{part}") for part in PARTS]
CALLS: dict[str, Callable[[], dict[str, Any]]] = {k: v for t in TABLES for k, v in t.CALLS.items()}
# Functions that are not computations: they draw, read files, declare, or talk to workers. Tests of
# their own give them bad input.
OTHERS = ("lib.plotting", "lib.datasets", "lib.claims", "lib.sweep", "explorables")
SECONDS = 2
AGAIN = 0.01
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")


def public_functions() -> Iterator[str]:
    for module in pkgutil.walk_packages(lib.__path__, "lib."):
        if any(other in module.name for other in OTHERS):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isfunction(value) and value.__module__ == module.name and name[0] != "_":
                yield f"{module.name}.{name}"


def function_of(name: str) -> Callable[..., Any]:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def may_be_infinite(function: Callable[..., Any]) -> bool:
    told = inspect.getdoc(function) or ""
    returns = re.search(r"^Returns\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", told, re.M | re.S)
    return returns is not None and bool(re.search(r"\b(inf|NaN|infinite)\b", returns[1]))


def called(function: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Call it; arguments of any number, such as *shape, are given by their name."""
    bound = inspect.BoundArguments(inspect.signature(function), given)
    return function(*bound.args, **bound.kwargs)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Stop a call that takes long, at a moment when the code that runs is of `lib`.

    Who else is interrupted may leave a lock behind: that of coverage's data stops all that follows.
    """

    def stop(_: int, frame: FrameType | None) -> None:
        if frame is not None and str(frame.f_globals.get("__name__")).startswith("lib."):
            raise TimeoutError(f"took more than {seconds} s")

    # The processor's time, which does not depend on what else the machine does.
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_every_public_function_has_a_good_call():
    assert sorted(CALLS) == sorted(public_functions())


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_good_call_is_good(name):
    function, arguments = function_of(name), CALLS[name]()
    # Every argument is given, so that every one is exchanged; where to compute is the machine's.
    assert set(arguments) == {*inspect.signature(function).parameters} - {"device"}
    assert mutations.not_finite(called(function, arguments)) is None


@pytest.mark.parametrize("name", sorted(CALLS))
def test_bad_input_gives_a_documented_error_or_a_finite_result(name):
    function = function_of(name)
    told = inspect.getdoc(function) or ""
    raises = re.search(r"^Raises\n-+\n(.*)", told, re.M | re.S)
    announced = raises is not None and "ValueError" in raises[1]
    called(function, CALLS[name]())  # what is imported at the first call takes its time
    wrong = []
    for argument, value in CALLS[name]().items():
        for what, mutant in mutations.mutants(value):
            case = f"{argument} {what}"
            given = {**CALLS[name](), argument: mutant}
            try:
                with limited(SECONDS):  # a warning is an error, by pyproject.toml
                    result = called(function, given)
            except ValueError as error:
                if not announced:
                    wrong.append(f"{case}: a ValueError that the docstring does not announce")
                elif "\n" in str(error) or not _is_ours(error):
                    wrong.append(f"{case}: not an error of the book's own: {error}")
            except TimeoutError as error:
                # Where a number is a million times as large, more work may have been asked for.
                if not what.endswith(("large", "tiny")):
                    wrong.append(f"{case}: {error}")
            except Exception as error:
                wrong.append(f"{case}: {type(error).__name__}: {error}")
            else:
                found = mutations.not_finite(result)
                if found and not may_be_infinite(function):
                    wrong.append(f"{case}: the result holds {found}")
    assert not wrong, "\n".join(wrong)


def _is_ours(error: ValueError) -> bool:
    """Whether a `raise` in `lib` made it: not a package below, nor Python's or NumPy's C code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    in_lib = Path(last.filename).is_relative_to(Path(lib.__path__[0]))
    return in_lib and (last.line or "").startswith("raise ")


def test_only_what_lib_raises_counts_as_its_own_error():
    integrators = importlib.import_module("lib.integrators")
    with pytest.raises(ValueError, match="steps must be") as own:
        integrators.integrate(lambda t, y: -y, np.zeros(2), end=1.0, steps=0)
    with pytest.raises(ValueError, match="broadcast") as numpys:
        integrators.METHODS["euler"].step(lambda t, y: np.zeros(3), 0.0, np.zeros(2), 1.0)
    assert _is_ours(own.value)
    assert not _is_ours(numpys.value)


def test_the_search_for_what_is_not_finite_finds_it():
    assert mutations.not_finite({"a": [1.0, np.array([0.0, np.nan])]}) == "a: 1: nan"
    assert mutations.not_finite(torch.tensor([np.inf])) == "inf"
    assert mutations.not_finite((1, "x", None, np.zeros(2))) is None
