"""Known global state of a process, by which an import that changes it is found.

What a package does to others when it is imported would hold in every session that is forked
afterwards. Seen are: attributes of modules and of their classes, public containers and public
attributes of objects in modules, and what `_KNOWN` asks for. Private data are a module's own
business, most of them caches; private code that is replaced counts.
"""

from __future__ import annotations

import contextlib
import decimal
import gc
import locale
import logging
import os
import random
import signal
import sys
import threading
import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from notewright.run.worker.platforms import PROC

_Values = Mapping[str, Any]
_Watched = tuple[str, _Values, dict[str, Any], list[Any]]

_CODE = (type, types.FunctionType, types.BuiltinFunctionType, classmethod, staticmethod, property)
_CONTAINERS = (dict, list, set)
_PLAIN = (int, float, complex, str, bytes, tuple, frozenset, bool, type(None))
ABSENT = object()
"""The value of an attribute that is not there."""

_UNCHANGEABLE = 1 << 8
_HEAP_TYPE = 1 << 9
_OURS = ("__main__", "notewright")
_OF_IMPORTS = {
    "sys.modules",
    "sys.path_importer_cache",
    "sys.meta_path",  # the recorder of imports stands in it; it is asked for by `_KNOWN`
    "linecache.cache",
    "_warnings.filters",  # see `imports`: they are given to those who import what added them
    "warnings.filters",
    "posix.environ",
    "builtins.__import__",
}
"""What every import changes, or what is followed elsewhere."""


class Watch:
    """Compares modules with what they were once they were loaded."""

    def __init__(self) -> None:
        self._modules: dict[str, _Watched] = {}
        self._classes: dict[str, _Watched] = {}
        self._held: dict[int, tuple[str, str, Any, Any]] = {}
        self._known = {name: ask() for name, ask in _KNOWN.items()}
        self._loggers = _loggers()

    def add(self, names: Iterable[str]) -> None:
        """Watch modules from now on, as they are."""
        for name in names:
            for known in _ASKED_OF.get(name, ()):
                self._known[known] = _KNOWN[known]()  # what it came with
            values = getattr(sys.modules.get(name), "__dict__", None)
            if type(values) is not dict or name.partition(".")[0] in _OURS or _is_private(name):
                continue
            self._modules[name] = _kept(name, values)
            for key, value in list(values.items()):
                if not key.startswith("_"):
                    self._add_value(name, key, value)

    def changes(self, own: Collection[str]) -> Iterator[tuple[str, str]]:
        """What has changed, and counts as known from now on: the module, and words for it.

        Args:
            own: Top-level names of the packages that were just loaded. What they do to
                themselves is their own business, and what is registered under a thing of
                theirs is met by nobody who does not import them.
        """
        for name, ask in _KNOWN.items():
            now, before = ask(), self._known[name]
            if before is not None and not _same(now, before):
                yield _OF_LIBRARIES[name][0] if name in _OF_LIBRARIES else "", name
            self._known[name] = now
        now, before = _loggers(), self._loggers
        for name in {**before, **now}:
            if _top(name) not in own and not _same(now.get(name), before.get(name)):
                yield name if name in sys.modules else "", f"the logger {name or 'root'}"
        self._loggers = now
        yield from self._attributes(self._modules, own)

    def deep_changes(self, own: Collection[str]) -> Iterator[tuple[str, str]]:
        """The same for classes and containers, which are many: this is asked for less often."""
        yield from self._attributes(self._classes, own)
        others = {_top(module) for module in self._modules} - set(own)
        for label, module, thing, before in list(self._held.values()):
            current = _copy(thing)
            if not _same(current, before):
                if _top(module) not in own and not _is_registered(current, before, own, others):
                    yield module, label
                self._held[id(thing)] = label, module, thing, current

    def _attributes(
        self, watched: dict[str, _Watched], own: Collection[str]
    ) -> Iterator[tuple[str, str]]:
        for label, (module, now, before, values) in list(watched.items()):
            if not _same(list(now.values()), values):
                if _top(module) not in own:
                    yield from ((module, f"{label}.{key}") for key in _changed(label, before, now))
                watched[label] = _kept(module, now)

    def _add_value(self, module: str, key: str, value: Any) -> None:
        label = f"{module}.{key}"
        if isinstance(value, type):
            can_change = value.__flags__ & (_HEAP_TYPE | _UNCHANGEABLE) == _HEAP_TYPE
            if can_change and _top(value) == _top(module):
                name = f"{value.__module__}.{value.__qualname__}"
                if name not in self._classes:
                    self._classes[name] = _kept(module, value.__dict__)
        elif isinstance(value, _CONTAINERS) and label not in _OF_IMPORTS:
            self._held.setdefault(id(value), (label, module, value, _copy(value)))


def _kept(module: str, values: _Values) -> _Watched:
    return module, values, dict(values), list(values.values())


def is_met(label: str, key: str, old: Any, new: Any) -> bool:
    """Whether others can meet the change of an attribute; `ABSENT` is one that is not there."""
    if old is new or f"{label}.{key}" in _OF_IMPORTS or f"{label}.{key}" in sys.modules:
        return False  # a module that was loaded is an attribute of its package
    if isinstance(old, _PLAIN) and isinstance(new, _PLAIN) and old == new:
        return False
    if key.startswith("__") and label in sys.modules:
        return False  # what imports write into modules
    is_code = isinstance(old, _CODE) or (new is not ABSENT and callable(new))
    if key.startswith("_") and not is_code:
        return False
    return not (old is ABSENT and _is_lazy(label, new))


def _is_private(module: str) -> bool:
    """Whether a module is the inner part of a package; those of Python itself are not."""
    top, _, rest = module.partition(".")
    return top not in sys.stdlib_module_names and any(
        part.startswith("_") for part in (top, *rest.split("."))
    )


