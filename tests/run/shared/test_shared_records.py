"""Shared records: what one machine put there another takes, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.engine import Engine
from notewright.run.records import CellRecord, Record, Records, environment, made_with
from notewright.run.seals import named_digest, seal
from notewright.run.shared import patience, shared_records
from notewright.run.shared.entries import Entry
from notewright.run.shared.places import Folder
from notewright.run.shared.shared_records import MOST_OFFERED, SharedRecords
from notewright.run.worker import outputs
from notewright.settings import Settings

LONG_AGO = 1_000_000.0


def session(number: int = 1) -> Session:
    """A session of one cell."""
    return group(Note("a.md", "docs/a.md", f"```python\nx = {number}\n```\n").cells)[0]


def made(text: str = "1", seconds: float = 0.5, **more: Any) -> Record:
    """A record of one cell that showed a text, fresh in this environment."""
    cell = CellRecord([outputs.stream("stdout", text)], seconds)
    return Record([cell], environment=environment(), **more)


class Clone:
    """A clone of a project, with the records that it shares.

    Args:
        root: Its folder, beside that of the shared records.
        options: Options beside the one that names these.
    """

    def __init__(self, root: Path, **options: Any) -> None:
        (root / "docs").mkdir(parents=True, exist_ok=True)
        given = {"shared_records": "../store", **options}
        settings = Settings.from_options(root, root / "docs", given)
        self.root = root
        self.records = Records(settings.state_dir, root)
        self.shared = SharedRecords(settings, self.records)

    def offer(self, session: Session, record: Record) -> None:
        """Put a record there."""
        self.shared.offer(session, record)
        self.shared.send()

    def take(self, *sessions: Session) -> dict[str, Record]:
        """What is fetched."""
        self.shared.begin()
        return dict(self.shared.fetch(sessions))


@pytest.fixture
def here(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "there")


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder; of links, where they lead."""
    return {
        path.relative_to(folder).as_posix(): (
            os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() or path.is_symlink()
    }


def test_what_one_offers_another_keeps(here: Clone, there: Clone, tmp_path: Path) -> None:
    """To the byte, as if it had been made here; what nobody offered is not there."""
    there.records.save(session().key, made())
    there.offer(session(), made())
    assert here.take(session(), session(2)) == {session().key: made()}
    assert files(here.root) == files(there.root)
    assert here.shared.notices() == there.shared.notices() == []
    assert here.take(session(2)) == {}
    assert not list((tmp_path / "store").rglob(f"*{session(2).key}*"))


def test_the_same_record_is_there_once(here: Clone, there: Clone, tmp_path: Path) -> None:
    """A run that took longer is the same record; one of other inputs stands beside it."""
    there.offer(session(), made())
    before = files(tmp_path / "store")
    here.offer(session(), made())
    here.offer(session(), made(seconds=0.7))
    assert files(tmp_path / "store") == before
    here.offer(session(), made("2", inputs={"file:x": "absent"}))
    assert len(files(tmp_path / "store")) == 2
    assert {name[:32] for name in files(tmp_path / "store")} == {session().key}


def test_of_several_the_fresh_one_is_taken(here: Clone, there: Clone, tmp_path: Path) -> None:
    """Of the same code, with other inputs, packages or another Python: these are no news."""
    there.offer(session(), made("input", inputs={"file:x": "0" * 32}))
    there.offer(session(), made("package", packages={"pytest": "0.1"}))
    there.offer(session(), made("python", packages={}, inputs={"file:y": "1"}))
    assert here.take(session()) == {} and here.shared.notices() == []
    there.offer(session(), made("fresh"))
    assert here.take(session()) == {session().key: made("fresh")}


def test_no_more_are_looked_at_than_so_many(
    here: Clone, there: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those first that were used last."""
    monkeypatch.setattr(shared_records, "MOST_VARIANTS", 2)
    there.offer(session(), made("fresh"))
    (fresh,) = (tmp_path / "store").rglob("*.json")
    for number in range(3):
        there.offer(session(), made(inputs={"file:x": str(number)}))
    os.utime(fresh, (LONG_AGO, LONG_AGO))
    assert here.take(session()) == {}
    for path in set((tmp_path / "store").rglob("*.json")) - {fresh}:
        os.utime(path, (LONG_AGO - 1, LONG_AGO - 1))
    assert here.take(session()) == {session().key: made("fresh")}


def test_many_are_put_there_together(here: Clone, there: Clone, tmp_path: Path) -> None:
    """Each waits for others; what waits is put there as soon as there is time, or enough of it."""
    sessions = [session(number) for number in range(MOST_OFFERED + 1)]
    for number, each in enumerate(sessions):
        there.shared.offer(each, made(str(number)))
        put_there = len(files(tmp_path / "store"))
        assert put_there == (MOST_OFFERED if number + 1 >= MOST_OFFERED else 0)
    there.shared.send()
    there.shared.send()
    assert here.take(*sessions) == {each.key: made(str(n)) for n, each in enumerate(sessions)}


def test_what_waits_is_not_too_much(
    there: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two large ones do not wait for a third."""
    monkeypatch.setattr(shared_records, "LARGEST", 100_000)
    large = "x" * 60_000
    there.shared.offer(session(1), made(large))
    assert not files(tmp_path / "store")
    there.shared.offer(session(2), made(large))
    assert len(files(tmp_path / "store")) == 2


def test_a_session_that_wrote_files_is_not_shared(here: Clone, there: Clone) -> None:
    """The files do not come with its record: neither is it put there, nor taken."""
    there.offer(session(), made(written=["out.csv"]))
    assert not (there.root.parent / "store").exists()
    put(there.root.parent / "store", session(), made(written=["out.csv"]))
    assert here.take(session()) == {} and here.shared.notices() == []


def put(store: Path, of: Session, record: Record, content: bytes | None = None) -> Path:
    """Put a record into a store as anybody could."""
    sealed = seal(of.key, asdict(record))
    name = f"{made_with(record)}-{named_digest(sealed).decode()}.json"
    path = store / of.key / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed if content is None else content)
    return path


def sealed(key: str = "", **changed: Any) -> Callable[[Path, Path], None]:
    """Seal a record with something odd in it, under the name that it should have."""

    def change(path: Path, outside: Path) -> None:
        record = {**asdict(made("hostile")), **changed}
        content = seal(key or session().key, record)
        name = f"{path.name[:32]}-{named_digest(content).decode()}.json"
        path.with_name(name).write_bytes(content)
        path.unlink()

    return change


def flipped(path: Path, outside: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"stdout", b"stderr", 1))


