"""The messages of the playground: what the server, its program and the states tell each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NotRequired, TypedDict

from notewright.run.worker.protocol import CellJob, Job, Verdict


class Start(TypedDict):
    """What the program is told first.

    Attributes:
        root: The project's root, where cells run.
        state_dir: Where notewright keeps its own files.
        file: The note, from the root.
        nonce: What marks events as its own.
        memory: MiB of address space that a state may take; 0 for any.
        output: Bytes of text that one run may print.
        writable: Folders that cells may write, beside the scratch directory; None for anywhere.
        scratch: The scratch directory.
        preload: What cells of the session import, as `package.module` or `package.module:name`.
    """

    root: str
    state_dir: str
    file: str
    nonce: str
    memory: int
    output: int
    writable: list[str] | None
    scratch: str
    preload: list[str]


def job_of(start: Start, cells: list[CellJob]) -> Job:
    """What a session is told that runs some cells in a state of this one."""
    return {
        "id": 0,
        "root": start["root"],
        "state_dir": start["state_dir"],
        "file": start["file"],
        "nonce": start["nonce"],
        "memory": start["memory"],
        "output": start["output"],
        "imports": [],
        "cells": cells,
    }


class Step(TypedDict):
    """One cell to run.

    Attributes:
        cell: The cell; of its values it mostly has one.
        is_last: Whether its session ends with it.
    """

    cell: CellJob
    is_last: bool


class Question(TypedDict):
    """What is asked about code that somebody writes.

    Attributes:
        code: The code.
        line: The line of the cursor, from 1.
        column: The column of the cursor, from 0.
        wants: `names` for what can follow, `help` for what stands there.
    """

    code: str
    line: int
    column: int
    wants: str


class Request(TypedDict):
    """What the program is to do.

    Attributes:
        steps: The cells of a session up to the one that is wanted, in order.
        question: What is asked in the state that they leave; without one, the last is run.
        prepares: Whether that state is all that is wanted.
    """

    steps: list[Step]
    question: NotRequired[Question]
    prepares: NotRequired[bool]


class Answer(TypedDict):
    """What came of a request.

    Attributes:
        first: Which of its steps came first in what is told below.
        count: How many steps were run there.
        verdict: Why the process was ended; "" if it was not.
        status: Its exit status; 0 if it lives on.
        printed: What it printed, a character a byte.
        events: The lines of its event pipe.
    """

    first: int
    count: int
    verdict: Verdict
    status: int
    printed: str
    events: str


NOTHING: Answer = {
    "first": 0,
    "count": 0,
    "verdict": "",
    "status": 0,
    "printed": "",
    "events": "",
}
"""The answer to who only prepares."""


def states_of(steps: Sequence[Step]) -> list[str]:
    """The names of the states before the first step and after each: digests of what ran."""
    names = [""]
    for step in steps:
        told = json.dumps([names[-1], step], sort_keys=True)
        names.append(hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest())
    return names


class Task(TypedDict):
    """What a copy of a state is to do, which gets its pipes with it."""

    steps: list[Step]
    question: NotRequired[Question]


class Ready(TypedDict):
    """What a state says once it has done its task.

    Attributes:
        pid: Its process.
        is_copyable: Whether copies of it can go on: it has one thread, and no children.
    """

    pid: int
    is_copyable: bool
