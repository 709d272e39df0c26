"""The warm parent hears each session, whatever another one was about to say when it ended."""

from __future__ import annotations

import select
import socket
from types import SimpleNamespace
from typing import Any

import pytest

from notewright.run.worker.zygote import Zygote

OLD, NEW = 100_004, 100_022
"""Numbers of files that no other file of this process has, its connection least of all."""


@pytest.mark.parametrize("order", [(NEW, OLD), (OLD, NEW)])
def test_what_was_heard_of_a_closed_file_is_not_said_of_its_number(
    order: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that is closed and taken again between poll and look is that of another.

    Else the second session was heard no more, and the build waited for it for minutes.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        zygote: Any = Zygote(ours)
        old, new = SimpleNamespace(name="old"), SimpleNamespace(name="new")
        zygote._watched = {OLD: old, NEW: new}
        events = [(fd, select.POLLIN if fd == NEW else select.POLLHUP) for fd in order]
        zygote._poll = SimpleNamespace(poll=lambda wait: events)
        heard: list[tuple[str, bool]] = []

        def watch(watched: Any, fd: int, *, is_over: bool) -> None:
            heard.append((watched.name, is_over))
            zygote._watched[OLD] = new  # the old one is closed, and this one gets its number

        monkeypatch.setattr(zygote, "_watch", watch)
        assert zygote._step()
        assert ("new", True) not in heard
        assert ("new", False) in heard
