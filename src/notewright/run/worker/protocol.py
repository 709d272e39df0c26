"""The protocol of a run: what build, warm parent and workers tell each other, as JSON.

The build sends the warm parent a `First`, then a `Job` for each session; it answers with a
`Started` and an `Ended`. In the meantime a worker writes an `Event` a line to a pipe of its own.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Origin = tuple[str, int, int]
"""Of a line of code: its file, the line in it, and the note's line."""

Verdict = Literal["", "timeout", "waited", "late", "shown"]
"""Why a session was ended: "timeout" if a cell worked too long, "waited" if it waited too long,
"late" if it took too long by the clock, "shown" if it showed too much; "" if it was not."""


MOST_STEPS = 40
"""States that one cell may yield."""


class First(TypedDict):
    """What the warm parent is told first.

    Attributes:
        preload: Modules to import, as `package.module` or `package.module:name`.
        sessions: What each session is going to import, in the same form.
        fork: Whether sessions may be forked, or else are spawned.
        parallel: How many run at the same time.
        scratch: Where scratch directories are made; it is removed when all is done.
        other_seeds: By how much all seeds that cells name are moved; see `other_seeds`.
    """

    preload: list[str]
    sessions: list[list[str]]
    fork: bool
    parallel: int
    scratch: NotRequired[str]
    other_seeds: NotRequired[int]


class Ready(TypedDict):
    """What the warm parent answers once it has imported.

    Attributes:
        forks: Whether it forks sessions.
        refused: What it should not have been told to import, and why.
    """

    forks: bool
    refused: dict[str, str]


class ValueJob(TypedDict):
    """A value of the prose, or what a cell says of properties.

    Attributes:
        expression: Its Python.
        line: The note's line on which it stands.
        is_mapping: Whether it gives a mapping, which is told as JSON.
    """

    expression: str
    line: int
    is_mapping: NotRequired[bool]


class FramesJob(TypedDict):
    """The frames of a cell.

    Attributes:
        given: The names and values of each; empty for a cell that yields its states.
        first: Which of them the session goes on with.
        templates: What is said of each, by option, as texts with expressions in braces.
        follows: Of the values below the cell, which each frame gives.
    """

    given: list[dict[str, Any]]
    first: int
    templates: dict[str, list[str]]
    follows: list[bool]


class CellJob(TypedDict):
    """One cell to run.

    Attributes:
        code: Its Python.
        origins: Where each line of the code was written.
        doctest: Whether it is a session of the interpreter.
        error: The exception that it must raise, `Type` or `Type: part of the message`.
        deps: Files that it reads where nobody can follow.
        values: Values in the prose below it.
        timeout: Seconds of processor time that it may take; as much for each of its frames.
        frames: Its frames, if it has several.
    """

    code: str
    origins: list[Origin]
    doctest: bool
    error: str
    deps: list[str]
    values: list[ValueJob]
    timeout: float
    frames: NotRequired[FramesJob]


class Job(TypedDict):
    """One session to run.

    Attributes:
        id: Its number, by which it is answered.
        root: The project's root, where it runs.
        state_dir: Where notewright keeps its own files, whose reading does not count.
        file: The note, from the root.
        nonce: What marks its events as its own.
        memory: MiB of address space that it may take; 0 for any.
        output: Bytes of text that it may print.
        imports: What it is going to import, as far as can be said before, as in `First`.
        cells: Its cells, in order.
        packages: Installed packages that its process has loaded before it begins.
        writable: Folders that it may write, beside its scratch directory; None for anywhere.
        scratch: Its scratch directory; empty for none.
    """

    id: int
    root: str
    state_dir: str
    file: str
    nonce: str
    memory: int
    output: int
    imports: list[str]
    cells: list[CellJob]
    packages: NotRequired[list[str]]
    writable: NotRequired[list[str] | None]
    scratch: NotRequired[str]


class Started(TypedDict):
    """A session runs now, in the process of that number."""

    kind: Literal["started"]
    id: int
    pid: int


class Ended(TypedDict):
    """What became of a session.

    Attributes:
        id: The number of its job.
        verdict: Why it was ended; "" if it ended itself.
        status: Exit status; the number of a signal, negative.
        printed: What it printed, a character a byte.
        events: The lines of its event pipe.
        memory: Most memory that it used, in KiB.
        modules: Top-level modules that it began with.
    """

    kind: Literal["ended"]
    id: int
    verdict: Verdict
    status: int
    printed: str
    events: str
    memory: int
    modules: list[str]


