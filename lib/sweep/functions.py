"""Which function a sweep measured, and by which code."""

import ast
import contextlib
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path

OWN = __name__.split(".", maxsplit=1)[0]


def function_name(function: Callable[..., object]) -> str:
    """Name a function so that another process can import it.

    Parameters
    ----------
    function : callable
        Of a module.

    Returns
    -------
    str
        ``module:name``.

    Raises
    ------
    ValueError
        If it stands in no module, as functions of a notebook, of a script that is being run and of
        other functions do.
    """
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    with contextlib.suppress(AttributeError, KeyError):
        if module != "__main__" and attrgetter(name)(sys.modules[module]) is function:
            return f"{module}:{name}"
    raise ValueError(
        f"{name or repr(function)} cannot be imported by a worker; put it into a module of its own "
        "and import it from there"
    )


def named_function(name: str) -> Callable[..., object]:
    """Import a function.

    Parameters
    ----------
    name : str
        As `function_name` gives it.

    Returns
    -------
    callable
        The function.
    """
    module, _, path = name.partition(":")
    function: Callable[..., object] = attrgetter(path)(importlib.import_module(module))
    return function


@cache
def code_digest(function: Callable[..., object]) -> str:
    """Sum up the code that a function's results depend on.

    Parameters
    ----------
    function : callable
        Of a module.

    Returns
    -------
    str
        SHA-256 of the source of its module and of those that this imports, directly or not, from
        its own package or from this one. Other packages do not count.
    """
    found: dict[str, bytes] = {}
    names = [function.__module__]
    packages = {OWN, function.__module__.split(".", maxsplit=1)[0]}
    while names:
        name = names.pop()
        source = _source(name) if name.split(".", maxsplit=1)[0] in packages else None
        if name in found or source is None:
            continue
        found[name] = source.read_bytes()
        is_package = source.name == "__init__.py"
        names.extend(_imports(found[name], name if is_package else name.rpartition(".")[0]))
        names.append(name.rpartition(".")[0])
    parts = [hashlib.sha256(name.encode() + b"\0" + found[name]).digest() for name in sorted(found)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _source(name: str) -> Path | None:
    """File of a module, if there is a module of this name and it has one."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name)
        if spec and spec.origin and spec.origin.endswith(".py"):
            return Path(spec.origin)
    return None


def _imports(source: bytes, package: str) -> Iterator[str]:
    """Names that may be modules; of ``from a import b`` both a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
