"""Writes files whole, or not at all."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path

_HIDDEN = ".notewright-"
"""Starts the names of unfinished files: neither Obsidian nor MkDocs reads hidden ones."""

_UNFINISHED = ".tmp"


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader sees the old content or the new, never a part.

    Raises:
        OSError: If it cannot be written; the file is then as it was.
    """
    path = path.resolve()  # a link stays one
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=_HIDDEN, suffix=_UNFINISHED, delete=False
        ) as file:
            temporary = file.name
            file.write(content)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise


def remove_unfinished(directory: Path) -> None:
    """Remove files that killed processes never put in place, but none that may still be."""
    oldest = time.time() - 3600
    for path in directory.glob(f"{_HIDDEN}*{_UNFINISHED}"):
        with contextlib.suppress(OSError):  # another process may do so too
            if path.stat().st_mtime < oldest:
                path.unlink()
