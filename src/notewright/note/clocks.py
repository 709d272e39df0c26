"""Clocks that reach what a cell shows: the text is other in each run.

The syntax tree alone is read. A time is followed through names, arithmetic, texts and its own
methods, from cell to cell of a session. A comparison ends it, since `took < 1` is the same each
time; so does a function that is not known, since it may ask for nothing but its length.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Sequence

from notewright.note.cells import Cell
from notewright.note.syntax_trees import parse_code, parse_expression

_TIMES = frozenset(
    f"time.{name}{unit}"
    for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time")
    for unit in ("", "_ns")
)
_DAYS = frozenset(
    (
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
        *("pandas.Timestamp.now", "pandas.Timestamp.utcnow", "pandas.Timestamp.today"),
        "datetime.date.today",
    )
)
_NOW_BY_DEFAULT = {"time.ctime": 0, "time.localtime": 0, "time.gmtime": 0, "time.asctime": 0}
_NOW_BY_DEFAULT["time.strftime"] = 1
"""What takes the time of day where it is given none, by how many arguments it has beside it."""

_KEEPS = frozenset(("abs", "float", "format", "int", "max", "min", "repr", "round", "str", "sum"))
_SHOWS = frozenset(("print", "display"))
_CALLS = (ast.Call, ast.Compare, ast.Lambda, ast.GeneratorExp)


def shown_clocks(cells: Sequence[Cell]) -> Iterator[tuple[Cell, int]]:
    """Yield each cell of a session, in order, with the note's lines at which it shows a clock."""
    session = _Session()
    for cell in cells:
        if cell.is_doctest:
            continue
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            for line in session.read(parse_code(cell.code), cell.code):
                yield cell, cell.source[line - 1].origin.note_line
        for value in cell.values:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError):
                if session.tells(parse_expression(value.expression.strip())):
                    yield cell, value.line


class _Session:
    """What the names of a session stand for, as far as clocks go."""

    def __init__(self) -> None:
        self._full: dict[str, str] = {}  # names of what was imported
        self._times: set[str] = set()  # names that hold a time
        self._functions: set[str] = set()  # names of functions that return one

    def read(self, tree: ast.Module, code: str) -> Iterator[int]:
        """Yield the lines at which a cell shows a time."""
        for statement in tree.body:
            yield from self._statement(statement)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and self.tells(last.value):
            end = code.split("\n")[(last.end_lineno or 1) - 1].encode()[last.end_col_offset or 0 :]
            if not end.lstrip().startswith(b";"):
                yield last.lineno

    def _statement(self, statement: ast.stmt) -> Iterator[int]:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            self._define(statement)
            return
        if isinstance(statement, ast.ClassDef):
            return
        self._import(statement)
        for field in ast.iter_child_nodes(statement):
            if isinstance(field, ast.expr):
                yield from self._shown(field)
        self._bind(statement)
        for inner in ast.iter_child_nodes(statement):
            if isinstance(inner, ast.stmt):
                yield from self._statement(inner)
            elif isinstance(inner, ast.ExceptHandler | ast.match_case):
                for each in inner.body:
                    yield from self._statement(each)

    def _shown(self, expression: ast.expr) -> Iterator[int]:
        for call in ast.walk(expression):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in _SHOWS:
                continue
            is_elsewhere = any(each.arg == "file" for each in call.keywords)
            if not is_elsewhere and any(self.tells(each) for each in call.args):
                yield call.lineno

    def _import(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import):
            for each in statement.names:
                self._name(each.asname or each.name.partition(".")[0], each.name, each.asname)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            for each in statement.names:
                full = f"{statement.module}.{each.name}"
                self._name(each.asname or each.name, full, full)

    def _name(self, name: str, full: str, is_full: str | None) -> None:
        self._full[name] = full if is_full else name
        self._times.discard(name)
        self._functions.discard(name)

    def _define(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        inner = _Session()
        inner._full, inner._functions = dict(self._full), set(self._functions)
        inner._times = self._times - {each.arg for each in function.args.args}
        returned = False
        for statement in function.body:
            for _ in inner._statement(statement):
                pass
            for each in ast.walk(statement):
                if isinstance(each, ast.Return) and each.value is not None:
                    returned = returned or inner.tells(each.value)
        self._name(function.name, function.name, None)
        if returned:
            self._functions.add(function.name)

    def _bind(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._target(target, statement.value)
        elif isinstance(statement, ast.AnnAssign | ast.AugAssign) and statement.value is not None:
            is_kept = isinstance(statement, ast.AugAssign) and self.tells(statement.target)
            if not is_kept:
                self._target(statement.target, statement.value)
        elif isinstance(statement, ast.For | ast.AsyncFor):
            self._target(statement.target, statement.iter)

    def _target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            is_pairwise = len(values) == len(target.elts)
            for at, each in enumerate(target.elts):
                self._target(each, values[at] if is_pairwise else value)
        elif isinstance(target, ast.Name):
            is_time = self.tells(value)
            self._name(target.id, target.id, None)
            if is_time:
                self._times.add(target.id)

    def tells(self, node: ast.AST) -> bool:
        """Whether the value of an expression tells the time of a run."""
        if isinstance(node, ast.Name):
            return node.id in self._times
        if isinstance(node, ast.Call):
            return self._call_tells(node)
        if isinstance(node, ast.Subscript):
            return self.tells(node.value)
        if isinstance(node, ast.NamedExpr):
            self._target(node.target, node.value)
            return self.tells(node.value)
        if isinstance(node, _CALLS) or (isinstance(node, ast.IfExp) and self.tells(node.test)):
            return False
        return any(self.tells(each) for each in ast.iter_child_nodes(node))

    def _call_tells(self, call: ast.Call) -> bool:
        full = self._dotted(call.func)
        given = len(call.args)
        if full in _TIMES or full in _DAYS:
            return True
        if full in _NOW_BY_DEFAULT:
            return given <= _NOW_BY_DEFAULT[full] or any(map(self.tells, call.args))
        if full == "numpy.datetime64":
            first = call.args[0] if call.args else None
            return isinstance(first, ast.Constant) and first.value in ("now", "today")
        if isinstance(call.func, ast.Name):
            is_known = call.func.id in _KEEPS and call.func.id not in self._full
            named = call.func.id in self._functions
            return named or (is_known and any(map(self.tells, call.args)))
        if isinstance(call.func, ast.Attribute):
            is_text = isinstance(call.func.value, ast.Constant | ast.JoinedStr)
            arguments = [*call.args, *(each.value for each in call.keywords)]
            return self.tells(call.func.value) or (is_text and any(map(self.tells, arguments)))
        return False

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._full.get(node.id, "")
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""
