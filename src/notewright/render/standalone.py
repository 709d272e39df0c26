"""Standalone code: a session with the helpers that it imports, which runs with libraries alone.

Of each helper only what the session needs is taken, after the imports of the libraries. Where no
name means two things, all stands in one row, as a reader would write it. Else each helper stays a
module of its own, whose source is given to Python as text.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from notewright.note.syntax_trees import parse_code, statements
from notewright.render.own_modules import OwnModule, OwnModules, bound, first_line

_INTRODUCTION = "# Helpers from the project that the code below uses."

_MODULES = '''\
# Helpers from the project that the code below uses, each in its own module.
import sys
import types


def _helper(name, code):
    """Let Python find a module whose source is given as text."""
    module = sys.modules[name] = types.ModuleType(name)
    parent, _, last = name.rpartition(".")
    if parent:
        if parent not in sys.modules:
            _helper(parent, "")
        setattr(sys.modules[parent], last, module)
    module.__path__ = []
    exec(compile(code, name, "exec"), vars(module))
'''

_READERS = frozenset({"Path", "open", "read_csv", "loadtxt", "load", "glob", "listdir"})
"""Functions that are given the names of files."""

_SEEKERS = frozenset({"__file__", "__import__", "import_module", "iter_modules", "getsource"})
"""What finds files or modules that no syntax tells."""


@dataclass
class _Part:
    """What is taken of one module: its statements, and how it names what others have."""

    module: OwnModule
    wanted: set[str] = field(default_factory=set)
    is_whole: bool = False
    kept: list[ast.stmt] = field(default_factory=list)

    def imports(self) -> Iterator[ast.Import | ast.ImportFrom]:
        """The imports among them, of those names only that are used, or taken from here."""
        used = self.wanted.union(*(_names(each) for each in self.kept))
        for statement in self.kept:
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            names = [
                each
                for each in statement.names
                if self.is_whole
                or each.name == "*"
                or _is_future(statement)
                or (each.asname or each.name.partition(".")[0]) in used
            ]
            if names and isinstance(statement, ast.Import):
                yield ast.Import(names)
            elif names and isinstance(statement, ast.ImportFrom):
                yield ast.ImportFrom(statement.module, names, statement.level)


def helpers_of(cells: Sequence[str], own: OwnModules) -> tuple[str, list[str]] | None:
    """Make the code that goes before the cells of a session, and the cells to go with it.

    Args:
        cells: The code of its cells, in order.
        own: The modules of the project.

    Returns:
        The helpers, which are empty if the cells import none, and the code of the cells; None if
        the code cannot do without the project.
    """
    try:
        trees = [parse_code(code) for code in cells]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    parts = _parts(trees, own)
    needed = [each for tree in trees for each in tree.body]
    needed += [each for part in parts for each in part.kept]
    if any(map(_needs_files, needed)):
        return None
    if not parts:
        return "", list(cells)
    flat = _in_one_row(parts, cells, trees, own)
    return flat or (_as_modules(parts), list(cells))


def modules_of(cells: Sequence[str], own: OwnModules) -> str | None:
    """Code that lets the imports of some cells find the helpers, which stay modules.

    Returns:
        The code, which is empty if nothing is imported; None if the cells need files.
    """
    try:
        trees = [parse_code(code) for code in cells]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    parts = _parts(trees, own)
    needed = [each for tree in trees for each in tree.body]
    needed += [each for part in parts for each in part.kept]
    if any(map(_needs_files, needed)):
        return None
    return _as_modules(parts) if parts else ""


def _parts(trees: Sequence[ast.Module], own: OwnModules) -> list[_Part]:
    """What is needed of each module, each after those that it needs itself."""
    found: dict[str, _Part] = {}
    for tree in trees:
        _want(tree, own, found)
    changed = True
    while changed:
        changed = False
        for part in list(found.values()):
            kept = _kept(part)
            if len(kept) != len(part.kept):
                part.kept, changed = kept, True
            for statement in [*part.imports(), *_others(part)]:
                changed = _want(statement, own, found) or changed
    order = own.reached(iter(found))
    return [found[name] for name in order if name in found]


def _want(tree: ast.AST, own: OwnModules, found: dict[str, _Part]) -> bool:
    """Note what some code takes from which module; whether that is more than was known."""
    before = {name: (len(part.wanted), part.is_whole) for name, part in found.items()}
    for node in _imports_in(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = own.load(alias.name)
                if module is not None:
                    found.setdefault(module.name, _Part(module)).is_whole = True
        elif node.module and not node.level:
            for alias in node.names:
                inner = own.load(f"{node.module}.{alias.name}")
                module = inner or own.load(node.module)
                if module is None:
                    continue
                part = found.setdefault(module.name, _Part(module))
                if inner is not None or alias.name == "*":
                    part.is_whole = True
                else:
                    part.wanted.add(alias.name)
    return before != {name: (len(part.wanted), part.is_whole) for name, part in found.items()}


def _others(part: _Part) -> Iterator[ast.stmt]:
    """What is kept of a module beside its imports."""
    return (each for each in part.kept if not isinstance(each, (ast.Import, ast.ImportFrom)))


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _kept(part: _Part) -> list[ast.stmt]:
    """The statements of a module that are needed, with those that these need."""
    body = [each for each in part.module.tree.body if not _is_idle(each)]
    if part.is_whole:
        return body
    names, kept = set(part.wanted), set[int]()
    before = -1
    while before != len(kept):
        before = len(kept)
        for number, statement in enumerate(body):
            binds = bound(statement)
            is_plain = bool(binds) and not isinstance(statement, (ast.If, ast.For, ast.With))
            is_plain = is_plain and not _is_future(statement)
            if number not in kept and not (is_plain and names.isdisjoint(binds)):
                kept.add(number)
                if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                    names |= _names(statement)
    return [body[number] for number in sorted(kept)]


@lru_cache(maxsize=1 << 15)
def _is_idle(statement: ast.stmt) -> bool:
    """A docstring, or what runs only as a program."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test)