class Frame(TypedDict):
    """One of the writer's own frames in a traceback."""

    file: str
    line: int | None
    name: str
    text: str


class Failure(TypedDict):
    """Why a cell failed.

    Attributes:
        message: What is said.
        line: The note's line; 0 if none.
        frames: The writer's frames.
        refused: The file that the cell may not write, if that is why; else empty.
    """

    message: str
    line: int
    frames: list[Frame]
    refused: str


class Begin(TypedDict):
    """A cell begins."""

    kind: Literal["begin"]
    cell: int


class Displayed(TypedDict):
    """A rich value that `display` was given, in the form of nbformat."""

    output_type: Literal["display_data"]
    data: dict[str, Any]
    metadata: dict[str, Any]


class Result(TypedDict):
    """The value of a cell's last expression, in the form of nbformat."""

    output_type: Literal["execute_result"]
    data: dict[str, Any]
    metadata: dict[str, Any]
    execution_count: None


class Raised(TypedDict):
    """The exception that a cell was to raise, in the form of nbformat."""

    output_type: Literal["error"]
    ename: str
    evalue: str
    traceback: list[str]


class Show(TypedDict):
    """A cell shows something else than text.

    Attributes:
        output: What it shows.
        display_id: The name by which it can be shown again, if it has one.
    """

    kind: Literal["show"]
    output: Displayed | Result | Raised
    display_id: NotRequired[str]


class Update(TypedDict):
    """What was shown by a name is shown again, wherever in the session it stands."""

    kind: Literal["update"]
    output: Displayed | Result
    display_id: str


class Clear(TypedDict):
    """What the cell has shown so far is to go.

    Attributes:
        wait: Whether it stays until something else is shown.
    """

    kind: Literal["clear"]
    wait: bool


class FrameBegin(TypedDict):
    """A frame of the running cell begins."""

    kind: Literal["frame"]
    cell: int
    frame: int


class FrameEnd(TypedDict):
    """A frame of the running cell has ended.

    Attributes:
        is_state: Whether it is one; not so what comes after the last state of a cell with steps.
        seconds: How long it took.
        processor: Seconds of processor time that it used, with its threads and child processes.
        texts: What is said of it, by option: `vary-caption`, `fig-alt`, `fig-cap`.
        values: Results of the values below the cell that follow it.
        problem: Why it did not end well, if it did not.
    """

    kind: Literal["frame-end"]
    cell: int
    frame: int
    is_state: bool
    seconds: float
    processor: float
    texts: dict[str, list[str]]
    values: list[str]
    problem: Failure | None


class End(TypedDict):
    """A cell has ended.

    Attributes:
        seconds: How long it took.
        processor: Seconds of processor time that it used, with its threads and child processes.
        values: Results of the values below it; None for one that failed.
        answers: Of a doctest, what the interpreter answered.
        problem: Why it did not end well, if it did not.
        wrong_values: Why values failed.
        unseeded: Lines of its code, from 0, that drew what differs in each run.
    """

    kind: Literal["end"]
    cell: int
    seconds: float
    processor: float
    values: list[str | None]
    answers: list[str]
    problem: Failure | None
    wrong_values: list[Failure]
    unseeded: list[int]


class Done(TypedDict):
    """The session has ended by itself.

    Attributes:
        inputs: Digests of what it read, by name.
        changed: Files that changed while it ran.
        written: Files that it wrote, as far as can be seen.
        refused: Files that it would have written, had it been allowed to.
        opaque: What it did that cannot be followed, in words.
        modules: Modules that it loaded itself.
        libraries: NumPy and its linear algebra, by `numpy` and `blas`, if it used them.
    """

    kind: Literal["done"]
    inputs: dict[str, str]
    changed: list[str]
    written: list[str]
    refused: list[str]
    opaque: list[str]
    modules: list[str]
    libraries: dict[str, str]


class Failed(TypedDict):
    """The worker itself failed, whatever its cells did. It is the only event without a number."""

    kind: Literal["failed"]
    problem: Failure


Event = Begin | FrameBegin | Show | Update | Clear | FrameEnd | End | Done | Failed
"""What a worker tells, each with a `number` by which prints and events are put in order."""
