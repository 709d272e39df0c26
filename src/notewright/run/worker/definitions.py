"""Pass the definitions of cells to processes that do not start as copies of their session.

With its methods `spawn` and `forkserver`, `multiprocessing` starts a new interpreter, and runs the
main program again in it to find functions by their names. For cells, it runs `spawned_main`.
"""

from __future__ import annotations

import ast
import inspect
import marshal
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from importlib.machinery import ModuleSpec
from types import CodeType
from typing import Any

from notewright.run.worker import scratch

_MAIN = "notewright.run.worker.spawned_main"
_FILE = "definitions"
_KINDS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Definitions(ModuleSpec):
    """Imports, functions and classes of the cells, in order, with the values that they use.

    It is the `__spec__` of the cells' module, whose name `multiprocessing` reads before it starts a
    process: then they are written, as they are at that time.

    Args:
        names: The names that the cells share.
        folder: The scratch directory of the session.
        paused: Keeps the tracer from following what is done here.
    """

    def __init__(
        self,
        names: dict[str, Any],
        folder: str,
        paused: Callable[[], AbstractContextManager[None]],
    ) -> None:
        super().__init__("", None)
        self._names = names
        self._path = os.path.join(folder, _FILE)
        self._paused = paused
        self._parts: list[CodeType | dict[str, Any]] = []
        self._later: dict[str, None] = {}

    @property
    def name(self) -> str:
        """The name of the module that a new process runs."""
        self._write()
        return _MAIN

    @name.setter
    def name(self, name: str) -> None:
        """Nothing else names it."""

    @property
    def parent(self) -> str:
        """Of no package: a relative import in a cell is an error."""
        return ""

    def add(self, statement: ast.stmt, code: CodeType) -> None:
        """Add a statement that is about to run, if it only defines names."""
        is_lambda = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
        if isinstance(statement, _KINDS) or is_lambda:
            now = {name for each in _codes(code, runs_now=True) for name in each.co_names}
            self._parts += [self._values(now), code]
            for each in _codes(code):
                self._later |= dict.fromkeys(each.co_names)

    def clear(self) -> None:
        """Let go of all values."""
        self._parts.clear()

    def _values(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._names[name] for name in names if name in self._names}

    def _write(self) -> None:
        parts: list[CodeType | dict[str, bytes]] = []
        for part in [*self._parts, self._values(self._later)]:
            parts.append(part if isinstance(part, CodeType) else dict(_pickled(part)))
        with self._paused():
            with open(f"{self._path}~", "wb") as file:
                marshal.dump(parts, file)
            os.replace(f"{self._path}~", self._path)
        sys.modules["__mp_main__"] = sys.modules["__main__"]  # the module of classes that come back


def _codes(code: CodeType, *, runs_now: bool = False) -> Iterator[CodeType]:
    """Yield the code of a statement and of all in it; or without functions, which run later."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType) and not (runs_now and each.co_flags & inspect.CO_OPTIMIZED):
            yield from _codes(each, runs_now=runs_now)


def _pickled(values: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the values that can be sent to another process."""
    for name, value in values.items():
        with suppress(Exception):  # a lock, a module: who uses it there meets a NameError
            yield name, pickle.dumps(value)


def load(names: dict[str, Any]) -> None:
    """Define in a new process the functions, classes and values of the cells.

    Args:
        names: The names of its main module.
    """
    with open(os.path.join(os.environ[scratch.VARIABLES[0]], _FILE), "rb") as file:
        parts = marshal.load(file)
    sys.modules["__main__"] = sys.modules["__mp_main__"]  # where values look for their classes
    for part in parts:
        if isinstance(part, CodeType):
            exec(part, names)
        else:
            for name, value in part.items():
                with suppress(Exception):  # it needs what is defined below
                    names[name] = pickle.loads(value)
