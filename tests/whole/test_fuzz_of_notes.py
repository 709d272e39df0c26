"""Notes changed at random: no reader stumbles, and the fuzz would find it if one did."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import fuzz_notes

from notewright.note.parse import Parse

pytestmark = pytest.mark.nightly


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_reader_stumbles_over_a_note_that_is_changed_at_random(
    tmp_path: Path, seed: int
) -> None:
    """A sample of `tests/benchmarks/fuzz_notes.py`, which takes more of them."""
    assert list(fuzz_notes.faults(60, seed, tmp_path)) == []


def test_the_fuzz_tells_the_smallest_note_that_stumbles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each place at which notes stumble, however many do; links are read elsewhere."""
    real = Parse.blocks.fget
    assert real is not None

    def blocks(self: Parse) -> object:
        if "a planted" in self.text:
            raise KeyError("planted")
        return real(self)

    monkeypatch.setattr(Parse, "blocks", property(blocks))
    monkeypatch.setattr(fuzz_notes, "corpus", lambda: ["Text.\n\nThis is a planted fault.\n" * 3])
    found = list(fuzz_notes.faults(12, 0, tmp_path))
    assert sorted(text.removeprefix("[[") for _, text in found) == ["a planted"] * len(found)
    places = [place.partition(": ")[0] for place, _ in found]
    assert len({*places}) == len(places) <= 2 and "a planted" in [text for _, text in found]
    assert all(place.startswith("KeyError in ") for place in places)
