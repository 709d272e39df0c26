"""The shelf: modules that were preloaded for other sessions, hidden until this one imports them."""

from __future__ import annotations

import importlib.abc
import os
import sys
import types
import warnings
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from notewright.run.worker.preload import Preloaded, View

TAINTED = 71
"""Exit status of a session that needs a module as nobody has changed it."""


class Shelf(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Hides modules, and gives them back as an import of each would: with all that it needs."""

    def __init__(self, preloaded: Preloaded, view: View, root: str) -> None:
        self._preloaded = preloaded
        self._root = root
        self._hidden = {name: rest for name, *rest in view.hidden}
        self._given: dict[str, types.ModuleType] = {}
        for name, _, namespace, child in view.hidden:
            del sys.modules[name]
            if namespace is not None:
                del namespace[child]
        set_filters(view.filters)
        if self._hidden:
            sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find a hidden module, unless the project has one of that name."""
        if fullname not in self._hidden:
            return None
        needed = self._preloaded.imports.needed(fullname)
        if is_shadowed(self._root, {name.partition(".")[0] for name in needed}):
            return None
        new = [name for name in needed if name in self._hidden]
        if self._preloaded.is_tainted(sys.modules, new):
            os._exit(TAINTED)  # the session begins again, in a process of its own
        for name in new:
            if name != fullname:
                sys.modules[name] = self._take(name)
        filters = list(warnings.filters)
        set_filters(self._preloaded.filters(new, filters))
        self._given[fullname] = self._take(fullname)
        return ModuleSpec(fullname, self)

    def _take(self, name: str) -> Any:
        """Take a module from the shelf; its package has it from now on."""
        module, namespace, child = self._hidden.pop(name)
        if namespace is not None:
            namespace.setdefault(child, module)
        return module

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """The module itself, which has run long ago."""
        module = self._given[spec.name]
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Let it be what it was: the import has written its own words into it."""
        spec = module.__spec__
        if spec is not None:
            module.__spec__ = spec.loader_state


def is_shadowed(root: str, packages: Iterable[str]) -> bool:
    """Whether a project has modules of its own by the names of some packages."""
    return any(
        os.path.exists(os.path.join(root, place))
        for name in packages
        for place in (f"{name}.py", os.path.join(name, "__init__.py"))
    )


def set_filters(filters: Sequence[Any]) -> None:
    """Put filters for warnings in the place of those that there are."""
    if list(filters) != warnings.filters:
        warnings.filters[:] = filters  # type: ignore[index]
        with warnings.catch_warnings():
            pass  # which lets Python forget what it had decided by the others
