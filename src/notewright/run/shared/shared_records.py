"""Shared records: what another machine ran is taken from a place, and what ran here is put there.

Nothing of it is trusted further than a record that is imported. A place that fails costs one
notice, and is not asked again until notewright is started again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from typing import TypeVar

from notewright.note.sessions import Session
from notewright.run.records import LIMIT, Record, Records, made_with, read_record
from notewright.run.seals import named_digest, seal
from notewright.run.shared.entries import Entry
from notewright.run.shared.patience import THREADS, GoneError, Patience
from notewright.run.shared.places import NAME, Place, place_of, shown
from notewright.run.worker.outputs import EVENTS_LIMIT
from notewright.settings import Settings

Answer = TypeVar("Answer")

LARGEST = EVENTS_LIMIT
"""Bytes of the largest record that is shared: as many as a session may show."""

MOST_VARIANTS = 16
"""How many records of one key are looked at, those first that were used last."""

MOST_OFFERED = 2 * THREADS
"""How many records wait at most to be put there, some at a time."""

USED_AGAIN = 24 * 3600.0
"""Seconds after which the use of a record is noted again: a day, so that few reads write."""


class SharedRecords:
    """The shared records of a project, as one engine uses them.

    Args:
        settings: Where they are, and whether they are written.
        records: The records here.
        is_on: Whether they are used at all.
    """

    def __init__(self, settings: Settings, records: Records, *, is_on: bool = True) -> None:
        self._settings = settings
        self._records = records
        self._is_on = is_on and bool(settings.shared_records)
        self._is_written = settings.shared_records_write
        self._where = f"shared records at {shown(settings.shared_records)}"
        self._place: Place | None = None
        self._patience = Patience()
        self._asked: set[str] = set()
        self._unfit: set[tuple[str, str]] = set()
        self._refused: list[str] = []
        self._notices: list[str] = []
        self._has_told = False
        self._taken = 0
        self._offered: list[tuple[str, str, bytes]] = []

    @property
    def where(self) -> str:
        """What to call them; empty if none are used."""
        return self._where if self._is_on else ""

    def begin(self) -> None:
        """A new pass begins: what was not there may be there now."""
        self._asked.clear()
        self._patience.restore()
        self._taken = 0

    def notices(self) -> list[str]:
        """What the writer should know, each once."""
        said, self._notices = self._notices, []
        if self._refused and not self._has_told:
            self._has_told = True
            more = f" and {len(self._refused) - 1} more" if len(self._refused) > 1 else ""
            said.append(
                f"{self._where}: rejected {self._refused[0]}{more}. Rejected records are not "
                "used, and "
                "their sessions run locally. Delete them from the shared folder"
            )
        return said

    def reach(self) -> str:
        """Ask for something that is not there; returns why it cannot be asked, or nothing."""
        self._tried(lambda place: self._patience.ask(lambda: place.entries("0" * 32)), "read")
        return "; ".join(self.notices())

    def look(self, session: Session) -> Record | None:
        """A fresh record of a session; nothing is kept."""
        return next((record for _, record in self._fresh([session])), None)

    def have(self, sessions: Iterable[Session]) -> set[str]:
        """The keys of the sessions of which there is a fresh record; nothing is kept."""
        return {session.key for session, _ in self._fresh(sessions)}

    def take(self, session: Session) -> Record | None:
        """Keep a fresh record of a session whose lock is held, and return it; None if none is.

        Raises:
            EngineError: If it cannot be written here.
        """
        record = self.look(session)
        if record is not None:
            self._records.save(session.key, record)
        return record

    def fetch(self, sessions: Iterable[Session]) -> Iterator[tuple[str, Record]]:
        """Keep the fresh records of sessions that have none here; yields them with their keys.

        Raises:
            EngineError: If one cannot be written here.
        """
        from filelock import Timeout

        for session, record in self._fresh(sessions):
            lock = self._records.lock(session.key)
            try:
                lock.acquire(timeout=0)
            except Timeout:  # another process has it in hand, and its record will be found
                continue
            except OSError as error:
                raise self._records.unwritable(error) from None
            try:
                self._records.save(session.key, record)
            finally:
                self._records.release(lock)
            yield session.key, record

    def offer(self, session: Session, record: Record) -> None:
        """Put the record of a session there that ran here, unless one like it is there.

        It waits for others, or for `send`: to ask for each would be to wait for each.
        """
        if not (self._is_on and self._is_written) or record.written:
            return
        content = seal(session.key, asdict(record))
        if len(content) <= LARGEST:
            name = f"{made_with(record)}-{named_digest(content).decode()}.json"
            self._offered.append((session.key, name, content))
        size = sum(len(content) for _, _, content in self._offered)
        if len(self._offered) >= MOST_OFFERED or size >= LARGEST:
            self.send()

    def send(self) -> None:
        """Put there what was offered."""
        offered, self._offered = self._offered, []
        if offered:
            self._tried(lambda place: self._put_all(place, offered), "written")

    def _put_all(self, place: Place, offered: Sequence[tuple[str, str, bytes]]) -> None:
        for _ in self._patience.ask_all(lambda each: self._put(place, *each), offered):
            pass

    def _put(self, place: Place, key: str, name: str, content: bytes) -> None:
        made = name.partition("-")[0]
        for each in place.entries(key):
            found = NAME.fullmatch(each.name)
            is_like_it = found is not None and found["made"] == made and each.is_plain
            if is_like_it and (key, each.name) not in self._unfit:
                return
        place.write(key, name, content)

    def _fresh(self, sessions: Iterable[Session]) -> Iterator[tuple[Session, Record]]:
        """Yield the sessions of which there is a fresh record; each key is asked for once."""
        wanted = {each.key: each for each in sessions if each.key not in self._asked}
        self._asked.update(wanted)
        if not wanted:
            return
        listed = self._tried(lambda place: self._listed(place, wanted), "read") or {}
        used: list[tuple[str, str]] = []
        while listed:
            firsts = [(key, entries.pop(0)) for key, entries in listed.items()]
            for (key, entry), content in self._contents(firsts):
                record = self._judged(wanted[key], entry, content)
                if record is not None:
                    listed[key].clear()
                    if entry.used < time.time() - USED_AGAIN:
                        used.append((key, entry.name))
                    yield wanted[key], record
            listed = {key: entries for key, entries in listed.items() if entries and self._is_on}
        if used and self._is_written:
            self._tried(lambda place: self._note_use(place, used), "")

    def _listed(self, place: Place, keys: Iterable[str]) -> dict[str, list[Entry]]:
        """What may be a record of each key, at most so many, those first that were used last."""
        listed = {}
        for key, entries in self._patience.ask_all(place.entries, keys):
            fit = [each for each in entries if self._may_be_one(key, each)]
            fit.sort(key=lambda each: (-each.used, each.name))
            if fit:
                listed[key] = fit[:MOST_VARIANTS]
        return listed

    def _may_be_one(self, key: str, entry: Entry) -> bool:
        if not entry.is_plain:
            return self._refuse(key, entry, "is not a regular file")
        if not NAME.fullmatch(entry.name):
            return self._refuse(key, entry, "does not have a valid record name")
        if entry.size > LARGEST:
            return self._refuse(key, entry, f"is larger than {LARGEST >> 20} MiB")
        return True

    def _contents(
        self, wanted: list[tuple[str, Entry]]
    ) -> Iterator[tuple[tuple[str, Entry], bytes | None]]:
        """Read files; what can be read before the place fails is yielded."""
        place = self._place
        if place is None:
            return

        def read(each: tuple[str, Entry]) -> bytes | None:
            key, entry = each
            return place.read(key, entry.name, LARGEST + 1)

        try:
            for each, content in self._patience.ask_all(read, wanted):
                self._taken += len(content or b"")
                if self._taken > LIMIT:
                    raise OverflowError(f"more than {LIMIT >> 20} MiB in one build")
                yield each, content
        except Exception as error:
            self._fail(error, "read")

    def _judged(self, session: Session, entry: Entry, content: bytes | None) -> Record | None:
        """The record that some bytes are, if it is one, and fresh here."""
        if content is None:
            return None
        named = NAME.fullmatch(entry.name)
        assert named is not None
        if len(content) > LARGEST:
            self._refuse(session.key, entry, f"is larger than {LARGEST >> 20} MiB")
            return None
        record = read_record(session.key, content)
        is_whole = named_digest(content).decode("ascii", "replace") == named["digest"]
        if record is None or not is_whole or made_with(record) != named["made"]:
            self._refuse(session.key, entry, "is damaged, or does not match its key")
            return None
        # A file that a session wrote does not come with its record.
        if record.written or self._records.stale_reasons(session, record):
            self._unfit.add((session.key, entry.name))
            return None
        return record

    def _refuse(self, key: str, entry: Entry, why: str) -> bool:
        name = entry.name if NAME.fullmatch(entry.name) else ascii(entry.name[:80])
        if (key, entry.name) not in self._unfit:
            self._unfit.add((key, entry.name))
            self._refused.append(f"{key}/{name}, which {why}")
        return False

    def _note_use(self, place: Place, used: list[tuple[str, str]]) -> None:
        for _ in self._patience.ask_all(lambda each: place.refresh(*each), used):
            pass

    def _tried(self, ask: Callable[[Place], Answer], purpose: str) -> Answer | None:
        """Ask the place something; None if it fails, which is told, if it has a purpose."""
        if not self._is_on:
            return None
        try:
            if self._place is None:
                settings = self._settings
                make = partial(place_of, settings.shared_records, settings.root)
                self._place = self._patience.ask(make)
            return ask(self._place)
        except Exception as error:  # of a library that we do not know, whatever it is
            self._fail(error, purpose)
            return None

    def _fail(self, error: Exception, purpose: str) -> None:
        """Go on without the place, or without writing there, and say so."""
        if isinstance(error, GoneError) or purpose == "read" or self._place is None:
            self._is_on = False
            done, remedy = "no longer read", "so sessions without a local record will run"
            hint = "To stop using them, set NOTEWRIGHT_SHARED_RECORDS=off"
        elif purpose:
            self._is_written = False
            done, remedy = "no longer written", "so new results are not shared"
            hint = "Free some space or grant write access, or set `shared_records_write: false`"
        else:
            return  # the use of a record that cannot be noted is noted by others
        self._notices.append(f"{self._where}: {said(error)}. They are {done}, {remedy}. {hint}")


def said(error: Exception) -> str:
    """An error in a few words, without the password of an address."""
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    line = shown(str(words).partition("\n")[0])[:200]
    return "".join(letter if letter.isprintable() else "?" for letter in line)
