"""Which installed modules some code imports, so that the warm parent can load them once."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def installed(codes: Iterable[str], root: Path) -> list[str]:
    """List the installed modules that code imports, directly or through the project's modules.

    Args:
        codes: Python sources; those that are not valid count for nothing.
        root: The project's root, first on the path of every cell.

    Returns:
        Entries `package.module` or `package.module:name`, sorted.
    """
    found: set[str] = set()
    read: set[Path] = set()
    waiting = list(codes)
    while waiting:
        for module, name in _imports(waiting.pop()):
            local = _local_files(root, module, name)
            if local is None:
                if module.partition(".")[0] not in sys.stdlib_module_names:
                    found.add(f"{module}:{name}" if name else module)
                continue
            for path in local - read:
                read.add(path)
                waiting.append(_source(path))
    return sorted(found)


def _imports(code: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names if alias.name != "*")


def _local_files(root: Path, module: str, name: str) -> set[Path] | None:
    """Files of the project that an import reads; None if the module is not the project's."""
    top = root / module.partition(".")[0]
    if not top.is_dir() and not top.with_suffix(".py").is_file():
        return None
    parts = [*module.split("."), *([name] if name else [])]
    files: set[Path] = set()
    for depth in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:depth])
        files.update(path for path in (base / "__init__.py", base.with_suffix(".py")))
    return {path for path in files if path.is_file()}


def _source(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
