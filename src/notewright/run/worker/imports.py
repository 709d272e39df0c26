"""Records imports while the warm parent preloads: what needs what, and what each changes."""

from __future__ import annotations

import builtins
import codecs
import contextlib
import importlib.abc
import os
import sys
import types
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from itertools import islice
from typing import Any

from notewright.run.worker.known_state import ABSENT, REGISTERED, THREADS, Watch, is_met

THREADED = "importing it starts threads"

_Ask = Callable[[Collection[str]], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Change:
    """What an import changed outside of what it loaded.

    Attributes:
        module: Where it is seen; empty for everywhere.
        what: What was changed, in words.
        by: Modules that may have done it.
    """

    module: str
    what: str
    by: frozenset[str]


class _Followed(types.ModuleType):
    """A module that tells who sets its attributes while modules are preloaded."""

    told: Callable[[types.ModuleType, str, Any], None]

    def __setattr__(self, key: str, value: Any) -> None:
        _Followed.told(self, key, value)
        super().__setattr__(key, value)

    def __delattr__(self, key: str) -> None:
        _Followed.told(self, key, ABSENT)
        super().__delattr__(key)


class Imports(importlib.abc.MetaPathFinder):
    """What was imported since the beginning, and what came of it.

    Attributes:
        records: For each module, the modules that it imported, in order.
        filters: The filters for warnings that a module added.
        changes: What imports changed in others.
        unfit: Why no session may be forked where a module was loaded, by its name.
    """

    def __init__(self, is_fit: Callable[[str], str], printed: Callable[[], int]) -> None:
        """Begin with what is loaded now, which every session begins with.

        Args:
            is_fit: Why a module may not be preloaded, by the path of its file; else empty.
            printed: How much has been printed so far.
        """
        self.records: dict[str, dict[str, None]] = {}
        self.filters: dict[str, list[Any]] = {}
        self.changes: list[Change] = []
        self.unfit: dict[str, str] = {}
        self.baseline = frozenset(sys.modules)
        self.first_filters = list(warnings.filters)
        self._filters = list(warnings.filters)
        self._is_fit = is_fit
        self._printed = printed
        self._last_printed = printed()
        self._stack: list[str] = []
        self._recent: list[str] = []
        self._since_deep: list[str] = []
        self._unwatched: list[str] = []
        self._placed: set[str] = set()
        self._loaded = self.baseline
        self._needed: dict[str, dict[str, None]] = {}
        self._counted = len(sys.modules)
        self._watch = Watch()
        self._watch.add(self.baseline)

    @contextlib.contextmanager
    def recorded(self) -> Iterator[None]:
        """Record what is imported."""
        importing = builtins.__import__
        builtins.__import__ = self._wrapped(importing)
        sys.meta_path.insert(0, self)
        registering = {name: getattr(codecs, name) for name in ("register", "register_error")}
        for name, register in registering.items():
            setattr(codecs, name, _noted(register))
        _Followed.told = self._set
        self._follow_modules(types.ModuleType, _Followed, self.baseline)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            builtins.__import__ = importing
            for name, register in registering.items():
                setattr(codecs, name, register)
            self._follow_modules(_Followed, types.ModuleType, list(sys.modules))
            self._loaded = frozenset(sys.modules)

    @contextlib.contextmanager
    def running(self, name: str) -> Iterator[None]:
        """What is imported in the meantime is needed by a module that was loaded before."""
        self._stack.append(name)
        try:
            yield
        finally:
            self._stack.remove(name)

    def _follow_modules(self, old: type, new: type, names: Iterable[str]) -> None:
        for name in names:
            module = sys.modules.get(name)
            if type(module) is old:
                with contextlib.suppress(TypeError):
                    object.__setattr__(module, "__class__", new)

    def check(self, *, deep: bool = False) -> None:
        """Find out whether what was loaded since the last time changed what was there before.

        Args:
            deep: Whether to look at classes and containers, too.
        """
        self._place()
        names = [*self._recent, *self._stack]
        self._since_deep += self._recent
        self._recent.clear()
        self._tell(names, self._watch.changes)
        if deep:
            self._tell([*self._since_deep, *self._stack], self._watch.deep_changes)
            self._since_deep.clear()
        if self._printed() != self._last_printed:
            self._last_printed = self._printed()
            self._blame(names, "importing it prints")

    def _tell(self, names: Iterable[str], ask: _Ask) -> None:
        is_there = sys.modules.__contains__  # else its import failed
        by = frozenset(name for name in names if not _is_of_python(name) and is_there(name))
        for module, what in ask({name.partition(".")[0] for name in by}):
            if what == THREADS:
                self._blame(by, THREADED)
            else:
                self.changes.append(Change(module, what, by))

    def _set(self, module: types.ModuleType, key: str, value: Any) -> None:
        """An attribute of a module that was whole is set, by the code that runs."""
        name, by = module.__name__, frozenset(self._stack[-1:])
        old = vars(module).get(key, ABSENT)
        # What packages do to others is seen by `check`: they may take it back at once.
        is_own = name.partition(".")[0] in {each.partition(".")[0] for each in by}
        if is_own and name not in by and is_met(name, key, old, value):
            self.changes.append(Change(name, f"{name}.{key}", by))

    def _blame(self, names: Iterable[str], reason: str) -> None:
        for name in names if reason else ():
            if not _is_of_python(name):
                self.unfit.setdefault(name, reason)

    def needed(self, name: str) -> dict[str, None]:
        """All modules that an import brings, in the order in which they are loaded."""
        if name in self._needed:
            return self._needed[name]
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [(name, False)]
        while waiting:
            each, is_done = waiting.pop()
            if is_done:
                found[each] = None
            elif each not in seen and each not in self.baseline and each in self._loaded:
                seen.add(each)
                waiting.append((each, True))
                waiting += [(one, False) for one in reversed(self.records.get(each, {}))]
                if "." in each:
                    waiting.append((each.rpartition(".")[0], False))
        self._needed[name] = found
        return found

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find a module as the finders after this one do, and watch how it is loaded."""
        self._need(fullname)
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            spec = (
                finder.find_spec(fullname, path, target) if hasattr(finder, "find_spec") else None
            )
            if spec is not None:
                self._follow(spec)
                return spec
        return None

    def _follow(self, spec: ModuleSpec) -> None:
        """Be told when a module begins and ends; what is built into Python is not worth it."""
        loader: Any = spec.loader
        if loader is None or isinstance(loader, type):
            return
        execute = loader.exec_module

        def execute_and_tell(module: types.ModuleType) -> None:
            self._enter(spec.name)
            try:
                execute(module)
            finally:
                with contextlib.suppress(AttributeError):
                    del loader.exec_module
                self._leave(module, spec)

        with contextlib.suppress(AttributeError):  # one that takes no attributes is not followed
            loader.exec_module = execute_and_tell

    def _enter(self, name: str) -> None:
        self._note_filters()
        if _is_package_of_others(name):
            self.check()
        self._stack.append(name)
        self.records.setdefault(name, {})

    def _leave(self, module: types.ModuleType, spec: ModuleSpec) -> None:
        name = spec.name
        self._place()
        if isinstance(spec.loader, ExtensionFileLoader):
            for value in list(vars(module).values()):  # its own imports are seen by nobody
                is_module = isinstance(value, types.ModuleType)
                self._need(value.__name__ if is_module else getattr(value, "__module__", None))
        self._note_filters()
        self._stack.remove(name)
        self._recent.append(name)
        self._unwatched.append(name)
        self._blame([name], self._is_fit(spec.origin or ""))
        # Until all that holds a module is loaded, its own package sets it up.
        if not any(f"{name}.".startswith(f"{outer}.") for outer in self._stack):
            done = [each for each in self._unwatched if f"{each}.".startswith(f"{name}.")]
            self._watch.add(done)
            self._follow_modules(types.ModuleType, _Followed, done)
            self._unwatched = [each for each in self._unwatched if each not in done]
        if _is_package_of_others(name):
            self.check(deep=bool(self._stack))

    def _place(self) -> None:
        """Count modules that nobody looked for, such as those that a library makes itself."""
        new = list(islice(reversed(sys.modules), max(0, len(sys.modules) - self._counted)))
        self._counted = len(sys.modules)
        for name in reversed(new):
            if name not in self.records and name not in self._placed:
                self._placed.add(name)
                self._need(name)

    def _note_filters(self) -> None:
        """Keep which module added filters for warnings: the running one."""
        now = list(warnings.filters)
        if now == self._filters:
            return
        sizes = range(len(now) + 1)
        first = next((n for n in sizes if _rest(self._filters, now[:n]) == now[n:]), -1)
        running = self._stack[-1] if self._stack else ""
        if first < 0 or not running:
            by = frozenset({*self._recent, *self._stack})
            self.changes.append(Change("", "warnings.filters", by))
        else:
            self.filters.setdefault(running, []).extend(reversed(now[:first]))
        self._filters = now

    def _need(self, name: object) -> None:
        if self._stack and isinstance(name, str) and name != self._stack[-1]:
            self.records.setdefault(self._stack[-1], {})[name] = None

    def _wrapped(self, importing: Callable[..., Any]) -> Callable[..., Any]:
        def followed(
            name: str,
            globals: Any = None,
            locals: Any = None,
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            module = importing(name, globals, locals, fromlist, level)
            if self._stack:
                full = _resolved(name, globals, level) if level else name
                self._need(full)
                for each in fromlist or ():
                    if f"{full}.{each}" in sys.modules:
                        self._need(f"{full}.{each}")
            return module

        return followed


def _noted(register: Callable[..., None]) -> Callable[..., None]:
    """Register something with `codecs`, and keep that it was."""

    def noted(*args: Any) -> None:
        register(*args)
        REGISTERED.append(args)

    return noted


def _resolved(name: str, importer: Any, level: int) -> str:
    package = importer.get("__package__") or ""
    base = package.rsplit(".", level - 1)[0] if level > 1 else package
    return f"{base}.{name}" if name else base


def _rest(filters: list[Any], without: list[Any]) -> list[Any]:
    return [each for each in filters if each not in without]


def _is_package_of_others(name: str) -> bool:
    """Whether a module is a whole package that is no part of Python."""
    return "." not in name and not _is_of_python(name)


def _is_of_python(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def installed_only(places: Iterable[str]) -> Callable[[str], str]:
    """Refuses modules whose files are not where packages are installed: they may be edited."""
    inside = tuple(os.path.join(os.path.abspath(place), "") for place in places)

    def is_fit(origin: str) -> str:
        is_file = os.path.isabs(origin)
        return (
            "is not in the folder for installed packages"
            if is_file and not origin.startswith(inside)
            else ""
        )

    return is_fit
