"""Dates and durations: reading them, and reckoning with them."""

from __future__ import annotations

import calendar
import math
import re
from datetime import datetime, timedelta

from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import DAY, MONTH, Date, Duration

_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(?:Z|[+-]\d\d:?\d\d)?)?"
)
LONGEST = 100
"""Characters of a duration."""

_PART = re.compile(r"\s*([+-]?\s*\d{1,15}(?:\.\d{1,15})?)\s*([A-Za-z]+)\s*,?")

_HOUR = 3_600_000
_UNITS: dict[str, tuple[float, float, float]] = {
    # months, days, milliseconds
    "y year years": (12, 0, 0),
    "M month months": (1, 0, 0),
    "w week weeks": (0, 7, 0),
    "d day days": (0, 1, 0),
    "h hour hours": (0, 0, _HOUR),
    "m minute minutes": (0, 0, 60_000),
    "s second seconds": (0, 0, 1000),
    "ms millisecond milliseconds": (0, 0, 1),
}
_UNIT = {name: parts for names, parts in _UNITS.items() for name in names.split()}


def read_date(text: str) -> Date:
    """A date from text: `2024-02-29`, with or without a time; a zone is passed over.

    Raises:
        ExpressionError: If it is none.
    """
    match = _DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(each or 0) for each in match.groups()[:6])
        thousandths = int((match[7] or "0").ljust(3, "0")[:3])
        moment = datetime(year, month, day, hour, minute, second, thousandths * 1000)
    except ValueError:
        message = f"`{text[:40]}` is not a date"
        raise ExpressionError(message, "Write `YYYY-MM-DD` or `YYYY-MM-DD HH:mm:ss`") from None
    return Date(moment, match[4] is not None)


def read_duration(text: str) -> Duration:
    """A duration from text: `1d`, `2 weeks`, `1h 30m`. `M` is a month and `m` a minute.

    Raises:
        ExpressionError: If it is none.
    """
    place, found = 0, Duration()
    while len(text) <= LONGEST and (match := _PART.match(text, place)):
        parts = _UNIT.get(match[2])
        if parts is None:
            break
        number = float(re.sub(r"\s", "", match[1]))
        found = added(found, scaled(Duration(int(parts[0]), int(parts[1]), parts[2]), number))
        place = match.end()
    if not place or text[place:].strip():
        raise ExpressionError(
            f"`{text[:40]}` is not a duration",
            ("Write a number and a unit of `y M w d h m s`: `2w`, `1M`"),
        )
    return found


def scaled(duration: Duration, factor: float) -> Duration:
    """A duration some times over; what is left of a month or a day becomes milliseconds.

    Raises:
        ExpressionError: If it would have no end.
    """
    months, days = duration.months * factor, duration.days * factor
    if not math.isfinite(months + days + duration.milliseconds * factor):
        raise ExpressionError("the duration is infinite")
    rest = (months - math.trunc(months)) * MONTH + (days - math.trunc(days)) * DAY
    milliseconds = round(rest + duration.milliseconds * factor, 6)
    return Duration(math.trunc(months), math.trunc(days), milliseconds)


def added(left: Duration, right: Duration) -> Duration:
    """Two durations together."""
    return Duration(
        left.months + right.months,
        left.days + right.days,
        left.milliseconds + right.milliseconds,
    )


def moved(date: Date, duration: Duration) -> Date:
    """A date a duration later: first months, which stay within the month, then the rest.

    Days leave a day a day; hours make a moment of it.

    Raises:
        ExpressionError: If it is beyond the calendar.
    """
    try:
        moment = _months_later(date.moment, duration.months)
        rest = timedelta(days=duration.days, milliseconds=round(duration.milliseconds))
        return Date(moment + rest, date.has_time or duration.milliseconds != 0)
    except (OverflowError, ValueError):
        raise ExpressionError("the year is not between 1 and 9999") from None


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def between(later: Date, earlier: Date) -> Duration:
    """The time from one date to another, in days and what is less than one."""
    passed = later.moment - earlier.moment
    milliseconds = round(passed / timedelta(milliseconds=1))
    days = math.trunc(milliseconds / DAY)
    return Duration(0, days, milliseconds - days * DAY)