@lru_cache(maxsize=1 << 15)  # the statements of modules come again with each session
def _names(tree: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@lru_cache(maxsize=1 << 15)
def _imports_in(tree: ast.AST) -> Sequence[ast.Import | ast.ImportFrom]:
    return [each for each in statements(tree) if isinstance(each, (ast.Import, ast.ImportFrom))]


@lru_cache(maxsize=1 << 15)
def _needs_files(statement: ast.stmt) -> bool:
    """Whether code asks for its own place, for modules by text, or for files by their names."""
    for node in ast.walk(statement):
        if getattr(node, "id", getattr(node, "attr", "")) in _SEEKERS:
            return True
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _READERS and isinstance(node.args[0].value, str):
                return True
    return False


def _source(module: OwnModule, statement: ast.stmt) -> str:
    lines = module.text.split("\n")
    return "\n".join(lines[first_line(statement) - 1 : statement.end_lineno])


# Each helper as a module


def _as_modules(parts: Sequence[_Part]) -> str:
    shown = [_MODULES]
    for part in parts:
        head = "\n".join(map(ast.unparse, part.imports()))
        pieces = [head, *(_source(part.module, each) for each in _others(part))]
        text = "\n\n".join(filter(None, pieces)).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        shown.append(f'\n_helper("{part.module.name}", """\n{text}\n""")\n')
    return "".join(shown)


# All in one row


def _in_one_row(
    parts: Sequence[_Part], cells: Sequence[str], trees: Sequence[ast.Module], own: OwnModules
) -> tuple[str, list[str]] | None:
    """Helpers and cells without imports of each other; None if a name means two things."""
    meant: dict[str, str] = {}
    imports: dict[str, str] = {}
    bodies = []
    for part in parts:
        for imported in part.imports():
            if not _join(imported, own, meant, imports):
                return None
        for statement in _others(part):
            if set(own.imports(statement)):
                return None
            for name in bound(statement):
                if meant.setdefault(name, f"{part.module.name}.{name}") != (
                    f"{part.module.name}.{name}"
                ):
                    return None
            bodies.append((statement, _source(part.module, statement)))
    used = set(meant) | set().union(*(_globals(text) for _, text in bodies))
    if not used.isdisjoint(set(meant) & set(dir(builtins))):
        return None
    shown = _cells_without(cells, trees, own, meant, used)
    if shown is None:
        return None
    future = [each for each in imports.values() if "__future__" in each]
    others = sorted(each for each in imports.values() if "__future__" not in each)
    rows = [*dict.fromkeys(future), _INTRODUCTION, *others]
    return "\n".join(rows) + "\n\n" + _spaced(bodies), shown


def _spaced(bodies: Sequence[tuple[ast.stmt, str]]) -> str:
    """Definitions two lines apart, other statements below one another."""
    rows, was_large = [], True
    for statement, text in bodies:
        is_large = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        rows.append(f"\n\n{text}" if is_large or was_large else text)
        was_large = is_large
    return "\n".join(rows).strip("\n") + "\n"


def _join(
    statement: ast.stmt, own: OwnModules, meant: dict[str, str], imports: dict[str, str]
) -> bool:
    """Add an import to those of the row; False if a name would mean two things."""
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        if isinstance(statement, ast.Import):
            full, line = alias.name if alias.asname else name, ast.unparse(ast.Import([alias]))
        else:
            full = f"{statement.module}.{alias.name}"
            line = ast.unparse(ast.ImportFrom(statement.module, [alias], 0))
        module = own.find(full)
        full = _origin(full, own)
        if alias.name == "*" or (module is not None and (module.name == full or alias.asname)):
            return False  # a module as a whole, or under another name
        if meant.setdefault(name, full) != full:
            return False
        if module is None:
            imports[f"{full} {line}"] = line
    return True


def _origin(full: str, own: OwnModules) -> str:
    """Where a name comes from that a module of the project may only pass on."""
    module = own.find(full)
    inner = full.rpartition(".")[2]
    for node in module.tree.body if module is not None else ():
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == inner:
                    return _origin(f"{node.module}.{alias.name}", own)
    return full


def _globals(text: str) -> set[str]:
    """Names that code looks up outside of its own functions."""
    found: set[str] = set()
    waiting = [symtable.symtable(text, "helper", "exec")]
    while waiting:
        table = waiting.pop()
        is_top = table.get_type() == "module"
        found |= {each.get_name() for each in table.get_symbols() if is_top or each.is_global()}
        waiting += table.get_children()
    return found


def _cells_without(
    cells: Sequence[str],
    trees: Sequence[ast.Module],
    own: OwnModules,
    meant: dict[str, str],
    used: Collection[str],
) -> list[str] | None:
    """The cells without their imports of helpers; None if they use a name otherwise."""
    shown = []
    for code, tree in zip(cells, trees, strict=True):
        lines: list[str | None] = list(code.rstrip("\n").split("\n"))
        for node in ast.walk(tree):
            is_import = isinstance(node, (ast.Import, ast.ImportFrom))
            if is_import and set(own.imports(node)) and node not in tree.body:
                return None
        for statement in tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                owned = [name for name in statement.names if _is_own(statement, name, own)]
                if owned and (len(owned) < len(statement.names)):
                    return None
                if not _join(statement, own, dict(meant), {}):
                    return None
                if owned:
                    lines[statement.lineno - 1 : statement.end_lineno] = [None] * (
                        (statement.end_lineno or 0) - statement.lineno + 1
                    )
            elif not used.isdisjoint(_stored(statement)):  # type: ignore[attr-defined]
                return None
        shown.append("\n".join(line for line in lines if line is not None).strip("\n") + "\n")
    return shown


def _stored(statement: ast.stmt) -> set[str]:
    """Names that a statement of a cell binds in the session, also in its blocks."""
    symbols = symtable.symtable(ast.unparse(statement), "cell", "exec").get_symbols()
    return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}


def _is_own(statement: ast.Import | ast.ImportFrom, alias: ast.alias, own: OwnModules) -> bool:
    if isinstance(statement, ast.Import):
        return own.find(alias.name) is not None
    return bool(statement.module) and own.find(f"{statement.module}.{alias.name}") is not None
