"""Exercises of a note: files to fill in, which the tests that the note names judge.

A note offers one by naming the command that judges it, such as `pytest exercises/test_sums.py`: the
file to fill in is `sums.py` beside these tests. Where it raises `NotImplementedError("…")`, the
text is a hint.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notewright.errors import EngineError
from notewright.hosts.playground.saving import Change
from notewright.note.cells import Cell
from notewright.note.includes import Origin, SourceLine
from notewright.note.lines import line_offsets
from notewright.note.note import Note
from notewright.note.sessions import Session

_COMMAND = re.compile(r"`(?P<command>pytest (?P<tests>[^\s`]*?test_(?P<name>\w+)\.py))`")
_OPEN = "NotImplementedError"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A file to fill in, with its tests.

    Attributes:
        command: What the note names.
        tests: The tests, from the root.
        file: The file, from the root.
    """

    command: str
    tests: str
    file: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is left open in an exercise.

    Attributes:
        name: The function that is to be written, `name` or `Class.name`.
        hint: What its place says.
        start: Offset of what is raised, in the file.
        end: Offset behind it.
    """

    name: str
    hint: str
    start: int
    end: int


def exercises_of(note: Note, root: Path) -> list[Exercise]:
    """The exercises that a note names, in order."""
    found: dict[str, Exercise] = {}
    for match in _COMMAND.finditer(note.text):
        tests = match["tests"]
        file = (Path(tests).parent / f"{match['name']}.py").as_posix()
        inside = all(
            (root / each).resolve().is_relative_to(root.resolve()) for each in (tests, file)
        )
        if inside and (root / tests).is_file() and (root / file).is_file():
            found.setdefault(tests, Exercise(match["command"], tests, file))
    return list(found.values())


def gaps(text: str) -> list[Gap]:
    """What is left open in the text of an exercise; nothing, if it is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    starts = line_offsets(text)
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    found = []
    for name, node in _raised(tree, ""):
        hint = "".join(str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant))
        start = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        found.append(Gap(name, hint, start, end))
    return found


def _raised(node: ast.AST, name: str) -> Iterator[tuple[str, ast.expr]]:
    """Each `NotImplementedError` that is raised below a node, by the function that raises it."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)):
            yield from _raised(each, f"{name}.{each.name}".removeprefix("."))
        elif isinstance(each, ast.Raise) and each.exc is not None:
            raised = each.exc.func if isinstance(each.exc, ast.Call) else each.exc
            if isinstance(raised, ast.Name) and raised.id == _OPEN:
                yield name, each.exc
        else:
            yield from _raised(each, name)


def without_hints(text: str) -> str:
    """The text of an exercise as a page shows it: its hints are asked for one by one."""
    for gap in reversed(gaps(text)):
        text = f"{text[: gap.start]}{_OPEN}{text[gap.end :]}"
    return text


def with_hints(text: str, file: str) -> str:
    """The text of an exercise as it is saved: what is still open has the hint of its file."""
    hints = {gap.name: file[gap.start : gap.end] for gap in gaps(file)}
    for gap in reversed(gaps(text)):
        kept = hints.get(gap.name, text[gap.start : gap.end])
        text = f"{text[: gap.start]}{kept}{text[gap.end :]}"
    return text


def session_of(exercise: Exercise, code: str, root: Path) -> Session:
    """Cells that run the tests of an exercise: the first imports what they need, and stays."""
    tests = _read(root / exercise.tests)
    own = Path(exercise.file).with_suffix("").as_posix().replace("/", ".")
    first = ["import pytest", "from notewright.hosts.exercise_tests import judge"]
    first += _imports([tests, _read(root / exercise.file)], own)
    arguments = ", ".join(map(repr, (exercise.tests, exercise.file, code)))
    name = f"{exercise.file} (exercise)"
    return Session(
        name, (_cell(name, 1, first), _cell(name, 10_000, [f"print(judge({arguments}))"]))
    )


def _cell(name: str, line: int, code: Sequence[str]) -> Cell:
    source = (
        SourceLine(text, Origin(name, line + at, line + at)) for at, text in enumerate(code, 1)
    )
    return Cell(name, line, line + len(code) + 1, source=tuple(source))


def _imports(codes: Iterable[str], own: str) -> list[str]:
    """The statements by which code imports what it needs, but for what is to be filled in."""
    found = []
    for code in codes:
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError):  # told by the tests
            continue
        for node in tree.body:
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            named = {f"{module}.{each.name}".strip(".") for each in node.names} | {module}
            if named.isdisjoint((own, "__future__")):
                found.append(ast.unparse(node))
    return list(dict.fromkeys(found))


def wrong_in(code: str) -> tuple[str, int] | None:
    """Why code is no Python, and at which line."""
    try:
        compile(code, "<exercise>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"SyntaxError: {error.msg}", error.lineno or 0
    except ValueError as error:
        return f"ValueError: {error}", 0
    return None


def hints_for(test: Mapping[str, Any], tests: str, file: str) -> list[str]:
    """What helps with a test that fails, a little more each time.

    Args:
        test: What became of it.
        tests: The text of the tests.
        file: The text of the file to fill in.
    """
    found = [str(test["asks"]), str(test["said"])]
    used = _used_by(str(test["name"]).partition("[")[0], tests)
    for gap in gaps(file):
        if gap.hint and (gap.name in used or gap.name.partition(".")[0] in used):
            found.append(f"{gap.name}: {gap.hint}")
    # What is still open says nothing else than that.
    return [each for each in dict.fromkeys(found) if each and each != _OPEN]


def _used_by(name: str, tests: str) -> set[str]:
    """The attributes that a test asks of what it judges, and the names that it uses."""
    for node in ast.walk(ast.parse(tests)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            inside = list(ast.walk(node))
            names = {each.id for each in inside if isinstance(each, ast.Name)}
            return names | {each.attr for each in inside if isinstance(each, ast.Attribute)}
    return set()


def change(exercise: Exercise, code: str, root: Path) -> Change:
    """What the file of an exercise would be with other code in it."""
    before = _read(root / exercise.file)
    after = with_hints(code.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n", before)
    shown = difflib.unified_diff(before.splitlines(), after.splitlines(), "", "", "", "", 2, "")
    content = after.encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(before.encode() + b"\0" + content).hexdigest()
    return Change(content, digest, "\n".join(list(shown)[2:]))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"cannot read {path.name}: {error}") from None
