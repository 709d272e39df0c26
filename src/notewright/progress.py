"""Tells how a pass goes: a bar with the running notes on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from typing import Any

from notewright.sessions import Session


class Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, total: int) -> None:
        """Draw the empty bar."""
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="session", leave=False, desc="notewright")

    def advance(self, session: Session) -> None:
        """Count one session."""
        if self._bar is not None:
            self._bar.set_postfix_str(session.file, refresh=False)
            self._bar.update()

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
