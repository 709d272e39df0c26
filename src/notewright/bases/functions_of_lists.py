"""Functions of lists and of objects."""

from __future__ import annotations

import math
from collections.abc import Hashable

from notewright.bases.comparing import key_of, sort_key
from notewright.bases.functions import Table, whole
from notewright.bases.mistakes import BudgetError
from notewright.bases.scope import Expression, Scope
from notewright.bases.values import (
    LONGEST_TEXT,
    Fields,
    Items,
    Link,
    Value,
    bounded_text,
    is_truthy,
)
from notewright.bases.written import source_of, text_of

FIELDS = Table()
METHODS = Table()
OF_OBJECTS = Table()
"""Methods of objects."""


@FIELDS.add("length")
def _length(scope: Scope, items: Items) -> Value:
    return float(len(items))


@METHODS.add("contains", "any")
def _contains(scope: Scope, items: Items, value: Value) -> Value:
    return _contains_all(scope, items, value)


@METHODS.add("containsAll", "any*")
def _contains_all(scope: Scope, items: Items, *values: Value) -> Value:
    keys = {key_of(each) for each in items}
    return all(key_of(value) in keys for value in values)


@METHODS.add("containsAny", "any*")
def _contains_any(scope: Scope, items: Items, *values: Value) -> Value:
    keys = {key_of(each) for each in items}
    return any(key_of(value) in keys for value in values)


@METHODS.add("filter", "expression")
def _filter(scope: Scope, items: Items, keeps: Expression) -> Value:
    return Items(
        each
        for index, each in enumerate(items)
        if is_truthy(keeps({"value": each, "index": float(index)}))
    )


@METHODS.add("map", "expression")
def _map(scope: Scope, items: Items, made: Expression) -> Value:
    return Items(made({"value": each, "index": float(index)}) for index, each in enumerate(items))


@METHODS.add("reduce", "expression any")
def _reduce(scope: Scope, items: Items, step: Expression, start: Value) -> Value:
    found = start
    for index, each in enumerate(items):
        found = step({"acc": found, "value": each, "index": float(index)})
    return found


@METHODS.add("flat")
def _flat(scope: Scope, items: Items) -> Value:
    return Items(part for each in items for part in (each if isinstance(each, Items) else (each,)))


@METHODS.add("reverse")
def _reverse(scope: Scope, items: Items) -> Value:
    return Items(items[::-1])


@METHODS.add("slice", "number number?")
def _slice(scope: Scope, items: Items, start: float, end: float | None = None) -> Value:
    return Items(items[whole(start) : None if end is None else whole(end)])


@METHODS.add("sort")
def _sort(scope: Scope, items: Items) -> Value:
    scope.budget.spend(items.weight // 4)
    return Items(sorted(items, key=sort_key))


@METHODS.add("unique")
def _unique(scope: Scope, items: Items) -> Value:
    first: dict[Hashable, Value] = {}
    for each in items:
        # Two links to one file are two where they say other words.
        first.setdefault(source_of(each) if isinstance(each, Link) else key_of(each), each)
    return Items(first.values())


@METHODS.add("join", "text")
def _join(scope: Scope, items: Items, separator: str) -> Value:
    parts, length = [], 0
    for each in items:
        part = text_of(each)
        length += len(part) + len(separator)
        if length > LONGEST_TEXT + len(separator):  # before it is made
            raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
        parts.append(part)
    return bounded_text(separator.join(parts))


@METHODS.add("mean")
def _mean(scope: Scope, items: Items) -> Value:
    """The mean of the numbers; other elements are left out. The help has it in an example."""
    numbers = [each for each in items if isinstance(each, float)]
    return math.fsum(numbers) / len(numbers) if numbers else None


@OF_OBJECTS.add("keys")
def _keys_of(scope: Scope, fields: Fields) -> Value:
    return Items(fields)


@OF_OBJECTS.add("values")
def _values_of(scope: Scope, fields: Fields) -> Value:
    return Items(fields.values())
