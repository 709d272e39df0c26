"""Checks LaTeX strictly, before it is converted: what LaTeX would refuse is no formula.

latex2mathml shows what it does not understand as it can, so a slip would become another
formula. The commands and environments that it knows are read from the package itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from notewright.errors import did_you_mean

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*)"
    r"|(?P<verb>\\verb(?![a-zA-Z])(?P<mark>\S).*?(?P=mark))"
    r"|\\(?P<edge>begin|end)\s*\{(?P<environment>[^{}]*)\}"
    # What follows `alignedat` is how many columns of equations it has.
    r"(?:(?<=at\})\s*\{\s*\d+\s*\}|(?<=at\*\})\s*\{\s*\d+\s*\})?"
    r"|(?P<command>\\(?:operatorname\*|tag\*|[a-zA-Z]+|.|$))"
    r"|(?P<character>\S)",
    re.S,
)
_NAME = re.compile(r"\\[a-zA-Z]+\*?")
_PLAIN = frozenset(f"\\{mark}" for mark in "\\,;:!>|{}_%#$& \n\t")
_OTHERWISE = {
    r"\bbox": r"Write `\boxed`",
    r"\cancelto": r"Write `\cancel{x}^{0}`",
    r"\ce": r"Write chemistry as `\mathrm{H_2O}`",
    r"\enclose": r"Write `\boxed` or `\cancel`",
    r"\textbackslash": r"Write `\backslash`, or `\setminus` between sets",
}
"""What to write for commands of packages that other tools load."""
_TEXT = re.compile(
    r"\\(?:text(?:bf|it|md|normal|rm|sf|tt|up)?|mbox|hbox|fbox|emph|operatorname\*?|tag\*?|href)"
)
_ENDS = frozenset({"&", "}", r"\\", r"\right", r"\middle", r"\end", "^", "_"})
"""What no argument begins with."""

SAME = {
    "align": "align*",  # the other one has numbers, which begin at 1 in each formula
    "alignat": "align*",
    "alignat*": "align*",
    "aligned": "align*",
    "alignedat": "align*",
    "dcases": "cases",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "equation": "",
    "equation*": "",
    "flalign": "align*",
    "flalign*": "align*",
    "gather": "align*",
    "gather*": "align*",
    "gathered": "align*",
    "multline": "align*",
    "multline*": "align*",
}
"""Environments that are shown like one that latex2mathml knows; "" for none at all."""


class FormulaError(Exception):
    """LaTeX that is no formula, or none that can be shown; says why."""


def check(tex: str) -> None:
    """Check the text of a formula.

    Raises:
        FormulaError: If LaTeX would refuse it, or a command of it is not known here.
    """
    _Check(tex).run()


@cache
def known_commands() -> frozenset[str]:
    """All commands that latex2mathml knows, with their backslash."""
    from latex2mathml import commands, converter
    from latex2mathml.symbols_parser import SYMBOLS

    found = {*SYMBOLS, *_texts(vars(commands).values()), *_texts(vars(converter).values())}
    # `\math` is what the names of fonts begin with.
    return frozenset(name for name in found if _NAME.fullmatch(name)) - {commands.MATH}


@cache
def known_environments() -> frozenset[str]:
    """All environments that latex2mathml knows, and those that are the same as one of them."""
    from latex2mathml import commands

    return frozenset(name.removeprefix("\\") for name in commands.MATRICES) | SAME.keys()


@cache
def _arguments() -> dict[str, int]:
    """How many arguments commands take, of those that take some."""
    from latex2mathml import commands

    one = (*commands.COMMANDS_WITH_ONE_PARAMETER, *commands.LOCAL_FONTS, commands.SQRT)
    two = commands.COMMANDS_WITH_TWO_PARAMETERS
    return {**dict.fromkeys(one, 1), **dict.fromkeys(two, 2), "^": 1, "_": 1}


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (tuple, frozenset, set, list, dict)):
            yield from _texts(value)  # of a dictionary, its keys


class _Check:
    """One pass over the tokens of a formula."""

    def __init__(self, tex: str) -> None:
        self._tex = tex
        self._matches = list(_TOKEN.finditer(tex))
        self._tokens = [
            match[0] if not match["edge"] else f"\\{match['edge']}" for match in self._matches
        ]
        self._open: list[str] = []  # braces, `\left`, environments

    def run(self) -> None:
        for index, match in enumerate(self._matches):
            token = self._tokens[index]
            if match["comment"] and "\n" not in self._tex:
                raise FormulaError("`%` comments out the rest; write `\\%` for a percent sign")
            if match["edge"]:
                self._edge(match["edge"], match["environment"].strip())
            elif match["command"]:
                self._command(index)
            elif token in "{}":
                self._brace(index)
            elif token == "&":
                self._ampersand()
            self._has_arguments(index)
        if self._open:
            raise FormulaError(_unclosed(self._open[-1]))

    def _brace(self, index: int) -> None:
        if self._tokens[index] == "{":
            before = self._tokens[index - 1] if index else ""
            is_table = before.removeprefix("\\") in known_environments() and before[:1] == "\\"
            self._open.append("{&" if is_table else "{")
        elif not self._open:
            raise FormulaError("unmatched `}`")
        elif not self._open[-1].startswith("{"):
            raise FormulaError(_unclosed(self._open[-1]))
        else:
            self._open.pop()

    def _edge(self, edge: str, name: str) -> None:
        if edge == "begin":
            if name not in known_environments():
                hint = did_you_mean(name, known_environments())
                raise FormulaError(f"unknown environment `{name}`. {hint}".rstrip())
            self._open.append(f"\\begin{{{name}}}")
        elif not self._open or not self._open[-1].startswith("\\begin"):
            raise FormulaError(
                _unclosed(self._open[-1]) if self._open else f"`\\end{{{name}}}` has no `\\begin`"
            )
        elif self._open.pop() != f"\\begin{{{name}}}":
            raise FormulaError(f"`\\end{{{name}}}` does not match the open environment")

    def _ampersand(self) -> None:
        if not self._open or not self._open[-1].startswith(("\\begin", "{&")):
            raise FormulaError(
                "`&` is outside an environment such as `matrix`; write `\\&` for the character"
            )

    def _command(self, index: int) -> None:
        token = self._tokens[index]
        following = self._tokens[index + 1] if index + 1 < len(self._tokens) else ""
        if token in (r"\left", r"\right", r"\middle"):
            if not following or following.isalnum() or following in "{}&^_":
                raise FormulaError(f"`{token}` must be followed by a bracket, or by `.` for none")
            self._side(token)
        elif token in (r"\[", r"\]", "\\(", "\\)", "\\"):
            raise FormulaError(f"`{token}` is not allowed inside a formula")
        elif token not in _PLAIN | known_commands():
            near = (each for each in known_commands() if each.startswith(token[:2]))
            # Of thousands, others differ less: `\\mfrakQ`.
            hint = _OTHERWISE.get(token) or did_you_mean(token, near)
            raise FormulaError(f"unknown command `{token}`. {hint}".rstrip())
        if _TEXT.fullmatch(token) and following == "{":
            self._plain_text(index + 1)

    def _side(self, token: str) -> None:
        is_open = bool(self._open) and self._open[-1] == r"\left"
        if token == r"\left":
            self._open.append(token)
        elif not is_open:
            raise FormulaError(f"`{token}` has no `\\left`")
        elif token == r"\right":
            self._open.pop()

    def _plain_text(self, opening: int) -> None:
        rest = self._tokens[opening + 1 :]
        inner = next((each for each in rest if each in ("{", "}")), "}")
        if inner == "{":
            raise FormulaError(
                f"braces are not supported in the text of `{self._tokens[opening - 1]}`"
            )

    def _has_arguments(self, index: int) -> None:
        token, position = self._tokens[index], index + 1
        for _ in range(_arguments().get(token, 0)):
            if token == r"\sqrt" and position < len(self._tokens):
                position = self._behind_option(position)
            if position >= len(self._tokens) or self._tokens[position] in _ENDS:
                raise FormulaError(f"missing argument after `{token}`")
            position = self._behind(position)

    def _behind_option(self, position: int) -> int:
        if self._tokens[position] != "[" or "]" not in self._tokens[position:]:
            return position
        return self._tokens.index("]", position) + 1

    def _behind(self, position: int) -> int:
        """Where the argument that begins at a place has ended."""
        depth = 0
        for end in range(position, len(self._tokens)):
            depth += {"{": 1, "}": -1}.get(self._tokens[end], 0)
            if depth <= 0:
                return end + 1
        return len(self._tokens)


def _unclosed(opening: str) -> str:
    if opening.startswith("{"):
        return "unmatched `{`"
    if opening == r"\left":
        return "`\\left` has no `\\right`"
    return f"`{opening}` has no `\\end`"
