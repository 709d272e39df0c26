"""The parser: makes a syntax tree of an expression."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from notewright.bases.lexer import Token, tokens_of
from notewright.bases.mistakes import ExpressionError
from notewright.bases.tree import (
    CONSTANTS,
    LEVEL,
    LEVELS,
    Call,
    Chain,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    ObjectOf,
    Pattern,
    Step,
    Unary,
)

DEEPEST = 64
"""Brackets, operators and calls that may stand in each other.

Each costs the parser, the evaluator and the printer some frames of Python's thousand.
"""

_WORDS = {"and": "&&", "or": "||", "not": "!"}


def parse(expression: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: If it is none, with the column and what to do.
    """
    return _Parser(tokens_of(expression)).whole()


class _Parser:
    """One pass over the tokens of one expression, by recursive descent."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def whole(self) -> Node:
        """The expression from its first token to its last."""
        if self._next.kind == "end":
            raise ExpressionError("the expression is empty", column=1)
        node = self._chain(0)
        if self._next.kind != "end":
            raise self._unexpected("an operator or the end of the expression")
        return node

    def _take(self) -> Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _skip(self, *signs: str) -> Token | None:
        """Take the next token if it is one of these signs."""
        token = self._next
        return self._take() if token.kind == "sign" and token.text in signs else None

    def _close(self, sign: str, opened: Token) -> None:
        if self._skip(sign) is None:
            raise self._unclosed(sign, opened)

    def _unclosed(self, sign: str, opened: Token) -> ExpressionError:
        if self._next.kind == "end":
            message = f"`{opened.text}` is not closed"
            return ExpressionError(message, f"Add `{sign}`", opened.column)
        return self._unexpected(f"`{sign}`")

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._next
        if token.kind == "end":
            return ExpressionError(f"{wanted} is missing at the end", column=token.column)
        if token.kind == "name" and token.text in _WORDS:
            remedy = f"Write `{_WORDS[token.text]}`"
        elif token.kind in ("name", "number", "text") and wanted.startswith("an operator"):
            remedy = 'Write `note["…"]` for a property whose name contains spaces'
        else:
            remedy = ""
        found = f"`{token.text[:40]}`" if token.kind != "text" else "text"
        return ExpressionError(f"expected {wanted}, not {found}", remedy, token.column)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        self._check_depth()
        yield
        self._depth -= 1

    def _check_depth(self) -> None:
        if self._depth > DEEPEST:
            message = f"more than {DEEPEST} nested brackets, operators or calls"
            raise ExpressionError(message, "Split it into formulas", self._next.column)

    def _chain(self, level: int) -> Node:
        """Values joined by operators that bind as strongly as this level, or more strongly.

        One call for all levels: a bracket costs a few frames of Python's stack, not one a level.
        """
        node = self._unary()
        while self._next.kind == "sign" and LEVEL.get(self._next.text, -1) >= level:
            own = LEVEL[self._next.text]
            steps = []
            while token := self._skip(*LEVELS[own]):
                with self._deeper():
                    steps.append(Step(token.text, self._chain(own + 1), token.column))
            node = Chain(node, tuple(steps), steps[0].column)
        return node

    def _unary(self) -> Node:
        token = self._skip("!", "-")
        if token is None:
            return self._postfix()
        with self._deeper():
            return Unary(token.text, self._unary(), token.column)

    def _postfix(self) -> Node:
        """A value with all that stands behind it: `.name`, `[key]`, `.method(…)`."""
        node = self._primary()
        before = self._depth
        while token := self._skip(".", "[", "("):
            self._depth += 1
            self._check_depth()
            if token.text == ".":
                node = self._member(node)
            elif token.text == "[":
                node = Index(node, self._chain(0), token.column)
                self._close("]", token)
            else:
                raise ExpressionError(
                    "only functions and methods can be called", "Write `name(…)`", token.column
                )
        self._depth = before
        return node

    def _member(self, of: Node) -> Node:
        if self._next.kind != "name":
            raise self._unexpected("a field name")
        name = self._take()
        if opened := self._skip("("):
            return Call(of, name.text, self._arguments(")", opened), name.column)
        return Member(of, name.text, name.column)

    def _arguments(self, end: str, opened: Token) -> tuple[Node, ...]:
        """Expressions with commas between them, up to a closing bracket."""
        found: list[Node] = []
        with self._deeper():
            while self._skip(end) is None:
                if found and self._skip(",") is None:
                    raise self._unclosed(end, opened)
                found.append(self._chain(0))
        return tuple(found)

    def _primary(self) -> Node:
        token = self._next
        if token.kind == "number":
            return Literal(float(self._take().text), token.column)
        if token.kind == "text":
            return Literal(self._take().text, token.column)
        if token.kind == "regexp":
            self._take()
            return Pattern(token.text, _flags(token), token.column)
        if token.kind == "name" and token.text not in _WORDS:
            return self._name()
        if self._skip("("):
            with self._deeper():
                node = self._chain(0)
            self._close(")", token)
            return node
        if self._skip("["):
            return ListOf(self._arguments("]", token), token.column)
        if self._skip("{"):
            return self._object(token)
        if token.text == "+":
            raise ExpressionError("`+` is not allowed before a value", "Remove it", token.column)
        raise self._unexpected("a value")

    def _name(self) -> Node:
        token = self._take()
        if opened := self._skip("("):
            return Call(None, token.text, self._arguments(")", opened), token.column)
        if token.text in CONSTANTS:
            return Literal(CONSTANTS[token.text], token.column)
        return Name(token.text, token.column)

    def _object(self, opened: Token) -> ObjectOf:
        entries: list[tuple[str, Node]] = []
        with self._deeper():
            while self._skip("}") is None:
                if entries and self._skip(",") is None:
                    raise self._unclosed("}", opened)
                if self._next.kind not in ("text", "name"):
                    raise self._unexpected("a key in quotes")
                key = self._take().text
                if self._skip(":") is None:
                    raise self._unexpected("`:`")
                entries.append((key, self._chain(0)))
        return ObjectOf(tuple(entries), opened.column)


def _flags(token: Token) -> str:
    """The flags of a regular expression, each known and none twice."""
    for flag in token.flags:
        if flag not in "gimsuy" or token.flags.count(flag) > 1:
            message = f"`{flag}` is not a valid regular expression flag, or is repeated"
            remedy = f"Available: {', '.join(f'`{each}`' for each in 'gimsu')}"
            raise ExpressionError(message, remedy, token.column)
    return token.flags
