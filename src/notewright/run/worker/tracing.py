"""Traces what a session reads, inside its worker: files, listings, probes and modules.

An audit hook sees files that Python or its libraries open. Modules of the project are
loaded by a loader of ours, straight from their source: with a valid `.pyc`, Python would
open no `.py`, and a `.pyc` is trusted by time, not by content.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from notewright.run.worker import digests, system_opens
from notewright.run.worker.confinement import Places
from notewright.run.worker.entropy import Entropy
from notewright.run.worker.own_code import OwnCode
from notewright.run.worker.paths import IMPORT_SYSTEM, WALKERS, ignored_directories, path_of
from notewright.run.worker.processes import has_had_children
from notewright.run.worker.project_imports import ProjectImports
from notewright.run.worker.variables import Variables
from notewright.run.worker.writes import Writes

# Where the system does not tell what they open, nobody does.
_READERS = {
    *("cv2", "duckdb", "h5py", "lightgbm", "netCDF4", "polars", "pyarrow", "rasterio", "tables"),
    *("torch", "xgboost"),
}
# By these events Python tells that it opens a file or a directory, the import system's own too.
_OPENING = frozenset(("open", "os.listdir", "os.scandir"))
_BYTECODE = os.sep + digests.BYTECODE + os.sep
_Stamp = tuple[int, int] | None
_DIRECTORY_STAMP: _Stamp = (0, 0)


class _Quiet(threading.local):
    """Whether the tracer looks away from what a thread does."""

    on = False


class Tracer:
    """What one session has read so far.

    Args:
        root: The project's root.
        state_dir: Where notewright keeps its own files.
        places: Where the session may write.
        files: The files of which the lines of its cells are.

    Attributes:
        entropy: Where its cells drew what differs in each run.
        opaque: What the session did that cannot be followed, in words.
    """

    def __init__(self, root: str, state_dir: str, places: Places, files: Collection[str]) -> None:
        self.opaque: list[str] = []
        self._root = root + os.sep
        self._ignored = ignored_directories(state_dir)
        self._stat: Callable[..., os.stat_result] = os.stat
        self._seen: dict[str, _Stamp] = {}
        self._listed: dict[str, list[str] | None] = {}
        self._writes = Writes(places)
        self._imports = ProjectImports(self.matters, self._see)
        own = OwnCode(root, files, self.matters)
        self._variables = Variables(own)
        self.entropy = Entropy(own)
        self._others: dict[tuple[str, str], str] = {}  # by kind and path
        self._declared: dict[str, dict[str, str]] = {}
        self._by_python: set[str] = set()
        self._control: socket.socket | None = None
        self._active = self._has_frames = False
        self._quiet = _Quiet()
        self._handlers: Mapping[str, Callable[[Sequence[Any]], None]] = {
            "open": self._on_open,
            "os.listdir": self._on_listing,
            "os.scandir": self._on_scan,
            "os.mkdir": self._on_change,
            "os.rmdir": self._on_change,
            "os.remove": self._on_change,
            "os.rename": self._on_change,
            "os.link": lambda args: self._on_change(args[1:2]),
            "os.symlink": lambda args: self._on_change(args[1:2]),
            "os.truncate": self._on_change,
            "sqlite3.connect": self._on_database,
            "subprocess.Popen": self._on_subprocess,
            "os.posix_spawn": self._on_subprocess,
            "os.system": lambda args: self._note("ran a shell command"),
            "os.fork": lambda args: self._note("forked a process"),
            "socket.connect": lambda args: self._note("opened a network connection"),
        }

    def install(self) -> None:
        """Start to follow this process; there is no way back."""
        sys.dont_write_bytecode = True
        self._imports.install()
        for name in ("stat", "lstat", "access"):
            setattr(os, name, self._followed_stat(getattr(os, name)))
        os.open = self._followed_open(os.open)
        os.readlink = self._followed_link(os.readlink)
        self._active = True
        self._variables.install()
        self.entropy.install()
        sys.addaudithook(self._hook())

    def watch(self, control: socket.socket) -> None:
        """Let the warm parent see what is opened from now on, in whatever language."""
        self._control = control if system_opens.install(control) else None

    def _add_system_opens(self) -> None:
        """Take as read what was opened by no code in Python; say so if nobody could see it."""
        if self._control is None:
            for name in sorted(_READERS & sys.modules.keys()):
                self._note(f"loaded {name}, which opens files on its own")
            return
        by_python = {os.path.normpath(path) for path in self._by_python}
        made: set[str] = set()
        for path, flags, time, size, is_own in system_opens.told(self._control):
            if path in by_python:
                continue
            if flags & os.O_DIRECTORY:
                if is_own:
                    self._see_listed(path, time)
                continue
            if self._writes.opens(path, flags, is_there=time >= 0, is_own=is_own):
                made.add(path)
            elif flags & os.O_ACCMODE != os.O_WRONLY and path not in made and self._is_new(path):
                is_directory = self._stamp(path) == _DIRECTORY_STAMP
                there = None if time < 0 else (time, size)
                self._seen[path] = _DIRECTORY_STAMP if is_directory else there

    def _see_listed(self, path: str, time: int) -> None:
        """Take the names in a directory as read by a reader in C, at which it stood at a time."""
        if self.matters(path) and path not in self._listed and time >= 0:
            is_as_it_was = self._stat(path).st_mtime_ns == time
            self._listed[path] = digests.names(path) if is_as_it_was else None

    @property
    def has_written(self) -> bool:
        """Whether the session has opened a file to write."""
        return bool(self._writes.done)

    def written(self) -> list[str]:
        """Files of the project that the session itself wrote."""
        paths = (path for path in self._writes.done if not os.path.isdir(path))
        return sorted(map(self._relative, filter(self.matters, paths)))

    def missed(self) -> list[str]:
        """Files that the session, or what it started, would have written if it might."""
        return sorted(map(self._relative, filter(self.matters, self._writes.missed)))

    def refused(self, error: BaseException) -> str:
        """What was not to be written, if that is why an exception was raised; else empty."""
        if self._control is not None:  # what readers and writers in C tried
            for path, flags, time, _, is_own in system_opens.told(self._control):
                self._writes.opens(path, flags, is_there=time >= 0, is_own=is_own)
        found = self._writes.refused(error)
        return "" if found is None else self._relative(found)

    def declare(self, patterns: Iterable[str]) -> None:
        """Take files as read, because the writer says so (`deps`); then nothing is opaque."""
        for pattern in patterns:
            self._declared[pattern] = digests.matching(self._root, pattern)

    def handed_over(self) -> dict[str, Any]:
        """What was followed so far, as values of JSON: a frame hands it to its session."""
        self._quiet.on = True
        self._note_children()
        return {
            "seen": list(self._seen.items()),
            "listed": list(self._listed.items()),
            "others": [[*each, digest] for each, digest in self._others.items()],
            "found": self._found(),
            "drawn": list(self.entropy.drawn),
            "by_python": list(filter(self.matters, self._by_python)),
            "opaque": self.opaque,
        }

    def take_over(self, told: dict[str, Any]) -> None:
        """Take as read what a frame has read."""
        self._seen = {path: stamp and tuple(stamp) for path, stamp in told["seen"]} | self._seen
        self._listed = dict(told["listed"]) | self._listed
        self._others = {(kind, path): each for kind, path, each in told["others"]} | self._others
        for mine, found in zip(self._found(), told["found"], strict=True):
            mine.update(found)
        self.entropy.drawn |= dict.fromkeys(map(tuple, told["drawn"]))
        self._by_python |= set(told["by_python"])
        self.opaque += [each for each in told["opaque"] if each not in self.opaque]

    def _found(self) -> list[dict[str, str]]:
        return [self._imports.modules, self._imports.searched, self._variables.read]

    def begin_frames(self) -> None:
        """Copies of this process are going to be frames: such children do not count."""
        self._note_children()
        self._has_frames = True

    def _note_children(self) -> None:
        if not (self.opaque or self._has_frames) and has_had_children():
            self._note("started processes")

    def expect(self, packages: Iterable[str]) -> None:
        """Note that the project has no modules by the names of packages that are loaded."""
        for name in packages:
            if name not in sys.stdlib_module_names:
                self._imports.probe(self._root + name)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not follow this thread, while the worker itself reads and writes."""
        before, self._quiet.on = self._quiet.on, True
        try:
            yield
        finally:
            self._quiet.on = before

    def inputs(self) -> tuple[dict[str, str], list[str]]:
        """Digest all that was read.

        Returns:
            Digests by input (`file:…`, `listing:…`; paths below the root are relative), and
            the files that changed while the session ran, whose digest says nothing.
        """
        self._quiet.on = True
        self._note_children()
        self._add_system_opens()
        found, changed = dict[str, str](), list[str]()
        for path, stamp in list(self._seen.items()):
            name, now = self._relative(path), self._stamp(path)
            if now != stamp:
                changed.append(name)
            # What is not there is not opened to see it: the warm parent would hear of each.
            found[f"file:{name}"] = digests.ABSENT if now is None else digests.digest_path(path)
        for path, digest in self._imports.modules.items():
            found[f"file:{self._relative(path)}"] = digest
        for pattern, first in self._declared.items():
            files = digests.matching(self._root, pattern)
            found[f"glob:{pattern}"] = digests.digest_files(files)
            moved = {name for name, _ in first.items() ^ files.items()}
            if any(os.path.join(self._root, name) not in self._writes.done for name in moved):
                changed.append(pattern)
        for path, before in self._listed.items():
            names = digests.names(path)
            found[f"listing:{self._relative(path)}"] = digests.digest_names(names)
            moved = set(before or ()) ^ set(names or ())
            if any(os.path.join(path, name) not in self._writes.done for name in moved):
                changed.append(self._relative(path))
        for (kind, path), digest in self._others.items():
            found[f"{kind}:{self._relative(path)}"] = digest
        found |= {f"variable:{name}": each for name, each in self._variables.read.items()}
        found |= {f"module:{name}": digest for name, digest in self._imports.searched.items()}
        return dict(sorted(found.items())), sorted(changed)

    def _hook(self) -> Callable[[str, Sequence[Any]], None]:
        followed, follow = frozenset(self._handlers), self._follow
        opened = self._by_python

        def hook(event: str, args: Sequence[Any]) -> None:
            if event in _OPENING and not isinstance(args[0], int):
                opened.add(os.path.join(os.getcwd(), os.fsdecode(args[0] or "")))
            if event in followed:  # a figure asks for thousands of `id`s: an event each
                follow(event, args)

        return hook

    def _follow(self, event: str, args: Sequence[Any]) -> None:
        if not self._active or self._quiet.on:
            return
        self._quiet.on = True  # in this thread: others may open files in the meantime
        try:
            if sys._getframe(2).f_code.co_filename not in IMPORT_SYSTEM:
                self._handlers[event](args)
        except (OSError, TypeError, ValueError):
            pass  # a path that cannot be read as one: the call itself will say so
        finally:
            self._quiet.on = False

    def _on_open(self, args: Sequence[Any]) -> None:
        target, _, flags = args
        if isinstance(target, int):
            return
        path = os.path.abspath(os.fsdecode(target))
        self._open_path(path, flags)

    def _open_path(self, path: str, flags: int) -> None:
        is_there = not flags & os.O_CREAT or self._stamp(path) is not None
        is_made = self._writes.opens(path, flags, is_there=is_there)
        # To append is not to read, nor to replace.
        if not is_made and flags & os.O_ACCMODE != os.O_WRONLY:
            self._see(path)

    def _on_listing(self, args: Sequence[Any]) -> None:
        target = args[0] if args[0] is not None else "."
        if isinstance(target, int):
            target = path_of(target)
        path = os.path.abspath(os.fsdecode(target))
        if self.matters(path) and path not in self._listed:
            self._listed[path] = digests.names(path)

    def _on_scan(self, args: Sequence[Any]) -> None:
        self._on_listing(args)
        if sys._getframe(3).f_code.co_filename not in WALKERS:
            target = args[0] if args[0] is not None else "."  # its entries tell their sizes
            path = path_of(target) if isinstance(target, int) else os.fsdecode(target)
            self._see_other("sizes", os.path.abspath(path))

    def _see_other(self, kind: str, path: str) -> None:
        if self.matters(path) and (kind, path) not in self._others:
            with self.paused():
                self._others[kind, path] = digests.OF_PATHS[kind](path)

    def _on_change(self, args: Sequence[Any]) -> None:
        """A file or directory that the session itself makes, removes or renames."""
        paths = [each for each in args[:2] if isinstance(each, (str, bytes, os.PathLike))]
        self._writes.changes(os.path.abspath(os.fsdecode(each)) for each in paths)

    def _on_database(self, args: Sequence[Any]) -> None:
        name = os.fsdecode(args[0])
        path = os.path.abspath(unquote(urlsplit(name).path) if name.startswith("file:") else name)
        if os.path.basename(path) != ":memory:":
            self._see(path)

    def _on_subprocess(self, args: Sequence[Any]) -> None:
        words = args[1] if isinstance(args[1], (list, tuple)) else str(args[1]).split()
        command = os.path.basename(os.fsdecode(args[0] or words[0]))
        self._note(f"ran the program `{command}`")
        for word in words[1:]:
            path = os.path.abspath(os.fsdecode(word))
            if self._stamp(path) is not None:
                self._see(path)

    def _note(self, reason: str) -> None:
        if reason not in self.opaque and not self._declared:
            self.opaque.append(reason)

    def _see(self, path: str) -> None:
        if self._is_new(path):
            self._seen[path] = self._stamp(path)

    def _is_new(self, path: str) -> bool:
        return path not in self._seen and path not in self._writes.done and self.matters(path)

    def _stamp(self, path: str) -> _Stamp:
        try:
            status = self._stat(path)
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(status.st_mode):
            return _DIRECTORY_STAMP  # what is in it counts when it is listed
        return status.st_mtime_ns, status.st_size

    def matters(self, path: str) -> bool:
        """Whether a path is one of the project or of its data, and not of what is installed."""
        inside, ignored = path + os.sep, self._ignored
        if inside.startswith(self._root):
            ignored = tuple(each for each in ignored if each.startswith(self._root))
        return not (inside.startswith(ignored) or _BYTECODE in inside)

    def _relative(self, path: str) -> str:
        is_root = path + os.sep == self._root
        return "." if is_root else path.removeprefix(self._root).replace(os.sep, "/")

    def _followed_stat(self, original: Callable[..., os.stat_result]) -> Callable[..., Any]:
        """Wrap `os.stat` and its like, which raise no audit event: so files are probed for."""

        def followed(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:
            quiet = self._quiet.on or not self._active
            if not quiet and isinstance(path, (str, bytes, os.PathLike)):
                self._see(os.path.abspath(os.fsdecode(path)))
            return original(path, *args, **kwargs)

        return followed

    def _followed_open(self, original: Callable[..., int]) -> Callable[..., int]:
        """Wrap `os.open`: its event does not tell the directory to which a path is relative."""

        def followed(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            if dir_fd is not None and self._active and not self._quiet.on:
                full = os.path.join(path_of(dir_fd), os.fsdecode(path))
                with self.paused():
                    self._open_path(os.path.abspath(full), flags)
            return original(path, flags, mode, dir_fd=dir_fd)

        return followed

    def _followed_link(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `os.readlink`, which raises no audit event."""

        def followed(path: Any, *args: Any, **kwargs: Any) -> Any:
            if self._active and not self._quiet.on:
                self._see_other("link", os.path.abspath(os.fsdecode(path)))
            return original(path, *args, **kwargs)

        return followed
