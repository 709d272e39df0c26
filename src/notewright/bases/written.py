"""How values are written as text, where an expression joins them or a page shows no more."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal

from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import (
    Date,
    Duration,
    Fields,
    FileValue,
    Items,
    KindOfText,
    Link,
    Regexp,
    Value,
    bounded_text,
    shown_name,
)


def text_of(value: Value) -> str:
    """A value as text, as a page shows it.

    Raises:
        BudgetError: If it is longer than a text may be.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Date):
        return date_text(value)
    if isinstance(value, Duration):
        return duration_text(value)
    if isinstance(value, Link):
        return str(value.shown)
    if isinstance(value, FileValue):
        return shown_name(value.file)
    if isinstance(value, Regexp):
        return f"/{value.pattern}/{value.flags}"
    if isinstance(value, Items):
        return bounded_text(", ".join(text_of(each) for each in value))
    return bounded_text(_nested(value))


def source_of(value: Value) -> str:
    """A value as text that could be written into a note: a link with its brackets."""
    if isinstance(value, Link):
        text = f"|{value.text}" if value.text else ""
        return f"[[{value.target}{text}]]"
    if isinstance(value, KindOfText) and value.kind == "image":
        return f"![]({value})"
    return text_of(value)


def _nested(value: Value) -> str:
    """A value inside an object, in the form of JSON."""
    if isinstance(value, Fields):
        pairs = (f"{_quoted(name)}: {_nested(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Items):
        return f"[{', '.join(map(_nested, value))}]"
    if value is None:
        return "null"
    return text_of(value) if isinstance(value, bool | float) else _quoted(text_of(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def number_text(number: float) -> str:
    """A number as JavaScript writes it: `3`, `0.5`, `1e+21`."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    text = repr(number)
    exponent = int(text.partition("e")[2] or 0)
    if not number or (text.endswith(".0") and "e" not in text):
        return str(int(number))
    if exponent and -7 < exponent < 21:  # Python changes to powers of ten earlier
        return f"{Decimal(text):f}"
    return re.sub(r"e([+-])0*", r"e\1", text)


def date_text(date: Date) -> str:
    """A date in the form of ISO 8601, with its time if it has one."""
    moment = date.moment
    if not date.has_time:
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


_STAGES = (("minute", 45, "a minute"), ("hour", 22, "an hour"), ("day", 26, "a day"))


def duration_text(duration: Duration) -> str:
    """A duration in words, as Moment says it: "a few seconds", "3 days", "a year".

    Raises:
        ExpressionError: If it is longer than any number of years.
    """
    total = abs(duration.total)
    if not math.isfinite(total):
        raise ExpressionError("the duration is infinite")
    seconds = total / 1000
    if _rounded(seconds) < 45:
        return "a few seconds"
    for (unit, below, one), length in zip(_STAGES, (60, 3600, 86400), strict=True):
        count = _rounded(seconds / length)
        if count < below:
            return one if count <= 1 else f"{count} {unit}s"
    months = _rounded(seconds / 86400 / 30.436875)
    if months < 11:
        return "a month" if months <= 1 else f"{months} months"
    years = _rounded(seconds / 86400 / 365.2425)
    return "a year" if years <= 1 else f"{years} years"


def _rounded(number: float) -> int:
    """The nearest whole number; halves up."""
    return math.floor(number + 0.5)
