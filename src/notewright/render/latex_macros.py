r"""Macros of LaTeX: what `\newcommand` and its like define, put in place where it is named.

As in LaTeX and MathJax, a definition holds from where it stands on. Definitions of packages,
environments and of arguments with signs between them are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from notewright.render.latex_check import FormulaError, known_commands

MOST = 10_000
"""Tokens that the macros of one formula may come to: a few that name each other make any number."""

_TOKEN = re.compile(
    r"\\verb(?![a-zA-Z])(?P<mark>\S).*?(?P=mark)|\\[a-zA-Z]+|\\.|#[1-9]|%[^\n]*|.", re.S
)
_NAME = re.compile(r"\\[a-zA-Z]+")
_DEFINE = frozenset(
    rf"\{name}"
    for name in (
        *("newcommand", "renewcommand", "providecommand", "def", "let"),
        *("DeclareMathOperator", "DeclarePairedDelimiter"),
    )
)
_DEFINITION = re.compile(rf"\\(?:{'|'.join(name[1:] for name in _DEFINE)})(?![a-zA-Z])")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_ITSELF = "\0"
"""What marks a command that is meant as LaTeX has it, though a macro has its name."""


@dataclass(frozen=True)
class Macro:
    """What stands for a command.

    Attributes:
        body: The tokens, in which `#1` stands for the first argument.
        arity: How many arguments it takes.
        default: The first of them, where the brackets for it are not written; None if it is no
            option.
        starred: The body where a star stands behind its name; None if none can.
    """

    body: tuple[str, ...]
    arity: int = 0
    default: tuple[str, ...] | None = None
    starred: tuple[str, ...] | None = None


BRAKET = {
    r"\set": Macro((r"\{", r"\,", "#1", r"\,", r"\}"), 1),
    r"\Set": Macro((r"\left", r"\{", r"\,", "#1", r"\,", r"\right", r"\}"), 1),
}
"""Of the package braket, which Obsidian brings, what latex2mathml does not know."""


@dataclass
class Macros:
    """The macros that hold at a place.

    Attributes:
        known: By their names, with the backslash.
    """

    known: dict[str, Macro] = field(default_factory=dict)

    def copy(self) -> Self:
        """The same, to which a note adds its own."""
        return replace(self, known=dict(self.known))

    def expand(self, tex: str) -> str:
        """Put what macros stand for in their places; definitions are taken out, and hold from here.

        Args:
            tex: The LaTeX of a formula.

        Returns:
            It without macros: the same text if there were none.

        Raises:
            FormulaError: If a definition or an argument is not whole, or there is no end to it.
        """
        if not defines(tex) and self.known.keys().isdisjoint(_NAME.findall(tex)):
            return tex
        reader = _Reader(tex)
        return _joined(self._expanded(reader))

    def define(self, preamble: str) -> Iterator[tuple[int, str]]:
        """Take the definitions out of a preamble, of which the rest says nothing on a page.

        Yields:
            Line and fault of those that are none.
        """
        reader = _Reader(_COMMENT.sub("", preamble))
        for token in reader:
            if token not in _DEFINE:
                continue
            line = reader.line
            try:
                self._define(token, reader)
            except FormulaError as error:
                yield line, str(error)

    def _expanded(self, reader: _Reader) -> Iterator[str]:
        for token in reader:
            macro = self.known.get(token)
            if token in _DEFINE:
                self._define(token, reader)
            elif macro is not None:
                reader.put_back(_applied(token, macro, reader))
            else:
                yield token

    def _define(self, command: str, reader: _Reader) -> None:
        is_starred = reader.has("*")
        name = "".join(reader.argument(command)).strip()
        if not _NAME.fullmatch(name):
            raise FormulaError(f"`{command}` needs a name such as `\\R`, not `{name}`")
        if command == r"\let":
            reader.has("=")
            self.known[name] = self._same_as(reader.token(command))
            return
        if command == r"\DeclareMathOperator":
            operator = r"\operatorname*" if is_starred else r"\operatorname"
            macro = Macro((operator, "{", *reader.argument(command), "}"))
        elif command == r"\DeclarePairedDelimiter":
            left, right = reader.argument(command), reader.argument(command)
            tall = (r"\left", *left, "#1", r"\right", *right)
            macro = Macro((*left, "#1", *right), 1, starred=tall)
        elif command == r"\def":
            arity = reader.parameters(command)
            macro = Macro(reader.argument(command), arity)
        else:
            count = "".join(reader.option() or "0")
            default = reader.option()
            if not re.fullmatch(r"\s*[0-9]\s*", count):
                raise FormulaError(f"`{name}` has an invalid number of arguments: `{count}`")
            macro = Macro(reader.argument(command), int(count), default)
        if command != r"\providecommand" or name not in {*self.known, *known_commands()}:
            self.known[name] = macro

    def _same_as(self, token: str) -> Macro:
        r"""What `\let` makes of a name: what it stands for now, whatever it will stand for."""
        return self.known.get(token) or Macro((f"{_ITSELF}{token}",))


def defines(tex: str) -> bool:
    """Whether LaTeX may define a macro."""
    return _DEFINITION.search(tex) is not None


class _Reader:
    """Reads tokens, and those that are put back before what follows."""

    def __init__(self, tex: str) -> None:
        self._lines = tex.count("\n") + 1
        self._next = [match[0] for match in _TOKEN.finditer(tex)][::-1]
        self._left = MOST

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._next:
            raise StopIteration
        return self._next.pop()

    @property
    def line(self) -> int:
        """The line of the token that was read last, where none was put back."""
        return self._lines - sum(each.count("\n") for each in self._next)

    def put_back(self, tokens: tuple[str, ...]) -> None:
        """Let tokens follow.

        Raises:
            FormulaError: If they were too many.
        """
        self._left -= len(tokens) + 1
        if self._left < 0:
            raise FormulaError("its macros never stop expanding: one of them may contain itself")
        self._next += tokens[::-1]

    def _skip_space(self) -> None:
        while self._next and (self._next[-1].isspace() or self._next[-1][0] == "%"):
            self._next.pop()

    def has(self, sign: str) -> bool:
        """Whether a sign follows, which is then read."""
        self._skip_space()
        found = self._next[-1:] == [sign]
        if found:
            self._next.pop()
        return found

    def token(self, of: str) -> str:
        """The next token, of the arguments of a command.

        Raises:
            FormulaError: If there is none.
        """
        self._skip_space()
        if not self._next or self._next[-1] in ("}", "&"):
            raise FormulaError(f"missing argument after `{of}`")
        return self._next.pop()

    def argument(self, of: str) -> tuple[str, ...]:
        """The next argument of a command, without its braces.

        Raises:
            FormulaError: If there is none, or it has no end.
        """
        first = self.token(of)
        return self._up_to("}", of) if first == "{" else (first,)

    def option(self) -> tuple[str, ...] | None:
        """What follows in brackets; None if nothing does."""
        return self._up_to("]", "[") if self.has("[") else None

    def parameters(self, of: str) -> int:
        r"""How many parameters a `\def` has."""
        count = 0
        while self.has(f"#{count + 1}"):
            count += 1
        if self._next[-1:] != ["{"]:
            raise FormulaError(f"`{of}` only supports parameters such as `#1#2` before its `{{`")
        return count

    def _up_to(self, end: str, of: str) -> tuple[str, ...]:
        found: list[str] = []
        depth = 0
        for token in self:
            if token == end and depth == 0:
                return tuple(found)
            depth += {"{": 1, "}": -1}.get(token, 0)
            found.append(token)
        raise FormulaError(f"unmatched `{'{' if end == '}' else '['}` after `{of}`")


def _applied(name: str, macro: Macro, reader: _Reader) -> tuple[str, ...]:
    """The body of a macro with the arguments that follow its name."""
    body = macro.starred if macro.starred is not None and reader.has("*") else macro.body
    arguments: list[tuple[str, ...]] = []
    if macro.default is not None:
        arguments.append(reader.option() or macro.default)
    while len(arguments) < macro.arity:
        arguments.append(reader.argument(name))
    given: Mapping[str, tuple[str, ...]] = {
        f"#{number}": each for number, each in enumerate(arguments, 1)
    }
    return tuple(part for token in body for part in given.get(token, (token,)))


def _joined(tokens: Iterator[str]) -> str:
    """The text of tokens; a command and a letter behind it stay two."""
    parts: list[str] = []
    for token in tokens:
        shown = token.removeprefix(_ITSELF)
        if parts and shown[:1].isalpha() and _NAME.fullmatch(parts[-1]):
            parts.append(" ")
        parts.append(shown)
    return "".join(parts)
