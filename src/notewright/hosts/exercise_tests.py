"""Exercise tests: runs the tests of an exercise with pytest on code that nobody has saved.

It runs where a cell does, in the process of a session, and takes no plugin but pytest's own.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import io
import json
import linecache
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

import pytest

MOST_TOLD = 2000
"""Characters that are told of what a test says, and of what it prints."""


def judge(tests: str, file: str, code: str) -> str:
    """Run the tests of an exercise, and tell what became of each, as JSON.

    Args:
        tests: The file of the tests.
        file: The file that a reader fills in.
        code: What stands in the place of its content.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    file = os.path.realpath(file)
    sys.meta_path.insert(0, _Finder(file, code))
    _forget(file)
    lines = code.splitlines(keepends=True)
    linecache.cache[file] = (len(code), None, lines, file)  # for what pytest shows of a failure
    judging = _Judging(file)
    said = io.StringIO()
    options = ["-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = pytest.main([*options, "--capture=sys", "-q", tests], plugins=[judging])
    wrong = "" if judging.told or status == 0 else said.getvalue()[-MOST_TOLD:]
    return json.dumps({"tests": judging.told, "wrong": wrong})


def _forget(file: str) -> None:
    """Have the module of a file imported again, if it was imported before."""
    for name, module in list(sys.modules.items()):
        there = getattr(module, "__file__", None)
        if isinstance(there, str) and os.path.realpath(there) == file:
            del sys.modules[name]
            package, _, own = name.rpartition(".")
            vars(sys.modules.get(package, module)).pop(own, None)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the module of one file, with other content."""

    def __init__(self, file: str, code: str) -> None:
        self._file, self._code = file, code

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module, if it is that of the file."""
        if not self._file.endswith(f"{os.sep}{name.rpartition('.')[2]}.py"):
            return None
        found = PathFinder.find_spec(name, path, target)
        if found is not None and found.origin and os.path.realpath(found.origin) == self._file:
            found.loader = _Loader(name, self._file, self._code)
            return found
        return None


class _Loader(SourceFileLoader):
    """Loads a module from text."""

    def __init__(self, name: str, path: str, code: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_data(self, path: str) -> bytes:
        """The text; nothing is read, and nothing compiled before counts."""
        if path != self.path:
            raise FileNotFoundError(path)
        return self._code.encode()

    def path_stats(self, path: str) -> Any:
        """Of what was compiled before: there is nothing."""
        raise FileNotFoundError(path)


class _Judging:
    """A plugin of pytest that keeps what became of each test."""

    def __init__(self, file: str) -> None:
        self.told: list[dict[str, Any]] = []
        self._file = file
        self._asks: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The tests are known: what each asks for is what its docstring says."""
        for item in items:
            doc = getattr(getattr(item, "obj", None), "__doc__", None) or ""
            self._asks[item.nodeid] = " ".join(doc.split())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One part of a test is over: its call counts, and what keeps it from being called."""
        if report.when != "call" and report.passed:
            return
        test = {
            "name": report.nodeid.rpartition("::")[2],
            "passed": report.passed,
            "asks": self._asks.get(report.nodeid, ""),
            "said": "" if report.passed else _said(report),
            "line": 0 if report.passed else self._line(report),
            "printed": report.capstdout[:MOST_TOLD],
        }
        if report.when != "teardown":
            self.told.append(test)

    def _line(self, report: pytest.TestReport) -> int:
        """The last line of the exercise that a failure came through; 0 if there is none."""
        trace = getattr(report.longrepr, "reprtraceback", None)
        places = [
            getattr(entry, "reprfileloc", None) for entry in getattr(trace, "reprentries", [])
        ]
        lines = [
            place.lineno
            for place in places
            if place is not None and os.path.realpath(place.path) == self._file
        ]
        return lines[-1] if lines else 0


def _said(report: pytest.TestReport) -> str:
    """What a failure says, in the words of its exception."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash is not None else report.longreprtext)[:MOST_TOLD]
