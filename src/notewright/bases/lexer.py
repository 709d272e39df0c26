"""The lexer: cuts an expression into tokens."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from notewright.bases.mistakes import ExpressionError
from notewright.bases.tree import NAME

LONGEST = 50_000
"""Characters that an expression may have."""

_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_REGEXP = re.compile(r"/((?:[^/\\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+)/([A-Za-z]*)")
_SIGN = re.compile(r"===|!==|=>|\+\+|--|\*\*|\?\?|\|\||&&|==|!=|<=|>=|[-+*/%!<>()\[\]{},.:=?&|;]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}

_INSTEAD = {
    "=": "Write `==` to compare",
    "===": "Write `==`",
    "!==": "Write `!=`",
    "&": "Write `&&` for and",
    "|": "Write `||` for or",
    "?": "Write `if(condition, then, else)`",
    "??": "Write `if(x.isEmpty(), other, x)`",
    "=>": "Write only the expression: `list.map(value + 1)`",
    "**": "Use multiplication instead",
    "++": "Write `+ 1`",
    ";": "A formula must be a single expression",
}
"""Signs of other languages, and what is written here."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression.

    Attributes:
        kind: `number`, `text`, `regexp`, `name`, `sign` or, behind the last one, `end`.
        text: As it is written; of text in quotes, what it stands for.
        column: Where it starts, counted from 1.
        flags: What stands behind a regular expression.
    """

    kind: str
    text: str
    column: int
    flags: str = ""


def tokens_of(expression: str) -> list[Token]:
    """Cut an expression into tokens; the last one is its end.

    Raises:
        ExpressionError: If a piece is none of the language.
    """
    if len(expression) > LONGEST:
        raise ExpressionError(f"the expression has more than {LONGEST} characters")
    return list(_tokens(expression))


def _tokens(text: str) -> Iterator[Token]:
    place, last = 0, Token("start", "", 0)
    while place < len(text):
        if blank := _BLANK.match(text, place):
            place = blank.end()
            continue
        last, place = _token(text, place, last)
        yield last
    yield Token("end", "", len(text) + 1)


def _token(text: str, place: int, last: Token) -> tuple[Token, int]:
    """The token at a place, and the place behind it."""
    column = place + 1
    if text[place] in "\"'":
        return _quoted(text, place)
    if match := NAME.match(text, place):
        return Token("name", match[0], column), match.end()
    if match := _NUMBER.match(text, place):
        if name := NAME.match(text, match.end()):
            raise ExpressionError(
                f"a name cannot start with a digit: `{match[0]}{name[0]}`",
                'Write `note["…"]` for a property whose name starts with a digit',
                column,
            )
        if math.isinf(float(match[0])):
            raise ExpressionError("the number is too large", column=column)
        return Token("number", match[0], column), match.end()
    if text[place] == "/" and not _ends_value(last):
        match = _REGEXP.match(text, place)
        if match is None:
            raise ExpressionError("unterminated regular expression", "Write `/…/`", column)
        return Token("regexp", match[1], column, match[2]), match.end()
    match = _SIGN.match(text, place)
    if match is None:
        raise ExpressionError(f"unexpected character `{text[place]}`", column=column)
    if match[0] == "--":  # twice the sign in front of a value, or one of them between two
        return Token("sign", "-", column), place + 1
    if match[0] in _INSTEAD:
        raise ExpressionError(f"`{match[0]}` is not supported", _INSTEAD[match[0]], column)
    return Token("sign", match[0], column), match.end()


def _ends_value(token: Token) -> bool:
    """Whether a slash behind a token divides."""
    return token.kind in ("number", "text", "regexp", "name") or token.text in (")", "]", "}")


def _quoted(text: str, start: int) -> tuple[Token, int]:
    """Text in quotes of either kind, and the place behind it."""
    quote, place, parts = text[start], start + 1, []
    plain = re.compile(rf"[^\\{quote}]+")
    while place < len(text):
        if match := plain.match(text, place):
            parts.append(match[0])
            place = match.end()
        elif text[place] == quote:
            return Token("text", "".join(parts), start + 1), place + 1
        else:
            part, place = _escaped(text, place)
            parts.append(part)
    raise ExpressionError("unterminated text", f"Close it with `{quote}`", start + 1)


_HEXADECIMAL = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\})")


def _escaped(text: str, place: int) -> tuple[str, int]:
    """What a backslash and the signs behind it stand for, and the place behind them."""
    if match := _HEXADECIMAL.match(text, place):
        number = int(match[1] or match[2] or match[3], 16)
        if number > 0x10FFFF:
            raise ExpressionError("no such character", column=place + 1)
        return chr(number), match.end()
    if place + 1 == len(text):
        raise ExpressionError("text ends with a backslash", "Write two backslashes", place + 1)
    return _ESCAPES.get(text[place + 1], text[place + 1]), place + 2
