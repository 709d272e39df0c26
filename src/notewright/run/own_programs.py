"""Own programs: interpreters that run a module of this package, and are asked by a socket."""

from __future__ import annotations

import socket
import subprocess
import sys

from notewright.run.worker import environment

_END = 5
"""Seconds that a program has to end after its socket was closed."""


def start(module: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a program, in a session of its own; returns its process, and our end of the socket.

    Args:
        module: Its module; it is given the number of its end.
    """
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        env=environment.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    theirs.close()
    return process, ours


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a program whose socket was closed; bring it about if need be."""
    try:
        process.wait(timeout=_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
