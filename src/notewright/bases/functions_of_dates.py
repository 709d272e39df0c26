"""Functions of dates: their parts, and the forms in which they are written."""

from __future__ import annotations

import re
from datetime import datetime

from notewright.bases.durations import between
from notewright.bases.functions import Table
from notewright.bases.scope import Scope
from notewright.bases.values import Date, Value, bounded_text
from notewright.bases.written import duration_text

FIELDS = Table()
METHODS = Table()


@FIELDS.add("year")
def _year(scope: Scope, date: Date) -> Value:
    return float(date.moment.year)


@FIELDS.add("month")
def _month(scope: Scope, date: Date) -> Value:
    return float(date.moment.month)


@FIELDS.add("day")
def _day(scope: Scope, date: Date) -> Value:
    return float(date.moment.day)


@FIELDS.add("hour")
def _hour(scope: Scope, date: Date) -> Value:
    return float(date.moment.hour)


@FIELDS.add("minute")
def _minute(scope: Scope, date: Date) -> Value:
    return float(date.moment.minute)


@FIELDS.add("second")
def _second(scope: Scope, date: Date) -> Value:
    return float(date.moment.second)


@FIELDS.add("millisecond")
def _millisecond(scope: Scope, date: Date) -> Value:
    return float(date.moment.microsecond // 1000)


@METHODS.add("date")
def _date(scope: Scope, date: Date) -> Value:
    return Date(date.moment.replace(hour=0, minute=0, second=0, microsecond=0), False)


@METHODS.add("time")
def _time(scope: Scope, date: Date) -> Value:
    return formatted(date.moment, "HH:mm:ss")


@METHODS.add("format", "text")
def _format(scope: Scope, date: Date, form: str) -> Value:
    scope.budget.spend(len(form) // 4)
    return bounded_text(formatted(date.moment, form))


@METHODS.add("relative")
def _relative(scope: Scope, date: Date) -> Value:
    passed = between(scope.now, date)
    told = duration_text(passed)
    return f"in {told}" if passed.total < 0 else f"{told} ago"


_MONTH_NAMES = """
January February March April May June July August September October November December
"""
_DAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_MONTHS, _DAYS = _MONTH_NAMES.split(), _DAY_NAMES.split()
_FORM = re.compile(
    r"\[([^\]]*)\]|MMMM|MMM|MM|Mo|M|YYYY|YY|Y|DDDD|DDD|DD|Do|D|dddd|ddd|dd|do|d|E|GGGG|GG|gggg|gg"
    r"|Qo|Q|WW|Wo|W|ww|wo|w|HH|H|hh|h|kk|k|mm|m|SSS|SS|S|ss|s|A|a|X|x"
)


def formatted(moment: datetime, form: str) -> str:
    """A moment in a form of Moment, as in `dddd, D MMMM YYYY [at] HH:mm`; names are English."""
    return _FORM.sub(lambda match: _part(moment, match), form)


def _part(moment: datetime, match: re.Match[str]) -> str:
    """What one token of a form stands for."""
    if match[1] is not None:
        return match[1]
    token = match[0]
    if token in ("MMMM", "MMM"):
        return _MONTHS[moment.month - 1][: None if token == "MMMM" else 3]
    if token in ("dddd", "ddd", "dd"):
        return _DAYS[moment.weekday()][: {"dddd": None, "ddd": 3, "dd": 2}[token]]
    if token in ("A", "a"):
        half = "AM" if moment.hour < 12 else "PM"
        return half if token == "A" else half.lower()
    number = _number(moment, token.rstrip("o"))
    if token[-1] == "o":
        return _ordinal(number)
    if token in ("YY", "GG", "gg"):
        return f"{number % 100:02}"
    if token in ("YYYY", "GGGG", "gggg"):
        return f"{number:04}"
    width = {"DDDD": 3, "SSS": 3}.get(token, 1 if token == "DDD" else len(token))
    return f"{number:0{width}}"


def _number(moment: datetime, token: str) -> int:
    """The number of a token, by its first letter."""
    day_of_year = moment.timetuple().tm_yday
    if token[0] in "Xx":
        passed = moment - datetime(1970, 1, 1)
        seconds = passed.days * 86400 + passed.seconds
        return seconds if token == "X" else seconds * 1000 + passed.microseconds // 1000
    if token[0] == "S":
        return moment.microsecond // (100_000, 10_000, 1000)[len(token) - 1]
    if token[0] in "wg":
        year, week = _american_week(moment)
        return week if token[0] == "w" else year
    iso = moment.isocalendar()
    numbers: dict[str, int] = {
        "Y": moment.year,
        "Q": (moment.month + 2) // 3,
        "M": moment.month,
        "D": day_of_year if token.startswith("DDD") else moment.day,
        "d": moment.isoweekday() % 7,
        "E": moment.isoweekday(),
        "W": iso.week,
        "G": iso.year,
        "H": moment.hour,
        "h": (moment.hour + 11) % 12 + 1,
        "k": moment.hour or 24,
        "m": moment.minute,
        "s": moment.second,
    }
    return numbers[token[0]]


def _american_week(moment: datetime) -> tuple[int, int]:
    """Year and week, where weeks start on Sunday and the first one holds 1 January."""
    since_sunday = moment.isoweekday() % 7
    to_saturday = 6 - since_sunday
    if moment.month == 12 and moment.day + to_saturday > 31:
        return moment.year + 1, 1
    return moment.year, (moment.timetuple().tm_yday + 6 + to_saturday) // 7


def _ordinal(number: int) -> str:
    """A number as in "the 3rd"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"
