"""Packs: contents under keys, many to a file, which takes longer to make than a page to keep.

Each process appends to a pack of its own, and finds what others appended to theirs. Of two
contents under one key, the newer one counts. All of it may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import struct
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from notewright.files import is_elsewhere, is_key, open_own, remove_unfinished, replace_file

SUFFIX = ".pack"

MANY = 16
"""Packs from which on all but the largest are joined."""

WASTE = 4 << 20
"""Bytes out of use from which on, if they are also more than those in use, all packs are joined."""

_HEAD = struct.Struct("<4s16sQII")
"""What stands before a content: a mark, its key, its number, its length, and its checksum."""

_CHECK = struct.Struct("<I")
"""What stands behind that: a checksum of its own."""

_BEFORE = _HEAD.size + _CHECK.size
"""Bytes before a content."""

_MARK = b"NWP1"


@dataclass(slots=True)
class _Pack:
    """A pack: how many bytes it has, and up to where it was looked through."""

    size: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a content is.

    Attributes:
        pack: In which pack.
        start: From which byte on.
        number: What was kept later has a higher one, whoever kept it.
        length: How many bytes it has.
        checksum: By which it is whole.
    """

    pack: str
    start: int
    number: int
    length: int
    checksum: int

    def head(self, key: str) -> bytes:
        """What stands before the content."""
        head = _HEAD.pack(_MARK, bytes.fromhex(key), self.number, self.length, self.checksum)
        return head + _CHECK.pack(crc32(head))


