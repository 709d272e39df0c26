"""Links ahead: a copy of this process reads the links of notes, while it runs their cells itself.

To read links, all prose is parsed, and who waits for light cells has nothing else to do. What the
copy found is looked at again where it bears on what ran, so nothing is other than without it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from notewright.hosts.mkdocs.parallel import LEAST, cores
from notewright.note.note import Note
from notewright.vault.kept_notes import reduced
from notewright.vault.link_reading import read_links
from notewright.vault.vault import Vault

_LINKS = "links"
"""What notes remember their links as; see `Web.of`."""


class LinksAhead:
    """Has the links of notes read by a copy of the process, until they are taken over.

    There is none where few notes are new, or where no copy can be made or none could work at once.

    Args:
        vault: The notes.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._process, self._end = 0, -1
        new = [note for note in vault.notes.values() if _LINKS not in note.memory]
        if len(new) >= LEAST and cores() > 1:
            self._begin(new)

    def __enter__(self) -> LinksAhead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End the copy: what it knows is taken over, or nobody wants it any more."""
        if self._process:
            os.close(self._end)
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._process, signal.SIGKILL)
                os.waitpid(self._process, 0)
            self._process = 0

    def _begin(self, new: list[Note]) -> None:
        reading, writing = os.pipe()
        parent, process = os.getpid(), os.fork()
        if process:
            os.close(writing)
            self._process, self._end = process, reading
            return
        try:
            gc.freeze()
            os.close(reading)
            with os.fdopen(writing, "wb") as end:
                pickle.dump(dict(self._read(new, parent)), end, pickle.HIGHEST_PROTOCOL)
        finally:
            os._exit(0)  # what goes wrong is told when the process itself reads the note

    def _read(self, notes: list[Note], parent: int) -> Iterator[tuple[str, Any]]:
        """Yield what is known of each note once its links are read; in the copy."""
        for note in notes:
            if os.getppid() != parent:
                return
            known = set(vars(note))
            links = read_links(self._vault, note, {})
            _ = note.wikilinks, note.markdown_links  # as they stand, for who tells dead ones
            if not note.faults:
                state = reduced(note)[2]
                yield note.path, (links, {name: state[name] for name in state.keys() - known})
            for name in vars(note).keys() - known:
                del vars(note)[name]  # a parse is large

    def take(self) -> None:
        """Let the notes know what the copy read; a broken one leaves it to this process."""
        if not self._process:
            return
        try:
            with os.fdopen(self._end, "rb", closefd=False) as end:
                found = pickle.load(end)
        except (OSError, EOFError, pickle.UnpicklingError):
            return
        for path, (links, known) in found.items():
            note = self._vault.notes[path]
            note.memory.setdefault(_LINKS, ("", links))
            vars(note).update(
                {name: each for name, each in known.items() if name not in vars(note)}
            )
