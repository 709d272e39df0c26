"""The standard output of a command: closed before it begins, or full before it has ended."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a device says that takes no more."""


def open_streams() -> None:
    """Give a command that was started without output or errors a place for them: nowhere.

    What it writes has to go somewhere, and not into the first file that it opens.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def status_of(error: OSError) -> int | None:
    """The exit status of a command that could not write its output; tells why.

    Args:
        error: What ended it.

    Returns:
        None if it is another error, such as one of a file that has a name.
    """
    is_read = not isinstance(error, BrokenPipeError)
    if is_read and (error.filename is not None or error.errno not in _FULL):
        return None
    # Python would try to write the rest at its end.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not is_read:  # who reads, such as `head`, has seen enough
        return 128 + signal.SIGPIPE
    with contextlib.suppress(OSError):
        said = f"cannot write the output: {error.strerror}"
        print(
            f"notewright: {said}. Free some space, or redirect the output elsewhere",
            file=sys.stderr,
        )
    return 1
