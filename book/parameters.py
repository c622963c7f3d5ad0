"""Parameters of a chapter: what its cell says of them, their limits, and values that are typed."""

import ast
import io
import reprlib
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import yaml

from book.limits import UNIT, Limits, allows, limit_complaints, schema, told, words

Value = int | float | str | bool | list[Any]

SHOWN = 60  # characters of what was typed
TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameter:
    """A name that a reader may set.

    Parameters
    ----------
    name : str
        As in the chapter.
    default : int, float, str, bool or list
        As in the chapter; its type is the parameter's.
    help : str
        The comment behind it.
    limits : mapping
        What is allowed: keywords of `book.limits.KEYWORDS`.
    """

    name: str
    default: Value
    help: str
    limits: Limits = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Name of the type, as a reader would say it."""
        if isinstance(self.default, list):
            return f"list of {type(self.default[0]).__name__}"
        return type(self.default).__name__

    @property
    def unit(self) -> str:
        """What is counted or measured; empty for a number without unit."""
        return str(self.limits.get(UNIT, ""))

    @property
    def allowed(self) -> str:
        """What is allowed, in words; empty where anything of the type is."""
        return words(self.limits)

    @cached_property
    def _schema(self) -> dict[str, Any]:
        return schema(self.default, self.limits)

    @property
    def described(self) -> dict[str, str]:
        """The row of a table."""
        return {
            "name": self.name,
            "type": self.type,
            "default": told(self.default),
            "unit": self.unit,
            "allowed": self.allowed,
            "help": self.help,
        }

    def accepts(self, value: object) -> bool:
        """Whether a value is of the parameter's type and allowed."""
        return allows(self._schema, value)

    def read(self, text: str) -> Value:
        """Read what a person typed.

        Parameters
        ----------
        text : str
            A list is written ``[1, 2]``, a truth value ``true`` or ``false``.

        Returns
        -------
        int, float, str, bool or list
            In the parameter's type.

        Raises
        ------
        ValueError
            If it is of another type, or not allowed; it says what is.
        """
        try:
            value = _converted(self.default, text)
        except (ValueError, KeyError, RecursionError, yaml.YAMLError):
            raise ValueError(self.refusal(text)) from None
        if not self.accepts(value):
            raise ValueError(self.refusal(text))
        return value

    def refusal(self, value: object) -> str:
        """Tell what is wrong with a value.

        Parameters
        ----------
        value : object
            Which is not accepted.

        Returns
        -------
        str
            A line that says what is.
        """
        wanted = f"{'an' if self.type[0] in 'aeiou' else 'a'} {self.type}"
        wanted += f" ({self.unit})" if self.unit else ""
        wanted += f", {self.allowed}," if self.allowed else ","
        shown = reprlib.Repr()
        shown.maxstring = shown.maxother = shown.maxlong = SHOWN
        return (
            f"parameter {self.name} takes {wanted} such as {told(self.default)}, "
            f"not {shown.repr(value)}"
        )


def read_parameters(source: str) -> list[Parameter]:
    """Read the parameters of a chapter, without their limits.

    Parameters
    ----------
    source : str
        Of its cell: lines ``name: type = literal  # what it is``.

    Returns
    -------
    list of Parameter
        In the order of the cell.

    Raises
    ------
    ValueError
        If a line is anything else.
    SyntaxError
        If it is not Python.

    Examples
    --------
    >>> read_parameters("seed: int = 0  # of every draw")
    [Parameter(name='seed', default=0, help='of every draw', limits={})]
    """
    statements = ast.parse(source).body  # first, since tokenize has no SyntaxError of its own
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for statement in statements:
        target = (
            statement.target
            if isinstance(statement, ast.AnnAssign)
            else statement.targets[0]
            if isinstance(statement, ast.Assign)
            else None
        )
        if not isinstance(target, ast.Name) or statement.value is None:  # type: ignore[attr-defined]
            raise ValueError(f"line {statement.lineno} is not 'name: type = literal  # what it is'")
        default = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
        first = default[0] if isinstance(default, list) and default else default
        if not isinstance(first, int | float | str):
            raise ValueError(
                f"{target.id} must be a number, text, truth value or list of some of these"
            )
        found.append(Parameter(target.id, default, comments.get(statement.end_lineno or 0, "")))
    return found


def limited(parameters: Sequence[Parameter], limits: object) -> list[Parameter]:
    """Give parameters their limits.

    Parameters
    ----------
    parameters : sequence of Parameter
        All of a chapter.
    limits : object
        For each name keywords of `book.limits.KEYWORDS`, if all is well.

    Returns
    -------
    list of Parameter
        The same, with their limits.

    Raises
    ------
    ValueError
        If names, limits and defaults do not fit together.

    Examples
    --------
    >>> limited([Parameter("seed", 0, "")], {"seed": {"minimum": 0, "maximum": 9}})
    [Parameter(name='seed', default=0, help='', limits={'minimum': 0, 'maximum': 9})]
    """
    if not isinstance(limits, Mapping):
        raise ValueError(f"needs a mapping of names to limits, not {limits!r}")
    names = [parameter.name for parameter in parameters]
    wrong = [f"no parameter {name!r} to limit" for name in limits if name not in names]
    for parameter in parameters:
        if parameter.name not in limits:
            wrong.append(f"parameter {parameter.name} has no limits, be they {{}}")
        else:
            lines = limit_complaints(parameter.default, limits[parameter.name])
            wrong += [f"limits of {parameter.name}: {line}" for line in lines]
    if wrong:
        raise ValueError("; ".join(wrong))
    return [replace(parameter, limits=limits[parameter.name]) for parameter in parameters]


def _converted(default: Value, text: str) -> Value:
    """A text in the type of a default."""
    if isinstance(default, list):
        # Its items stay texts: what YAML takes for a date or an octal number is none here.
        items = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - gives texts alone
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("not a list")
        return [_converted(default[0], item) for item in items]
    if isinstance(default, bool):
        return TRUTHS[text.strip().lower()]
    return type(default)(text)
