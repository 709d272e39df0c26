"""Shown frames: the frames of a cell as HTML and as one file, made once for all who ask."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from notewright.files import Store
from notewright.render import frame_files, frame_svgs
from notewright.render.converters import converters
from notewright.run.cell_records import CellRecord
from notewright.run.worker.outputs import Output

LIMIT = 64 << 10
"""Bytes above which the sizes that were longest out of use are removed."""

Draw = Callable[[Sequence[Output], Mapping[str, Sequence[str]]], str]
"""Makes HTML of what one frame showed, and of what is said of it."""


@dataclass(frozen=True, slots=True)
class ShownFrames:
    """The frames of a cell as HTML.

    Attributes:
        htmls: Each of them.
        first: The one that the page shows first.
        file: The file of all.
    """

    htmls: list[str]
    first: str
    file: str


_MADE: dict[str, ShownFrames] = {}
"""Frames by the digest of what they are made of: checks and pages ask for the same ones."""
_MOST_MADE = 128


def store_of(state_dir: Path) -> Store:
    """Where the sizes of a project's frames are kept."""
    return Store(state_dir / "frames", ".txt", LIMIT)


def made(record: CellRecord, draw: Draw) -> ShownFrames:
    """The frames of a cell that has some."""
    key = record.digest
    if key not in _MADE:
        texts = [each.texts for each in record.frames]
        outputs = frame_svgs.in_one_size(_outputs(record))
        htmls = [draw(*shown) for shown in zip(outputs, texts, strict=True)]
        told = {
            "says": [next(iter(each["vary-caption"]), "") for each in texts],
            "follows": [each.values for each in record.frames],
        }
        file = frame_files.frames_file(htmls, record.first, told)
        while len(_MADE) >= _MOST_MADE:
            del _MADE[next(iter(_MADE))]
        _MADE[key] = ShownFrames(htmls, htmls[record.first], file)
    return _MADE[key]


def size(record: CellRecord, store: Store, make: Callable[[], ShownFrames]) -> float:
    """KiB of the file of a cell's frames as a server sends it.

    Args:
        record: What the cell showed.
        store: Where sizes are kept: to make the frames takes some tenths of a second a cell.
        make: Makes the frames.
    """
    key = hashlib.sha256(f"{converters()}{record.digest}".encode()).hexdigest()[:32]
    try:
        return float(store.load(key) or b"")
    except ValueError:
        found = frame_files.size(make().file)
        store.keep(key, f"{found:.3f}".encode())
        return found


def _outputs(record: CellRecord) -> list[list[Output]]:
    return [record.outputs_of(number) for number in range(len(record.frames))]
