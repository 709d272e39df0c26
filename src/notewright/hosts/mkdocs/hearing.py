"""Hearing of what a build says in its log, from its first word on and however quiet it is to be."""

from __future__ import annotations

import logging
from typing import ClassVar

LOGS = ("mkdocs", "MARKDOWN", "pymdownx")
"""Those in which pages are told about."""

Said = list[tuple[str, int, str]]
"""The log, the level and the message of each warning."""


class Hearing(logging.Handler):
    """Keeps what a build warns of.

    A log that is to be quiet (`mkdocs build -q`) tells nothing below errors, so that nobody knows
    whether a page has a warning. Here the log tells all, and those who show it are quiet.
    """

    now: ClassVar[Hearing | None] = None

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: Said = []
        self._quiet = 0

    def start(self) -> None:
        """Hear from now on."""
        Hearing.now = self
        log = logging.getLogger("mkdocs")
        if log.level > logging.INFO:
            self._quiet = log.level
            log.setLevel(logging.INFO)
            self.hush()
        for name in LOGS:
            logging.getLogger(name).addHandler(self)

    def hush(self) -> None:
        """Have those who came meanwhile hear no more than the log would have told them."""
        for handler in logging.getLogger("mkdocs").handlers:
            if handler is not self and handler.level < self._quiet:
                handler.setLevel(self._quiet)

    def end(self) -> None:
        """Hear no more."""
        for name in LOGS:
            logging.getLogger(name).removeHandler(self)
        if self._quiet:
            logging.getLogger("mkdocs").setLevel(self._quiet)
        Hearing.now = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.said.append((record.name, record.levelno, record.getMessage()))
