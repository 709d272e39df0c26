"""Follows what a session reads, inside its worker: files, listings, probes and modules.

An audit hook sees files that Python or its libraries open. Modules of the project are
loaded by a loader of ours, straight from their source: with a valid `.pyc`, Python would
open no `.py`, and a `.pyc` is trusted by time, not by content.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ABSENT = "absent"
DIRECTORY = "directory"

_IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"
_Stamp = tuple[int, int] | None


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
    try:
        names = sorted(os.listdir(path))
    except OSError:
        return ABSENT
    return digest_bytes("\0".join(names).encode("utf-8", "surrogateescape"))


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
        self._listed: set[str] = set()
        self._written: set[str] = set()
        self._modules: dict[str, str] = {}
        self._active = False
        self._handlers: Mapping[str, Callable[[Sequence[Any]], None]] = {
            "open": self._on_open,
            "os.listdir": self._on_listing,
            "os.scandir": self._on_listing,
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
        sys.path_importer_cache.clear()
        for name in ("stat", "lstat"):
            setattr(os, name, self._followed_stat(getattr(os, name)))
        self._active = True
        sys.addaudithook(self._hook)

    def pause(self) -> None:
        """Stop following, while the worker itself reads and writes."""
        self._active = False

    def resume(self) -> None:
        """Follow again."""
        self._active = True

    def inputs(self) -> tuple[dict[str, str], list[str]]:
        """Digest all that was read.

        Returns:
            Digests by input (`file:…`, `listing:…`; paths below the root are relative), and
            the files that changed while the session ran, whose digest says nothing.
        """
        self.pause()
        digests: dict[str, str] = {}
        changed: list[str] = []
        for path, stamp in self._seen.items():
            name = self._relative(path)
            if self._stamp(path) != stamp:
                changed.append(name)
            digests[f"file:{name}"] = digest_path(path)
        for path, digest in self._modules.items():
            digests[f"file:{self._relative(path)}"] = digest
        for path in self._listed:
            digests[f"listing:{self._relative(path)}"] = digest_listing(path)
        return dict(sorted(digests.items())), sorted(changed)

    def _hook(self, event: str, args: Sequence[Any]) -> None:
        if not self._active:
            return
        handler = self._handlers.get(event)
        if handler is None:
            return
        self._active = False
        try:
            # Imports are followed by the loader, which knows what it compiled.
            if sys._getframe(1).f_code.co_filename != _IMPORT_SYSTEM:
                handler(args)
        except (OSError, TypeError, ValueError):
            pass  # a path that cannot be read as one: the call itself will say so
        finally:
            self._active = True

    def _on_open(self, args: Sequence[Any]) -> None:
        target, _, flags = args
        if isinstance(target, int):
            return
        path = os.path.abspath(os.fsdecode(target))
        writes = flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC
        creates = flags & os.O_CREAT and self._stamp(path) is None
        if writes or creates:
            self._written.add(path)
        else:
            self._see(path)

    def _on_listing(self, args: Sequence[Any]) -> None:
        target = args[0] if args[0] is not None else "."
        if not isinstance(target, int):
            path = os.path.abspath(os.fsdecode(target))
            if self._matters(path):
                self._listed.add(path)

    def _on_database(self, args: Sequence[Any]) -> None:
        path = os.path.abspath(os.fsdecode(args[0]))
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
        if reason not in self.opaque:
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
            return 0, 0  # what is in it counts when it is listed
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
        """Wrap `os.stat`, which raises no audit event: it is how a file is probed for."""

        def followed(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:
            if self._active and isinstance(path, (str, bytes, os.PathLike)):
                self._see(os.path.abspath(os.fsdecode(path)))
            return original(path, *args, **kwargs)

        return followed

    def _project_finder(self, directory: str) -> importlib.machinery.FileFinder:
        if not self._matters(os.path.abspath(directory)):
            raise ImportError(f"{directory} is not part of the project")
        machinery = importlib.machinery
        modules = self._modules

        class ProjectLoader(machinery.SourceFileLoader):
            """Compiles a module from its source and keeps the digest of what it compiled."""

            def get_code(self, fullname: str) -> Any:
                path = self.get_filename(fullname)
                content = self.get_data(path)
                modules[os.path.abspath(path)] = digest_bytes(content)
                return self.source_to_code(content, path)

        return machinery.FileFinder(
            directory,
            (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (ProjectLoader, machinery.SOURCE_SUFFIXES),
        )


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
