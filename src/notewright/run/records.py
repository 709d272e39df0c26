"""Records of runs on disk, and why one is still fresh or has become stale.

A record is found by the digest of its session's code. It is fresh while all that the
session read is unchanged, by content and never by time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notewright.errors import EngineError
from notewright.files import Locks, Store, remove_unfinished
from notewright.note.sessions import SCHEMA, Session
from notewright.run.cell_records import CellRecord as CellRecord
from notewright.run.cell_records import FrameRecord as FrameRecord
from notewright.run.inputs import digest_input
from notewright.run.module_owners import owners
from notewright.run.seals import named_digest, seal, unseal
from notewright.run.worker.digests import digest_path
from notewright.run.worker.environment import STYLE_FILE

if TYPE_CHECKING:
    from filelock import BaseFileLock


LIMIT = 512 << 20
"""Bytes of records above which those that were longest out of use are removed."""


_MOST_VARIANTS = 8
"""How many records of one code are looked at, the newest first."""


@dataclass(frozen=True, slots=True)
class Record:
    """One finished run of a session.

    Attributes:
        cells: What each of its cells showed.
        inputs: Digests of what it read, by name: `file:data/x.csv`, `listing:data`.
        packages: Versions of the packages that it had loaded.
        environment: Python, platform and engine that ran it.
        opaque: What it did that cannot be followed, in words.
        lines: Where its cells stood, if an output names a line; else empty.
        written: Files of the project that it wrote.
        refused: Files that it would have written, had it been allowed to.
        printed: How many bytes of text it printed, as far as they were kept.
        limit: The limit at which that was cut, in KiB; None if all was kept.
        machine: On what it was made; see `machines`. It is as fresh on another one.
    """

    cells: list[CellRecord]
    inputs: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    environment: str = ""
    opaque: list[str] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    printed: int = 0
    limit: int | None = None
    machine: dict[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long the session took."""
        return sum(cell.seconds for cell in self.cells)

    @property
    def processor(self) -> float:
        """How many seconds of processor time the session used."""
        return sum(cell.processor for cell in self.cells)


class Records:
    """The records below one directory. Several processes may share it safely.

    Args:
        directory: The directory.
        root: The project's root.
        output: Most text that a session may print, in KiB; None for any.
        limit: Bytes of records above which the longest out of use are removed.
        void: Why a record would be another now, by the files that its session wrote and those
            that it was kept from writing.

    Attributes:
        is_pruned: Whether they were pruned once.
    """

    def __init__(
        self,
        directory: Path,
        root: Path,
        output: int | None = None,
        limit: int = LIMIT,
        void: Callable[[Sequence[str], Sequence[str]], Iterable[str]] = lambda *_: (),
    ) -> None:
        self.is_pruned = False
        self._directory = directory
        self._store = Store(directory / "records", ".json", limit)
        self._locks = Locks(directory / "locks")
        self._root = root
        self._output = output
        self._void = void
        self._digests: dict[str, str] = {}
        self._variants: dict[str, list[str]] | None = None
        self._read: dict[tuple[str, bytes], Record] = {}  # what was read once is not parsed again

    @property
    def are_none(self) -> bool:
        """Whether nothing is recorded yet."""
        return self._store.is_empty

    def load(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none that can be read."""
        stored = self._store.load(key) or b""
        named = key, named_digest(stored)
        if named in self._read:
            return self._read[named]
        record = read_record(key, stored)
        if record is not None:
            self._read[named] = record
        return record

    def keys(self, session: Session) -> list[str]:
        """The keys of a session's records: its own, then those of other inputs, newest first."""
        if self._variants is None:
            self._variants = self._store.variants()
        return [session.key, *self._variants.get(session.key, [])]

    def find(
        self, session: Session, *, inputs_only: bool = False
    ) -> tuple[Record | None, list[str]]:
        """The record of a session that is fresh, and no reasons; else the newest, and why not.

        A session that ran with other inputs, or other packages, left records of those: whoever
        goes back to them, or shares the directory, finds them.
        """
        newest = self.load(session.key)
        reasons = self.stale_reasons(session, newest, inputs_only=inputs_only)
        if reasons:
            for key in self.keys(session)[1 : 1 + _MOST_VARIANTS]:
                record = self.load(key)
                if not self.stale_reasons(session, record, inputs_only=inputs_only):
                    return record, []
        return newest, reasons

    def save(self, key: str, record: Record) -> None:
        """Write a record: whole, or not at all. One made with other inputs is kept beside it.

        Raises:
            EngineError: If it cannot be written; records written before are untouched.
        """
        before = self.load(key)
        try:
            if before is not None and made_with(before) != made_with(record):
                variant = f"{key}-{made_with(before)}"
                self._store.save(variant, seal(variant, asdict(before)))
            self._store.save(key, seal(key, asdict(record)))
        except OSError as error:
            raise self.unwritable(error) from None

    def prune(self) -> None:
        """Remove the records that were longest out of use, until the rest fits the limit.

        Those that were loaded or saved since the last time count as just used. What killed
        processes left goes too: also files that others keep beside the records.
        """
        remove_unfinished(self._directory)
        self._store.prune()
        self._locks.prune()
        self.is_pruned = True

    def lock(self, key: str) -> BaseFileLock:
        """The lock of one session, so that of several processes one runs it and the others read.

        Raises:
            EngineError: If the directory of locks cannot be made.
        """
        try:
            return self._locks.lock(key)
        except OSError as error:
            raise self.unwritable(error) from None

    def release(self, lock: BaseFileLock) -> None:
        """Let go of the lock of a session."""
        self._locks.release(lock)

    def stale_reasons(
        self, session: Session, record: Record | None, *, inputs_only: bool = False
    ) -> list[str]:
        """Say why a session has to run; an empty list means that its record is fresh.

        With `inputs_only`, a record made by another Python or other packages counts: it is
        all there is where nothing may run.
        """
        if record is None:
            return ["it has not run since its code changed, or it failed"]
        pairs = zip(record.cells, session.cells, strict=False)
        is_whole = len(record.cells) == len(session.cells)
        if not is_whole or not all(shown.fits(cell) for shown, cell in pairs):
            return ["its record is damaged"]
        reasons = []
        if record.environment != environment() and not inputs_only:
            reasons.append("Python, the platform or notewright has changed")
        if record.lines and record.lines != line_table(session):
            reasons.append("the cells have moved, and an output may contain a line number")
        if not inputs_only:
            reasons += self._cut_otherwise(record)
            reasons += self._void(record.written, record.refused)
            reasons += changes("package", record.packages, versions(record.packages))
        return reasons + changes("", record.inputs, self._now(record.inputs))

    def has_changed(self, inputs: Mapping[str, str]) -> bool:
        """Whether what was read is something else now."""
        return self._now(inputs) != inputs

    def _cut_otherwise(self, record: Record) -> list[str]:
        """Whether another limit of output would leave other text."""
        now = self._output
        if now is None or now == record.limit:
            return []
        if record.limit is not None:
            return [
                f"its output was truncated at {record.limit} KiB, but the limit is now {now} KiB"
            ]
        if record.printed > now * 1024:
            return [f"it printed {record.printed} bytes, but the limit is now {now} KiB"]
        return []

    def forget_digests(self) -> None:
        """Look at every input again: a new build begins."""
        self._digests.clear()
        self._variants = None

    def _now(self, names: Iterable[str]) -> dict[str, str]:
        for name in names:
            if name not in self._digests:
                self._digests[name] = self.digest(name)
        return {name: self._digests[name] for name in names}

    def digest(self, name: str) -> str:
        """The digest of an input as it is now."""
        return digest_input(name, self._root)

    def unwritable(self, error: OSError) -> EngineError:
        """Say what to do about a failed write, or about a lock that cannot be had."""
        return EngineError(
            f"cannot write to {self._directory.name}/: {error.strerror}. "
            "Free some space or grant write access. Records written so far are kept."
        )


def read_record(key: str, stored: bytes) -> Record | None:
    """Read the bytes of a record; None if they are not those of a record with that key."""
    content = unseal(key, stored)
    if content is None:
        return None
    cells = content.pop("cells")
    for cell in cells:
        cell["frames"] = [FrameRecord(**each) for each in cell["frames"]]
    return Record(cells=[CellRecord(**cell) for cell in cells], **content)


def made_with(record: Record) -> str:
    """Digest of all that decides whether a record is fresh, beside the code."""
    made = [record.inputs, record.packages, record.environment, record.lines]
    made += [record.written, record.refused]
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:32]


