"""Tests of frames: an item of pytest for each frame of a cell, judged by the record of its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from notewright.errors import EngineError, Problem
from notewright.note.cells import Cell
from notewright.run.frame_records import frame_names, problems_of
from notewright.run.verdicts import CellResult

NO_RECORD = "execution is off, and this cell has no stored result"
"""Why the test of a cell is skipped."""


class CellFailedError(Exception):
    """A cell failed. Never a TypeError, after which pytest-markdown-docs would run it again."""


def frame_items(
    parent: pytest.Collector, cell: Cell, result: Callable[[], CellResult | None]
) -> Iterator[pytest.Item]:
    """Yield a test for each frame of a cell, such as `elbow[k=8]`.

    Args:
        parent: The note.
        cell: The cell.
        result: Tells what it showed, and runs it for that.
    """
    for number, name in enumerate(frame_names(cell, None)):
        said = f"{cell.label or f'line {cell.line}'}[{name.replace(' ', '')}]"
        yield FrameItem.from_parent(parent, name=said, cell=cell, number=number, result=result)


def beside_frames(result: CellResult) -> Sequence[Problem]:
    """What is wrong with a cell, but with none of its frames that has a test of its own."""
    count = len(frame_names(result.cell, None))
    own = [problems_of(result.cell, number, result.problems) for number in range(count)]
    return [each for each in result.problems if not any(each in found for found in own)]


class PlainItem(pytest.Item):
    """A test that fails with what the site says, and no traceback of ours."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Say what the site says."""
        if isinstance(excinfo.value, CellFailedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))


class FrameItem(PlainItem):
    """Passes if a cell runs to its end with the values of one of its frames."""

    def __init__(
        self, *, cell: Cell, number: int, result: Callable[[], CellResult | None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._cell, self._number, self._result = cell, number, result

    def runtest(self) -> None:
        """Look for problems of the frame."""
        try:
            result = self._result()
        except EngineError as error:
            raise CellFailedError(str(error)) from None
        if result is not None and result.record is None and not result.problems:
            pytest.skip(result.unmet or NO_RECORD)
        problems = problems_of(self._cell, self._number, result.problems) if result else []
        if problems:
            raise CellFailedError("\n".join(map(str, problems)))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the frame."""
        return self.path, self._cell.line - 1, f"{self.path.name} {self.name}"
