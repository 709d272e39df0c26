"""Preloads what sessions need, once, in the warm parent before its first session.

What a session then meets does not depend on what others import: modules that its own imports
would not load are hidden from it, and modules whose import changed what it can see are not
preloaded at all.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from notewright.run.worker import environment, figures, ipython_display
from notewright.run.worker.imports import Change, Imports, installed_only


def load(module: str, name: str = "") -> None:
    """Import a module, and what may be one in it, ignoring what fails.

    A cell that imports the same module will meet the same error, and say where.
    """
    with contextlib.suppress(BaseException):
        imported = importlib.import_module(module)
        if name and not hasattr(imported, name):
            importlib.import_module(f"{module}.{name}")


def load_always() -> None:
    """Import what every session needs, before what its cells import."""
    for module in environment.ALWAYS:
        load(module)
    ipython_display.install()


_OURS = os.path.dirname(figures.__file__)
_Running = Callable[[str], contextlib.AbstractContextManager[Any]]
Hidden = tuple[str, Any, dict[str, Any] | None, str]


@dataclass(frozen=True, slots=True)
class View:
    """What one session sees of the modules that its warm parent loaded.

    Attributes:
        hidden: Each module that it does not see, with its name, and the namespace of its
            package, if that has it, with its name there.
        filters: The filters for warnings with which it begins.
        packages: Top-level names of the modules that it sees, beside those that all see.
    """

    hidden: list[Hidden]
    filters: list[Any]
    packages: list[str]


class Preloaded:
    """The modules that the warm parent loaded, and who may see them."""

    def __init__(self) -> None:
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
        self.imports = Imports(installed_only([*environment.places(), _OURS]), self._count_printed)
        self._entries: list[str] = []
        self._views: dict[tuple[str, ...], View | None] = {}

    def load(self, entries: Iterable[str]) -> None:
        """Import modules, `package.module` or `package.module:name`, and rehearse their use."""
        with self._silent(), self.imports.recorded():
            for entry in entries:
                self._entries.append(entry)
                module, _, name = entry.partition(":")
                load(module, name)
                self.imports.check(deep=True)
            rehearse(self.imports.running)
            self.imports.check(deep=True)

    def refused(self, sessions: Iterable[Sequence[str]]) -> dict[str, str]:
        """Which entries may not be preloaded, and why.

        A change that few sessions meet, and that more of them ask for, is no reason: those few
        get processes of their own, where the many would import again what made it.

        Args:
            sessions: What each session imports.
        """
        guilty = dict(self.imports.unfit)
        views = [self._seen(entries) for entries in sessions]
        met: dict[Change, list[dict[str, None]]] = {}
        for seen in views:
            for change in self._met(seen):
                met.setdefault(change, []).append(seen)
        for change, by_whom in met.items():
            makers = change.by - self.imports.baseline
            if sum(makers <= seen.keys() for seen in views) > len(by_whom):
                continue
            for seen in by_whom:
                by = [name for name in change.by if name not in seen] or change.by
                guilty |= dict.fromkeys(by, f"importing it changes {change.what}")
        reasons = {}
        for entry in self._entries if guilty else ():
            reason = next((guilty[each] for each in self._seen([entry]) if each in guilty), "")
            if reason:
                reasons[entry] = reason
        return reasons

    def view(self, entries: Sequence[str]) -> View | None:
        """What a session that imports some entries sees; None if it may not be forked."""
        key = tuple(entries)
        if key not in self._views:
            seen = self._seen(entries)
            is_safe = not any(self._met(seen)) and not seen.keys() & self.imports.unfit.keys()
            self._views[key] = self._make_view(seen) if is_safe else None
        return self._views[key]

    def is_tainted(self, seen: Iterable[str], new: Iterable[str]) -> bool:
        """Whether modules were changed by others that a session does not import.

        Args:
            seen: What it sees.
            new: What it is to see as well.
        """
        added = dict.fromkeys(new)
        both = dict.fromkeys(seen) | added
        return any(change.module in added for change in self._met(both))

    def _seen(self, entries: Iterable[str]) -> dict[str, None]:
        seen: dict[str, None] = {}
        for name in _modules(entries):
            seen |= self.imports.needed(name)
        return seen

    def _met(self, seen: dict[str, None]) -> Iterator[Change]:
        """Changes that a session would meet, though it does not import what made them."""
        for change in self.imports.changes:
            is_seen = change.module in seen or change.module in self.imports.baseline
            if (is_seen or not change.module) and not all(
                name in seen or name in self.imports.baseline for name in change.by
            ):
                yield change

    def _make_view(self, seen: dict[str, None]) -> View:
        hidden = [each for each in self._hideable if each[0] not in seen]
        packages = {name.partition(".")[0] for name in seen}
        return View(hidden, self.filters(seen), sorted(packages))

    @cached_property
    def _hideable(self) -> list[Hidden]:
        found = []
        for name, module in sys.modules.items():
            if name in self.imports.baseline or name.startswith("notewright."):
                continue
            if getattr(module, "__spec__", None) is None:
                continue  # made by a library for itself: nobody could import it again
            package, _, child = name.rpartition(".")
            outer = getattr(sys.modules.get(package), "__dict__", {})
            namespace = outer if outer.get(child) is module else None
            found.append((name, module, namespace, child))
        return found

    def filters(self, names: Iterable[str], first: Sequence[Any] | None = None) -> list[Any]:
        """The filters for warnings once some modules were imported, in that order.

        Args:
            names: The modules.
            first: The filters before; those with which a session begins, if not given.
        """
        found = list(self.imports.first_filters if first is None else first)
        for name in names:
            for added in self.imports.filters.get(name, ()):
                found = [added, *(each for each in found if each != added)]
        return found

    def _count_printed(self) -> int:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return os.fstat(self._printed.fileno()).st_size

    @contextlib.contextmanager
    def _silent(self) -> Iterator[None]:
        """Let go to a file what is printed: whoever prints is left to the sessions."""
        kept = [os.dup(fd) for fd in (1, 2)]
        for fd in (1, 2):
            os.dup2(self._printed.fileno(), fd)
        try:
            yield
        finally:
            for fd, old in zip((1, 2), kept, strict=True):
                os.dup2(old, fd)
                os.close(old)


def _modules(entries: Iterable[str]) -> Iterator[str]:
    """Names of the modules that entries may load."""
    for entry in entries:
        module, _, name = entry.partition(":")
        yield module
        if name:
            yield f"{module}.{name}"


def rehearse(
    running: Callable[[str], contextlib.AbstractContextManager[None]] | None = None,
) -> None:
    """Use what is loaded once: some of what libraries need is only looked up at first use.

    That may start no thread, draw from no random state that cells share, and leave nothing
    behind that a cell could see; so it is little, and chosen by what was measured.

    Args:
        running: In whose name it is done: the module's, which then needs what is imported.
    """
    uses = {
        "narwhals.dependencies": _look_for_frames,
        "matplotlib.backends.backend_svg": _draw_figure,
    }
    for module, use in uses.items():
        if module in sys.modules:
            # A cell that needs it will say what is wrong.
            with contextlib.suppress(Exception), (running or contextlib.nullcontext)(module):
                use()


def _look_for_frames() -> None:
    """Have narwhals find the kinds of data frames: scikit-learn asks it for each array."""
    from narwhals.dependencies import is_into_dataframe

    is_into_dataframe(None)


def _draw_figure() -> None:
    """Have Matplotlib find its fonts, and lay out labels; more ticks would only take longer."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().set(xlabel="x", ylabel="y", title="title", xticks=[0], yticks=[0])
    figures.draw(figure)
