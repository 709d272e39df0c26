"""Own code of the writer, cells and modules of the project: whether it is what calls us."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable, Collection

_ENGINE = os.path.abspath(f"{__file__}/../../..") + os.sep


class OwnCode:
    """Knows the writer's own code by its files.

    Args:
        root: The project's root.
        files: The files of which the lines of cells are, as their code is compiled.
        matters: Whether a path is one of the project, and not of what is installed in it.
    """

    def __init__(self, root: str, files: Collection[str], matters: Callable[[str], bool]) -> None:
        self._root = os.path.join(root, "")
        self.files = files
        self._matters = matters
        self._known: dict[str, bool] = {}

    def calls(self, through: Collection[str], above: int) -> types.FrameType | None:
        """The frame of the code that calls, if it is the writer's own.

        Args:
            through: Files of Python by which code may call.
            above: How many frames are ours.
        """
        frame: types.FrameType | None = sys._getframe(above)
        while frame is not None and frame.f_code.co_filename in through:
            frame = frame.f_back
        return frame if frame is not None and self._is_own(frame.f_code.co_filename) else None

    def cell_line(self, through: Collection[str], above: int = 2) -> tuple[str, int] | None:
        """File and line of the cell that calls, by modules of the project or by itself."""
        frame = self.calls(through, above + 1)
        while frame is not None:
            if frame.f_code.co_filename in self.files:
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None

    def _is_own(self, name: str) -> bool:
        if name not in self._known:
            path = os.path.abspath(os.path.join(self._root, name))
            inside = path.startswith(self._root) and not path.startswith(_ENGINE)
            self._known[name] = inside and not name.startswith("<") and self._matters(path)
        return self._known[name]
