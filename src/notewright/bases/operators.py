"""Operators: what signs between values, and in front of them, make of them."""

from __future__ import annotations

import math
from collections.abc import Callable

from notewright.bases.comparing import a_type, are_equal, compare
from notewright.bases.durations import added, between, moved, read_duration, scaled
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import Date, Duration, Link, Value, bounded_text
from notewright.bases.written import text_of


def binary(operator: str, left: Value, right: Value) -> Value:
    """The value of two values with an operator between them, but for `&&` and `||`.

    Null makes arithmetic null, and no comparison holds with it; joined to text it is no text.

    Raises:
        ExpressionError: If the operator means nothing for them.
    """
    if operator in ("==", "!="):
        return are_equal(left, right) == (operator == "==")
    if operator in _ORDERS:
        order = compare(left, right)
        return order is not None and _ORDERS[operator](order)
    found = _reckoned(operator, left, right)
    if found is not None:
        return found
    if operator == "+" and (isinstance(left, str | Link) or isinstance(right, str | Link)):
        return bounded_text(text_of(left) + text_of(right))
    if left is None or right is None:
        return None
    raise ExpressionError(f"`{operator}` does not work between {a_type(left)} and {a_type(right)}")


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _reckoned(operator: str, left: Value, right: Value) -> Value:
    """Arithmetic with numbers, dates and durations; None if it is none."""
    if isinstance(left, float) and isinstance(right, float):
        return _ARITHMETIC[operator](left, right)
    if isinstance(left, Date):
        return _with_date(operator, left, right)
    if isinstance(left, Duration):
        return _with_duration(operator, left, right)
    return None


def _with_date(operator: str, left: Date, right: Value) -> Value:
    if isinstance(right, Date) and operator == "-":
        return between(left, right)
    if isinstance(right, str) and operator in "+-":
        right = read_duration(right)
    if isinstance(right, Duration) and operator in "+-":
        return moved(left, right if operator == "+" else scaled(right, -1))
    return None


def _with_duration(operator: str, left: Duration, right: Value) -> Value:
    if isinstance(right, float) and operator in "*/":
        factor = right if operator == "*" else _divided(1, right)
        if operator == "/" and math.isfinite(right) and right:
            return _divided_duration(left, right)
        return scaled(left, factor)
    if isinstance(right, Duration) and operator == "/":
        return _divided(left.total, right.total)
    if isinstance(right, Date) and operator == "+":
        return moved(right, left)
    if isinstance(right, str) and operator in "+-":
        right = read_duration(right)
    if isinstance(right, Duration) and operator in "+-":
        return added(left, right if operator == "+" else scaled(right, -1))
    return None


def _divided_duration(duration: Duration, number: float) -> Duration:
    """A duration divided: the whole months and days that come out, and the rest in milliseconds."""
    if not (duration.months or duration.days):
        return Duration(0, 0, duration.milliseconds / number)
    if duration.months % number == 0 == duration.days % number:
        months, days = int(duration.months / number), int(duration.days / number)
        return Duration(months, days, duration.milliseconds / number)
    return Duration(0, 0, duration.total / number)


def negative(value: Value) -> Value:
    """A value with `-` in front of it.

    Raises:
        ExpressionError: If it is neither a number nor a duration.
    """
    if isinstance(value, float):
        return -value
    if isinstance(value, Duration):
        return scaled(value, -1)
    if value is None:
        return None
    raise ExpressionError(f"`-` cannot be applied to {a_type(value)}")


def _divided(left: float, right: float) -> float:
    """As in JavaScript: by zero it is infinity, and zero by zero no number."""
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": _remainder,
}