class Packs:
    """The packs of one directory, which several processes may share.

    Args:
        directory: Where they are; made when the first content is kept.
        limit: Bytes above which what was kept first, and not used since, is removed.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self._directory, self._limit = directory, limit
        self._packs: dict[str, _Pack] = {}
        self._places: dict[str, _Place] = {}
        self._used: set[str] = set()
        self._own, self._writer, self._last = directory, 0, 0

    def known(self) -> Collection[str]:
        """The keys under which something is kept, by whichever process."""
        self._look()
        return self._places.keys()

    def load(self, key: str) -> bytes | None:
        """The content under a key, which counts as used; None if none can be read.

        What another process has kept since something was found there is told by `newer`.
        """
        if key not in self._places:
            self._look()
        return self._content(key)

    def newer(self, key: str) -> bytes | None:
        """The content that another process has kept under a key then; None if none has."""
        before = self._places.get(key)
        self._look()
        return self._content(key) if self._places.get(key) != before else None

    def keep(self, key: str, content: bytes) -> None:
        """Write what can be made again: if there is no room for it, it is made next time."""
        with contextlib.suppress(OSError):
            if self._writer != os.getpid() or not self._append(key, content):
                self._begin()
                self._append(key, content)

    def prune(self) -> None:
        """Join packs where there are many, or much in them is out of use.

        What was used since the last time is never removed.
        """
        if is_elsewhere(self._directory):
            return
        remove_unfinished(self._directory)
        self._remove_single()
        self._look()
        kept = self._within_limit()
        live = sum(self._places[key].length for key in kept)
        unused = sum(pack.size for pack in self._packs.values()) - live
        if len(kept) < len(self._places) or unused > max(live, WASTE):
            self._join(kept, [*self._packs])
        elif len(self._packs) > MANY:
            self._join(kept, sorted(self._packs, key=lambda name: self._packs[name].size)[:-1])
        self._used.clear()

    def _remove_single(self) -> None:
        """Remove what versions up to 0.1 kept, in a file each."""
        for path in self._directory.glob("*.json"):
            if is_key(path.stem):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _append(self, key: str, content: bytes) -> bool:
        """Append to the pack of this process; returns whether there is one that is whole."""
        pack = self._packs.get(self._own.name)
        if pack is None:
            return False
        try:
            file = open_own(self._own, "r+b")
        except OSError:  # another process has joined it to others
            return False
        number = max(self._last + 1, time.time_ns())
        place = _Place(self._own.name, pack.reached + _BEFORE, number, len(content), crc32(content))
        entry = place.head(key) + content
        with file:
            if file.seek(0, os.SEEK_END) != pack.reached:  # nobody finds what follows a part
                return False
            if file.write(entry) == len(entry):  # else the disk is full
                self._note(key, place)
                self._used.add(key)
        return True

    def _begin(self) -> None:
        """Begin a pack of this process: what was forked writes beside its parent.

        Raises:
            OSError: If that cannot be written.
        """
        if is_elsewhere(self._directory):
            raise OSError(errno.ELOOP, "its folder is a symbolic link")
        self._directory.mkdir(parents=True, exist_ok=True)
        self._own, self._writer = self._new(), os.getpid()
        self._own.open("xb").close()
        self._packs[self._own.name] = _Pack()

    def _new(self) -> Path:
        return self._directory / f"{secrets.token_hex(16)}{SUFFIX}"

    def _within_limit(self) -> list[str]:
        """The keys of what stays."""
        kept = dict(sorted(self._places.items(), key=lambda each: each[1].number))
        total = sum(place.length for place in kept.values())
        for key in [key for key in kept if key not in self._used]:
            if total <= self._limit:
                break
            total -= kept.pop(key).length
        return [*kept]

    def _join(self, keys: Collection[str], names: Collection[str]) -> None:
        """Put what stays of some packs into a new one, and remove them."""
        joined = bytearray()
        for key in keys:
            place = self._places[key]
            content = self._content(key) if place.pack in names else None
            if content is not None:
                joined += place.head(key) + content
        try:
            replace_file(self._new(), bytes(joined), follows=False)
        except OSError:
            return
        for name in names:
            with contextlib.suppress(OSError):  # another process may do so, too
                (self._directory / name).unlink()
        self._look()

    def _content(self, key: str) -> bytes | None:
        """What stands under a key; None if it is not there, or not whole."""
        place = self._places.get(key)
        if place is None:
            return None
        try:
            with open_own(self._directory / place.pack) as file:
                file.seek(place.start)
                content = file.read(place.length)
        except OSError:
            return None
        if crc32(content) != place.checksum:
            return None
        self._used.add(key)
        return content

    def _look(self) -> None:
        """Look for what was appended since the last time, and for packs that are gone."""
        found: dict[str, int] = {}
        with contextlib.suppress(OSError), os.scandir(self._directory) as entries:
            for entry in entries:
                if entry.name in self._packs or self._is_ours(entry.name):
                    found[entry.name] = entry.stat(follow_symlinks=False).st_size
        if gone := self._packs.keys() - found.keys():
            for name in gone:
                del self._packs[name]
            places = self._places.items()
            self._places = {key: place for key, place in places if place.pack not in gone}
        for name, size in found.items():
            self._look_through(name, size)

    def _is_ours(self, name: str) -> bool:
        """Whether a file is a pack: not in a folder that a link leads to."""
        is_pack = name.endswith(SUFFIX) and is_key(name.removesuffix(SUFFIX))
        return is_pack and not is_elsewhere(self._directory)

    def _look_through(self, name: str, size: int) -> None:
        """Look for what was appended to a pack."""
        pack = self._packs.setdefault(name, _Pack())
        pack.size = size
        if pack.reached + _BEFORE > size:
            return
        with contextlib.suppress(OSError, struct.error), open_own(self._directory / name) as file:
            while pack.reached + _BEFORE <= size:
                file.seek(pack.reached)
                head = file.read(_BEFORE)
                _, key, *rest = _HEAD.unpack(head[: _HEAD.size])
                place = _Place(name, pack.reached + _BEFORE, *rest)
                is_whole = place.head(key.hex()) == head and place.start + place.length <= size
                if not is_whole:  # it is being written, or never will be
                    return
                self._note(key.hex(), place)

    def _note(self, key: str, place: _Place) -> None:
        """Note a content, up to whose end its pack was looked through."""
        self._packs[place.pack].reached = place.start + place.length
        self._last = max(self._last, place.number)
        known = self._places.get(key)
        if known is None or known.number <= place.number:
            self._places[key] = place
