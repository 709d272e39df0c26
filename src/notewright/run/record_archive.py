"""An archive of records: one file that carries them to another machine, such as from CI.

It is a zip in which each record has the name of its key. The same records give the same bytes.
What comes back in may be a stranger's: all of it is looked at before any of it is kept.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from notewright.errors import EngineError
from notewright.files import write_named
from notewright.note.sessions import Session
from notewright.run.records import LIMIT, Record, Records, made_with, read_record
from notewright.run.seals import seal

_NAME = re.compile(r"records/(?P<key>[0-9a-f]{32}(?:-[0-9a-f]{32})?)\.json")
_DAY = (1980, 1, 1, 0, 0, 0)
"""The day of each file in an archive: the first that the format knows."""


def export(records: Records, sessions: Iterable[Session], path: Path) -> int:
    """Write the records of sessions to a file, with those that other inputs gave.

    Args:
        records: Where they are.
        sessions: The sessions; those that have not run have none.
        path: The file; an archive that is there is replaced.

    Returns:
        How many there are in it.

    Raises:
        EngineError: If it cannot be written, or holds something else.
    """
    keys = {key for session in sessions for key in records.keys(session)}
    whole, count = BytesIO(), 0
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for key in sorted(keys):
            record = records.load(key)
            if record is not None:
                count += 1
                entry = zipfile.ZipInfo(f"records/{key}.json", _DAY)
                entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, seal(key, asdict(record)))
    write_named(path, whole.getvalue())
    return count


def take(records: Records, path: Path) -> tuple[int, int]:
    """Keep the records of an archive, all or none; what is here already stays as it is.

    Args:
        records: Where they are to be kept.
        path: The archive.

    Returns:
        How many were new, and how many were here.

    Raises:
        EngineError: If it is no archive of records, or cannot be kept.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _checked(archive, path)
            for _ in _read(archive, entries, path):
                pass  # nothing is kept of an archive of which a part is wrong
            new = sum(_keep(records, *each) for each in _read(archive, entries, path))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _refused(path, str(error) or type(error).__name__) from None
    except OSError as error:
        raise EngineError(f"cannot read {path}: {error.strerror}. Choose another file") from None
    return new, len(entries) - new


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The entries of an archive by their keys, if each may be a record."""
    found: dict[str, zipfile.ZipInfo] = {}
    size = 0
    for entry in archive.infolist():
        name = _NAME.fullmatch(entry.orig_filename)
        if name is None:
            raise _refused(path, f"it contains {entry.orig_filename[:80]!r}, which is not a record")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        is_packed = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if kind not in (0, stat.S_IFREG) or entry.flag_bits & 1 or not is_packed:
            raise _refused(path, f"{name['key']} is not a regular file, or is encrypted")
        if name["key"] in found:
            raise _refused(path, f"it contains {name['key']} twice")
        found[name["key"]] = entry
        size += entry.file_size
    if size > LIMIT:
        raise _refused(
            path, f"it contains {size >> 20} MiB, more than the limit of {LIMIT >> 20} MiB"
        )
    return found


def _read(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], path: Path
) -> Iterator[tuple[str, Record]]:
    for key, entry in sorted(entries.items()):
        record = read_record(key, archive.read(entry))
        if record is None:
            raise _refused(path, f"{key} is damaged, or does not match its key")
        yield key, record


def _keep(records: Records, key: str, record: Record) -> bool:
    """Keep one record, unless it is here; returns whether it is new.

    One that was made of other inputs stays in its place, and the new one is kept beside it.
    """
    own = key.partition("-")[0]
    lock = records.lock(own)
    with lock:
        try:
            before = records.load(key)
            if before is not None:
                key = f"{own}-{made_with(record)}"
                if made_with(before) == made_with(record) or records.load(key) is not None:
                    return False
            records.save(key, record)
            return True
        finally:
            records.release(lock)


def _refused(path: Path, why: str) -> EngineError:
    return EngineError(
        f"cannot import {path}: {why}. Export it again with `notewright records export`"
    )
