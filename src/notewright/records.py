"""Records of runs on disk, and why one is still fresh or has become stale.

A record is found by the digest of its session's code. It is fresh while all that the
session read is unchanged, by content and never by time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notewright.errors import EngineError
from notewright.files import remove_unfinished, replace_file
from notewright.outputs import Output
from notewright.sessions import SCHEMA, Session
from notewright.tracing import digest_glob, digest_listing, digest_path

if TYPE_CHECKING:
    from filelock import BaseFileLock

_WORKER_PARTS = (
    "accepted.py",
    "doctests.py",
    "echoes.py",
    "figures.py",
    "ink.py",
    "matplotlib_backend.py",
    "matplotlibrc",
    "outputs.py",
    "printed.py",
    "reporter.py",
    "statements.py",
    "tracing.py",
    "worker.py",
)


@dataclass(frozen=True, slots=True)
class CellRecord:
    """What one cell showed.

    Attributes:
        outputs: Its outputs, in order.
        seconds: How long it took.
        values: Results of the values in the prose below it, as text; None for one that failed.
        answers: For a doctest, what the interpreter answered to each example.
    """

    outputs: list[Output]
    seconds: float = 0.0
    values: list[str | None] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


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
        printed: How many bytes of text it printed, as far as they were kept.
        limit: The limit at which that was cut, in KiB; None if all was kept.
    """

    cells: list[CellRecord]
    inputs: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    environment: str = ""
    opaque: list[str] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    printed: int = 0
    limit: int | None = None

    @property
    def seconds(self) -> float:
        """How long the session took."""
        return sum(cell.seconds for cell in self.cells)


