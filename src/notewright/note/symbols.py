"""Which library symbols the cells of a note use, by their full names.

Names are followed through imports, aliases and scopes in the syntax tree alone: nothing is
imported and nothing runs. What only a run could know (`getattr`, what a call returns) is
not guessed.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from notewright.note import doctests
from notewright.note.cells import Cell
from notewright.note.mentions import Mention, Names, Uses
from notewright.note.syntax_trees import parse_code, parse_expression

_NOTHING: Names = frozenset()
_BUILTINS = frozenset(dir(builtins))
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def symbols_of(cells: Sequence[Cell]) -> list[frozenset[str]]:
    """Find the symbols that each cell of one note uses.

    Args:
        cells: The cells in order. One that continues another shares its names.

    Returns:
        For each cell the full names, such as `sklearn.cluster.KMeans`; a function or class of
        a snippet that the cell shows counts by the name under which it could be imported.
    """
    return [frozenset(uses.names) for uses in _read(cells)]


def mentions_of(cells: Sequence[Cell]) -> list[list[Mention]]:
    """Find where each cell of one note names which symbol; nothing is found in doctests.

    Args:
        cells: The cells in order. One that continues another shares its names.
    """
    return [uses.mentions(cell) for cell, uses in zip(cells, _read(cells), strict=True)]


def _read(cells: Sequence[Cell]) -> list[Uses]:
    found = [Uses() for _ in cells]
    session = _Resolver()
    resolvers = [session]
    for cell, uses in zip(cells, found, strict=True):
        if not cell.continues:
            resolvers.append(_Resolver())
            session = resolvers[-1] if cell.runs else session  # what never runs gives no names
        resolver = session if cell.continues else resolvers[-1]
        for tree in _trees(cell):
            uses.names |= _shown_definitions(cell, tree)
            resolver.read(tree, uses)
    for resolver in resolvers:
        resolver.finish()
    return found


def _trees(cell: Cell) -> Iterator[ast.Module]:
    """The syntax trees of a cell; none if it is not valid Python."""
    try:
        if cell.is_doctest:
            for example in doctests.examples(cell.code):
                yield parse_code(example.source)
        else:
            yield parse_code(cell.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _shown_definitions(cell: Cell, tree: ast.Module) -> set[str]:
    """Functions and classes whose source, in a file of the project, the cell shows."""
    names: set[str] = set()
    for node in [] if cell.is_doctest else tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            line = node.lineno - 1
            file = cell.source[line].origin.file if line < len(cell.source) else cell.file
            if file != cell.file and file.endswith(".py"):
                names.add(".".join([*PurePosixPath(file).with_suffix("").parts, node.name]))
    return names


@dataclass
class _Scope:
    """Names of a module, function, class or comprehension."""

    names: dict[str, Names] = field(default_factory=dict)
    is_class: bool = False
    globals: frozenset[str] = frozenset()


class _Resolver(ast.NodeVisitor):
    """Reads the cells of one session, one after the other."""

    def __init__(self) -> None:
        self._scopes = [_Scope()]
        self._stars: set[str] = set()
        self._uses = Uses()
        self._later: list[tuple[_Function, list[_Scope], Uses]] = []

    def read(self, tree: ast.Module, uses: Uses) -> None:
        """Add what a cell uses. Bodies of functions wait until all names are known."""
        self._uses = uses
        try:
            self._all(tree.body)
        except RecursionError:  # deeper than any writer's code
            return

    def finish(self) -> None:
        """Read the bodies of functions: they run when the names of the whole session exist."""
        while self._later:
            function, self._scopes, self._uses = self._later.pop(0)
            try:
                body = function.body if isinstance(function.body, list) else [function.body]
                self._all(body)
            except RecursionError:
                continue

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    # What names stand for

    def _look_up(self, name: str) -> Names:
        for depth, scope in enumerate(reversed(self._scopes)):
            if name in scope.names and (depth == 0 or not scope.is_class):
                return scope.names[name]
        if len(self._stars) == 1 and name not in _BUILTINS:
            (module,) = self._stars  # nothing else could have made the name
            return frozenset({f"{module}.{name}"})
        return _NOTHING

    def _bind(self, name: str, names: Names) -> None:
        scope = self._scopes[-1]
        (self._scopes[0] if name in scope.globals else scope).names[name] = names

    def _resolve(self, node: ast.expr | None) -> Names:
        """Full names of `a` or `a.b.c`; none for anything else."""
        if isinstance(node, ast.Name):
            return self._look_up(node.id)
        if isinstance(node, ast.Attribute):
            found = self._resolve(node.value)
            is_internal = node.attr.startswith("__")  # `KMeans.__name__` is of no library
            return found if is_internal else frozenset(f"{name}.{node.attr}" for name in found)
        return _NOTHING

    def visit_Name(self, node: ast.Name) -> None:
        """Count a name that is read; forget one that is assigned or deleted."""
        if isinstance(node.ctx, ast.Load):
            self._uses.count(node, node.id, self._look_up(node.id))
        else:
            self._bind(node.id, _NOTHING)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Count the longest chain `a.b.c`."""
        found = self._resolve(node)
        if found:
            self._uses.count(node, node.attr, found)
        else:
            self.visit(node.value)

    # What binds names

    def visit_Import(self, node: ast.Import) -> None:
        """`import a.b` names `a`; `import a.b as c` names `a.b`."""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._bind(name, frozenset({alias.name if alias.asname else name}))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from a import b as c` names `a.b`."""
        if node.module is None or node.level or node.module == "__future__":
            return
        for alias in node.names:
            if alias.name == "*":
                self._stars.add(node.module)
            else:
                names = frozenset({f"{node.module}.{alias.name}"})
                self._bind(alias.asname or alias.name, names)
                self._uses.name(alias, names)

    def visit_Assign(self, node: ast.Assign) -> None:
        """`K = KMeans` is an alias; any other value hides what the name stood for."""
        self.visit(node.value)
        self._all(node.targets)
        for target in node.targets:
            self._alias(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """As an assignment, with an annotation."""
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)
            self._alias(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """`(k := KMeans)`."""
        self.visit(node.value)
        self.visit(node.target)
        self._alias(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """`a += b` reads both."""
        self.visit(node.value)
        self.visit(node.target)

    def _alias(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, self._resolve(value))

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        """The loop's own name hides an import of that name."""
        self.visit(node.iter)
        self.visit(node.target)
        self._branches([node.body, []])
        self._all(node.orelse)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_While(self, node: ast.While) -> None:
        """The body may run or not."""
        self.visit(node.test)
        self._branches([node.body, []])
        self._all(node.orelse)

    def visit_If(self, node: ast.If) -> None:
        """Either branch may have named a thing."""
        self.visit(node.test)
        self._branches([node.body, node.orelse])

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        """`try: import a as x` / `except ImportError: import b as x`: `x` may be either."""
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
        self._branches([[*node.body, *node.orelse], *([handler] for handler in node.handlers)])
        self._all(node.finalbody)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        """`except*`, the same."""
        self.visit_Try(node)

    def visit_Match(self, node: ast.Match) -> None:
        """Any case may be the one."""
        self.visit(node.subject)
        for case in node.cases:
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
        self._branches([*(case.body for case in node.cases), []])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        """`case x:` and `case y as x:`."""
        self.generic_visit(node)
        if node.name:
            self._bind(node.name, _NOTHING)

    def _branches(self, bodies: Iterable[Iterable[ast.AST]]) -> None:
        """Read each body from the same names, and put together what they name."""
        before = dict(self._scopes[-1].names)
        merged: dict[str, Names] = {}
        for body in bodies:
            self._scopes[-1].names = dict(before)
            self._all(body)
            for name, names in self._scopes[-1].names.items():
                merged[name] = merged.get(name, _NOTHING) | names
        self._scopes[-1].names = merged

    # What has names of its own

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Decorators, defaults and annotations run at once, the body later."""
        self._all(node.decorator_list)
        self._annotation(node.returns)
        self._bind(node.name, _NOTHING)
        self._function(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A function without a name."""
        self._function(node)

    def _function(self, node: _Function) -> None:
        arguments = node.args
        self._all(each for each in (*arguments.defaults, *arguments.kw_defaults) if each)
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [each for each in (arguments.vararg, arguments.kwarg) if each]
        for parameter in parameters:
            self._annotation(parameter.annotation)
        own, declared = _own_names(node)
        names = dict.fromkeys(own | {each.arg for each in parameters}, _NOTHING)
        scopes = [*self._scopes, _Scope(names, globals=frozenset(declared))]
        self._later.append((node, scopes, self._uses))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """The body runs at once; its methods do not see its names."""
        self._all([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)])
        self._bind(node.name, _NOTHING)
        self._scopes = [*self._scopes, _Scope(is_class=True)]
        self._all(node.body)
        self._scopes = self._scopes[:-1]

    def visit_ListComp(self, node: _Comprehension) -> None:
        """Its loop names are its own."""
        self._scopes = [*self._scopes, _Scope()]
        for part in node.generators:
            self._all([part.iter, part.target, *part.ifs])
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._all(values)
        self._scopes = self._scopes[:-1]

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """`except E as e`: `e` is a name of its own."""
        if node.name:
            self._bind(node.name, _NOTHING)
        self._all(node.body)

    def _annotation(self, node: ast.expr | None) -> None:
        """Read an annotation, which may stand in quotes."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = parse_expression(node.value)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return
            with self._uses.without_places():  # they are those of the quoted text
                self.visit(node)
        elif node is not None:
            self.visit(node)


def _own_names(function: _Function) -> tuple[set[str], set[str]]:
    """Names that a function assigns anywhere in its body, and those it declares global."""
    own: set[str] = set()
    declared: set[str] = set()
    waiting: list[ast.AST] = list(function.body) if isinstance(function.body, list) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            own.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, (ast.Lambda, _Comprehension)):
            continue
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            own.update(each.asname or each.name.partition(".")[0] for each in node.names)
        else:
            if isinstance(node, (ast.ExceptHandler, ast.MatchAs)) and node.name:
                own.add(node.name)
            waiting.extend(ast.iter_child_nodes(node))
    return own - declared, declared
