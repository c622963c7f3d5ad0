"""Odd versions of a good argument, and what arguments and results hold."""

import dataclasses
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

LARGE = 1e6
HUGE, MINUTE = 1e200, 1e-200


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


def content(value: Any) -> Any:
    """What an argument holds, to be compared with what it holds later."""
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, float):
        return repr(value)  # NaN is not equal to itself
    if isinstance(value, torch.nn.Module):
        return content(value.state_dict())
    if isinstance(value, (np.random.Generator, torch.Generator)):
        return None  # is there to change
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [content(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return [(key, content(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [content(item) for item in value]
    return value


def parts(result: Any, where: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """The numbers of a result: where they are, and they."""
    if isinstance(result, torch.Tensor):
        result = result.detach().numpy()
    if isinstance(result, (numbers.Number, np.ndarray)):
        array = np.asarray(result)
        if array.dtype.kind in "biufc":
            yield where, array
    elif dataclasses.is_dataclass(result) and not isinstance(result, type):
        for field in dataclasses.fields(result):
            yield from parts(getattr(result, field.name), f"{where} {field.name}")
    elif isinstance(result, Mapping):
        for key, item in result.items():
            yield from parts(item, f"{where} {key}")
    elif isinstance(result, (list, tuple)):
        for place, item in enumerate(result):
            yield from parts(item, f"{where} {place}")


def not_finite(result: Any) -> list[tuple[str, str]]:
    """Whether a result holds NaN or inf, and where."""
    return [
        (what, f" at{where}" if where else "")
        for where, array in parts(result)
        for what, has in (("NaN", np.isnan), ("inf", np.isinf))
        if has(array).any()
    ]
