"""Which test files and which notes import a module: what a change may break, nearest first.

    python tests/import_graph.py src/notewright/note/cells.py

Files are parsed and not imported. An import inside a function is as good as one at the top, and
so is a module that code names in a string: tests start programs, and lessons load each other. By
the house rule, `tests/note/test_cells.py` tests `note/cells.py`, whatever it imports.

What a test or a cell reads as a file, it does not import. A file of `data/`, `snippets/` or
`tests/` that is not a module counts as the package in whose folder it is; where that is no
package, as the modules that mention its name. Other files, such as `pyproject.toml`, reach
nothing here: run all tests after a change of those.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ("src", "snippets", "data", "tests")
"""Folders whose modules count."""

_NAMED = re.compile(r"(?:[\"']|\b(?:from|import)[ ]+)((?:notewright|snippets|data)\.[\w.]*)")
_HELPER = re.compile(r"[\"'](\w+)\.py[\"']")
_IMPORTS = re.compile(r"(?m)^\s*(?:from|import)\s.*$")
_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*\{?\.?(?P<language>\w*)")
_PYTHON = {"python", "py", "python3", "pycon"}
_INCLUDE = re.compile(r"^(?P<indent>[ \t]*)-+8<-+[ \t]+\"(?P<path>[^\":]+).*$", re.M)


@dataclass(frozen=True)
class Reached:
    """What a change reaches, each with its distance: by how many imports it is away.

    Attributes:
        tests: Test files by their paths from the root, nearest first.
        notes: Notes by their paths from the root, nearest first.
    """

    tests: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)


def reached_by(changed: Iterable[str], root: Path = ROOT) -> Reached:
    """Find the test files and the notes that a change may break.

    Args:
        changed: Changed, new and removed files, as paths from the root with forward slashes.
        root: The root of the project.
    """
    changed = list(changed)
    return Graph(root, changed).reached_by(changed)


class Graph:
    """The imports of a project as they are now.

    Args:
        root: The root of the project.
        gone: Removed modules, which their importers still name, as paths from the root.
    """

    def __init__(self, root: Path, gone: Iterable[str] = ()) -> None:
        self._root = root
        there = [path for folder in CODE for path in _files(root, folder, "*.py")]
        self.modules = {*there, *filter(_is_module, gone)}
        self._fixtures_by_file = {
            path: {node.name for node in _functions(ast.parse((root / path).read_text()).body)}
            for path in there
            if path.startswith("tests/") and path.endswith("/conftest.py")
        }
        self._has_notes = False
        self._importers: dict[str, set[str]] = {}
        for path in sorted(there):
            for target in self.imports_of(path):
                self._importers.setdefault(target, set()).add(path)

    def reached_by(self, changed: Iterable[str]) -> Reached:
        """What some files reach, as paths from the root."""
        starts = {start for path in changed for start in self._starts(path)}
        if not self._has_notes and any(path.startswith(("snippets/", "data/")) for path in starts):
            self._add_notes()
        found = dict.fromkeys(starts, 0)
        newest, distance = starts, 0
        while newest:
            importers = {path for each in newest for path in self._importers.get(each, ())}
            if not distance:
                importers |= {path for each in starts for path in self._below(each)}
            newest = importers - found.keys()
            distance += 1
            found |= dict.fromkeys(newest, distance)
        named = {path for start in starts for path in _tests_by_name(start)}
        order = sorted(found, key=lambda path: (found[path], path not in named, path))
        return Reached(
            {path: found[path] for path in order if _is_test(path)},
            {path: found[path] for path in order if path.startswith("docs/")},
        )

    def imports_of(self, path: str) -> set[str]:
        """The modules that a module imports, or names, as paths from the root."""
        text = (self._root / path).read_text("utf-8", "replace")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            return set()
        names = {*_imported(tree, path), *_NAMED.findall(text)}
        if path.startswith("tests/"):
            names |= set(_HELPER.findall(text))
        found = {each for name in names for each in self._resolved(name, path)}
        if _is_test(path):
            found |= set(self._tested_by_name(path)) | set(self._fixtures(tree, path))
        return found - {path}

    def _starts(self, path: str) -> Iterator[str]:
        """The modules and notes that a changed file stands for."""
        folder, _, name = path.rpartition("/")
        if path in self.modules or (path.startswith("docs/") and path.endswith((".md", ".py"))):
            yield path
        elif "/" in folder and f"{folder}/__init__.py" in self.modules:
            yield f"{folder}/__init__.py"
        elif folder.partition("/")[0] in CODE:
            yield from (
                each
                for each in self.modules
                if (self._root / each).exists()
                and name in (self._root / each).read_text("utf-8", "replace")
            )

    def _below(self, path: str) -> Iterator[str]:
        """The tests to which a `conftest.py` applies."""
        folder, _, name = path.rpartition("/")
        if name == "conftest.py":
            yield from (each for each in self.modules if _is_test(each, f"{folder}/"))

    def _fixtures(self, tree: ast.Module, path: str) -> Iterator[str]:
        """Each `conftest.py` with a fixture that a test file asks for."""
        asked = {each.arg for node in _functions(tree.body) for each in node.args.args}
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            conftest = f"{folder}/conftest.py"
            if conftest in self._fixtures_by_file and asked & self._fixtures_by_file[conftest]:
                yield conftest

    def _tested_by_name(self, path: str) -> Iterator[str]:
        """The module of the engine that a test file tests by its name."""
        folder, _, name = path.rpartition("/")
        package = folder.replace("tests", "src/notewright", 1)
        module = f"{package}/{name.removeprefix('test_')}"
        yield from {module} & self.modules

    def _resolved(self, name: str, path: str) -> Iterator[str]:
        """The files that an import loads: a module, and the packages above it.

        Args:
            name: Its full name; one that ends with a dot stands for all modules of a package.
            path: Who imports it.
        """
        parts = name.rstrip(".").split(".")
        bases = ["src/", ""]
        if path.startswith("tests/"):
            bases += ["tests/", path.rpartition("/")[0] + "/"]
        for base in bases:
            found: list[str] = []
            for count in range(1, len(parts) + 1):
                place = base + "/".join(parts[:count])
                found += (f"{place}.py", f"{place}/__init__.py")
            if name.endswith("."):
                found += [each for each in self.modules if each.startswith(f"{place}/")]
            if known := [each for each in found if each in self.modules]:
                yield from known
                return

    def _add_notes(self) -> None:
        """Add the imports of the cells of all notes: most questions need no note."""
        self._has_notes = True
        for path in [*_files(self._root, "docs", "*.md"), *_files(self._root, "docs", "*.py")]:
            text = (self._root / path).read_text("utf-8", "replace")
            codes = [text] if path.endswith(".py") else cells(text)
            for name in {name for code in codes for name in self._imports_of_cell(code, path)}:
                self._importers.setdefault(name, set()).add(path)

    def _imports_of_cell(self, code: str, path: str) -> Iterator[str]:
        for include in _INCLUDE.finditer(code):
            found = [f"{base}{include['path']}" for base in ("snippets/", "")]
            yield from [each for each in found if each in self.modules][:1]
        if "import" not in code and not _NAMED.search(code):
            return
        code = _INCLUDE.sub(r"\g<indent>pass", code)
        try:
            names = list(_imported(ast.parse(code), path))
        except (SyntaxError, ValueError):  # a cell that is an example of a mistake, say
            names = [line.split()[1] for line in _IMPORTS.findall(code) if len(line.split()) > 1]
        for name in names:
            yield from self._resolved(name, path)


def cells(text: str) -> Iterator[str]:
    """Yield the code of each fence of Python in a note."""
    lines = iter(text.split("\n"))
    for line in lines:
        opened = _FENCE.match(line)
        if opened is None:
            continue
        closing = re.compile(rf"^[ \t>]*{re.escape(opened['fence'])}")
        within = []
        for each in lines:
            if closing.match(each):
                break
            within.append(re.sub(r"^[ \t]*(?:>[ \t]?)+", "", each) if ">" in opened[0] else each)
        code = textwrap.dedent("\n".join(within))
        if opened["language"] == "pycon":
            code = "\n".join(each[4:] for each in within if each[:4] in (">>> ", "... "))
        if opened["language"] in _PYTHON:
            yield code


def _imported(tree: ast.Module, path: str) -> Iterator[str]:
    """Full names of what a module imports, wherever in it; names imported from a module, too."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(_package(path)[: -node.level + 1 or None]) if node.level else ""
            module = ".".join(filter(None, (above, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)
        else:  # only statements hold statements
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(node, name, ())
                waiting += inner if isinstance(inner, list) else ()


def _functions(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Functions, and methods of classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _package(path: str) -> list[str]:
    """The package of a module, as names."""
    return path.removeprefix("src/").split("/")[:-1]


def _tests_by_name(path: str) -> Iterator[str]:
    """Where the test file of a module is, by its name."""
    folder, _, name = path.rpartition("/")
    for code in ("src/notewright", "snippets", "data"):
        if path.startswith(f"{code}/"):
            within = folder.removeprefix(code)
            yield f"tests{within}/test_{name}"
            yield f"tests/{code}{within}/test_{name}"


def _files(root: Path, folder: str, pattern: str) -> list[str]:
    """The files below a folder, as paths from the root."""
    return [path.relative_to(root).as_posix() for path in sorted((root / folder).rglob(pattern))]


def _is_module(path: str) -> bool:
    return path.endswith(".py") and path.partition("/")[0] in CODE


def _is_test(path: str, folder: str = "tests/") -> bool:
    return path.startswith(folder) and path.rpartition("/")[2].startswith("test_")


if __name__ == "__main__":
    reached = reached_by(sys.argv[1:])
    for each, distance in [*reached.tests.items(), *reached.notes.items()]:
        print(f"{distance:3d}  {each}")
