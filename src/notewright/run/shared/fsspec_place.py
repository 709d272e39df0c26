"""A place of shared records behind fsspec: a bucket, or whatever else has an address.

Objects are written by one put, which stores of objects show whole or not at all. Where fsspec
writes a file in parts, a part that is left does not have the digest that its name gives.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import fsspec

from notewright.run.shared.entries import NEVER, Entry

_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
"""What the systems behind fsspec call the time of the last change."""


class FsspecPlace:
    """A folder at an address as a place.

    Args:
        address: Its URL.
    """

    def __init__(self, address: str) -> None:
        # Of its own, and without a memory of listings: others write there at the same time.
        options = {"use_listings_cache": False, "skip_instance_cache": True}
        self._system, path = fsspec.core.url_to_fs(address, **options)
        self._path = str(path).rstrip("/")

    def folders(self) -> Iterable[str]:
        """The names of all folders."""
        return sorted(_last(each) for each in self._list(self._path))

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; nothing, if there is none."""
        place = f"{self._path}/{folder}"
        return [
            Entry(_last(each), each.get("size") or 0, _time(each), _is_plain(each))
            for each in self._list(place)
            # Some stores hold an empty object in the place of a folder.
            if str(each["name"]).strip("/") != place.strip("/")
        ]

    def read(self, folder: str, name: str, most: int) -> bytes | None:
        """The bytes of a file, up to so many; None if it is gone."""
        try:
            content = self._system.cat_file(f"{self._path}/{folder}/{name}", start=0, end=most)
        except FileNotFoundError:
            return None
        return bytes(content)[:most]

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file: whole, or not at all."""
        path = f"{self._path}/{folder}/{name}"
        try:
            self._system.pipe_file(path, content)
        except FileNotFoundError:  # a system with folders, which a bucket has none of
            self._system.makedirs(f"{self._path}/{folder}", exist_ok=True)
            self._system.pipe_file(path, content)

    def refresh(self, folder: str, name: str) -> None:
        """Count a file as just used: no store changes a time alone, so it is written again."""
        path = f"{self._path}/{folder}/{name}"
        with contextlib.suppress(FileNotFoundError):
            self._system.pipe_file(path, self._system.cat_file(path))

    def remove(self, folder: str, name: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._system.rm_file(f"{self._path}/{folder}/{name}")

    def tidy(self, folder: str) -> None:
        """Remove the folder if it is empty, where there are folders."""
        with contextlib.suppress(Exception):  # each system says otherwise that it cannot
            if not self._list(f"{self._path}/{folder}"):
                self._system.rmdir(f"{self._path}/{folder}")

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        self._system.invalidate_cache(path)
        try:
            return list(self._system.ls(path, detail=True))
        except FileNotFoundError:
            return []


def _last(entry: Mapping[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _is_plain(entry: Mapping[str, Any]) -> bool:
    return entry.get("type") == "file" and not entry.get("islink")


def _time(entry: Mapping[str, Any]) -> float:
    """When a file was last written, in seconds; never, if that cannot be told."""
    told = next((entry[name] for name in _TIMES if entry.get(name)), None)
    if isinstance(told, str):
        with contextlib.suppress(ValueError):
            told = datetime.fromisoformat(told)
    if isinstance(told, datetime):
        # Without a zone, systems mean that of Greenwich.
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return float(told) if isinstance(told, (int, float)) else NEVER
