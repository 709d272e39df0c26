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
        self._quiet = tell_all()
        for name in LOGS:
            logging.getLogger(name).addHandler(self)

    def hush(self) -> None:
        """Have those who came in the meantime hear no more than the log would have told them."""
        _hush(self._quiet)

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


def tell_all() -> int:
    """Have MkDocs' log tell all, even if it is to be quiet; those who show it hear no more.

    Returns:
        The level below which it told nothing, and they hear nothing now; 0 if it is not quiet.
    """
    log = logging.getLogger("mkdocs")
    if log.level <= logging.INFO:
        return 0
    quiet = log.level
    log.setLevel(logging.INFO)
    _hush(quiet)
    return quiet


def _hush(quiet: int) -> None:
    for handler in logging.getLogger("mkdocs").handlers:
        if not isinstance(handler, Hearing) and handler.level < quiet:
            handler.setLevel(quiet)
