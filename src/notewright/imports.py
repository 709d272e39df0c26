"""Which installed modules some code imports, so that the warm parent can load them once."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path


def installed(codes: Iterable[str], root: Path) -> list[str]:
    """List the installed modules that code imports, directly or through the project's modules.

    Args:
        codes: Python sources; those that are not valid count for nothing.
        root: The project's root, first on the path of every cell.

    Returns:
        Entries `package.module` or `package.module:name`, sorted.
    """
    _place_in_project.cache_clear()
    found: set[str] = set()
    read: set[Path] = set()
    waiting = [(code, "") for code in codes]
    while waiting:
        for module, name in _imports(*waiting.pop()):
            top = module.partition(".")[0]
            place = _place_in_project(root, top)
            if place is None:
                if top not in sys.stdlib_module_names:
                    found.add(f"{module}:{name}" if name else module)
                continue
            for path, package in _files(place, module, name).items():
                if path not in read:
                    read.add(path)
                    waiting.append((_source(path), package))
    return sorted(found)


def _imports(code: str, package: str) -> Iterator[tuple[str, str]]:
    """Modules that code imports, and names from them; `package` is what `.` means in it."""
    try:
        tree = ast.parse(code)
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

    It may be another one than the root: `src/` of a project that is installed to be edited.
    Then its code may change between two builds, and a warm parent must not have loaded it.
    """
    if (root / top).is_dir() or (root / f"{top}.py").is_file():
        return root
    try:
        spec = PathFinder.find_spec(top)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or [spec.origin or ""]) if spec else []
    for place in map(Path, places):
        if place.is_relative_to(root) and not place.is_relative_to(sys.prefix):
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
