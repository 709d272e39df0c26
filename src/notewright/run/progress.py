"""Progress of a pass over the sessions of a vault: who watches it is told."""

from __future__ import annotations

from typing import Protocol

from notewright.note.sessions import Session


class Progress(Protocol):
    """Is told how a pass goes."""

    def start(self, total: int, limit: float) -> None:
        """So many sessions have to run; a cell without a limit of its own has this one."""

    def begin(self, session: Session) -> None:
        """A session starts."""

    def advance(self, session: Session) -> None:
        """A session has ended."""

    def finish(self) -> None:
        """All have ended."""


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int, limit: float) -> None:
        """Say nothing."""

    def begin(self, session: Session) -> None:
        """Say nothing."""

    def advance(self, session: Session) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""
