"""Files that sessions of one build share: written by two, or read by one and written by another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


class SharedFiles:
    """Who wrote and who read which file in one pass over a vault."""

    def __init__(self) -> None:
        self._written: dict[str, list[str]] = {}
        self._read: dict[str, list[str]] = {}

    def add(self, where: str, read: Iterable[str], written: Iterable[str] = ()) -> None:
        """Add what one session read and wrote.

        Args:
            where: The place of the session.
            read: Names of its inputs.
            written: Names of the files that it wrote.
        """
        for name in read:
            kind, _, path = name.partition(":")
            if kind == "file":
                self._read.setdefault(path, []).append(where)
        for path in written:
            self._written.setdefault(path, []).append(where)

    @property
    def readers(self) -> Mapping[str, Sequence[str]]:
        """Places of the sessions that read each file."""
        return self._read

    def notices(self) -> Iterator[str]:
        """What the writer should know: one line for each file."""
        for path, writers in sorted(self._written.items()):
            first = sorted(writers)[0]
            others = sorted({*writers, *self._read.get(path, [])} - {first})
            if len(set(writers)) > 1:
                yield (
                    f"{first}: {path} is also written by {', '.join(others)}, "
                    "so their output depends on which runs first. Write to a separate file in "
                    "each session"
                )
            elif others:
                yield (
                    f"{first}: this session writes {path}, and {', '.join(others)} may read an "
                    "older version. Write and read the file in the same session, or write it with "
                    "a script beforehand"
                )
