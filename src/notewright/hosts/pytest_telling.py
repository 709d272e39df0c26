"""Telling, at the end of tests, what a run of notes noticed, and the lines to annotate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from notewright.errors import Problem
from notewright.hosts.report import ci_lines


class Telling:
    """What a test run tells of notes beside their tests; a plugin of pytest.

    Attributes:
        problems: What was found wrong: annotations of lines, where a code host runs the tests.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._lines: dict[str, None] = {}

    def notice(self, notices: Sequence[str]) -> None:
        """Keep what the writer should know; each is told once."""
        self._lines.update(dict.fromkeys(f"notewright: {each}" for each in notices))

    def _told(self) -> list[str]:
        return [*self._lines, *dict.fromkeys(ci_lines(self.problems))]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell it, each line once."""
        for line in self._told():
            terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a worker of pytest-xdist tell the process that has the terminal."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["notewright"] = self._told()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep what a worker of pytest-xdist found."""
        told: list[str] = getattr(node, "workeroutput", {}).get("notewright", [])
        self._lines.update(dict.fromkeys(told))
