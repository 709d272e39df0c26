"""A sweep removes what nobody used for long, and nothing that is not ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from notewright.run.shared.entries import Entry
from notewright.run.shared.places import Folder
from notewright.run.shared.sweep import Swept, sweep

KEYS = ["a" * 32, "b" * 32]
OLD = f"{'0' * 32}-{'1' * 64}.json"
NEW = f"{'2' * 32}-{'3' * 64}.json"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Records that were used at 10 s and at 1,000 s, and what else may stand there."""
    place = Folder(tmp_path / "store")
    for key in KEYS:
        place.write(key, OLD, b"four")
    place.write(KEYS[0], NEW, b"new")
    others = [tmp_path / "store/notes.md", tmp_path / "store" / KEYS[0] / "mine.json"]
    others.append(tmp_path / "store/mine" / OLD)
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")
    for path in (tmp_path / "store").rglob("*"):
        if path.is_file():
            os.utime(path, (1000, 1000) if path.name == NEW else (10, 10))
    return tmp_path / "store"


def files(folder: Path) -> set[str]:
    """All that stands in a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_what_was_not_used_is_removed(store: Path) -> None:
    """With its folder, if nothing else stands there; what bears another name stays."""
    before = files(store)
    place = Folder(store)
    assert sweep(place, 10.0) == Swept(0, 0, 3)
    assert sweep(place, 500.0, is_real=False) == Swept(2, 8, 1)
    assert files(store) == before
    assert sweep(place, 500.0) == Swept(2, 8, 1)
    assert files(store) == before - {f"{KEYS[0]}/{OLD}", f"{KEYS[1]}/{OLD}", KEYS[1]}
    assert sweep(place, 500.0) == Swept(0, 0, 1)


def test_nothing_behind_a_link_is_removed(store: Path, tmp_path: Path) -> None:
    """Whoever may write there could else have it remove what we may."""
    (store / KEYS[1]).rename(tmp_path / "elsewhere")
    (store / KEYS[1]).symlink_to(tmp_path / "elsewhere")
    (store / KEYS[0] / OLD).rename(tmp_path / "file")
    (store / KEYS[0] / OLD).symlink_to(tmp_path / "file")
    assert sweep(Folder(store), 1e12) == Swept(1, 3, 0)
    assert (tmp_path / "elsewhere" / OLD).exists() and (tmp_path / "file").exists()


def test_a_build_at_the_same_time_loses_nothing_but_time(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that is gone when it is read is none; one that is written meanwhile stays."""
    place, entries = Folder(store), Folder.entries

    def meanwhile(self: Folder, folder: str) -> list[Entry]:
        found = entries(self, folder)
        if folder == KEYS[1]:
            self.remove(folder, OLD)  # another sweep
            self.write(folder, NEW, b"new")
        return found

    monkeypatch.setattr(Folder, "entries", meanwhile)
    assert sweep(place, 500.0).removed == 2
    assert place.read(KEYS[1], OLD, 9) is None and place.read(KEYS[1], NEW, 9) == b"new"
