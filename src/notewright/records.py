"""Records of runs on disk, and why one is still fresh or has become stale.

A record is found by the digest of its session's code. It is fresh while all that the
session read is unchanged, by content and never by time.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock

from notewright.errors import EngineError
from notewright.outputs import Output
from notewright.sessions import SCHEMA, Session
from notewright.tracing import digest_listing, digest_path


@dataclass(frozen=True, slots=True)
class CellRecord:
    """What one cell showed, and how long it took in seconds."""

    outputs: list[Output]
    seconds: float


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
    """

    cells: list[CellRecord]
    inputs: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    environment: str = ""
    opaque: list[str] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the session took."""
        return sum(cell.seconds for cell in self.cells)


class Records:
    """The records below one directory. Several processes may share it safely."""

    def __init__(self, directory: Path, root: Path) -> None:
        self._directory = directory / "records"
        self._locks = directory / "locks"
        self._root = root
        self._digests: dict[str, str] = {}

    def load(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none that can be read."""
        try:
            content = json.loads(self._path(key).read_text("utf-8"))
            cells = [CellRecord(**cell) for cell in content.pop("cells")]
            return Record(cells=cells, **content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def save(self, key: str, record: Record) -> None:
        """Write a record: whole, or not at all.

        Raises:
            EngineError: If it cannot be written; records written before are untouched.
        """
        content = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True)
        path = self._path(key)
        temporary = ""
        try:
            self._prepare()
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False
            ) as file:
                temporary = file.name
                file.write(content)
            Path(temporary).replace(path)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            raise self._unwritable(error) from None

    def lock(self, key: str) -> BaseFileLock:
        """The lock of one session, so that of several processes one runs it and the others read.

        Raises:
            EngineError: If the directory of locks cannot be made.
        """
        try:
            self._prepare()
        except OSError as error:
            raise self._unwritable(error) from None
        return FileLock(self._locks / f"{key}.lock")

    def stale_reasons(self, session: Session, record: Record | None) -> list[str]:
        """Say why a session has to run; an empty list means that its record is fresh."""
        if record is None:
            return ["it has not run yet with this code"]
        if len(record.cells) != len(session.cells):
            return ["its record is damaged"]
        reasons = []
        if record.environment != environment():
            reasons.append("Python, the platform or notewright changed")
        if record.lines and record.lines != line_table(session):
            reasons.append("an output names a line, and the cells moved")
        reasons += changes("package", record.packages, versions(record.packages))
        return reasons + changes("", record.inputs, self._now(record.inputs))

    def forget_digests(self) -> None:
        """Look at every input anew: a new build begins."""
        self._digests.clear()

    def _now(self, names: Iterable[str]) -> dict[str, str]:
        for name in names:
            if name not in self._digests:
                kind, _, path = name.partition(":")
                full = str(self._root / path)
                self._digests[name] = (
                    digest_listing(full) if kind == "listing" else digest_path(full)
                )
        return {name: self._digests[name] for name in names}

    def _unwritable(self, error: OSError) -> EngineError:
        return EngineError(
            f"cannot write below {self._directory.parent.name}/: {error.strerror}. "
            "Make room or allow writing; the records written before are kept."
        )

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}.json"

    def _prepare(self) -> None:
        for directory in (self._directory, self._locks):
            directory.mkdir(parents=True, exist_ok=True)


def changes(prefix: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Compare values by name, in words: what was changed, added or removed."""
    space = f"{prefix} " if prefix else ""
    reasons = []
    for name in sorted(old):
        if old[name] == new.get(name):
            continue
        if prefix:
            reasons.append(f"{space}{name}: {old[name]} became {new.get(name) or 'absent'}")
        else:
            reasons.append(_input_change(name, old[name], new.get(name, "absent")))
    return reasons


def _input_change(name: str, old: str, new: str) -> str:
    kind, _, path = name.partition(":")
    what = f"the names in {path}/" if kind == "listing" else path
    if new == "absent":
        return f"{what} is gone"
    if old == "absent":
        return f"{what} appeared"
    return f"{what} changed"


def line_table(session: Session) -> list[list[Any]]:
    """Where each cell of a session stands, for records whose outputs name lines."""
    return [[cell.file, cell.line] for cell in session.cells]


@cache
def environment() -> str:
    """Digest of what every session depends on: Python, platform and the worker's own code."""
    here = Path(__file__).parent
    parts = [str(SCHEMA), sys.version, platform.platform()]
    for name in ("worker.py", "figures.py", "matplotlibrc", "outputs.py", "tracing.py"):
        parts.append(digest_path(str(here / name)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Installed versions of packages, by name; a missing one is left out."""
    return {name: found for name in packages if (found := _version(name))}


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def _owners() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def packages_of(modules: Iterable[str]) -> dict[str, str]:
    """Packages, with versions, that own the given top-level modules.

    Notewright's own part in a run counts by content: see `environment`.
    """
    names = {owner for module in modules for owner in _owners().get(module, [])}
    return versions(sorted(names - {"notewright"}))
