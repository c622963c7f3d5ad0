"""Odd arguments, drawn by hypothesis: numbers of any size, kinds that nobody meant, memory laid out
in another way.
"""

import contextlib
import dataclasses
import numbers
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mutations
import numpy as np
import torch
from hypothesis import strategies as st

# What has no place in any argument of the book: it holds no number, or none that is real.
STRANGERS = ("None", "a text", "texts", "an object", "a complex number", "ragged rows", "a set")
IMMENSE = (1e200, -1e200, 1e-200, np.finfo(float).max, np.finfo(float).smallest_subnormal)
REALS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 1e30, -1e30, 1e-30]),
    st.floats(-10, 10),
    st.sampled_from(IMMENSE),
)
# Not more: a depth of 2**31 asks for the machine's memory, which no test may take.
WHOLE = st.integers(-3, 9)


class Odd(NamedTuple):
    """An argument that somebody may give, and what is odd about it."""

    what: str
    value: Any
    kind: str = "value"  # "type" if the hints exclude it, "immense" if its square is no double


def stranger(what: str) -> Any:
    return {
        "None": None,
        "a text": "text",
        "texts": ["a", "b"],
        "an object": object(),
        "a complex number": 1j,
        "ragged rows": [[1.0], [1.0, 2.0]],
        "a set": {1, 2},
    }[what]


def odd(value: Any, packed: bool = False) -> st.SearchStrategy[Odd]:
    """Odd versions of a good argument; of one such as *shape the entries are odd."""

    def put(what: str) -> Odd:
        if isinstance(value, Mapping) and packed:
            return Odd(what, {**value, next(iter(value)): stranger(what)}, "type")
        return Odd(what, (stranger(what),) if packed else stranger(what), "type")

    ways = [st.sampled_from(STRANGERS).map(put)]
    same = [Odd(*mutant) for mutant in mutations.mutants(value)]
    if same:
        ways += [st.sampled_from(same)] * 2
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        ways += [WHOLE.map(_number), st.just(Odd("a half more", value + 0.5, "type"))]
    elif isinstance(value, numbers.Real) and not isinstance(value, bool):
        ways += [REALS.map(_number)] * 2
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iufc" and value.size:
        ways += [_entries(value)] * 2 + [_shapes(value), _kinds(value)]
    elif isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        ways += [_one_of_many(value)]
    return st.one_of(ways)


def _number(drawn: float) -> Odd:
    immense = np.isfinite(drawn) and drawn and not 1e-150 < abs(drawn) < 1e150
    return Odd(repr(drawn), drawn, "immense" if immense else "value")


@st.composite
def _entries(draw: st.DrawFn, value: np.ndarray) -> Odd:
    """Other numbers in a few places."""
    array = value.copy()
    places = draw(st.lists(st.integers(0, value.size - 1), min_size=1, max_size=3, unique=True))
    found = [_number(draw(REALS if value.dtype.kind in "fc" else WHOLE)) for _ in places]
    with np.errstate(over="ignore"):  # an array of single precision holds inf then
        for place, item in zip(places, found, strict=True):
            array.flat[place] = np.asarray(item.value).astype(value.dtype)
    kinds = {item.kind for item in found}
    return Odd(
        ", ".join(f"{item.what} at {place}" for place, item in zip(places, found, strict=True)),
        array,
        "immense" if "immense" in kinds else "value",
    )


def _shapes(value: np.ndarray) -> st.SearchStrategy[Odd]:
    return st.sampled_from(
        [
            Odd("a number in its place", value.dtype.type(1)),
            Odd("an axis of one at the end", value[..., None]),
            Odd("the first entry alone", value[:1] if value.ndim else value),
            Odd("flat", value.ravel()),
            Odd("turned around", value.T),
            Odd("no entry in the last axis", value[..., :0] if value.ndim else value),
        ]
    )


def _kinds(value: np.ndarray) -> st.SearchStrategy[Odd]:
    return st.sampled_from(
        [
            Odd("of texts", value.astype(str), "type"),
            Odd("of objects", value.astype(object), "type"),
            Odd("of complex numbers", value + 1j, "type"),
            Odd("of times", np.zeros(value.shape, "datetime64[s]"), "type"),
            Odd("of truth values", value > 0, "type"),
            Odd(
                "in single precision",
                value.astype(np.complex64 if value.dtype.kind == "c" else np.float32),
            ),
            Odd("of halves", value + 0.5, "value" if value.dtype.kind in "fc" else "type"),
        ]
    )


def _one_of_many(value: list[Any]) -> st.SearchStrategy[Odd]:
    def put(place: int, item: Odd) -> Odd:
        return Odd(
            f"entry {place}: {item.what}",
            [*value[:place], item.value, *value[place + 1 :]],
            item.kind,
        )

    return st.integers(0, len(value) - 1).flatmap(
        lambda place: odd(value[place]).map(lambda item: put(place, item))
    )


def _spread(array: np.ndarray) -> np.ndarray:
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.setflags(write=False)
    return array


def _same(array: np.ndarray) -> np.ndarray:
    return array


def _rounded(array: np.ndarray) -> np.ndarray:
    return np.rint(3 * array) if array.dtype.kind == "f" and np.isfinite(array).all() else array


def _whole(array: np.ndarray) -> np.ndarray:
    rounded = _rounded(array)
    return rounded if rounded is array else rounded.astype(np.int64)


Change = Callable[[np.ndarray], np.ndarray]
# The same numbers in another order of memory, where nobody may write, or as integers; and those
# that they are to be compared with.
LAYOUTS: dict[str, tuple[Change, Change]] = {
    "by columns": (np.asfortranarray, _same),
    "backwards": (lambda array: array[..., ::-1].copy()[..., ::-1], _same),
    "with gaps": (_spread, _same),
    "read-only": (_read_only, _same),
    "integers": (_whole, _rounded),
}


def laid_out(value: Any, change: Change) -> Any:
    """A value with all arrays in it changed."""
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "biufc":
        return change(value)
    if isinstance(value, torch.Tensor) and value.ndim:
        # Of tensors the order alone: torch has neither negative strides nor what is read-only.
        return value.mT.contiguous().mT if change is np.asfortranarray and value.ndim > 1 else value
    if isinstance(value, Mapping):
        return {key: laid_out(item, change) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(laid_out(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        old = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        with contextlib.suppress(ValueError):  # rounded, it may be none
            return dataclasses.replace(value, **{k: laid_out(v, change) for k, v in old.items()})
    return value


def has_arrays(value: Any) -> bool:
    """Whether an argument is or holds an array or a tensor."""
    return any(array.ndim for _, array in mutations.parts(value))


def agree(result: Any, expected: Any) -> bool:
    """Whether two results hold the same numbers, up to rounding in single precision."""
    one, other = (list(mutations.parts(value)) for value in (result, expected))
    return [where for where, _ in one] == [where for where, _ in other] and all(
        a.shape == b.shape and _close(a, b) for (_, a), (_, b) in zip(one, other, strict=True)
    )


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    size = np.abs(b[np.isfinite(b)]).max(initial=0)
    return bool(np.allclose(a, b, rtol=1e-5, atol=1e-6 * float(size), equal_nan=True))
