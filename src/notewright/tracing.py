"""Follows what a session reads, inside its worker: files, listings, probes and modules.

An audit hook sees files that Python or its libraries open. Modules of the project are
loaded by a loader of ours, straight from their source: with a valid `.pyc`, Python would
open no `.py`, and a `.pyc` is trusted by time, not by content.
"""

from __future__ import annotations

import glob
import hashlib
import importlib.machinery
import os
import stat
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ABSENT = "absent"
DIRECTORY = "directory"

# Imports are followed by a loader of ours; installed packages count by their versions.
_IMPORT_SYSTEM = (
    "<frozen importlib._bootstrap_external>",
    os.path.join(os.path.dirname(importlib.__file__), "metadata", "__init__.py"),
)
_Stamp = tuple[int, int] | None
_DIRECTORY_STAMP: _Stamp = (0, 0)


def digest_bytes(content: bytes) -> str:
    """Digest of a file's content."""
    return hashlib.sha256(content).hexdigest()[:32]


def digest_path(path: str) -> str:
    """Digest of what stands at a path now: a file's content, a directory, or nothing."""
    try:
        return digest_bytes(Path(path).read_bytes())
    except IsADirectoryError:
        return DIRECTORY
    except OSError:
        return ABSENT


def digest_listing(path: str) -> str:
    """Digest of the names in a directory."""
    return _digest_names(_names(path))


