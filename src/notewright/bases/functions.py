"""Functions: how one is declared, and how its arguments are checked before it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from notewright.bases.comparing import a_type
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import (
    Date,
    Duration,
    FileValue,
    Items,
    Link,
    Regexp,
    Value,
)
from notewright.bases.written import text_of


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Attributes:
        run: What computes it: from the scope, for methods the value, and the arguments.
        kinds: What each argument must be.
        least: Arguments that may not be left out.
        repeats: Whether the last argument may stand as often as one likes.
    """

    run: Callable[..., Value]
    kinds: tuple[str, ...]
    least: int
    repeats: bool

    def kind(self, place: int) -> str:
        """What the argument at a place must be."""
        return self.kinds[min(place, len(self.kinds) - 1)]

    def check_count(self, count: int, name: str) -> None:
        """Count the arguments.

        Raises:
            ExpressionError: If there are too few or too many.
        """
        if count < self.least or (count > len(self.kinds) and not self.repeats):
            most = "or more" if self.repeats else f"to {len(self.kinds)}"
            wanted = str(self.least) if self.least == len(self.kinds) else f"{self.least} {most}"
            plural = "" if wanted == "1" else "s"
            raise ExpressionError(f"`{name}` takes {wanted} argument{plural}, not {count}")


class Table(dict[str, Function]):
    """Functions of one type of value, by name."""

    def add(
        self, name: str, kinds: str = ""
    ) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
        """Declare what it decorates as a function.

        Args:
            name: What the language calls it.
            kinds: What each argument must be, with blanks between; `?` behind what may be left
                out, `*` behind what may stand as often as one likes, or not at all.
        """
        words = kinds.split()

        def declare(run: Callable[..., Value]) -> Callable[..., Value]:
            self[name] = Function(
                run,
                tuple(word.rstrip("?*") for word in words),
                sum(word[-1] not in "?*" for word in words),
                kinds.endswith("*"),
            )
            return run

        return declare


class Nothing(Exception):  # noqa: N818 - it is no error
    """A function was given null where it needs a value: it gives null."""


def checked(function: Function, name: str, given: Sequence[Value]) -> Iterator[Any]:
    """The arguments of a call, each as what the function needs.

    Null in place of what may be left out counts as left out.

    Raises:
        ExpressionError: If one is of a wrong type.
        Nothing: If one is null that may not be.
    """
    for place, value in enumerate(given):
        if value is None and place >= function.least and not function.repeats:
            return
        yield as_kind(value, function.kind(place), name)


def as_kind(value: Value, kind: str, name: str) -> Any:
    """A value as what a function needs.

    A link is text, too, and a duration a number of milliseconds.

    Raises:
        ExpressionError: If it is of a wrong type.
        Nothing: If it is null.
    """
    if kind == "any":
        return value
    if value is None:
        raise Nothing
    if kind in ("text", "pattern", "place") and isinstance(value, str | Link):
        return value if kind == "place" else text_of(value)
    if kind == "number" and isinstance(value, Duration):
        return value.total
    if not isinstance(value, _TYPES[kind]):
        raise ExpressionError(f"`{name}` needs {_TOLD[kind]}, not {a_type(value)}")
    return value


_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "pattern": Regexp,
    "place": FileValue,
    "number": float,
    "list": Items,
    "date": Date,
}
_TOLD = {
    "text": "text",
    "pattern": "text or a regular expression",
    "place": "a file, a link or a path",
    "number": "a number",
    "list": "a list",
    "date": "a date",
}


def whole(number: float) -> int:
    """A number without what stands behind its point; NaN is 0, and infinity a large number."""
    if number != number:
        return 0
    return int(max(-1e9, min(1e9, number)))
