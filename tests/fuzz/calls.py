"""All good calls, by the name of what is called; each is made anew, for a call may not spoil it."""

import functools
import importlib
from collections.abc import Callable
from typing import Any

import laws

PARTS = ("linear", "signal", "ode", "pde", "generalization", "shared", "methods", "others")
TABLES = [importlib.import_module(f"calls_{part}") for part in PARTS]
CALLS: dict[str, Callable[[], dict[str, Any]]] = {k: v for t in TABLES for k, v in t.CALLS.items()}
LEFT_OUT: dict[str, str] = importlib.import_module("calls_others").LEFT_OUT


@functools.cache
def documented(name: str) -> laws.Documented:
    """The function, method or class of this name."""
    module, _, attribute = name.rpartition(".")
    try:
        holder: Any = importlib.import_module(module)
    except ModuleNotFoundError:  # a class holds it
        above, _, kind = module.rpartition(".")
        holder = getattr(importlib.import_module(above), kind)
    return laws.Documented(getattr(holder, attribute))


@functools.cache
def imported(name: str) -> None:
    """Call it once: what is imported at the first call takes its time."""
    documented(name)(CALLS[name]())


def exchanged(name: str) -> dict[str, Any]:
    """The good arguments that may be exchanged for others."""
    # What an argument is called, and how a number is written, stands in the source of `lib`.
    fixed = {"self", "digits"}
    if name.startswith(("lib.checks.", "lib.linear.domain.")):
        fixed |= {"name", "kind", "count", "least"}
    return {key: value for key, value in CALLS[name]().items() if key not in fixed}
