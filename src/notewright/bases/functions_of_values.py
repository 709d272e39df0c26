"""Functions of any value, and the global ones that make a value of another."""

from __future__ import annotations

import math
import re

from notewright.bases.comparing import a_type
from notewright.bases.durations import read_date, read_duration
from notewright.bases.functions import Table
from notewright.bases.links import file_meant, is_address, read_link, wikilink_in
from notewright.bases.mistakes import ExpressionError
from notewright.bases.scope import Expression, Scope
from notewright.bases.values import (
    Date,
    Duration,
    FileValue,
    Items,
    KindOfText,
    Link,
    Value,
    bounded_text,
    is_empty,
    is_truthy,
    is_type,
)
from notewright.bases.written import source_of, text_of

GLOBAL = Table()
"""Functions that stand alone."""

METHODS = Table()
"""Methods that any value has."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


@METHODS.add("isTruthy")
def _is_truthy(scope: Scope, value: Value) -> Value:
    return is_truthy(value)


@METHODS.add("isType", "text")
def _is_type(scope: Scope, value: Value, name: str) -> Value:
    return is_type(value, name)


@METHODS.add("toString")
def _to_string(scope: Scope, value: Value) -> Value:
    return source_of(value)


@METHODS.add("isEmpty")
def _is_empty(scope: Scope, value: Value) -> Value:
    return is_empty(value)


@GLOBAL.add("if", "expression expression expression?")
def _if(
    scope: Scope, condition: Expression, then: Expression, other: Expression | None = None
) -> Value:
    if is_truthy(condition()):
        return then()
    return other() if other is not None else None


@GLOBAL.add("date", "any")
def _date(scope: Scope, value: Value) -> Value:
    if value is None or isinstance(value, Date):
        return value
    if not isinstance(value, str | Link):
        raise ExpressionError(f"`date` needs text, not {a_type(value)}")
    return read_date(text_of(value))


@GLOBAL.add("duration", "any")
def _duration(scope: Scope, value: Value) -> Value:
    if value is None or isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise ExpressionError(f"`duration` needs text, not {a_type(value)}")
    return read_duration(value)


@GLOBAL.add("now")
def _now(scope: Scope) -> Value:
    return scope.now


@GLOBAL.add("today")
def _today(scope: Scope) -> Value:
    return Date(scope.now.moment.replace(hour=0, minute=0, second=0, microsecond=0), False)


@GLOBAL.add("random")
def _random(scope: Scope) -> Value:
    raise ExpressionError("random numbers are not available, because pages must be reproducible")


@GLOBAL.add("number", "any")
def _number(scope: Scope, value: Value) -> Value:
    if value is None:
        return None
    if isinstance(value, bool | float):
        return float(value)
    if isinstance(value, Duration):
        return value.total
    if isinstance(value, Date):
        epoch = value.moment.replace(year=1970, month=1, day=1, hour=0, minute=0, second=0)
        passed = value.moment - epoch.replace(microsecond=0)
        return float((passed.days * 86400 + passed.seconds) * 1000 + passed.microseconds // 1000)
    if isinstance(value, str | Link):
        text = text_of(value).strip()
        if _NUMBER.fullmatch(text):
            return float(text)
        raise ExpressionError(f"`{text[:40]}` is not a number")
    raise ExpressionError(f"`number` cannot convert {a_type(value)}")


@GLOBAL.add("max", "number number*")
def _max(scope: Scope, *numbers: float) -> Value:
    return math.nan if any(map(math.isnan, numbers)) else max(numbers)


@GLOBAL.add("min", "number number*")
def _min(scope: Scope, *numbers: float) -> Value:
    return math.nan if any(map(math.isnan, numbers)) else min(numbers)


@GLOBAL.add("list", "any")
def _list(scope: Scope, value: Value) -> Value:
    return value if isinstance(value, Items) else Items([value])


@GLOBAL.add("link", "place text?")
def _link(scope: Scope, place: FileValue | Link | str, text: str = "") -> Value:
    if isinstance(place, str):
        inner = wikilink_in(place)
        made = Link(str(place)) if is_address(place) else read_link(inner or place, scope)
    else:
        made = place if isinstance(place, Link) else Link(place.file.path, file=place.file)
    return Link(made.target, text or made.text, made.file)


@GLOBAL.add("file", "place")
def _file(scope: Scope, place: FileValue | Link | str) -> Value:
    file, _ = file_meant(place, scope)
    return FileValue(file) if file is not None else None


@GLOBAL.add("image", "place")
def _image(scope: Scope, place: FileValue | Link | str) -> Value:
    if isinstance(place, str) and is_address(place):
        return KindOfText(place, "image")
    file, text = file_meant(place, scope)
    return KindOfText(file.path if file is not None else text, "image", file)


@GLOBAL.add("icon", "text")
def _icon(scope: Scope, name: str) -> Value:
    return KindOfText(name, "icon")


@GLOBAL.add("html", "text")
def _html(scope: Scope, text: str) -> Value:
    return KindOfText(text, "html")


_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


@GLOBAL.add("escapeHTML", "text")
def _escape_html(scope: Scope, text: str) -> Value:
    return bounded_text(text.translate(_ESCAPED))