def truncated(path: Path, outside: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def empty(path: Path, outside: Path) -> None:
    path.write_bytes(b"")


def linked(path: Path, outside: Path) -> None:
    (outside / "elsewhere.json").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside / "elsewhere.json")


def linked_folder(path: Path, outside: Path) -> None:
    path.parent.rename(outside / "folder")
    path.parent.symlink_to(outside / "folder")


def piped(path: Path, outside: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def huge(path: Path, outside: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(10 << 40)


def named(name: str) -> Callable[[Path, Path], None]:
    def change(path: Path, outside: Path) -> None:
        path.rename(path.with_name(name))

    return change


def other_made(path: Path, outside: Path) -> None:
    path.rename(path.with_name(f"{'0' * 32}{path.name[32:]}"))


def nested(path: Path, outside: Path) -> None:
    path.write_bytes(b'{"digest": "' + b"0" * 64 + b'", ' + b'"a":[' * 100_000)


HOSTILE = [
    (flipped, "is damaged"),
    (truncated, "is damaged"),
    (empty, "is damaged"),
    (nested, "is damaged"),
    (other_made, "is damaged"),
    (sealed(key=session(2).key), "or does not match its key"),
    (sealed(inputs={"glob:/etc/*": "1"}), "is damaged"),
    (sealed(cells=[{"outputs": 1}]), "is damaged"),
    (sealed(machine={"system": "\x1b[2J"}), "is damaged"),
    (sealed(more="than there is"), "is damaged"),
    (linked, "is not a regular file"),
    (linked_folder, "is not a regular file"),
    (piped, "is not a regular file"),
    (huge, "is larger than 64 MiB"),
    (named("evil.json"), "does not have a valid record name"),
    (named("..%2f..%2fevil.json"), "does not have a valid record name"),
    (named("..\\evil\x1b[2J.json"), "does not have a valid record name"),
    (named("\udcff.json"), "does not have a valid record name"),
]


@pytest.mark.parametrize(("change", "said"), HOSTILE)
def test_a_hostile_record_is_refused(
    here: Clone, tmp_path: Path, change: Callable[[Path, Path], None], said: str
) -> None:
    """It is told once, in one line; nothing is written, and a run here is shared beside it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    change(put(tmp_path / "store", session(), made("hostile")), outside)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert here.take(session()) == {}
    (told,) = here.shared.notices()
    assert said in told and session().key in told and "Delete them from the shared folder" in told
    assert told.isprintable()
    assert here.take(session()) == {} and here.shared.notices() == []
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    here.offer(session(), made("mine"))
    later = Clone(tmp_path / "later")
    if change is linked_folder:  # nothing is written where it leads
        assert {path: path.lstat().st_mtime_ns for path in outside.rglob("*")}.items() <= (
            before.items()
        )
        (told,) = here.shared.notices()
        assert "is a symbolic link. They are no longer written" in told
    else:
        assert later.take(session()) == {session().key: made("mine")}


def test_many_that_are_refused_are_one_line(here: Clone, tmp_path: Path) -> None:
    """The first by its name, the others by their number."""
    for number in range(5):
        truncated(put(tmp_path / "store", session(number), made()), tmp_path)
    assert here.take(*map(session, range(5))) == {}
    (told,) = here.shared.notices()
    assert "and 4 more" in told


def test_no_more_is_read_than_fits(
    here: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of large records does not fill the disk, and one that lies of sizes no memory."""
    for number in range(4):
        put(tmp_path / "store", session(number), made("x" * 5000))
    monkeypatch.setattr(shared_records, "LIMIT", 11_000)
    assert len(here.take(*map(session, range(4)))) == 2  # of more than 5,000 bytes each
    (told,) = here.shared.notices()
    assert "MiB in one build" in told
    entries = Folder.entries

    def lying(self: Folder, folder: str) -> list[Entry]:
        return [Entry(each.name, 1, each.used) for each in entries(self, folder)]

    monkeypatch.setattr(Folder, "entries", lying)
    monkeypatch.setattr(shared_records, "LARGEST", 1000)
    later = Clone(tmp_path / "later")
    assert later.take(session()) == {}
    assert "is larger than" in later.shared.notices()[0]


def test_one_that_may_not_write_reads(here: Clone, tmp_path: Path) -> None:
    """As a pull request of a stranger: nothing there changes, not even a time."""
    path = put(tmp_path / "store", session(), made())
    os.utime(path, (LONG_AGO, LONG_AGO))
    reader = Clone(tmp_path / "reader", shared_records_write=False)
    assert reader.take(session()) == {session().key: made()}
    reader.offer(session(2), made())
    assert len(files(tmp_path / "store")) == 1 and path.stat().st_mtime == LONG_AGO
    assert reader.shared.notices() == []


def test_use_is_noted_once_a_day(here: Clone, tmp_path: Path) -> None:
    """What was used long ago counts as used now; of what was used today nothing is written."""
    old = put(tmp_path / "store", session(), made())
    new = put(tmp_path / "store", session(2), made())
    os.utime(old, (LONG_AGO, LONG_AGO))
    before = new.stat().st_mtime_ns
    assert len(here.take(session(), session(2))) == 2
    assert old.stat().st_mtime > LONG_AGO + 1e6
    assert new.stat().st_mtime_ns == before


def test_a_place_that_is_not_there_is_told_once(here: Clone, tmp_path: Path) -> None:
    """Nothing is made in the place of a disk that is not mounted."""
    lost = Clone(tmp_path / "lost", shared_records="../mounted/store")
    assert lost.take(session()) == {}
    (told,) = lost.shared.notices()
    assert "mounted/store: No such file or directory. They are no longer read" in told
    lost.offer(session(), made())
    assert lost.take(session(2)) == {} and lost.shared.notices() == []
    assert not (tmp_path / "mounted").exists()
    (tmp_path / "file").write_text("")
    odd = Clone(tmp_path / "odd", shared_records="../file")
    odd.offer(session(), made())
    assert "no longer written" in odd.shared.notices()[0]


def test_a_place_that_hangs_is_left_in_time(
    here: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked no more, neither to read nor to write, and told once."""
    put(tmp_path / "store", session(), made())
    assert here.take(session()) == {session().key: made()}
    release = threading.Event()

    def hangs(self: Folder, folder: str) -> list[Entry]:
        release.wait()
        return []

    monkeypatch.setattr(Folder, "entries", hangs)
    monkeypatch.setattr(patience, "EACH", 0.1)
    try:
        assert here.take(session(2)) == {}
        (told,) = here.shared.notices()
        assert "no response within 0.1 s. They are no longer read" in told
        here.offer(session(2), made())
        assert here.take(session(3)) == {} and here.shared.notices() == []
        assert here.records.load(session().key) == made()
    finally:
        release.set()


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_place_that_cannot_be_written_is_read(
    here: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    """One notice, and no further try; nothing of it is left."""
    put(tmp_path / "store", session(), made())
    tries = []

    def refused(self: Folder, folder: str, name: str, content: bytes) -> None:
        tries.append(folder)
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(Folder, "write", refused)
    here.offer(session(2), made())
    here.offer(session(3), made())
    (told,) = here.shared.notices()
    assert os.strerror(reason) in told and "Free some space or grant write access" in told
    assert tries == [session(2).key]
    assert here.take(session()) == {session().key: made()} and here.shared.notices() == []


def test_a_library_that_is_not_there_is_told(here: Clone, tmp_path: Path) -> None:
    """Neither it nor an address that nobody knows ends a build; no password is shown."""
    for address in ("nosuch://me:secret@bucket/records", "no such::thing"):
        lost = Clone(tmp_path / "lost", shared_records=address)
        assert lost.take(session()) == {}
        (told,) = lost.shared.notices()
        assert "secret" not in told and "NOTEWRIGHT_SHARED_RECORDS=off" in told


def test_who_runs_nothing_asks_nobody(tmp_path: Path) -> None:
    """Nor who keeps records elsewhere, so as not to mix them: `check --isolated` must run."""
    (tmp_path / "docs").mkdir()
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {"shared_records": "../store"})
    off = Settings.from_options(
        tmp_path, tmp_path / "docs", {"shared_records": "../store", "execute": False}
    )
    assert Engine(settings).shared.where == "shared records at ../store"
    assert Engine(settings, kept_in=tmp_path / "kept").shared.where == ""
    assert Engine(settings, runs=False).shared.where == Engine(off).shared.where == ""


def test_a_record_is_plain_json(there: Clone, tmp_path: Path) -> None:
    """Its name says with what it was made, and the digest of its bytes."""
    there.offer(session(), made())
    (path,) = (tmp_path / "store").rglob("*.json")
    content = path.read_bytes()
    assert json.loads(content)["key"] == path.parent.name == session().key
    assert path.name == f"{made_with(made())}-{named_digest(content).decode()}.json"