class Records:
    """The records below one directory. Several processes may share it safely.

    Args:
        directory: The directory.
        root: The project's root.
        output: Most text that a session may print, in KiB; None for any.
    """

    def __init__(self, directory: Path, root: Path, output: int | None = None) -> None:
        self._directory = directory / "records"
        self._locks = directory / "locks"
        self._root = root
        self._output = output
        self._digests: dict[str, str] = {}

    @property
    def are_none(self) -> bool:
        """Whether nothing is recorded yet."""
        return next(self._directory.glob("*.json"), None) is None

    def load(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none that can be read."""
        try:
            content = json.loads(self._path(key).read_text("utf-8"))
            cells = [CellRecord(**cell) for cell in content.pop("cells")]
            record = Record(cells=cells, **content)
            return record if _is_sound(record) else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def save(self, key: str, record: Record) -> None:
        """Write a record: whole, or not at all.

        Raises:
            EngineError: If it cannot be written; records written before are untouched.
        """
        content = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True)
        try:
            self._prepare()
            replace_file(self._path(key), content.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise self.unwritable(error) from None

    def prune(self, used: Collection[str], limit: int) -> None:
        """Remove the records that were longest out of use, until the rest fits a size in bytes.

        Args:
            used: Keys that this build used: they count as just used, and are never removed.
            limit: The size, in bytes.
        """
        remove_unfinished(self._directory)
        ages: list[tuple[float, int, Path]] = []
        total = 0
        for path in self._directory.glob("*.json"):
            with contextlib.suppress(OSError):  # another process may remove it first
                if path.stem in used:
                    os.utime(path)
                status = path.stat()
                total += status.st_size
                ages.append((status.st_mtime, status.st_size, path))
        for _, size, path in sorted(ages):
            if total <= limit:
                break
            if path.stem not in used:
                with contextlib.suppress(OSError):
                    path.unlink()
                total -= size

    def lock(self, key: str) -> BaseFileLock:
        """The lock of one session, so that of several processes one runs it and the others read.

        Sessions share 256 locks, so that their files need no cleaning up.

        Raises:
            EngineError: If the directory of locks cannot be made.
        """
        try:
            self._prepare()
        except OSError as error:
            raise self.unwritable(error) from None
        from filelock import FileLock  # only what is stale needs it

        return FileLock(self._locks / f"{key[:2]}.lock")

    def stale_reasons(
        self, session: Session, record: Record | None, *, inputs_only: bool = False
    ) -> list[str]:
        """Say why a session has to run; an empty list means that its record is fresh.

        With `inputs_only`, a record made by another Python or other packages counts: it is
        all there is where nothing may run.
        """
        if record is None:
            return ["it has not run yet with this code"]
        if len(record.cells) != len(session.cells):
            return ["its record is damaged"]
        reasons = []
        if record.environment != environment() and not inputs_only:
            reasons.append("Python, the platform or notewright changed")
        if record.lines and record.lines != line_table(session):
            reasons.append("an output names a line, and the cells moved")
        if not inputs_only:
            reasons += self._cut_otherwise(record)
            reasons += changes("package", record.packages, versions(record.packages))
        return reasons + changes("", record.inputs, self._now(record.inputs))

    def _cut_otherwise(self, record: Record) -> list[str]:
        """Whether another limit of output would leave other text."""
        now = self._output
        if now is None or now == record.limit:
            return []
        if record.limit is not None:
            return [f"its output was cut at {record.limit} KiB, and the limit is {now} KiB now"]
        if record.printed > now * 1024:
            return [f"it printed {record.printed} bytes, and the limit is {now} KiB now"]
        return []

    def forget_digests(self) -> None:
        """Look at every input anew: a new build begins."""
        self._digests.clear()

    def _now(self, names: Iterable[str]) -> dict[str, str]:
        for name in names:
            if name not in self._digests:
                self._digests[name] = self.digest(name)
        return {name: self._digests[name] for name in names}

    def digest(self, name: str) -> str:
        """The digest of an input as it is now."""
        kind, _, path = name.partition(":")
        if kind == "glob":
            return digest_glob(str(self._root), path)
        full = str(self._root / path)
        return digest_listing(full) if kind == "listing" else digest_path(full)

    def unwritable(self, error: OSError) -> EngineError:
        """Say what to do about a failed write, or about a lock that cannot be had."""
        return EngineError(
            f"cannot write below {self._directory.parent.name}/: {error.strerror}. "
            "Make room or allow writing; the records written before are kept."
        )

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}.json"

    def _prepare(self) -> None:
        for directory in (self._directory, self._locks):
            if not directory.is_dir():
                directory.mkdir(parents=True, exist_ok=True)


def _is_sound(record: Record) -> bool:
    """Whether a record has the types that its readers go by, whoever wrote it."""
    limits = isinstance(record.printed, int) and isinstance(record.limit, (int, type(None)))
    maps = all(isinstance(each, dict) for each in (record.inputs, record.packages))
    return (limits and maps) and all(
        isinstance(cell.seconds, (int, float))
        and isinstance(cell.outputs, list)
        and all(isinstance(output, dict) for output in cell.outputs)
        for cell in record.cells
    )


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
    names = {"listing": f"the names in {path}/", "glob": f"what matches {path}"}
    what = names.get(kind, path)
    if new == "absent":
        return f"{what} is gone"
    if old == "absent":
        return f"{what} appeared"
    return f"{what} changed"


def line_table(session: Session) -> list[list[Any]]:
    """Where each cell of a session stands, for records whose outputs name lines."""
    return [[cell.file, cell.line] for cell in session.cells]


_DIST_INFO = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)\.dist-info")


@cache
def environment() -> str:
    """Digest of what every session depends on: Python, platform and the worker's own code."""
    here = Path(__file__).parent
    parts = [str(SCHEMA), sys.version, platform.platform()]
    for name in _WORKER_PARTS:
        parts.append(digest_path(str(here / name)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Installed versions of packages, by name; a missing one is left out."""
    return {name: found for name in packages if (found := _version(name))}


@cache
def _version(package: str) -> str:
    # The names of directories tell as much as the files in them, and are read at once.
    found = _directories().get(_normal(package))
    if found:
        return found
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def _directories() -> Mapping[str, str]:
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


@cache
def _owners() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def packages_of(modules: Iterable[str]) -> dict[str, str]:
    """Packages, with versions, that own the given top-level modules.

    Notewright's own part in a run counts by content: see `environment`.
    """
    names = {owner for module in modules for owner in _owners().get(module, [])}
    return versions(sorted(names - {"notewright"}))