def changes(prefix: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Compare values by name, in words: what was changed, added or removed."""
    space = f"{prefix} " if prefix else ""
    reasons = []
    for name in sorted(old):
        if old[name] == new.get(name):
            continue
        if prefix:
            reasons.append(f"{space}{name}: {old[name]} changed to {new.get(name) or 'missing'}")
        else:
            reasons.append(_input_change(name, old[name], new.get(name, "absent")))
    return reasons


def _input_change(name: str, old: str, new: str) -> str:
    kind, _, path = name.partition(":")
    names = {
        "listing": f"the list of files in {path}/",
        "sizes": f"the sizes of files in {path}/",
        "link": f"the target of {path}",
        "module": f"the module {path}",
        "variable": f"the environment variable {path}",
        "glob": f"the content of {path}",
    }
    what = names.get(kind, path)
    if new == "absent":
        return f"{what} was removed"
    if old == "absent":
        return f"{what} was added"
    return f"{what} changed"


def line_table(session: Session) -> list[list[Any]]:
    """Where the code of each cell is, below its options, for records whose outputs name lines."""
    return [
        [cell.file, cell.source[0].origin.note_line if cell.source else cell.line]
        for cell in session.cells
    ]


_DIST_INFO = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)\.dist-info")


@cache
def environment(worker: Path = STYLE_FILE.parent) -> str:
    """Digest of what every session depends on: Python, machine, C library, and the worker's folder.

    The kernel's release does not count: a store of records is carried between machines.
    """
    parts = [str(SCHEMA), sys.version, sys.platform, platform.machine(), *platform.libc_ver()]
    for path in sorted(each for each in worker.iterdir() if each.is_file()):
        parts += [path.name, digest_path(str(path))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Installed versions of packages, by name; a missing one is left out."""
    return {name: found for name in packages if (found := _version(name))}


@cache
def _version(package: str) -> str:
    # The names of directories tell as much as the files in them, and are read at once.
    found = installed_versions().get(_normal(package))
    if found:
        return found
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def installed_versions() -> Mapping[str, str]:
    """Versions of installed packages by their normal names; the first on the path wins."""
    versions: dict[str, str] = {}
    # Of the path only where packages are installed: a cell that looks here must not depend on
    # what else stands in the project's root.
    for place in (Path(each) for each in sys.path if each.endswith("-packages")):
        with contextlib.suppress(OSError):
            for each in sorted(place.iterdir()):
                match = _DIST_INFO.fullmatch(each.name)
                if match:
                    versions.setdefault(_normal(match["name"]), match["version"])
    return versions


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def packages_of(modules: Iterable[str]) -> dict[str, str]:
    """Packages, with versions, that own the given top-level modules.

    Notewright's own part in a run counts by content: see `environment`.
    """
    names = {owner for module in modules for owner in owners().get(module, [])}
    return versions(sorted(names - {"notewright"}))