def _copy(thing: Any) -> Any:
    if isinstance(thing, dict):
        return dict(dict.items(thing))
    return set(thing) if isinstance(thing, set) else list(list.__iter__(thing))


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)  # the same things are compared at once
    except Exception:  # such as arrays, which say it for each of their numbers
        return False


def _changed(label: str, before: _Values, now: _Values) -> Iterator[str]:
    for key in {**before, **now}:
        if is_met(label, key, before.get(key, ABSENT), now.get(key, ABSENT)):
            yield key


def _is_lazy(label: str, value: Any) -> bool:
    """Whether a module of Python itself has found its own part at first use."""
    place = getattr(value, "__module__", None) or ""
    return label.partition(".")[0] in sys.stdlib_module_names and place.startswith(f"{label}.")


def _is_registered(now: Any, before: Any, own: Collection[str], others: Collection[str]) -> bool:
    """Whether a container only grew, by what belongs to the packages that were just loaded."""
    if isinstance(now, dict):
        kept = all(now.get(key, ABSENT) is value for key, value in before.items())
        added: Iterable[Any] = [key for key in now if key not in before]
    elif isinstance(now, set):
        kept, added = before <= now, now - before
    else:
        return False
    return kept and all(
        _top(each) in own or (not isinstance(each, str) and _top(each) not in {"", *others})
        for each in added
    )


def _top(thing: Any) -> str:
    """The top-level name of a module, or of the module of a thing."""
    place = thing if isinstance(thing, str) else getattr(thing, "__module__", None)
    return place.partition(".")[0] if isinstance(place, str) else ""


def _signals() -> list[Any]:
    return [signal.getsignal(each) for each in signal.valid_signals()]


def _loggers() -> dict[str, Any]:
    """What each logger was told; only those that were told something."""
    root = logging.getLogger()
    named = {"": root, **root.manager.loggerDict}
    found: dict[str, Any] = {"logging.disable": root.manager.disable}
    for name, logger in named.items():
        if isinstance(logger, logging.Logger):
            handlers = [each for each in logger.handlers if type(each) is not logging.NullHandler]
            told = [logger.level, handlers, logger.filters[:], logger.disabled, logger.propagate]
            if name == "" or told != [0, [], [], False, True]:
                found[name] = told
    return found


def _flat(options: Any, prefix: str = "") -> dict[str, Any]:
    """Options in options, by their full names."""
    found: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _threads() -> int:
    try:
        return len(os.listdir(f"{PROC}/self/task"))
    except OSError:
        return threading.active_count()


THREADS = "the number of threads"

REGISTERED: list[Any] = []
"""What was registered with `codecs`, which does not tell it."""

_OF_PYTHON: Mapping[str, Callable[[], Any]] = {
    THREADS: _threads,
    "os.environ": lambda: dict(os.environ),
    "the working directory": os.getcwd,
    "sys.path": lambda: list(sys.path),
    "sys.meta_path": lambda: [each for each in sys.meta_path if not hasattr(each, "records")],
    "sys.path_hooks": lambda: list(sys.path_hooks),
    "sys.setrecursionlimit": sys.getrecursionlimit,
    "sys.setswitchinterval": sys.getswitchinterval,
    "sys.settrace": lambda: (sys.gettrace(), sys.getprofile()),
    "gc": lambda: (gc.isenabled(), gc.get_threshold(), list(gc.callbacks)),
    "the locale": lambda: locale.setlocale(locale.LC_ALL),
    "signal handlers": _signals,
    "codecs": lambda: list(REGISTERED),
    "random": random.getstate,
    "the decimal context": lambda: repr(decimal.getcontext()),
}

_OF_LIBRARIES: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "socket": ("socket", lambda it: it.getdefaulttimeout()),
    "numpy's print options": ("numpy", lambda it: it.get_printoptions()),
    "numpy's error handling": ("numpy", lambda it: (it.geterr(), it.geterrcall())),
    "numpy.random": ("numpy.random", lambda it: _start(it.get_state())),
    "matplotlib's rcParams": ("matplotlib", lambda it: dict(dict.items(it.rcParams))),
    "matplotlib's colour maps": ("matplotlib", lambda it: list(it.colormaps)),
    "matplotlib's scales": ("matplotlib.scale", lambda it: it.get_scale_names()),
    "matplotlib's colours": (
        "matplotlib.colors",
        lambda it: dict(dict.items(it.get_named_colors_mapping())),
    ),
    "matplotlib's projections": (
        "matplotlib.projections",
        lambda it: it.get_projection_names(),
    ),
    "matplotlib's units": ("matplotlib.units", lambda it: dict(dict.items(it.registry))),
    "pandas options": ("pandas._config.config", lambda it: _flat(it._global_config)),
    "sklearn's configuration": ("sklearn", lambda it: it.get_config()),
}


def _start(state: Any) -> list[Any]:
    return [state[2], *state[1][:4]]


def _of(module: str, ask: Callable[[Any], Any]) -> Callable[[], Any]:
    """Ask a library, if it is loaded; None if it is not, or not whole."""

    def asked() -> Any:
        found = sys.modules.get(module)
        with contextlib.suppress(Exception):
            return None if found is None else ask(found)
        return None

    return asked


_KNOWN: Mapping[str, Callable[[], Any]] = {
    **_OF_PYTHON,
    **{name: _of(module, ask) for name, (module, ask) in _OF_LIBRARIES.items()},
}
"""State that no attribute holds, by what it is called."""

_ASKED_OF: dict[str, list[str]] = {}
for _name, (_module, _) in _OF_LIBRARIES.items():
    _ASKED_OF.setdefault(_module, []).append(_name)
