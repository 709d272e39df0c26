"""Follows the imports of a session: modules of the project, and those that nobody has.

Modules of the project are compiled straight from their source: with a valid `.pyc`, Python
would open no `.py`, and a `.pyc` is trusted by time, not by content.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib import machinery
from typing import Any

from notewright.run.worker.digests import ABSENT, INSTALLED, digest_bytes


class _Missed(importlib.abc.MetaPathFinder):
    """The last to be asked for a module: nobody has it."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if "." not in fullname:
            self._tell(fullname)


class ProjectImports:
    """What one session imported from files that may change, and what it looked for.

    Attributes:
        modules: Digests of modules' sources, by path.
        searched: Whether modules of others were there that it looked for, by name.
    """

    def __init__(self, matters: Callable[[str], bool], see: Callable[[str], None]) -> None:
        self.modules: dict[str, str] = {}
        self.searched: dict[str, str] = {}
        self._matters = matters
        self._see = see

    def install(self) -> None:
        """Follow the imports of this process from now on."""
        sys.path_hooks.insert(0, self._project_finder)
        for path in [each for each in sys.path_importer_cache if self._matters(each)]:
            del sys.path_importer_cache[path]  # only these: to free all takes as long as a fork
        importlib.util.find_spec = self._followed_search(importlib.util.find_spec)
        source: Any = machinery.SourceFileLoader
        source.get_code = self._followed_code(source.get_code)
        others: tuple[Any, ...] = (machinery.ExtensionFileLoader, machinery.SourcelessFileLoader)
        for loader in others:
            loader.exec_module = self._followed_load(loader.exec_module)
        sys.meta_path.append(_Missed(lambda name: self.searched.setdefault(name, ABSENT)))

    def _followed_search(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `importlib.util.find_spec`: a package that is there may go, and be no input else."""

        def followed(name: str, package: str | None = None) -> Any:
            found = original(name, package)
            top = name.partition(".")[0]
            origin = getattr(found, "origin", None) or ""
            is_ours = top in sys.stdlib_module_names or self._matters(os.path.abspath(origin))
            if found is not None and not is_ours:
                self.searched[top] = INSTALLED
            return found

        return followed

    def _followed_code(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap how a module is compiled that Python's own loader loads, by its path say."""

        def get_code(loader: Any, fullname: str) -> Any:
            path = os.path.abspath(loader.path)
            if not self._matters(path):
                return original(loader, fullname)
            content = loader.get_data(path)
            self.modules[path] = digest_bytes(content)
            return loader.source_to_code(content, loader.path)

        return get_code

    def _followed_load(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap how a module without source is loaded."""

        def exec_module(loader: Any, module: Any) -> None:
            self._see(os.path.abspath(loader.path))
            original(loader, module)

        return exec_module

    def probe(self, base: str) -> None:
        """Note which file would be the module at a path without its ending, or that none is."""
        for path in (os.path.join(base, "__init__.py"), f"{base}.py"):
            self._see(path)
            if os.path.lexists(path):
                return

    def _project_finder(self, directory: str) -> machinery.FileFinder:
        full = os.path.abspath(directory)
        if not self._matters(full) or not os.path.isdir(full):
            raise ImportError(f"{directory} is not a folder in the project")
        modules = self.modules
        probe = self.probe
        see = self._see

        class ProjectLoader(machinery.SourceFileLoader):
            """Compiles a module from its source and keeps the digest of what it compiled."""

            def get_code(self, fullname: str) -> Any:
                path = self.get_filename(fullname)
                content = super().get_data(path)
                modules[os.path.abspath(path)] = digest_bytes(content)
                return self.source_to_code(content, path)

            def get_data(self, path: str) -> bytes:
                """Read a file beside a module: `pkgutil.get_data` asks for it here."""
                see(os.path.abspath(path))
                return super().get_data(path)

        class ProjectFinder(machinery.FileFinder):
            """Keeps which files were looked for in vain: one that appears would be the module."""

            def find_spec(self, fullname: str, target: Any = None) -> Any:
                probe(os.path.join(os.path.abspath(self.path), fullname.rpartition(".")[2]))
                return super().find_spec(fullname, target)

        return ProjectFinder(
            directory,
            (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (ProjectLoader, machinery.SOURCE_SUFFIXES),
        )
