"""Properties of notes as values: what YAML gave becomes what expressions know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from notewright.bases.files import File
from notewright.bases.links import is_address, read_link, wikilink_in
from notewright.bases.scope import Scope, plain_moment
from notewright.bases.values import Date, Fields, Items, KindOfText, Value, bounded_text

RESULTS = "result"
"""The name of what the cells of a note gave, unless the note has a property of this name."""


def property_of(file: File, name: str, scope: Scope) -> Value:
    """A property of a file, or null; the elements of `tags` are tags.

    Of `result.label.column`, which a column may be called, the note knows the first word.
    """
    first, _, rest = name.partition(".")
    if first == RESULTS and first not in file.properties and name not in file.properties:
        return _result(file, rest, scope)
    value = value_of(file.properties.get(name), scope, file.path)
    if name == "tags":
        if isinstance(value, str):
            value = Items(value.replace(",", " ").split())
        if isinstance(value, Items):
            return Items(_tag(each) for each in value)
    return value


def _result(file: File, path: str, scope: Scope) -> Value:
    """The results of a note, those of one cell, or the value that one of these has."""
    label, _, column = path.partition(".")
    found: Any = file.results
    for name in filter(None, (label, column)):
        found = found.get(name) if isinstance(found, Mapping) else None
    return value_of(found, scope, file.path)


def _tag(value: Value) -> Value:
    return KindOfText(value.removeprefix("#"), "tag") if isinstance(value, str) else value


def properties_of(file: File, scope: Scope) -> Fields:
    """All properties of a file as an object."""
    return Fields({str(name): property_of(file, str(name), scope) for name in file.properties})


def value_of(raw: Any, scope: Scope, source: str) -> Value:
    """A value of YAML as one of the language.

    Text that is one wikilink is a link, found from the file in which it stands; an address is
    text of the kind `url`. What YAML knows and the language does not becomes text.
    """
    scope.budget.spend()
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        try:
            return float(raw)
        except OverflowError:  # an integer of hundreds of digits
            return math.inf if raw > 0 else -math.inf
    if isinstance(raw, str):
        inner = wikilink_in(raw)
        if inner is not None:
            return read_link(inner, scope, source)
        text = bounded_text(str(raw))
        return KindOfText(text, "url") if text[:4] == "http" and is_address(text) else text
    if isinstance(raw, datetime):  # before the days: it is one
        return Date(plain_moment(raw), True)
    if isinstance(raw, date):
        return Date(datetime(raw.year, raw.month, raw.day), False)
    if isinstance(raw, Mapping):
        return Fields({str(name): value_of(each, scope, source) for name, each in raw.items()})
    if isinstance(raw, list | tuple | set | frozenset):
        return Items(value_of(each, scope, source) for each in raw)
    return bounded_text(str(raw))
