"""Patterns: regular expressions as JavaScript writes them, compiled to a program.

Python's own can run for ever. Those here are run by `matching`, whose time is at most the length
of the text times that of the program. What cannot be matched so is refused: references to groups,
and looking ahead or behind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from notewright.bases.mistakes import ExpressionError

LONGEST = 1_000
"""Characters of a pattern."""

MOST_CODE = 1_000
"""Instructions of a program; `a{1,500}` is five hundred of them."""

DEEPEST = 30

Test = Callable[[str], bool]


class Instruction(NamedTuple):
    """A step of a program.

    Attributes:
        kind: `char`, `save`, `split`, `jump`, `assert` or `match`.
        test: For `char`, whether it takes a character.
        first: Where to go on; for `save` the slot.
        second: For `split`, where else to go on.
        name: For `assert`, `^`, `$`, `b` or `B`.
    """

    kind: str
    test: Test | None = None
    first: int = 0
    second: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern.

    Attributes:
        code: Its instructions.
        slots: Places that a match remembers: two for each group, and two for the whole.
        is_global: Whether it is meant for all places in a text.
        is_multiline: Whether `^` and `$` mean each line.
    """

    code: tuple[Instruction, ...]
    slots: int
    is_global: bool
    is_multiline: bool


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> Program:
    """Make a program of a pattern.

    Raises:
        ExpressionError: If it is none, or holds what is refused.
    """
    if len(pattern) > LONGEST:
        raise ExpressionError(f"the regular expression is longer than {LONGEST} characters")
    return _Compiler(pattern, flags).program()


_COUNT = re.compile(r"\{(\d{1,6})(?:(,)(\d{1,6})?)?\}")
_GROUP = re.compile(r"\(\?(?::|<[A-Za-z_$][\w$]*>)")
_HEXADECIMAL = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,5})\})")
_CATEGORY = re.compile(r"\\[pP]\{(L|Lu|Ll|N|Nd|P|S|Z|M)\}")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


_CLASSES: dict[str, Test] = {"d": _is_digit, "w": _is_word, "s": str.isspace}


