"""Frames are drawn once: who asks again for their size finds it, in another process too."""

from __future__ import annotations

from pathlib import Path

import pytest

from notewright.render import shown_frames
from notewright.render.cell_html import frames_of, frames_size
from notewright.run.cell_records import CellRecord, FrameRecord
from notewright.run.worker.outputs import Output


def record(*texts: str) -> CellRecord:
    """A cell that printed something else in each frame; the first is shown first."""
    shown: list[list[Output]] = [
        [{"output_type": "stream", "name": "stdout", "text": text}] for text in texts
    ]
    frames = [
        FrameRecord([place], outputs if place else [], texts={"vary-caption": [f"frame {place}"]})
        for place, outputs in enumerate(shown)
    ]
    return CellRecord(shown[0], frames=frames)


def test_a_size_is_kept_beside_the_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only frames that changed are drawn again."""
    first = frames_size(record("a", "b"), shown_frames.store_of(tmp_path))
    monkeypatch.setattr(shown_frames, "_MADE", {})  # as another process begins
    drawn: list[CellRecord] = []

    def draw(given: CellRecord) -> shown_frames.ShownFrames:
        drawn.append(given)
        return frames_of(given)

    monkeypatch.setattr("notewright.render.cell_html.frames_of", draw)
    assert frames_size(record("a", "b"), shown_frames.store_of(tmp_path)) == round(first, 3)
    assert not drawn
    other = record("a", "another text than before")
    assert frames_size(other, shown_frames.store_of(tmp_path)) > first
    assert drawn == [other]


def test_what_is_kept_and_no_number_is_made_anew(tmp_path: Path) -> None:
    """A file that a crash or a hand left there says nothing."""
    frames_size(record("a", "b"), shown_frames.store_of(tmp_path))
    (kept,) = (tmp_path / "frames").iterdir()
    kept.write_text("much")
    assert frames_size(record("a", "b"), shown_frames.store_of(tmp_path)) > 0
    assert float(kept.read_text()) > 0
