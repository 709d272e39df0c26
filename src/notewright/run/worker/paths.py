"""Paths: of open descriptors, of Python's own files, of folders whose files are no inputs."""

from __future__ import annotations

import glob
import importlib
import os
import pathlib
import shutil
import sys
import sysconfig
import tempfile

from notewright.run.worker.platforms import PROC

# Imports are followed by a loader of ours; installed packages count by their versions. Where the
# backport of `importlib.metadata` is loaded, it stands in for the standard library's.
IMPORT_SYSTEM = (
    "<frozen importlib._bootstrap_external>",
    os.path.join(os.path.dirname(importlib.__file__), "metadata", "__init__.py"),
    *(
        os.path.join(path, "importlib_metadata", "__init__.py")
        for path in sys.path
        if path.endswith("-packages")
    ),
)
# They look at the entries of a directory without telling the session more than names.
WALKERS = (os.__file__, glob.__file__, shutil.__file__, pathlib.__file__)


def path_of(descriptor: int) -> str:
    """The path of an open file or directory; the working directory where it cannot be told."""
    try:
        return os.readlink(f"{PROC}/self/fd/{descriptor}")
    except OSError:
        return "."


def ignored_directories(state_dir: str) -> tuple[str, ...]:
    """Directories whose files are no inputs: the system, what is installed, caches, scratch."""
    paths = sysconfig.get_paths()
    installed = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    installed |= {path for path in sys.path if "site-packages" in path or "dist-packages" in path}
    home = os.path.expanduser("~")
    caches = {os.path.join(home, name) for name in (".cache", ".config", ".local", ".matplotlib")}
    system = {"/proc", "/sys", "/dev", "/usr", "/etc", "/lib", "/var/cache"}
    # Of the worker's folder hang all records, and its style is read where no other session had.
    found = installed | caches | system | {os.path.dirname(__file__)}
    found |= {tempfile.gettempdir(), state_dir, sys.prefix, sys.base_prefix}
    return tuple(sorted(os.path.abspath(path) + os.sep for path in found))
