"""Properties of a note: the YAML between the `---` lines at its top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from notewright.errors import Problem
from notewright.note.safe_yaml import load_yaml

PROPERTIES = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)


_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""How YAML escapes half of a surrogate pair."""


def hide_properties(text: str) -> str:
    """Blank the properties at the top of a note, character for character."""
    return PROPERTIES.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text, count=1)


def read_properties(text: str, file: str) -> tuple[Mapping[str, Any], list[Problem]]:
    """Read the properties of a note, and tell what is wrong with them.

    Args:
        text: The whole note.
        file: Its path from the project's root, for messages.
    """
    match = PROPERTIES.match(text)
    if match is None:
        return {}, []
    remedy = "Correct the YAML between the `---` lines. Text that contains `: ` or `#` needs quotes"
    odd: list[yaml.ScalarNode] = []
    try:
        properties = load_yaml(match["yaml"], odd)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        opening = error.context_mark
        if opening and mark and "flow" in (error.context or ""):
            mark = opening  # a bracket that is never closed is where it opens
        line = _line(match["yaml"], mark) if mark else 1
        reason = error.problem or "not valid YAML"
        return {}, [Problem(file, line, f"the properties are not valid YAML: {reason}", remedy)]
    except (yaml.YAMLError, ValueError) as error:
        return {}, [Problem(file, 1, f"the properties are not valid YAML: {error}", remedy)]
    if properties is None:
        return {}, []
    if not isinstance(properties, dict):
        return {}, [
            Problem(file, 2, "the properties are not written as `name: value` lines", remedy)
        ]
    if _has_half_pair(properties):
        message = "the properties contain an unpaired surrogate, which is not a valid character"
        lines = enumerate(match[0].split("\n"), start=1)
        line = next((number for number, each in lines if _HALF_PAIR.search(each)), 1)
        return {}, [Problem(file, line, message, "Write the complete character")]
    return properties, [_odd(file, _line(match["yaml"], each.start_mark), each) for each in odd]


def _has_half_pair(value: Any) -> bool:
    """Whether a text in some properties holds half of a surrogate pair."""
    if isinstance(value, str):
        return any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, Mapping):
        return any(map(_has_half_pair, (*value.keys(), *value.values())))
    return isinstance(value, list) and any(map(_has_half_pair, value))


def _line(written: str, mark: yaml.Mark) -> int:
    """The line of a note: by the offset, since YAML counts line ends that no editor does."""
    return written.count("\n", 0, mark.index) + 2


def _odd(file: str, line: int, date: yaml.ScalarNode) -> Problem:
    remedy = f'Correct the date, or write it as text: "{date.value}"'
    return Problem(file, line, f"invalid date in the properties: {date.value}", remedy)


def line_of(text: str, name: str, last: int) -> int:
    """The line of a property, counted from 1.

    Args:
        text: The text of a note.
        name: The name of the property.
        last: The last line on which properties may stand.

    Returns:
        The line; 1 if it stands on none of its own.
    """
    lines = enumerate(text.split("\n")[:last], start=1)
    return next((number for number, each in lines if each.startswith(f"{name}:")), 1)
