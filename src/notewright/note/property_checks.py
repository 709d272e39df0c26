"""Checks of properties that themes and feeds read: one of the wrong kind would end a build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from notewright.errors import Problem, shortened
from notewright.note.note import Note

DATES = ("date", "created", "updated", "modified")
"""Properties that say when a note was written or changed."""

_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "template": ((str,), "the name of a template"),
    "icon": ((str,), "the name of an icon, such as `material/school`"),
    "hide": ((list, str, dict), "a list, such as `[toc]`"),
    "search": ((dict,), "names and values, such as `exclude: true`"),
}
_WORDS: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "code-fold": (("all", "figures", "none"), "`all`, `figures` or `none`"),
    "heading-labels": ((True, False), "`true` or `false`"),
}
"""Properties that take a few words alone: another one would change nothing, and say nothing."""
_YEARS = range(1970, 2100)
"""What a site map can hold: the time in its packed form has 32 bits."""


def odd_properties(properties: Mapping[Any, Any]) -> dict[str, str]:
    """Properties of the wrong kind, with what they should be."""
    found = {
        name: kind
        for name, (types, kind) in _KINDS.items()
        if properties.get(name) is not None and not isinstance(properties[name], types)
    }
    found |= {
        name: kind
        for name, (words, kind) in _WORDS.items()
        if properties.get(name) is not None
        and not any(
            word == properties[name] and type(word) is type(properties[name]) for word in words
        )
    }
    dates = {name: properties.get(name) for name in DATES}
    odd = [name for name, each in dates.items() if isinstance(each, date) and not is_usual(each)]
    return found | dict.fromkeys(odd, f"a date from {_YEARS.start} to {_YEARS.stop - 1}")


def is_usual(day: date) -> bool:
    """Whether a date, or a date with a time, can be told everywhere."""
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.replace(tzinfo=None)
    return day.year in _YEARS


def check_properties(note: Note) -> Iterator[Problem]:
    """Yield each property of a note that is of the wrong kind, with its line."""
    for name, kind in odd_properties(note.properties).items():
        yield wrong_property(note, name, f"Use {kind}")


def wrong_property(note: Note, name: str, remedy: str) -> Problem:
    """The problem of a property that cannot be used."""
    shown = shortened(repr(note.properties.get(name)), 60)
    message = f"invalid value for property `{name}`: {shown}"
    return Problem(note.file, line_of(note, name), message, remedy)


def line_of(note: Note, name: str) -> int:
    """The line of a property; 1 if it is not at the start of one."""
    lines = note.text.split("\n")[: note.body_line]
    starts = re.compile(rf"(?:# ?)?[\"']?{re.escape(name)}[\"']?[ \t]*:")
    return next((n for n, text in enumerate(lines, start=1) if starts.match(text)), 1)
