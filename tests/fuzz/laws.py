"""What every public function of `lib` keeps to, whatever it is given."""

import contextlib
import inspect
import io
import re
import signal
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import mutations

import lib

AGAIN = 0.01
# What arguments are called by errors that do not say their names: a word for a thing, not a letter.
ALSO_CALLED = {
    "value": ("number",),
    "coefficients": ("diffusion",),
    "record": ("claim", "erratum"),
    "weights": ("stencil", "offsets"),
    "name_or_path": ("dataset",),
    "K": ("weights",),
    "X": ("inputs",),
    "W21": ("matrix",),
    "direction": ("projections",),
    "eigenvalues": ("eigenvalue",),
    "factors": ("filter",),
    "fraction": ("hinges",),
    "g": ("values",),
    "name": ("network", "activation", "column"),
    "names": ("network",),
    "offsets": ("stencil",),
    "shape": ("layer",),
    "shapes": ("layer",),
    "start": ("first state", "difference"),
    "subset": ("modes",),
    "terms": ("weights",),
    "train": ("images to learn from",),
    "test": ("images to test on",),
    "largest": ("rate",),
    "scales": ("u0",),
    "values": ("value", "grid"),
    "q0": ("q",),
    "widths": ("layer",),
}
# How Python, NumPy and torch refuse what they cannot work with; see `Documented.fault`.
PYTHONS_OWN = {"type": (TypeError, AttributeError), "immense": (RuntimeWarning, ArithmeticError)}
Function = Callable[..., Any]


class Documented:
    """A function or method, and what its docstring announces."""

    def __init__(self, function: Function) -> None:
        self.function = function
        parameters = inspect.signature(function).parameters.values()
        self.parameters = [p.name for p in parameters if p.name != "device"]
        self.packed = {p.name for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        told = inspect.getdoc(function) or ""
        self.raises = "ValueError" in _section(told, "Raises")
        # A class gives back what it was given.
        returns = _section(told, "Parameters" if inspect.isclass(function) else "Returns")
        self.may_hold = {
            what
            for what, words in (("NaN", "NaN|not finite"), ("inf", "inf|infinite|not finite"))
            if re.search(rf"\b({words})\b", returns)
        }

    def __call__(self, given: Mapping[str, Any]) -> Any:
        """Call it; arguments of any number, such as *shape, are given by their name."""
        bound = inspect.BoundArguments(inspect.signature(self.function), dict(given))
        return self.function(*bound.args, **bound.kwargs)

    def fault(
        self,
        given: Mapping[str, Any],
        seconds: float,
        may_last: bool = False,
        kinds: Collection[str] = (),
    ) -> str | None:
        """How a call breaks the laws, in words; None if it keeps them.

        Where `kinds` of what is given has "type", a value that the hints exclude, Python may refuse
        it in its own words. Where it has "immense", a number whose square no double holds, the
        result may be inf, and NumPy or Python may say that it overflows.
        """
        before = mutations.content(given)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                result = self._result(given, seconds)
        except ValueError as error:
            found = self._error_fault(error, given)
        except TimeoutError as error:
            found = None if may_last else str(error)
        except Exception as error:  # a warning is one, by pyproject.toml
            own = any(isinstance(error, PYTHONS_OWN.get(kind, ())) for kind in kinds)
            torch_may = not {"type", "immense"}.isdisjoint(kinds)
            own |= torch_may and type(error) is RuntimeError
            found = None if own else f"{type(error).__name__}: {error}"
        else:
            allowed = {"inf"} if "immense" in kinds else set()
            found = self._result_fault(result, self.may_hold | allowed)
        if found is None and said.getvalue():
            found = f"printed {said.getvalue()!r}"
        if found is None and mutations.content(given) != before:
            found = "changed what it was given"
        return found

    def _result(self, given: Mapping[str, Any], seconds: float) -> Any:
        with limited(seconds):
            return self(given)

    def _result_fault(self, result: Any, may_hold: Collection[str]) -> str | None:
        for what, where in mutations.not_finite(result):
            if what not in may_hold:
                return f"the result holds {what}{where}"
        return None

    def _error_fault(self, error: ValueError, given: Mapping[str, Any]) -> str | None:
        text = str(error)
        if not self.raises:
            return f"a ValueError that the docstring does not announce: {text}"
        if "\n" in text or not is_ours(error):
            return f"not an error of the book's own: {text}"
        if not any(re.search(rf"\b{word}s?\b", text) for word in self._words(given)):
            return f"an error that names no argument: {text}"
        return None

    def _words(self, given: Mapping[str, Any]) -> Iterator[str]:
        """By which an error may name an argument."""
        for name in self.parameters:
            name = name.strip("_")
            yield re.escape(name.removesuffix("s") or name)
            yield from ALSO_CALLED.get(name, ())
        for name in ("name", "kind"):  # of what is checked: those of `lib.checks`
            if isinstance(given.get(name), str):
                yield re.escape(given[name])
        yield from map(re.escape, _keys(given))


def _keys(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        for key, value in given.items():
            yield from [key] if isinstance(key, str) else []
            yield from _keys(value)


def _section(told: str, title: str) -> str:
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", told, re.M | re.S)
    return found[1] if found else ""


def is_ours(error: ValueError) -> bool:
    """Whether a `raise` in `lib` made it: not a package below, nor Python's or NumPy's C code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    in_lib = Path(last.filename).is_relative_to(Path(lib.__path__[0]))
    return in_lib and (last.line or "").startswith("raise ")


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
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
