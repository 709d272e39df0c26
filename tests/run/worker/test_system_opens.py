"""What the system tells of opens: a session that is gone, or does not listen, holds nobody."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from notewright.run.worker import system_opens
from notewright.run.worker.system_opens import Watched, install

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs on Linux: it is its kernel")


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A process that opens a file a moment after it was told to, as its warm parent sees it."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        installed = install(theirs)
        theirs.recv(1)
        if installed:
            os.close(os.open("/dev/null", os.O_RDONLY))
        os._exit(0)
    theirs.close()
    made = Watched(ours, pid)
    assert made.serve_control()
    if made.listener is None:
        os.kill(pid, signal.SIGKILL)
        pytest.skip("the kernel does not allow it here")
    yield made
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    made.close()


def test_where_nothing_is_told_nothing_is_waited_for(watched: Watched) -> None:
    """A call that was told of is gone when its process is killed meanwhile."""
    started = time.monotonic()
    watched.serve_listener()
    assert time.monotonic() - started < 30


def test_a_call_goes_on_when_it_was_noted(watched: Watched) -> None:
    """After one that was waited for in vain, too."""
    watched.serve_listener()
    watched.control.send(b"x")
    assert watched.listener is not None
    assert select.select([watched.listener], [], [], 30)[0]
    watched.serve_listener()
    assert [path for path, *_ in watched._opened.values()] == ["/dev/null"]


def test_signals_are_as_they_were(watched: Watched) -> None:
    """A cell may set an alarm of its own."""
    before = signal.getsignal(signal.SIGALRM)
    watched.serve_listener()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_session_that_does_not_listen_holds_nobody(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked no more."""
    monkeypatch.setattr(system_opens, "_PATIENCE", 0.2)
    ours, theirs = socket.socketpair()
    deaf = Watched(ours, os.getpid())
    deaf._opened = {(str(n), 0): ("x" * 1000, 0, 0, 0, True) for n in range(10_000)}
    theirs.sendall(b"?")
    assert not deaf.serve_control()
    theirs.close()
    deaf.close()
