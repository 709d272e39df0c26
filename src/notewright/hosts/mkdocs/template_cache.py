"""Template cache: compiled templates stay where Python keeps compiled modules, beside this one.

To compile Material's templates takes a third of a second. No folder of a project is used: what
is loaded runs, and a project may be a stranger's.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Cache(FileSystemBytecodeCache):
    """A cache that may stand where nobody can write."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, if it can be kept, and Python is to keep what it compiles."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                super().dump_bytecode(bucket)


def keep_templates(env: Environment) -> None:
    """Have an environment keep what it compiles, and read what was kept."""
    folder = Path(__file__).with_name("__pycache__")
    if folder.is_dir() and env.bytecode_cache is None:
        env.bytecode_cache = _Cache(str(folder), "template-%s.cache")
