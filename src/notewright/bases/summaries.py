"""Summaries of a column: the built-in ones, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from notewright.bases.comparing import key_of
from notewright.bases.durations import between
from notewright.bases.values import Date, Value, is_empty


def _numbers(values: Sequence[Value]) -> list[float]:
    """The numbers among values; all others are left out."""
    return [each for each in values if isinstance(each, float) and not math.isnan(each)]


def _dates(values: Sequence[Value]) -> list[Date]:
    """The dates among values, from old to new."""
    found = [each for each in values if isinstance(each, Date)]
    return sorted(found, key=lambda date: (date.moment, date.has_time))


def _sum(numbers: Sequence[float]) -> float:
    """A sum that depends on no order; the infinities of divisions by zero may be in it."""
    finite = [each for each in numbers if math.isfinite(each)]
    try:
        total = math.fsum(finite)
    except OverflowError:
        total = sum(sorted(finite))
    return total + sum(each for each in numbers if not math.isfinite(each))


def _average(values: Sequence[Value]) -> Value:
    numbers = _numbers(values)
    return _sum(numbers) / len(numbers) if numbers else None


def _median(values: Sequence[Value]) -> Value:
    numbers = sorted(_numbers(values))
    if not numbers:
        return None
    middle = len(numbers) // 2
    low, high = numbers[(len(numbers) - 1) // 2], numbers[middle]
    return low if low == high else low / 2 + high / 2


def _stddev(values: Sequence[Value]) -> Value:
    """Of the population: the rows are all that there are, and no sample of more."""
    numbers = _numbers(values)
    mean = _average(values)
    if not isinstance(mean, float):
        return None
    squares = [(each - mean) * (each - mean) for each in numbers]
    return math.sqrt(_sum(squares) / len(numbers))


def _range(values: Sequence[Value]) -> Value:
    """Of numbers the largest less the smallest; where there are none, the time between dates."""
    numbers = _numbers(values)
    if numbers:
        return max(numbers) - min(numbers)
    dates = _dates(values)
    return between(dates[-1], dates[0]) if dates else None


def _count(holds: Callable[[Value], bool]) -> Callable[[Sequence[Value]], Value]:
    return lambda values: float(sum(holds(each) for each in values))


SUMMARIES: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "Average": _average,
    "Min": lambda values: min(_numbers(values), default=None),
    "Max": lambda values: max(_numbers(values), default=None),
    "Sum": lambda values: _sum(_numbers(values)),
    "Range": _range,
    "Median": _median,
    "Stddev": _stddev,
    "Earliest": lambda values: next(iter(_dates(values)), None),
    "Latest": lambda values: next(reversed(_dates(values)), None),
    "Checked": _count(lambda value: value is True),
    "Unchecked": _count(lambda value: value is False),
    "Empty": _count(is_empty),
    "Filled": _count(lambda value: not is_empty(value)),
    "Unique": lambda values: float(len({key_of(each) for each in values if not is_empty(each)})),
}
"""What makes one value of the values of a column; of nothing, most make null."""
