"""An archive of records: the same bytes each time, and nothing of a hostile one is kept."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notewright.errors import EngineError
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run import record_archive
from notewright.run.records import CellRecord, Record, Records
from notewright.run.worker import outputs

Entries = list[tuple[zipfile.ZipInfo, bytes]]


def session(number: int) -> Session:
    """A session of one cell."""
    return group(Note("a.md", "docs/a.md", f"```python\nx = {number}\n```\n").cells)[0]


def records(folder: Path) -> Records:
    """Records below a folder."""
    return Records(folder / ".notewright", folder)


def made(text: str, **inputs: str) -> Record:
    """A record of one cell that showed a text."""
    return Record([CellRecord([outputs.stream("stdout", text)], 0.5)], inputs=inputs)


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two sessions, one of them with two records."""
    there = records(tmp_path / "there")
    there.save(session(1).key, made("1"))
    there.save(session(2).key, made("old"))
    there.save(session(2).key, made("new", **{"file:x": "1"}))
    there.save(session(3).key, made("of no note"))
    path = tmp_path / "records.zip"
    assert record_archive.export(there, [session(n) for n in (1, 2, 4)], path) == 3
    return path


def test_what_comes_in_is_what_went_out(archive: Path, tmp_path: Path) -> None:
    """To the byte; the archive too is the same each time, whoever made it."""
    here = tmp_path / "here"
    assert record_archive.take(records(here), archive) == (3, 0)
    there = files(tmp_path / "there")
    del there[f".notewright/records/{session(3).key}.json"]
    assert files(here) == there
    again = tmp_path / "again.zip"
    record_archive.export(records(here), [session(2), session(1)], again)
    assert again.read_bytes() == archive.read_bytes()
    assert record_archive.take(records(here), archive) == (0, 3)
    assert files(here) == there


def test_a_record_that_is_here_stays(archive: Path, tmp_path: Path) -> None:
    """One of other inputs is kept beside it, and found by whoever has these; a damaged one goes."""
    here = records(tmp_path / "here")
    mine = made("mine", **{"file:y": "2"})
    here.save(session(1).key, mine)
    damaged = tmp_path / "here/.notewright/records" / f"{session(2).key}.json"
    damaged.write_text("{}", "utf-8")
    assert record_archive.take(here, archive) == (3, 0)
    assert here.load(session(1).key) == mine
    kept = [here.load(key) for key in records(tmp_path / "here").keys(session(1))]
    assert kept == [mine, made("1")]
    assert here.load(session(2).key) == made("new", **{"file:x": "1"})


def rewritten(archive: Path, change: Callable[[Entries], object]) -> None:
    """Write an archive anew, with its entries changed."""
    with zipfile.ZipFile(archive) as old:
        entries = [(each, old.read(each)) for each in old.infolist()]
    change(entries)
    with zipfile.ZipFile(archive, "w") as new:
        for entry, content in entries:
            new.writestr(entry, content)


def named(name: str) -> Callable[[Entries], object]:
    """Give the last entry another name."""

    def change(entries: Entries) -> None:
        entries[-1][0].filename = name

    return change


def linked(entries: Entries) -> None:
    """Make a link of the last entry."""
    entries[-1][0].external_attr = (stat.S_IFLNK | 0o777) << 16


def swapped(entries: Entries) -> None:
    """Give the first record the content of the second."""
    entries[0] = (entries[0][0], entries[1][1])


def touched(entries: Entries) -> None:
    """Change one letter in the last record: its digest tells."""
    entry, content = entries[-1]
    entries[-1] = (entry, content.replace(b"stdout", b"stderr", 1))


def packed(entries: Entries) -> None:
    """Pack an entry in a way that takes much memory to undo."""
    entries[-1][0].compress_type = zipfile.ZIP_LZMA


KEY = "0" * 32


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (named(f"../{KEY}.json"), "which is not a record"),
        (named(f"records/../../{KEY}.json"), "which is not a record"),
        (named(f"/records/{KEY}.json"), "which is not a record"),
        (named(f"records/{KEY}.json/"), "which is not a record"),
        (named(f"records\\{KEY}.json"), "which is not a record"),
        (named(f"records/{KEY}.json\n"), "which is not a record"),
        (named("records/locks"), "which is not a record"),
        (named(f"records/{KEY}.json"), "is damaged, or does not match its key"),
        (linked, "is not a regular file, or is encrypted"),
        (packed, "is not a regular file, or is encrypted"),
        (swapped, "is damaged, or does not match its key"),
        (touched, "is damaged, or does not match its key"),
        (lambda entries: entries.append(entries[0]), "contains .* twice"),
    ],
)
def test_a_hostile_archive_is_refused_whole(
    archive: Path, tmp_path: Path, change: Callable[[Entries], object], said: str
) -> None:
    """Nothing of it is kept, and nothing is written anywhere."""
    with pytest.warns(UserWarning) if "twice" in said else nullcontext():
        rewritten(archive, change)
    before = files(tmp_path)
    with pytest.raises(EngineError, match=said):
        record_archive.take(records(tmp_path / "here"), archive)
    assert files(tmp_path) == before


def test_an_archive_that_would_fill_the_disk_is_refused(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what its entries say of their size: no more than that is unpacked."""
    monkeypatch.setattr(record_archive, "LIMIT", 100)
    with pytest.raises(EngineError, match="more than the limit of 0 MiB"):
        record_archive.take(records(tmp_path / "here"), archive)
    with pytest.raises(EngineError, match="Choose another file"):
        record_archive.take(records(tmp_path / "here"), tmp_path / "none.zip")
    assert not (tmp_path / "here").exists()


def whole() -> bytes:
    """A small archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        there = records(folder)
        there.save(session(1).key, made("1"))
        record_archive.export(there, [session(1)], folder / "a.zip")
        return (folder / "a.zip").read_bytes()


WHOLE = whole()


@settings(deadline=None)
@given(st.data())
def test_a_damaged_archive_is_told_or_harmless(data: st.DataObject) -> None:
    """Whatever bytes are changed, cut off or put in: an error that says so, or the very record."""
    changed = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        end = data.draw(st.integers(at, min(len(changed), at + 4)))
        changed[at:end] = data.draw(st.binary(max_size=4))
        if not changed:
            break
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.zip").write_bytes(changed)
        here = records(folder / "here")
        try:
            record_archive.take(here, folder / "a.zip")
        except EngineError as error:
            assert str(error).isprintable()
        kept = files(folder / "here") if (folder / "here").exists() else {}
        same = f".notewright/records/{session(1).key}.json"
        assert set(kept) <= {same}
        assert not kept or here.load(session(1).key) == made("1")


def test_an_archive_of_nothing_is_one(tmp_path: Path) -> None:
    """Before the first run there is nothing to carry, and nothing fails."""
    path = tmp_path / "none.zip"
    assert record_archive.export(records(tmp_path), [session(1)], path) == 0
    assert record_archive.take(records(tmp_path), path) == (0, 0)
    assert zipfile.ZipFile(BytesIO(path.read_bytes())).namelist() == []
