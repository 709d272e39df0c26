"""An observer of files for `serve`, which the kernel tells of changes at once, where it can.

MkDocs looks at each file every half second: that works wherever files lie, also where no kernel
tells of changes, on network drives and in some containers. So it is done here as well, and what
was told already is not told twice. A server that nobody uses would spend a part of a processor on
it all day. So where the kernel has shown that it tells of changes, files are looked at seldom; and
often again, once it missed one. A look that comes between a change and what the kernel says of it
found nothing missed: what the kernel still tells of that very change sets it right.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from watchdog import events
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer as KernelObserver
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingEmitter

from notewright.settings import STATE_DIR

POLL = 0.5
"""Seconds after which MkDocs looks at files again."""
SELDOM = 5.0
"""The same where the kernel tells of changes."""
SHARE = 0.1
"""Most of the time that looks may take, in which pages are made and edits are waited for."""

_KINDS = [
    *(events.FileCreatedEvent, events.FileDeletedEvent, events.FileModifiedEvent),
    *(events.FileMovedEvent, events.FileClosedEvent),
]
"""What is told. A kernel also tells who reads a file, as each build does a thousand times."""
_CHANGES = {kind.event_type for kind in _KINDS}
_IS_TOLD_KINDS = "event_filter" in inspect.signature(BaseObserver.schedule).parameters
"""Whether the kernel can be asked for these alone: since watchdog 5."""

_UNWATCHED = re.compile(
    r"""\.(git|hg|svn|venv|site|idea|trash|DS_Store|ipynb_checkpoints|\w+_cache)  # no page needs it
      | node_modules | __pycache__ | .*\.(pyc|egg-info|dist-info)           # packages
      | .*~ | \..*\.sw.x? | 4913 | \.?\#.* | .*___jb_(tmp|old)___ | \..*\.kate-swp  # of editors
    """,
    re.X,
)
"""Names of files and folders that tools write for themselves: their changes are no news.

