"""Places: a folder shows records whole or not at all, and follows no link."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from notewright.run.shared.entries import Entry
from notewright.run.shared.places import Folder, place_of, shown

KEY = "a" * 32
NAME = f"{'b' * 32}-{'c' * 64}.json"


def names(place: Folder) -> list[str]:
    """Names of what stands in the folder of the key."""
    return [each.name for each in place.entries(KEY)]


def test_an_address_is_a_folder_or_a_url(tmp_path: Path) -> None:
    """From the root of the project, or absolute; without fsspec."""
    for address in ("store", str(tmp_path / "store"), f"file://{tmp_path}/store"):
        place = place_of(address, tmp_path)
        assert isinstance(place, Folder)
        place.write(KEY, NAME, b"1")
        assert (tmp_path / "store" / KEY / NAME).read_bytes() == b"1"
    assert shown("s3://key:secret@bucket/x") == "s3://bucket/x"


def test_what_is_written_is_there_once(tmp_path: Path) -> None:
    """Read up to a limit, refreshed, removed, and tidied."""
    place = Folder(tmp_path / "store")
    assert list(place.folders()) == place.entries(KEY) == []
    place.write(KEY, NAME, b"content")
    (entry,) = place.entries(KEY)
    assert (entry.name, entry.size, entry.is_plain) == (NAME, 7, True)
    assert place.read(KEY, NAME, 3) == b"con" and place.read(KEY, "none", 3) is None
    os.utime(tmp_path / "store" / KEY / NAME, (1e6, 1e6))
    place.refresh(KEY, NAME)
    assert place.entries(KEY)[0].used > 1e6
    place.tidy(KEY)
    assert list(place.folders()) == [KEY]
    for _ in range(2):
        place.remove(KEY, NAME)
    place.tidy(KEY)
    assert list(place.folders()) == []


def test_others_of_a_group_may_write_too(tmp_path: Path) -> None:
    """A folder for a key has the mode of the whole."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store").chmod(0o2775)
    Folder(tmp_path / "store").write(KEY, NAME, b"1")
    assert (tmp_path / "store" / KEY).stat().st_mode & 0o7777 == 0o2775


def test_use_is_noted_of_what_another_user_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times are the owner's to change; who may write into the folder replaces the file."""
    place = Folder(tmp_path / "store")
    place.write(KEY, NAME, b"1")
    os.utime(tmp_path / "store" / KEY / NAME, (1e6, 1e6))

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "utime", refused)
    place.refresh(KEY, NAME)
    (entry,) = place.entries(KEY)
    assert entry.used > 1e6 and place.read(KEY, NAME, 9) == b"1"


def test_a_folder_that_is_swept_at_the_same_time_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was empty when the sweep looked."""
    place = Folder(tmp_path / "store")
    make, made = Path.mkdir, []

    def swept(self: Path, *words: int, **named: bool) -> None:
        make(self, *words, **named)
        if self.name == KEY and not made:
            made.append(self)
            self.rmdir()
            self.parent.joinpath(KEY).mkdir()
            place.tidy(KEY)

    monkeypatch.setattr(Path, "mkdir", swept)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    place.write(KEY, NAME, b"1")
    assert made and names(place) == [NAME]


def test_no_link_is_followed(tmp_path: Path) -> None:
    """Neither that of a file nor that of a folder, to read or to write."""
    outside, store = tmp_path / "outside", tmp_path / "store"
    outside.mkdir()
    (outside / NAME).write_bytes(b"mine")
    store.mkdir()
    (store / KEY).symlink_to(outside)
    place = Folder(store)
    assert [each.is_plain for each in place.entries(KEY)] == [False]
    with pytest.raises(OSError, match="is a symbolic link"):
        place.write(KEY, NAME, b"theirs")
    place.tidy(KEY)
    assert (outside / NAME).read_bytes() == b"mine"
    (store / KEY).unlink()
    (store / KEY).mkdir()
    (store / KEY / NAME).symlink_to(outside / NAME)
    assert [each.is_plain for each in place.entries(KEY)] == [False]
    assert place.read(KEY, NAME, 9) is None
    place.write(KEY, NAME, b"theirs")  # in the place of the link
    assert (outside / NAME).read_bytes() == b"mine"
    assert place.read(KEY, NAME, 9) == b"theirs"


def test_a_disk_that_is_not_mounted_is_no_empty_place(tmp_path: Path) -> None:
    """The folder itself may be new; that in which it stands must be there."""
    place = Folder(tmp_path / "mounted" / "store")
    for ask in (place.folders, lambda: place.entries(KEY), lambda: place.write(KEY, NAME, b"")):
        with pytest.raises(FileNotFoundError):
            ask()
    assert not (tmp_path / "mounted").exists()


KILLED = """
import pathlib, sys, time
from notewright.run.shared.places import Folder

def stopped(*_):
    print("written, not in place", flush=True)
    time.sleep(600)

pathlib.Path.replace = stopped
Folder(pathlib.Path(sys.argv[1])).write(sys.argv[2], sys.argv[3], b"x" * 100_000)
"""


def test_a_write_that_is_killed_leaves_nothing_that_is_read(tmp_path: Path) -> None:
    """What it left is removed with the next sweep, and nobody takes it for a record."""
    words = [sys.executable, "-c", KILLED, str(tmp_path / "store"), KEY, NAME]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    place = Folder(tmp_path / "store")
    (left,) = (tmp_path / "store" / KEY).iterdir()
    assert left.stat().st_size == 100_000
    assert place.entries(KEY) == [] and place.read(KEY, NAME, 9) is None
    place.tidy(KEY)
    assert list(place.folders()) == []


def test_what_is_no_file_is_told_apart(tmp_path: Path) -> None:
    """Folders, pipes and broken links stand in it, and none is read."""
    folder = tmp_path / "store" / KEY
    folder.mkdir(parents=True)
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("nowhere")
    place = Folder(tmp_path / "store")
    assert not any(each.is_plain for each in place.entries(KEY))
    assert all(isinstance(each, Entry) for each in place.entries(KEY))
    assert {place.read(KEY, name, 9) for name in ("folder", "pipe", "link")} == {None}