def _names(path: str) -> list[str] | None:
    """The names in a directory; None if there is none."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return None


def _digest_names(names: Sequence[str] | None) -> str:
    if names is None:
        return ABSENT
    return digest_bytes("\0".join(names).encode("utf-8", "surrogateescape"))


def digest_glob(root: str, pattern: str) -> str:
    """Digest of the names and contents of the files that match a pattern below the root."""
    return _digest_files(_matching(root, pattern))


def _matching(root: str, pattern: str) -> dict[str, str]:
    """The files below the root that match a pattern, with the digests of their contents."""
    found = sorted(glob.glob(pattern, root_dir=root, recursive=True))
    return {name: digest_path(os.path.join(root, name)) for name in found}


def _digest_files(files: Mapping[str, str]) -> str:
    parts = [f"{name}\0{digest}" for name, digest in files.items()]
    return digest_bytes("\0".join(parts).encode()) if files else ABSENT


class _Quiet(threading.local):
    """Whether the tracer looks away from what a thread does."""

    on = False


class Tracer:
    """What one session has read so far.

    Attributes:
        opaque: What the session did that cannot be followed, in words.
    """

    def __init__(self, root: str, state_dir: str) -> None:
        self.opaque: list[str] = []
        self._root = root + os.sep
        self._ignored = _ignored_directories(state_dir)
        self._stat: Callable[..., os.stat_result] = os.stat
        self._seen: dict[str, _Stamp] = {}
        self._listed: dict[str, list[str] | None] = {}
        self._written: set[str] = set()
        self._modules: dict[str, str] = {}
        self._declared: dict[str, dict[str, str]] = {}
        self._active = False
        self._quiet = _Quiet()
        self._handlers: Mapping[str, Callable[[Sequence[Any]], None]] = {
            "open": self._on_open,
            "os.listdir": self._on_listing,
            "os.scandir": self._on_listing,
            "os.mkdir": self._on_change,
            "os.rmdir": self._on_change,
            "os.remove": self._on_change,
            "os.rename": self._on_change,
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
        sys.path_hooks.insert(0, self._project_finder)
        for path in [each for each in sys.path_importer_cache if self._matters(each)]:
            del sys.path_importer_cache[path]  # only these: to free all takes as long as a fork
        for name in ("stat", "lstat", "access"):
            setattr(os, name, self._followed_stat(getattr(os, name)))
        os.open = self._followed_open(os.open)
        self._active = True
        sys.addaudithook(self._hook())

    @property
    def has_written(self) -> bool:
        """Whether the session has opened a file to write."""
        return bool(self._written)

    def declare(self, patterns: Iterable[str]) -> None:
        """Take files as read, because the writer says so (`deps`); then nothing is opaque."""
        for pattern in patterns:
            self._declared[pattern] = _matching(self._root, pattern)

    def pause(self) -> None:
        """Stop following this thread, while the worker itself reads and writes."""
        self._quiet.on = True

    def resume(self) -> None:
        """Follow again."""
        self._quiet.on = False

    def inputs(self) -> tuple[dict[str, str], list[str]]:
        """Digest all that was read.

        Returns:
            Digests by input (`file:…`, `listing:…`; paths below the root are relative), and
            the files that changed while the session ran, whose digest says nothing.
        """
        self.pause()
        if not self.opaque and _has_had_children():
            self._note("started processes")
        digests: dict[str, str] = {}
        changed: list[str] = []
        for path, stamp in list(self._seen.items()):
            name = self._relative(path)
            if self._stamp(path) != stamp:
                changed.append(name)
            digests[f"file:{name}"] = digest_path(path)
        for path, digest in self._modules.items():
            digests[f"file:{self._relative(path)}"] = digest
        for pattern, first in self._declared.items():
            files = _matching(self._root, pattern)
            digests[f"glob:{pattern}"] = _digest_files(files)
            moved = {name for name, _ in first.items() ^ files.items()}
            if any(os.path.join(self._root, name) not in self._written for name in moved):
                changed.append(pattern)
        for path, before in self._listed.items():
            names = _names(path)
            digests[f"listing:{self._relative(path)}"] = _digest_names(names)
            moved = set(before or ()) ^ set(names or ())
            if any(os.path.join(path, name) not in self._written for name in moved):
                changed.append(self._relative(path))
        return dict(sorted(digests.items())), sorted(changed)

    def _hook(self) -> Callable[[str, Sequence[Any]], None]:
        followed, follow = frozenset(self._handlers), self._follow

        def hook(event: str, args: Sequence[Any]) -> None:
            if event in followed:  # a figure asks for thousands of `id`s: an event each
                follow(event, args)

        return hook

    def _follow(self, event: str, args: Sequence[Any]) -> None:
        if not self._active or self._quiet.on:
            return
        self._quiet.on = True  # in this thread: others may open files meanwhile
        try:
            if sys._getframe(2).f_code.co_filename not in _IMPORT_SYSTEM:
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
        if flags & os.O_TRUNC or (flags & os.O_CREAT and self._stamp(path) is None):
            self._written.add(path)
        elif flags & os.O_ACCMODE != os.O_WRONLY:  # to append is not to read, nor to replace
            self._see(path)

    def _on_listing(self, args: Sequence[Any]) -> None:
        target = args[0] if args[0] is not None else "."
        if isinstance(target, int):
            target = _path_of(target)
        path = os.path.abspath(os.fsdecode(target))
        if self._matters(path) and path not in self._listed:
            self._listed[path] = _names(path)

    def _on_change(self, args: Sequence[Any]) -> None:
        """A file or directory that the session itself makes, removes or renames."""
        paths = [each for each in args[:2] if isinstance(each, (str, bytes, os.PathLike))]
        self._written.update(os.path.abspath(os.fsdecode(each)) for each in paths)

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
        if path not in self._seen and path not in self._written and self._matters(path):
            self._seen[path] = self._stamp(path)

    def _stamp(self, path: str) -> _Stamp:
        try:
            status = self._stat(path)
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(status.st_mode):
            return _DIRECTORY_STAMP  # what is in it counts when it is listed
        return status.st_mtime_ns, status.st_size

    def _matters(self, path: str) -> bool:
        inside = path + os.sep
        if inside.startswith(self._root):
            return not inside.startswith(
                tuple(each for each in self._ignored if each.startswith(self._root))
            )
        return not inside.startswith(self._ignored)

    def _relative(self, path: str) -> str:
        if path + os.sep == self._root:
            return "."
        return path.removeprefix(self._root).replace(os.sep, "/")

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
                full = os.path.join(_path_of(dir_fd), os.fsdecode(path))
                self._open_path(os.path.abspath(full), flags)
            return original(path, flags, mode, dir_fd=dir_fd)

        return followed

    def _probe_module(self, base: str) -> None:
        for path in (os.path.join(base, "__init__.py"), f"{base}.py"):
            if self._stamp(path) is not None:
                return
            self._see(path)

    def _project_finder(self, directory: str) -> importlib.machinery.FileFinder:
        full = os.path.abspath(directory)
        if not self._matters(full) or self._stamp(full) != _DIRECTORY_STAMP:
            raise ImportError(f"{directory} is not a directory of the project")
        machinery = importlib.machinery
        modules = self._modules
        probe = self._probe_module
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


def _path_of(descriptor: int) -> str:
    """The path of an open file or directory; the working directory where it cannot be told."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return "."


def _has_had_children() -> bool:
    """Whether this process started others, in whatever way."""
    if sys.platform != "linux":
        return False
    import resource

    if resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss:
        return True
    return any(path.read_bytes() for path in Path("/proc/self/task").glob("*/children"))


def _ignored_directories(state_dir: str) -> tuple[str, ...]:
    """Directories whose files are no inputs: the installation, the system, caches, scratch."""
    paths = sysconfig.get_paths()
    installed = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    installed |= {path for path in sys.path if "site-packages" in path or "dist-packages" in path}
    home = os.path.expanduser("~")
    caches = {os.path.join(home, name) for name in (".cache", ".config", ".local", ".matplotlib")}
    system = {"/proc", "/sys", "/dev", "/usr", "/etc", "/lib", "/var/cache"}
    found = installed | caches | system | {tempfile.gettempdir(), state_dir, sys.prefix}
    return tuple(sorted(os.path.abspath(path) + os.sep for path in found))
