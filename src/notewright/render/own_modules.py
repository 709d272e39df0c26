"""Own modules of a project: the helpers that its cells import, as text and as syntax trees."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from notewright.note.syntax_trees import parse_code, statements
from notewright.render.kept_modules import KeptModules, Outline


@dataclass(frozen=True)
class OwnModule:
    """One module.

    Attributes:
        name: Its full name, such as `snippets.drawing`.
        text: Its source.
    """

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return parse_code(self.text)

    @cached_property
    def outline(self) -> Outline:
        """What is asked of it before its page is made."""
        said = (ast.get_docstring(self.tree) or "").partition("\n\n")[0]
        return Outline(_imported(self.tree), self._places, " ".join(said.split()))

    @property
    def _places(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for node in self.tree.body:
            for name in bound(node):
                if not isinstance(node, (ast.Import, ast.ImportFrom)):
                    found.setdefault(name, first_line(node))
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    for name in bound(inner):
                        found.setdefault(f"{node.name}.{name}", first_line(inner))
        return found


@lru_cache(maxsize=2048)  # parsed once, whatever builds come
def _module(name: str, text: str) -> OwnModule:
    return OwnModule(name, text)


@lru_cache(maxsize=1 << 15)
def _imported(tree: ast.AST) -> Sequence[str]:
    """Full names of what some code imports, wherever in it."""
    found: list[str] = []
    for node in statements(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [f"{node.module}.{each.name}" for each in node.names]
    return found


def imported_by(codes: Iterable[str]) -> list[str]:
    """Full names of what some cells import, sorted, whether they use it or not."""
    found: set[str] = set()
    for code in codes:
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            found.update(_imported(parse_code(code)))
    return sorted(found)


class OwnModules:
    """Finds modules below the root of a project. What cannot be read or parsed is none.

    Args:
        root: The project's root, from which its cells import.
        kept: What an earlier process read out of them.
    """

    def __init__(self, root: Path, kept: KeptModules | None = None) -> None:
        self._root = root
        self._kept = kept
        self._known: dict[str, OwnModule | None] = {}
        self._folders: dict[str, bool] = {}
        self._place = root.resolve()
        self._packages = {path.name.removesuffix(".py") for path in root.iterdir()}

    def load(self, name: str) -> OwnModule | None:
        """The module of that full name."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> OwnModule | None:
        parts = name.split(".")
        if parts[0] not in self._packages or not all(part.isidentifier() for part in parts):
            return None
        folder = self._root.joinpath(*parts)
        for path in (folder.with_suffix(".py"), folder / "__init__.py"):
            try:
                if path.is_file() and path.resolve().is_relative_to(self._place):
                    module = _module(name, path.read_text("utf-8"))
                    known = self._kept.get(module.text) if self._kept else None
                    if known is not None:
                        vars(module).setdefault("outline", known)
                    assert module.outline  # else it is parsed, which raises where it cannot be
                    return module
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                return None
        return None

    def find(self, name: str) -> OwnModule | None:
        """The module that holds a symbol, or is it."""
        parts = name.split(".")
        if parts[0] not in self._packages:  # of a library, as most are
            return None
        found = None
        for count in range(1, len(parts) + 1):
            outer = ".".join(parts[:count])
            found = self.load(outer) or found
            if not self._is_folder(outer):  # most are symbols in a file
                break
        return found

    def _is_folder(self, name: str) -> bool:
        """Whether there can be modules inside the one of that full name."""
        if name not in self._folders:
            self._folders[name] = self._root.joinpath(*name.split(".")).is_dir()
        return self._folders[name]

    def place(self, name: str) -> tuple[str, str] | None:
        """The module of a symbol, and the longest part of its name that is defined there."""
        module = self.find(name)
        if module is None:
            return None
        rest = name.removeprefix(module.name).lstrip(".").split(".")
        tries = (".".join(rest[:count]) for count in range(len(rest), 0, -1))
        return module.name, next((each for each in tries if each in module.outline.places), "")

    def imports(self, tree: ast.AST) -> Iterator[str]:
        """Names of the own modules that some code imports itself, wherever in it."""
        return self._own(_imported(tree))

    def _own(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            found = self.find(name)
            if found is not None:
                yield found.name

    def reached(self, names: Iterator[str]) -> list[str]:
        """Some modules and all that they import, each after those that it imports."""
        found: dict[str, bool] = {}  # whether all that it imports is in front of it

        def visit(name: str) -> None:
            module = self.load(name)
            if name not in found and module is not None:
                found[name] = False
                for inner in sorted(set(self._own(module.outline.imports))):
                    visit(inner)
                del found[name]
                found[name] = True

        for name in sorted(set(names)):
            visit(name)
        return list(found)

    def keep(self) -> None:
        """Keep what was read out of the modules, for the next process."""
        if self._kept is not None:
            known = filter(None, self._known.values())
            self._kept.keep((each.text, each.outline) for each in known)

    def digest(self, names: Iterator[str]) -> str:
        """Digest of the source of some modules, and of all that they import."""
        texts = [(name, module.text) for name in self.reached(names) if (module := self.load(name))]
        return hashlib.sha256(repr(texts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1 << 15)  # the statements of modules come again with each session
def bound(node: ast.stmt) -> Sequence[str]:
    """The names that a statement binds where it stands, in order."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [each.asname or each.name.partition(".")[0] for each in node.names]
    inner = (each for each in ast.walk(node) if isinstance(each, ast.Name))
    return [each.id for each in inner if isinstance(each.ctx, ast.Store)]


def first_line(node: ast.stmt) -> int:
    """The line of a statement, or of its first decorator."""
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(each.lineno for each in decorators)]))
