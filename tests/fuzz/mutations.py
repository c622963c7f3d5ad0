"""Values of the right type and the wrong content, made from a good one."""

import dataclasses
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

LARGE = 1e6


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """Name and make bad, or at least odd, versions of an argument; none has another type."""
    if isinstance(value, bool):
        yield "the other", not value
    elif isinstance(value, numbers.Integral):
        yield from (("zero", 0), ("minus one", -1))
    elif isinstance(value, numbers.Real):
        yield from (("zero", 0.0), ("negative", -abs(value) - 1), ("NaN", np.nan))
        yield from (("infinite", np.inf), ("large", LARGE), ("tiny", 1 / LARGE))
    elif isinstance(value, str):
        yield from (("empty", ""), ("unknown", "no-such-name"), ("markup", "<script>"))
    elif isinstance(value, torch.Tensor):
        for name, array in _arrays(value.detach().numpy()):
            yield name, torch.tensor(array)
    elif isinstance(value, np.ndarray):
        yield from _arrays(value)
    elif isinstance(value, np.random.Generator):
        return
    elif isinstance(value, Mapping):
        yield "empty", type(value)() if isinstance(value, dict) else {}
        for key, item in value.items():
            for name, mutant in mutants(item):
                yield f"{key}: {name}", {**value, key: mutant}
    elif isinstance(value, (list, tuple)):
        yield "empty", type(value)()
        for place in range(min(len(value), 2)):
            for name, mutant in mutants(value[place]):
                yield f"entry {place}: {name}", _with(value, place, mutant)
    # A dataclass of the book checks what it is made of, or is made by the book alone.


def _with(value: Sequence[Any], place: int, item: Any) -> Any:
    return type(value)([*value[:place], item, *value[place + 1 :]])


def _arrays(value: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    if value.dtype.kind in "fc" and value.size:
        for name, bad in (("NaN", np.nan), ("infinite", np.inf), ("large", LARGE)):
            array = value.copy()
            array.flat[array.size // 2] = np.asarray(bad).astype(value.dtype)
            yield f"one {name}", array
    if value.dtype.kind in "ifc" and value.size:
        yield "zeros", np.zeros_like(value)
        yield "negative", -np.abs(value) - 1
    if value.ndim:
        yield "empty", value[:0]
        yield "an axis more", value[None]
        yield "one row twice as long", np.concatenate([value, value])
    if value.ndim > 1:
        yield "an axis less", value[0]
        yield "a column less", value[..., :-1]


def not_finite(result: Any) -> str | None:
    """Where a result holds a number that is not finite, in words; None if it holds none."""
    if isinstance(result, torch.Tensor):
        result = result.detach().numpy()
    if isinstance(result, (numbers.Number, np.ndarray)) and not isinstance(result, bool):
        array = np.asarray(result)
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            return f"{np.ravel(array)[~np.isfinite(np.ravel(array))][0]}"
        return None
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        parts = {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
    elif isinstance(result, Mapping):
        parts = dict(result)
    elif isinstance(result, (list, tuple)):
        parts = dict(enumerate(result))
    else:
        return None
    found = {name: not_finite(part) for name, part in parts.items()}
    return next((f"{name}: {where}" for name, where in found.items() if where), None)
