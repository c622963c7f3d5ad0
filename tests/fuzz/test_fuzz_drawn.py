"""Odd arguments drawn by hypothesis, several at once, and good ones that lie differently in memory.

The same arguments are drawn each time. `FUZZ_EXAMPLES=1000 FUZZ_SEED=1 pytest tests/fuzz` draws
that many for each function, others for each seed, and takes as long as it takes.
"""

import os
import time

import calls
import drawing
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
# Of one call, and of all examples of a function; a call may be longer where it is asked for more.
SECONDS = 0.5
TOGETHER = 0.04 * EXAMPLES
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
# Nothing is made smaller: what was drawn is one of few things for each of three arguments.
drawn = settings(
    max_examples=EXAMPLES,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@st.composite
def odd_arguments(draw: st.DrawFn, name: str) -> dict[str, drawing.Odd]:
    """One to three of the arguments of a function."""
    good, packed = calls.exchanged(name), calls.documented(name).packed
    chosen = draw(st.lists(st.sampled_from(sorted(good)), min_size=1, max_size=3, unique=True))
    return {key: draw(drawing.odd(good[key], key in packed)) for key in chosen}


@pytest.mark.parametrize("name", sorted(n for n in calls.CALLS if calls.exchanged(n)))
def test_odd_arguments_give_a_documented_error_or_a_finite_result(name):
    function = calls.documented(name)
    calls.imported(name)
    begun = time.process_time()
    tried = 0

    @seed(SEED)
    @drawn
    @given(odd_arguments(name))
    def try_one(odd):
        nonlocal tried
        tried += 1
        if tried > 2 and time.process_time() - begun > TOGETHER:
            return  # of slow functions fewer
        arguments = {**calls.CALLS[name](), **{key: item.value for key, item in odd.items()}}
        kinds = {item.kind for item in odd.values()}
        fault = function.fault(arguments, SECONDS, may_last=True, kinds=kinds)
        assert not fault, f"{ {key: item.what for key, item in odd.items()} }: {fault}"

    try_one()


# A second each; `fit` and `learn`, which they call, are tried.
LONG = {"fit_networks", "compare_labels", "identify"}


@pytest.mark.parametrize(
    "name", sorted(n for n in calls.CALLS if drawing.has_arrays(calls.CALLS[n]()))
)
def test_numbers_count_and_not_how_they_lie_in_memory(name):
    """The same result, or an error as any other."""
    function = calls.documented(name)
    if name.rpartition(".")[2] in LONG:
        pytest.skip("is long")
    wrong = []
    for what, (change, reference) in drawing.LAYOUTS.items():
        expected = _outcome(function, _laid_out(name, reference))
        fault = function.fault(_laid_out(name, change), 10 * SECONDS)
        if isinstance(expected, ValueError):
            continue  # whole numbers, once rounded, may be none that are good
        found = None if fault else _outcome(function, _laid_out(name, change))
        if fault:
            wrong.append(f"{what}: {fault}")
        elif not isinstance(found, ValueError) and not drawing.agree(found, expected):
            wrong.append(f"{what}: other numbers")
    assert not wrong, "\n".join(wrong)


def _laid_out(name, change):
    return {key: drawing.laid_out(item, change) for key, item in calls.CALLS[name]().items()}


def _outcome(function, arguments):
    try:
        return function(arguments)
    except ValueError as error:
        return error
