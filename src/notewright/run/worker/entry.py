"""Entry into a session: turns a process, forked or fresh, into the worker of one job."""

from __future__ import annotations

import os
import signal
import socket
import traceback

from notewright.run.worker import event_writer, processes
from notewright.run.worker.outputs import Marks
from notewright.run.worker.processes import WORKER_FAILED
from notewright.run.worker.protocol import Failed, Failure, Frame, Job


def work(
    job: Job, control: socket.socket, printed: int, events: int, inherited: int, parent: int
) -> None:
    """Turn this process into the worker of one session; if that fails, say why."""
    try:
        _work(job, control, printed, events, inherited, parent)
    except BaseException as error:
        try:
            _tell_failure(job, events, error)
        finally:
            os._exit(WORKER_FAILED)
    os._exit(0)


def _work(
    job: Job, control: socket.socket, printed: int, events: int, inherited: int, parent: int
) -> None:
    from notewright.run.worker import session

    if os.getpgid(0) != os.getpid():
        os.setsid()
    processes.become_subreaper()
    processes.end_with_parent(parent)
    for fd in (1, 2):
        os.dup2(printed, fd)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.close(printed)
    processes.limit(job["memory"], inherited)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    session.run(job, events, control)


def _tell_failure(job: Job, events: int, error: BaseException) -> None:
    """Report what went wrong in the worker, and where, as its last event."""
    frames: list[Frame] = [
        {
            "file": os.path.basename(frame.filename),
            "line": frame.lineno,
            "name": frame.name,
            "text": frame.line or "",
        }
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    said = traceback.format_exception_only(error)[-1].strip()
    problem: Failure = {"message": said, "line": 0, "frames": frames, "refused": ""}
    event: Failed = {"kind": "failed", "problem": problem}
    os.write(events, event_writer.encoded(Marks(job["nonce"]), event))
