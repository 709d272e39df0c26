"""Listening to what is logged while a page is made: that is to be told again with the page."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LOGS = ("mkdocs", "MARKDOWN", "pymdownx")
"""Names of the loggers of what takes part in the conversion of a page."""


class _Listener(logging.Handler):
    """Collects what one thread says."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.said.append(record.getMessage())


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect what is logged: a page about which something is said is rebuilt each time.

    Where the log is too quiet to tell, there is an entry too. What a server says then of its
    browsers, in other threads, is said of no page.
    """
    listener = _Listener(logging.INFO)
    loggers = [logging.getLogger(name) for name in LOGS]
    if not loggers[0].isEnabledFor(logging.INFO):
        listener.said.append("")
    for log in loggers:
        log.addHandler(listener)
    try:
        yield listener.said
    finally:
        for log in loggers:
            log.removeHandler(listener)
