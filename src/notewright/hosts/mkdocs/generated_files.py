"""Generated files that have a path on disk.

MkDocs sets `abs_src_path` of a file with in-memory content to None, and several plugins fail with a
`TypeError` then.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from mkdocs.structure.files import File


class GeneratedFile(File):
    """A generated file, which is written to a temporary folder when a plugin asks for its path."""

    _place: str | None = None

    @property
    def abs_src_path(self) -> str | None:
        """The path of the temporary file."""
        if self._place is None or not Path(self._place).exists():
            place = _folder() / self.src_uri
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.content_bytes)
            self._place = str(place)
        return self._place

    @abs_src_path.setter
    def abs_src_path(self, path: str | None) -> None:
        """Forget the path, as MkDocs does when the content changes."""
        self._place = path


@cache
def _folder() -> Path:
    """The temporary folder of this process, which is deleted at exit."""
    place = tempfile.mkdtemp(prefix="notewright-generated-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)