Other hidden files are: plugins read some, such as `.pages`.
"""
_WINDOWS = {(".obsidian", name) for name in ("workspace.json", "workspace-mobile.json")}
"""The open windows of Obsidian, which it writes at each click."""

Stamp = tuple[int, int, int] | None


def _is_news(record: logging.LogRecord) -> bool:
    """Whether watchdog says more than that a change came while it was asked to end."""
    return "when the thread is inactive" not in record.getMessage()


logging.getLogger("watchdog.observers.inotify").addFilter(_is_news)


def _is_unwatched(name: str) -> bool:
    """Whether nobody waits for changes of a file or a folder of that name."""
    return bool(_UNWATCHED.fullmatch(name)) or name.startswith(STATE_DIR)  # also a site being built


def _listed(folder: str | None) -> Iterator[os.DirEntry[str]]:
    """What a folder holds that is watched."""
    with os.scandir(folder) as entries:
        yield from (each for each in entries if not _is_unwatched(each.name))


class Trust:
    """Whether the kernel tells of changes, for each device that holds what is watched."""

    def __init__(self) -> None:
        self._missed: dict[int, dict[str, Stamp]] = {}

    def note(self, watched: Path, changed: dict[str, Stamp], *, by_kernel: bool) -> None:
        """A change was told.

        Args:
            watched: The file or folder that is watched.
            changed: The paths that changed, and what each is now.
            by_kernel: Whether the kernel told it; else it was found by a look at the files.
        """
        device = _device(watched)
        if not by_kernel:
            if device in self._missed:  # it had told others, and not this one
                self._missed[device].update(changed)
            return
        missed = self._missed.setdefault(device, {})
        for path, stamp in changed.items():
            if path in missed and missed[path] == stamp:  # it was only later than the look
                del missed[path]

    def pause(self, watched: Path, took: float = 0.0) -> float:
        """Seconds until files are looked at again.

        Args:
            watched: The file or folder that is watched.
            took: Seconds of work that the last look took: of ten thousand files, each takes some.
        """
        missed = self._missed.get(_device(watched))
        return max(SELDOM if missed == {} else POLL, took * (1 / SHARE - 1))


class _Looks(PollingEmitter):
    """Looks at files after the pause of its own place."""

    def __init__(self, *given: Any, trust: Trust, **options: Any) -> None:
        super().__init__(*given, stat=os.stat, listdir=_listed, **options)
        self._trust, self._took = trust, 0.0

    def queue_events(self, timeout: float) -> None:
        """Wait, and tell what changed."""
        started = time.thread_time()  # nothing goes by while it waits
        super().queue_events(self._trust.pause(Path(str(self.watch.path)), self._took))
        self._took = time.thread_time() - started


class Observer:
    """What MkDocs' server needs of an observer of watchdog, made of two.

    Args:
        kernel: Makes the one that the kernel tells; another one in tests.
        told: Called before a change is told, with the paths of what changed.

    Attributes:
        trust: Where the kernel tells of changes.
    """

    def __init__(
        self,
        kernel: Callable[[], Any] = KernelObserver,
        told: Callable[[list[str]], None] = lambda _: None,
    ) -> None:
        self._tell = told
        self.trust = Trust()
        looks: Any = partial(_Looks, trust=self.trust)
        self._polling: Any = BaseObserver(looks, timeout=POLL)
        self._kernel: Any = kernel()
        self._told: dict[str, Stamp] = {}
        self._lock = threading.Lock()

    def schedule(
        self, handler: FileSystemEventHandler, path: str, *, recursive: bool = False
    ) -> Any:
        """Watch a file or a folder."""
        watched = Path(path)
        told, found = (
            _Once(handler, partial(self._is_new, watched=watched, by_kernel=each), watched)
            for each in (True, False)
        )
        watch = self._polling.schedule(found, path, recursive=recursive)
        with contextlib.suppress(OSError):  # no more of them, or none for this file system
            only = {"event_filter": _KINDS} if _IS_TOLD_KINDS else {}
            self._kernel.schedule(told, path, recursive=recursive, **only)
        return watch

    def unschedule(self, watch: Any) -> None:
        """Watch it no longer."""
        self._polling.unschedule(watch)
        with contextlib.suppress(KeyError, OSError):
            self._kernel.unschedule(watch)

    def start(self) -> None:
        """Begin."""
        self._polling.start()
        try:
            self._kernel.start()
        except OSError:  # the system allows too few files to be watched
            self._kernel.unschedule_all()

    def stop(self) -> None:
        """End."""
        self._polling.stop()
        self._kernel.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end."""
        self._polling.join(timeout)
        if self._kernel.is_alive():
            self._kernel.join(timeout)

    def _is_new(self, event: FileSystemEvent, *, watched: Path, by_kernel: bool) -> bool:
        """Whether something changed that was not told."""
        if event.is_directory or event.event_type not in _CHANGES:
            return False
        paths = [str(path) for path in (event.src_path, event.dest_path) if path]
        with self._lock:
            now = {path: _stamp(path) for path in paths}
            is_new = any(path not in self._told or self._told[path] != now[path] for path in paths)
            self._told.update(now)
            if is_new or by_kernel:
                self.trust.note(watched, now, by_kernel=by_kernel)
        if is_new:
            self._tell(paths)
        return is_new


class _Once(FileSystemEventHandler):
    """Hands on what is new."""

    def __init__(
        self,
        handler: FileSystemEventHandler,
        is_new: Callable[[FileSystemEvent], bool],
        watched: Path,
    ) -> None:
        self._handler, self._is_new, self._watched = handler, is_new, watched

    def dispatch(self, event: FileSystemEvent) -> None:
        """Hand an event on, or keep it."""
        if self._bears(event) and self._is_new(event):
            self._handler.dispatch(event)

    def _bears(self, event: FileSystemEvent) -> bool:
        """Whether what changed is no folder that nobody watches, nor in one."""
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        inner = [path.relative_to(self._watched) for path in paths if self._has(path)]
        seen = [not any(map(_is_unwatched, path.parts)) for path in inner]
        is_window = all(path.parts[-2:] in _WINDOWS for path in inner)
        return not inner or (any(seen) and not is_window)

    def _has(self, path: Path) -> bool:
        return path.is_relative_to(self._watched)


def _device(path: Path) -> int:
    """The device that holds a file or a folder; -1 if it is gone."""
    try:
        return path.stat().st_dev
    except OSError:
        return -1


def _stamp(path: str) -> Stamp:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
