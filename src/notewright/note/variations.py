"""Variations of a cell: the values with which it runs, once each, as its frames."""

from __future__ import annotations

import ast
import io
import itertools
import json
import keyword
import math
import re
import symtable
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

MOST_FRAMES = 40
"""Frames of one cell: each runs the whole cell, and each is in the file of the page."""
MOST_NAMES = 2
"""Names that one cell varies: a slider each."""
STEP = "step"
"""What a cell under `steps` counts: its states, from 1."""

Scalar = int | float | str | bool
_RANGE = re.compile(r"range\((?P<numbers>\s*-?\d+\s*(?:,\s*-?\d+\s*){0,2})\)")
_CALL = re.compile(r"\w[\w.]*\(.*\)", re.S)
_BARE_CALL = re.compile(r"(?<![\"'\w])[A-Za-z_][\w.]*\([^()\"']*\)")


class UnfitError(ValueError):
    """An option that is not what it should be, with what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Variation:
    """The values of one or two names with which a cell runs.

    Attributes:
        names: The names.
        values: The values of each, in order.
        default: Which value of each the page shows first, and the session goes on with.
    """

    names: tuple[str, ...]
    values: tuple[tuple[Scalar, ...], ...]
    default: tuple[int, ...]

    @property
    def frames(self) -> Sequence[tuple[int, ...]]:
        """The positions of the values of each frame, in order; the last name changes first."""
        return list(itertools.product(*(range(len(each)) for each in self.values)))

    @property
    def first(self) -> int:
        """Which of the frames the page shows first."""
        return self.frames.index(self.default)

    def given(self, at: Sequence[int]) -> dict[str, Scalar]:
        """The value of each name in a frame."""
        triples = zip(self.names, self.values, at, strict=True)
        return {name: values[place] for name, values, place in triples}

    def only(self, at: Sequence[int]) -> Variation:
        """The variation of one frame alone.

        Raises:
            IndexError: If there is no such frame.
        """
        if len(at) != len(self.names) or min(at) < 0:
            raise IndexError
        values = tuple((row[place],) for row, place in zip(self.values, at, strict=True))
        return Variation(self.names, values, (0,) * len(at))

    def starting(self, at: Sequence[int]) -> Variation:
        """The variation of which the page shows another frame first.

        Raises:
            IndexError: If there is no such frame.
        """
        self.only(at)
        return replace(self, default=tuple(at))

    def said(self, at: Sequence[int]) -> str:
        """A frame in words: `k = 8`, or `C = 1, gamma = 0.1`."""
        return ", ".join(f"{name} = {value}" for name, value in self.given(at).items())

    @property
    def comments(self) -> Sequence[str]:
        """Lines of Python that set the names to what the page shows first, for a plain cell."""
        given = self.given(self.default)
        return [
            f"{name} = {given[name]!r}  # vary: {', '.join(map(repr, values))}"
            for name, values in zip(self.names, self.values, strict=True)
        ]


def quoted_ranges(line: str) -> str:
    """An option's line in which each `range(…)` is text: its commas would part it in YAML."""
    if not line.startswith("vary:"):
        return line
    return _BARE_CALL.sub(lambda call: json.dumps(call[0]), line)


def variation(value: Any, default: Any = None) -> Variation:
    """Read the option `vary`, with `vary-default`.

    Raises:
        UnfitError: If they are not names with lists of values, or there is too much of them.
    """
    example = "Write `#| vary: {k: [2, 3, 4]}`"
    if not isinstance(value, dict) or not value:
        raise UnfitError(
            f"invalid value for option `vary`: {value!r}", f"{example}: a name and its values"
        )
    if len(value) > MOST_NAMES:
        message = f"option `vary` has {len(value)} names"
        raise UnfitError(message, f"Vary at most {MOST_NAMES} names, which form a grid")
    for name in value:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise UnfitError(f"`{name}` in `vary` is not a valid Python name", example)
    values = tuple(_values(name, each) for name, each in value.items())
    count = math.prod(map(len, values))
    if count > MOST_FRAMES:
        message = f"`vary` produces {count} frames"
        raise UnfitError(message, f"Use fewer values: a cell can have at most {MOST_FRAMES} frames")
    names = tuple(value)
    return Variation(names, values, _default(names, values, default))


