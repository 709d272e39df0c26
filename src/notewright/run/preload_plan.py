"""Plans the preload: which installed modules code imports, for the warm parent to load once."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from importlib.machinery import PathFinder
from pathlib import Path

from notewright.note.syntax_trees import parse_code
from notewright.run.worker import environment


class Plan:
    """Finds what sessions import; reads each module of the project once.

    Args:
        root: The project's root, first on the path of every cell.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[tuple[str, str], tuple[set[str], dict[Path, str]]] = {}
        _place_in_project.cache_clear()

    def installed(self, codes: Iterable[str]) -> list[str]:
        """List the installed modules that code imports, directly or through the project's modules.

        Args:
            codes: Python sources; those that are not valid count for nothing.

        Returns:
            Entries `package.module` or `package.module:name`, sorted.
        """
        return [entry for entry in self.imported(codes) if not is_of_python(entry)]

    def imported(self, codes: Iterable[str]) -> list[str]:
        """The same, with the modules of Python itself."""
        return sorted(self._walk(codes)[0])

    def files(self, codes: Iterable[str]) -> list[Path]:
        """List the modules of the project that code imports, directly or through others."""
        return sorted(self._walk(codes)[1])

    def _walk(self, codes: Iterable[str]) -> tuple[set[str], set[Path]]:
        found: set[str] = set()
        read: set[Path] = set()
        waiting = [(code, "") for code in codes]
        while waiting:
            entries, files = self._look(*waiting.pop())
            found |= entries
            waiting += [(self._source(path), files[path]) for path in files if path not in read]
            read |= files.keys()
        return found, read

    def _look(self, code: str, package: str) -> tuple[set[str], dict[Path, str]]:
        """What code imports itself: installed modules, and files with what `.` means in them."""
        if (code, package) not in self._found:
            entries: set[str] = set()
            files: dict[Path, str] = {}
            for module, name in _imports(code, package):
                top = module.partition(".")[0]
                place = _place_in_project(self._root, top)
                if place is not None:
                    files |= _files(place, module, name)
                else:
                    entries.add(f"{module}:{name}" if name else module)
            self._found[code, package] = entries, files
        return self._found[code, package]

    @cached_property
    def _source(self) -> Callable[[Path], str]:
        return cache(_source)


def is_of_python(entry: str) -> bool:
    """Whether an entry names a module of Python itself."""
    return entry.partition(":")[0].partition(".")[0] in sys.stdlib_module_names


def _imports(code: str, package: str) -> Iterator[tuple[str, str]]:
    """Modules that code imports, and names from them; `package` is what `.` means in it."""
    try:
        tree = parse_code(code)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            if module:
                yield from ((module, alias.name) for alias in node.names if alias.name != "*")
                yield from ((module, "") for alias in node.names if alias.name == "*" and package)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The full name of the module of a `from … import`; empty if it cannot be known."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])]) if kept else ""


@cache
def _place_in_project(root: Path, top: str) -> Path | None:
    """The directory of the project that holds a module or package; None if it is installed.

    It may be another one than the root: that of a package that is installed to be edited, or one
    that `PYTHONPATH` names. Then its code may change between two builds, and a warm parent must
    not have loaded it.
    """
    if (root / top).is_dir() or (root / f"{top}.py").is_file():
        return root
    try:
        spec = PathFinder.find_spec(top)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or [spec.origin or ""]) if spec else []
    for place in map(Path, places):
        is_elsewhere = not any(map(place.is_relative_to, environment.places()))
        is_edited = place.is_absolute() and is_elsewhere
        if is_edited or (place.is_relative_to(root) and not place.is_relative_to(sys.prefix)):
            return place.parent
    return None


def _files(place: Path, module: str, name: str) -> dict[Path, str]:
    """Files of the project that an import reads, with what `.` means in each."""
    parts = [*module.split("."), *([name] if name else [])]
    files: dict[Path, str] = {}
    for depth in range(1, len(parts) + 1):
        base = place.joinpath(*parts[:depth])
        files[base / "__init__.py"] = ".".join(parts[:depth])
        files[base.with_suffix(".py")] = ".".join(parts[: depth - 1])
    return {path: package for path, package in files.items() if path.is_file()}


def _source(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