class _Compiler:
    """One pass over a pattern, which writes its program as it reads."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = pattern
        self._flags = flags
        self._place = 0
        self._groups = 0
        self._depth = 0
        self._code: list[Instruction] = []

    def program(self) -> Program:
        """The program of the whole pattern."""
        self._write(Instruction("save", first=0))
        self._either()
        if self._place < len(self._text):
            raise self._wrong("unmatched `)`")
        self._write(Instruction("save", first=1))
        self._write(Instruction("match"))
        slots = 2 * self._groups + 2
        return Program(tuple(self._code), slots, "g" in self._flags, "m" in self._flags)

    def _wrong(self, message: str) -> ExpressionError:
        return ExpressionError(
            f"in `/{self._text[:60]}/`, at character {self._place + 1}: {message}"
        )

    def _write(self, instruction: Instruction) -> int:
        self._code.append(instruction)
        if len(self._code) > MOST_CODE:
            raise self._wrong("the regular expression is too large")
        return len(self._code) - 1

    def _next_is(self, signs: str) -> bool:
        return self._text[self._place : self._place + 1] in tuple(signs)

    def _either(self) -> None:
        """Alternatives, with `|` between them."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} nested groups")
        ends = []
        start = len(self._code)
        self._sequence()
        while self._next_is("|"):
            self._place += 1
            self._insert(start, Instruction("split", first=start + 1))
            ends.append(self._write(Instruction("jump")))
            after = len(self._code)
            self._code[start] = self._code[start]._replace(second=after)
            start = after
            self._sequence()
        for end in ends:
            self._code[end] = self._code[end]._replace(first=len(self._code))
        self._depth -= 1

    def _insert(self, place: int, instruction: Instruction) -> None:
        """Put an instruction in front of others, whose goals move by one."""
        moved = _moved(self._code[place:], 1)
        del self._code[place:]
        self._write(instruction)
        for each in moved:
            self._write(each)

    def _sequence(self) -> None:
        while self._place < len(self._text) and not self._next_is("|)"):
            start = len(self._code)
            quantified = self._atom()
            self._quantifier(start, quantified)

    def _quantifier(self, start: int, may_repeat: bool) -> None:
        """How often what was read last may stand."""
        match = _COUNT.match(self._text, self._place)
        if match is not None:
            least = int(match[1])
            most = int(match[3]) if match[3] else None if match[2] else least
            self._place = match.end()
        elif self._next_is("*+?"):
            sign = self._text[self._place]
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            self._place += 1
        else:
            return
        lazy = self._next_is("?")
        self._place += lazy
        if not may_repeat or self._next_is("*+?"):
            raise self._wrong("nothing to repeat")
        if most is not None and most < least:
            raise self._wrong("the numbers in `{}` are in the wrong order")
        body = self._code[start:]
        del self._code[start:]
        self._repeat(body, start, (least, most), lazy)

    def _repeat(
        self, body: list[Instruction], start: int, counts: tuple[int, int | None], lazy: bool
    ) -> None:
        least, most = counts
        for _ in range(least):
            self._copy(body, start)
        if most is None:
            split = self._write(Instruction("split"))
            self._copy(body, start)
            self._write(Instruction("jump", first=split))
            self._aim(split, len(self._code), lazy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._write(Instruction("split")))
            self._copy(body, start)
        for split in splits:
            self._aim(split, len(self._code), lazy)

    def _aim(self, split: int, out: int, lazy: bool) -> None:
        """Set the goals of a split: into what repeats or out; what is lazy tries out first."""
        goals = (out, split + 1) if lazy else (split + 1, out)
        self._code[split] = Instruction("split", first=goals[0], second=goals[1])

    def _copy(self, body: list[Instruction], start: int) -> None:
        for each in _moved(body, len(self._code) - start):
            self._write(each)

    def _atom(self) -> bool:
        """One character, class, group or place; whether it may be repeated."""
        sign = self._text[self._place]
        if sign == "(":
            self._group()
            return True
        if sign in "*+?" or _COUNT.match(self._text, self._place):
            raise self._wrong("nothing to repeat")
        if sign in "^$" or self._text[self._place : self._place + 2] in (r"\b", r"\B"):
            self._place += 1 if sign in "^$" else 2
            self._write(Instruction("assert", name=self._text[self._place - 1]))
            return False
        self._write(Instruction("char", test=self._character()))
        return True

    def _group(self) -> None:
        opened = self._place
        match = _GROUP.match(self._text, opened)
        slot = 0
        if match is None and self._text[opened : opened + 2] == "(?":
            raise self._wrong("lookahead and lookbehind are not supported")
        self._place = match.end() if match else opened + 1
        if match is None or "<" in match[0]:
            self._groups += 1
            slot = 2 * self._groups
            self._write(Instruction("save", first=slot))
        self._either()
        if not self._next_is(")"):
            self._place = opened
            raise self._wrong("`(` is not closed")
        self._place += 1
        if slot:
            self._write(Instruction("save", first=slot + 1))

    def _character(self) -> Test:
        """What takes one character, of the sign at this place."""
        sign = self._text[self._place]
        if sign == "[":
            return self._set()
        if sign == "\\":
            found = self._escape()
            return found if callable(found) else self._cased(_only(found))
        self._place += 1
        if sign == ".":
            return (lambda _: True) if "s" in self._flags else (lambda each: each not in "\n\r")
        return self._cased(_only(sign))

    def _escape(self) -> Test | str:
        """A backslash and what follows: a class, or one character."""
        if match := _HEXADECIMAL.match(self._text, self._place):
            self._place = match.end()
            return chr(int(match[1] or match[2] or match[3], 16))
        if match := _CATEGORY.match(self._text, self._place):
            self._place = match.end()
            return _turned(_of_category(match[1]), match[0][1] == "P")
        sign = self._text[self._place + 1 : self._place + 2]
        if not sign:
            raise self._wrong("trailing backslash")
        if sign in "123456789k":
            raise self._wrong("backreferences are not supported")
        self._place += 2
        if sign.lower() in _CLASSES:
            return _turned(_CLASSES[sign.lower()], sign.isupper())
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign.isalpha():
            self._place -= 2
            raise self._wrong(f"unknown escape `\\{sign}`")
        return sign

    def _set(self) -> Test:
        """Characters in brackets, `[a-z_]` or `[^…]`."""
        opened = self._place
        self._place += 1
        is_turned = self._next_is("^")
        self._place += is_turned
        tests: list[Test] = []
        while not self._next_is("]"):
            if self._place >= len(self._text):
                self._place = opened
                raise self._wrong("`[` is not closed")
            first = self._member()
            last: Test | str = first
            if self._next_is("-") and self._text[self._place + 1 : self._place + 2] not in (
                "",
                "]",
            ):
                self._place += 1
                last = self._member()
            if callable(first) or callable(last):
                if first is not last:
                    raise self._wrong("a character class cannot be an endpoint of a range")
                tests.append(first)  # type: ignore[arg-type]
            else:
                if last < first:
                    raise self._wrong("the endpoints of a range are in the wrong order")
                tests.append(_between(first, last))
        self._place += 1
        return _turned(self._cased(_any_of(tuple(tests))), is_turned)

    def _member(self) -> Test | str:
        if self._next_is("\\"):
            if self._text[self._place + 1 : self._place + 2] == "b":
                self._place += 2
                return "\b"
            return self._escape()
        self._place += 1
        return self._text[self._place - 1]

    def _cased(self, test: Test) -> Test:
        """A test that, where the flags say so, takes capitals for small letters."""
        if "i" not in self._flags:
            return test
        return lambda each: test(each) or test(each.lower()) or test(each.upper())


def _moved(code: Iterable[Instruction], by: int) -> list[Instruction]:
    """Instructions that stand elsewhere: their goals, which are all among them, have moved too."""
    return [
        each._replace(first=each.first + by, second=each.second + by)
        if each.kind in ("split", "jump")
        else each
        for each in code
    ]


def _only(character: str) -> Test:
    return lambda each: each == character


def _between(first: str, last: str) -> Test:
    return lambda each: first <= each <= last


def _any_of(tests: tuple[Test, ...]) -> Test:
    return lambda each: any(test(each) for test in tests)


def _turned(test: Test, is_turned: bool) -> Test:
    return (lambda each: not test(each)) if is_turned else test


def _of_category(name: str) -> Test:
    return lambda each: unicodedata.category(each).startswith(name)