def _values(name: str, value: Any) -> tuple[Scalar, ...]:
    remedy = f"Use a list of numbers or words, `{name}: [2, 3, 4]`, or `{name}: range(12)`"
    if isinstance(value, str) and _CALL.fullmatch(value):
        value = _range(name, value)
    if not isinstance(value, list):
        raise UnfitError(f"invalid value for `{name}` in `vary`: {value!r}", remedy)
    for each in value:
        is_finite = not isinstance(each, float) or math.isfinite(each)
        if not isinstance(each, (int, float, str)) or not is_finite or each == "":
            raise UnfitError(f"invalid value for `{name}` in `vary`: {each!r}", remedy)
    if len(value) < 2:
        raise UnfitError(f"too few values for `{name}` in `vary`: {len(value)}", "Use two or more")
    twice = [each for at, each in enumerate(value) if str(each) in map(str, value[:at])]
    if twice:
        raise UnfitError(
            f"duplicate value for `{name}` in `vary`: {twice[0]!r}", "Remove one of them"
        )
    return tuple(value)


def _range(name: str, call: str) -> list[int]:
    match = _RANGE.fullmatch(call)
    if match is None:
        message = f"unsupported call for `{name}` in `vary`: `{call}`"
        raise UnfitError(message, "Only `range` with whole numbers is supported")
    numbers = [int(each) for each in match["numbers"].split(",")]
    try:
        found = range(*numbers)
    except ValueError as error:
        raise UnfitError(
            f"invalid call for `{name}` in `vary`: `{call}`: {error}", "Correct it"
        ) from None
    if len(found) > MOST_FRAMES:
        message = f"`vary` produces {len(found)} frames"
        raise UnfitError(message, f"Use fewer values: a cell can have at most {MOST_FRAMES} frames")
    return list(found)


def _default(
    names: Sequence[str], values: Sequence[Sequence[Scalar]], wanted: Any
) -> tuple[int, ...]:
    if wanted is None:
        return (0,) * len(names)
    if not isinstance(wanted, dict):
        message = f"invalid value for option `vary-default`: {wanted!r}"
        raise UnfitError(message, f"Write `#| vary-default: {{{names[0]}: {values[0][-1]}}}`")
    for name, value in wanted.items():
        if name not in names:
            raise UnfitError(f"`vary-default` contains `{name}`, which is not varied", "Remove it")
        known = values[names.index(name)]
        if value not in known:
            remedy = f"Use one of {', '.join(map(repr, known))}"
            raise UnfitError(f"invalid value for `{name}` in `vary-default`: {value!r}", remedy)
    return tuple(
        each.index(wanted[name]) if name in wanted else 0
        for name, each in zip(names, values, strict=True)
    )


def template(text: str) -> str:
    """The Python of a text with `{expressions}` in braces: an f-string."""
    mark = "'''" if '"""' in text or text.endswith('"') else '"""'
    escaped = text.replace("\\", "\\\\")
    return f"f{mark}{escaped}{mark}"


def assigned(code: str, names: Sequence[str]) -> tuple[str, int] | None:
    """The first of some names that the code of a cell assigns itself, and on which line."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # told when it runs
        return None
    waiting: list[ast.AST] = list(tree.body)
    found: list[tuple[int, str]] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            if getattr(node, "name", None) in names:
                found.append((node.lineno, node.name))  # type: ignore[union-attr]
            continue  # its names are its own
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in names:
            found.append((node.lineno, node.id))
        if isinstance(node, ast.alias) and (node.asname or node.name).partition(".")[0] in names:
            found.append((node.lineno, (node.asname or node.name).partition(".")[0]))
        waiting += ast.iter_child_nodes(node)
    return (min(found)[1], min(found)[0]) if found else None


def has_yield(code: str) -> bool:
    """Whether the code of a cell yields something itself, outside of its functions."""
    try:
        waiting: list[ast.AST] = list(ast.parse(code).body)
    except SyntaxError:  # told when it runs
        return True
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return False


def plain(code: str, vary: Variation | None, *, steps: bool = False) -> str:
    """The code of a cell with frames as that of one without.

    Of values it has those that the page shows first; its states are printed one after the other.
    """
    if vary is not None:
        return "\n".join(vary.comments) + f"\n{code}"
    if not steps:
        return code
    try:
        table = symtable.symtable(f"def _states():\n{_indented(code)}", "", "exec")
        (function,) = (each for each in table.get_children() if isinstance(each, symtable.Function))
        names = sorted(function.get_locals())
    except (SyntaxError, tokenize.TokenError):  # told when it runs
        return code
    shared = f"    global {', '.join(names)}\n" if names else ""
    asked = "for _state in _states():\n    print(_state)\n"
    return f"def _states():\n{shared}{_indented(code)}\n\n{asked}"


def _indented(code: str) -> str:
    """Code within a function; lines of texts in it stay as they are."""
    lines = code.rstrip("\n").split("\n")
    within: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if tokenize.tok_name[token.type] in ("STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE"):
            within.update(range(token.start[0] + 1, token.end[0] + 1))
    numbered = enumerate(lines, start=1)
    return "".join(
        f"{'' if number in within or not line.strip() else '    '}{line}\n"
        for number, line in numbered
    )
