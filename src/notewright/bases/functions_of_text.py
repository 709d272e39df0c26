"""Functions of text, and of regular expressions."""

from __future__ import annotations

import re

from notewright.bases.functions import Table, whole
from notewright.bases.matching import Saved, matches, search
from notewright.bases.mistakes import BudgetError, ExpressionError
from notewright.bases.patterns import compile_pattern
from notewright.bases.scope import Scope
from notewright.bases.values import LONGEST_TEXT, Items, Regexp, Value, bounded_text

FIELDS = Table()
METHODS = Table()
OF_PATTERNS = Table()
"""Methods of regular expressions."""


@FIELDS.add("length")
def _length(scope: Scope, text: str) -> Value:
    return float(len(text))


@METHODS.add("contains", "text")
def _contains(scope: Scope, text: str, part: str) -> Value:
    return part in text


@METHODS.add("containsAll", "text*")
def _contains_all(scope: Scope, text: str, *parts: str) -> Value:
    return all(part in text for part in parts)


@METHODS.add("containsAny", "text*")
def _contains_any(scope: Scope, text: str, *parts: str) -> Value:
    return any(part in text for part in parts)


@METHODS.add("startsWith", "text")
def _starts_with(scope: Scope, text: str, part: str) -> Value:
    return text.startswith(part)


@METHODS.add("endsWith", "text")
def _ends_with(scope: Scope, text: str, part: str) -> Value:
    return text.endswith(part)


@METHODS.add("lower")
def _lower(scope: Scope, text: str) -> Value:
    return bounded_text(text.lower())


@METHODS.add("title")
def _title(scope: Scope, text: str) -> Value:
    capitals = re.sub(r"\S+", lambda word: word[0][0].upper() + word[0][1:].lower(), text)
    return bounded_text(capitals)


@METHODS.add("trim")
def _trim(scope: Scope, text: str) -> Value:
    return text.strip()


@METHODS.add("reverse")
def _reverse(scope: Scope, text: str) -> Value:
    return text[::-1]


@METHODS.add("repeat", "number")
def _repeat(scope: Scope, text: str, number: float) -> Value:
    count = whole(number)
    if count < 0:
        raise ExpressionError("`repeat` needs a non-negative number")
    if len(text) * count > LONGEST_TEXT:  # before it is made
        raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
    return text * count


@METHODS.add("slice", "number number?")
def _slice(scope: Scope, text: str, start: float, end: float | None = None) -> Value:
    return text[whole(start) : None if end is None else whole(end)]


@METHODS.add("split", "pattern number?")
def _split(scope: Scope, text: str, separator: str | Regexp, number: float | None = None) -> Value:
    if isinstance(separator, Regexp):
        parts = _split_by_pattern(scope, text, separator)
    else:
        parts = text.split(separator) if separator else list(text)
    return Items(parts if number is None else parts[: max(0, whole(number))])


def _split_by_pattern(scope: Scope, text: str, regexp: Regexp) -> list[str]:
    """Parts between the matches; a match of nothing parts two characters."""
    program = compile_pattern(regexp.pattern, regexp.flags)
    parts, last = [], 0
    for saved in matches(program, text, scope.budget):
        start, end = saved[:2]
        if start == end and start in (0, last, len(text)):
            continue
        parts.append(text[last:start])
        last = end
    return [*parts, text[last:]]


@METHODS.add("replace", "pattern text")
def _replace(scope: Scope, text: str, pattern: str | Regexp, to: str) -> Value:
    if isinstance(pattern, str):
        found = text.count(pattern)
        if len(text) + found * (len(to) - len(pattern)) > LONGEST_TEXT:
            raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
        return text.replace(pattern, to)
    program = compile_pattern(pattern.pattern, pattern.flags)
    parts, last, length = [], 0, len(text)
    for saved in matches(program, text, scope.budget):
        new = _filled(to, text, saved)
        scope.budget.spend(1 + len(new) // 16)
        length += len(new)
        if length > 2 * LONGEST_TEXT:
            raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
        parts += [text[last : saved[0]], new]
        last = saved[1]
        if not program.is_global:
            break
    return bounded_text("".join([*parts, text[last:]]))


def _filled(to: str, text: str, saved: Saved) -> str:
    """The text that takes the place of a match: `$1` is a group, `$&` all, `$$` a dollar."""

    def meant(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        group = 0 if match[0] == "$&" else int(match[0][1:])
        if 2 * group + 1 >= len(saved):
            return match[0]
        start, end = saved[2 * group], saved[2 * group + 1]
        return text[start:end] if 0 <= start <= end else ""

    # A short text may name a long group often: what it may become is bounded first.
    if to.count("$") * len(text) > 4 * LONGEST_TEXT:
        raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
    return bounded_text(re.sub(r"\$(?:[$&]|[1-9])", meant, to))


@OF_PATTERNS.add("matches", "text")
def _matches(scope: Scope, regexp: Regexp, text: str) -> Value:
    program = compile_pattern(regexp.pattern, regexp.flags)
    return search(program, text, 0, scope.budget) is not None
