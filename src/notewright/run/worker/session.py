"""Runs one session in a process of its own.

Started by name, by `zygote.py`; nothing else imports it. The process prints to its first
pipe and reports events to its second, one JSON object a line (see `outputs.py`).
"""

from __future__ import annotations
import __future__

import ast
import atexit
import builtins
import faulthandler
import gc
import inspect
import linecache
import os
import signal
import socket
import sys
import tempfile
import threading
import traceback
import types
import warnings
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from notewright.run.worker import (
    confinement,
    doctest_run,
    figures,
    ipython_display,
    other_seeds,
    outputs,
    scratch,
)
from notewright.run.worker.confinement import Places
from notewright.run.worker.definitions import Definitions
from notewright.run.worker.displays import Displays
from notewright.run.worker.event_writer import Reporter
from notewright.run.worker.failures import (
    failure,
    frames_of,
    said,
    show_thread_error,
    show_warning,
    without_root,
)
from notewright.run.worker.figures import echoes_figure
from notewright.run.worker.frames import Frames, FramesError
from notewright.run.worker.mappings import mapping_text
from notewright.run.worker.numpy_private import libraries
from notewright.run.worker.outputs import Marks
from notewright.run.worker.protocol import (
    CellJob,
    Done,
    End,
    Failure,
    Frame,
    Job,
    ValueJob,
)
from notewright.run.worker.seeds import seed_all
from notewright.run.worker.statements import (
    UnparsableError,
    class_lines,
    is_silenced,
    relocate,
)
from notewright.run.worker.stopwatch import Stopwatch
from notewright.run.worker.terminal import without_addresses
from notewright.run.worker.tracing import Tracer

if TYPE_CHECKING:  # it takes long to import, and few cells await
    from asyncio import AbstractEventLoop

WATCHDOG = signal.SIGUSR2 if hasattr(signal, "SIGUSR2") else None
"""On this signal a worker writes where it is to its event pipe: the line that hangs."""

_FUTURES = [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names]


def run(job: Job, event_fd: int, control: socket.socket) -> None:
    """Run the session of a job, reporting to `event_fd`, then leave the process to the caller.

    Args:
        job: The job.
        event_fd: The pipe for events.
        control: The socket to the warm parent, who sees what is opened.
    """
    newest, loaded = next(reversed(sys.modules)), len(sys.modules)
    os.chdir(job["root"])
    if WATCHDOG is not None:
        faulthandler.register(WATCHDOG, file=event_fd, all_threads=False)
    reporter = Reporter(event_fd, Marks(job["nonce"]))
    files = {file for cell in job["cells"] for file, _, _ in cell["origins"]} | {job["file"]}
    tracer = Tracer(job["root"], job["state_dir"], _close(job), files)
    scratch.enter(job.get("scratch", ""))
    for cell in job["cells"]:
        tracer.declare(cell["deps"])
    session = SessionRun(job, reporter, tracer)
    session.prepare()
    tracer.expect(job.get("packages", []))
    tracer.watch(control)
    for index, cell in enumerate(job["cells"]):
        problem = session.run_cell(index, cell, is_last=cell is job["cells"][-1])
        if problem is not None:
            break
    if tracer.has_written:
        session.let_go()  # so that files which it did not close are written
    inputs, changed = tracer.inputs()
    done: Done = {
        "kind": "done",
        "inputs": inputs,
        "changed": changed,
        "written": tracer.written(),
        "refused": tracer.missed(),
        "opaque": tracer.opaque,
        "modules": [*_new_modules(newest, loaded), *session.frames.modules],
        "libraries": libraries(),
    }
    reporter.event(done)


def _close(job: Job) -> Places:
    """Close to this process all that it may not write; returns where it may."""
    declared = job.get("writable")
    if declared is None:
        return Places(None)
    tempfile.gettempdir()  # it is found by trying to write there
    own = [job["scratch"]] if job.get("scratch") else []
    folders = [*own, *declared, *confinement.of_libraries(job["root"])]
    return Places(folders if confinement.confine(folders) else None)


def _new_modules(newest: str, loaded: int) -> list[str]:
    """Names of the modules loaded since there were so many, the last of them `newest`."""
    # To touch the names of all would copy the pages on which they lie.
    found = list(takewhile(lambda name: name != newest, reversed(sys.modules)))
    return found if len(found) >= len(sys.modules) - loaded else list(sys.modules)


class SessionRun:
    """The names, streams and displays that the cells of one session share."""

    def __init__(self, job: Job, reporter: Reporter, tracer: Tracer) -> None:
        self._job = job
        self._reporter = reporter
        self._tracer = tracer
        self.displays = Displays(reporter, tracer)
        self.frames = Frames(self, job["file"], reporter, tracer)
        self._module = types.ModuleType("__main__")
        self._definitions = Definitions(self.names, job.get("scratch", ""), tracer.paused)
        self._flags = 0
        self._statement_line = 0
        self.begin_copy()
        self._at_exit: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []
        self._classes: dict[str, tuple[str, int]] = {}  # file and line, by full name

    def prepare(self) -> None:
        """Make the process look fresh: streams, path, random state, `display`."""
        self._reporter.open_streams()
        sys.path[:] = [path for path in sys.path if path not in ("", self._job["root"])]
        sys.path.insert(0, self._job["root"])
        sys.argv = [""]
        self._module.__dict__["__builtins__"] = builtins
        self._module.__dict__["display"] = self.displays.display
        if self._job.get("scratch"):  # else others could write what a new process loads
            self._module.__spec__ = self._definitions
        sys.modules["__main__"] = self._module
        self._seed_linecache()
        ipython_display.current = self.displays
        self._know_classes()
        seed_all()
        # What the warm parent registered is for it alone.
        atexit.register = self._register  # type: ignore[assignment]
        atexit.unregister = self._unregister
        figures.on_show = self.displays.show_now
        warnings.showwarning = show_warning
        threading.excepthook = show_thread_error
        self._tracer.install()

    def let_go(self) -> None:
        """Let go of all that the cells made, as Python does when it ends."""
        self._module.__dict__.clear()
        self._definitions.clear()
        gc.collect()

    def run_cell(self, index: int, cell: CellJob, *, is_last: bool) -> Failure | None:
        """Run one cell and report it; returns what failed, if anything did."""
        self._reporter.event({"kind": "begin", "cell": index})
        watch = Stopwatch()
        self._statement_line = cell["origins"][0][2] if cell["origins"] else 0
        problem: Failure | None = None
        answers: list[str] = []
        values: list[str | None] = []
        wrong_values: list[Failure] = []
        try:
            if cell["doctest"]:
                answers = self._answers(cell)
            elif "frames" in cell:
                self.frames.run(index, cell)
            else:
                self.execute(cell)
            self.end_copy()
            self.displays.end_cell()
            if cell["error"]:
                problem = self.problem(
                    f"the cell should raise {cell['error']}, but raised no error"
                )
            for value in cell["values"]:
                try:
                    values.append(self.value(value))
                except _ValueError as error:  # the others, and the cells below, are still told
                    values.append(None)
                    wrong_values.append(self.problem(str(error)))
            if is_last:
                threading._shutdown()  # type: ignore[attr-defined]  # late prints belong to us
                self._end()
        except BaseException as exception:
            self.end_copy(exception)
            try:
                problem = self.judge(exception, cell)
            except Exception as second:  # such as a figure that cannot be drawn
                problem = self.problem(said(second), frames_of(second, self._job["root"]))
        end: End = {
            "kind": "end",
            "cell": index,
            "seconds": watch.seconds,
            "processor": watch.processor,
            "values": values,
            "answers": answers,
            "problem": problem,
            "wrong_values": wrong_values,
            "unseeded": self._unseeded(cell),
        }
        self._reporter.event(end, mark=True)
        return problem

    def _unseeded(self, cell: CellJob) -> list[int]:
        """Lines of the cell that led to what differs in each run; its last if a value below did."""
        places = {(file, line): at for at, (file, line, _) in enumerate(cell["origins"])}
        last = len(places) - 1
        found = {places.get(place, last) for place in self._tracer.entropy.drawn}
        self._tracer.entropy.drawn.clear()
        return sorted(found)

    def _end(self) -> None:
        """Call what the session registered with `atexit`, the last first."""
        while self._at_exit:
            function, args, kwargs = self._at_exit.pop()
            try:
                function(*args, **kwargs)
            except Exception as error:  # as in Python, the others are still called
                print(f"Exception ignored in atexit: {said(error)}", file=sys.stderr)

    def _register(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        self._at_exit.append((function, args, kwargs))
        return function

    def _unregister(self, function: Any) -> None:
        self._at_exit = [entry for entry in self._at_exit if entry[0] != function]

    @property
    def names(self) -> dict[str, Any]:
        """The names that its cells share."""
        return self._module.__dict__

    def begin_copy(self) -> None:
        """This process runs the cells from now on: a copy of another that runs a frame, say."""
        self._pid = os.getpid()

    def end_copy(self, exception: BaseException | None = None) -> None:
        """End a copy of the process that the cell forked: it has run off its end."""
        if os.getpid() == self._pid:
            return
        if exception is not None and not isinstance(exception, SystemExit):
            print(f"in a forked process: {said(exception)}", file=sys.stderr)
        os._exit(0 if exception is None else 1)

    def _answers(self, cell: CellJob) -> list[str]:
        lines = [note_line for _, _, note_line in cell["origins"]]
        self._statement_line = lines[0] if lines else 0
        found = doctest_run.answers(cell["code"], self._job["file"], lines, self._module.__dict__)
        return [without_addresses(answer) for answer in found]

    def value(self, value: ValueJob, option: str = "") -> str:
        """Evaluate a value of the prose, or of an option; in brackets: it may span lines."""
        if not option:
            self._statement_line = value["line"]
        source = "\n" * (value["line"] - 1) + f"({value['expression']})"
        try:
            code = builtins.compile(source, self._job["file"], "eval", self._flags, True)
        except SyntaxError as error:
            raise _ValueError(value["expression"], f"SyntaxError: {error.msg}") from None
        try:
            result = eval(code, self._module.__dict__)
        except Exception as error:
            said = traceback.format_exception_only(error)[-1].strip()
            raise _ValueError(option or value["expression"], said) from None
        if not value.get("is_mapping"):
            return without_addresses(str(result))
        try:
            return mapping_text(result)
        except (TypeError, ValueError) as error:
            raise _ValueError(value["expression"], str(error)) from None

    def execute(self, cell: CellJob) -> None:
        """Run the code of a cell, statement by statement."""
        origins = cell["origins"]
        self._statement_line = origins[0][2] if origins else 0
        try:
            body = ast.parse(cell["code"], self._job["file"]).body
        except SyntaxError as error:
            raise UnparsableError(error, origins) from None
        shows_value = bool(body) and isinstance(body[-1], ast.Expr)
        shows_value = shows_value and not is_silenced(body[-1], cell["code"])
        for statement in body:
            self._statement_line = origins[statement.lineno - 1][2]
            filename = relocate(statement, origins, self._job["file"])
            for name, line in class_lines(statement).items():
                self._classes[name] = filename, line
            if shows_value and statement is body[-1]:
                assert isinstance(statement, ast.Expr)
                value = self._run(ast.Expression(statement.value), filename, "eval")
                if value is not None and not echoes_figure(value):
                    self._module.__dict__["_"] = value
                    self.displays.show(value, is_result=True)
            else:
                self._run(ast.Module([statement], []), filename, "exec", statement)

    def _run(
        self, tree: ast.AST, filename: str, mode: str, statement: ast.stmt | None = None
    ) -> Any:
        """Run a part of a cell, which may use `await`; returns its value if it is an expression."""
        code = self.compile(tree, filename, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if statement is not None:
            self._definitions.add(statement, code)
        value = eval(code, self._module.__dict__)
        return (
            self._loop.run_until_complete(value) if code.co_flags & inspect.CO_COROUTINE else value
        )

    @cached_property
    def _loop(self) -> AbstractEventLoop:
        """The event loop of the session, in which all of its cells await."""
        import asyncio

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop

    def compile(self, tree: ast.AST, filename: str, mode: str, flags: int = 0) -> types.CodeType:
        """Compile a part of a cell."""
        optimize = 1 if other_seeds.moved() else -1  # without asserts
        flags |= self._flags
        code = builtins.compile(tree, filename, mode, flags, True, optimize)  # type: ignore[call-overload]
        for flag in _FUTURES:  # `from __future__ import …` holds for what follows
            self._flags |= code.co_flags & flag
        assert isinstance(code, types.CodeType)
        return code

    def judge(self, exception: BaseException, cell: CellJob) -> Failure | None:
        """Decide whether an exception is the one that the cell was to raise."""
        with self._tracer.paused():
            problem: Failure | None = None
            if isinstance(exception, (_ValueError, FramesError)):
                return self.problem(str(exception))
            if isinstance(exception, UnparsableError):
                problem = exception.problem
                exception = exception.error
            name, _, message = said(exception).partition(": ")
            message = without_addresses(without_root(message, self._job["root"]))
            wanted, _, part = (text.strip() for text in cell["error"].partition(":"))
            names = {kind.__name__ for kind in type(exception).__mro__}
            if wanted and wanted.rpartition(".")[2] in names and part in message:
                self.displays.end_cell()
                self._reporter.show(outputs.error(name, message))
                return None
            if problem is not None and not wanted:
                return problem
            told = f"{name}: {message}" if message else name
            if wanted:
                told = f"the cell should raise {cell['error']}, but raised {told}"
            problem = self.problem(told, frames_of(exception, self._job["root"]))
            return {**problem, "refused": self._tracer.refused(exception)}

    def problem(self, message: str, frames: list[Frame] | None = None) -> Failure:
        """Say why the cell that runs fails."""
        return failure(message, self._statement_line, self._job["file"], frames)

    def _seed_linecache(self) -> None:
        """Let tracebacks and `inspect.getsource` read the cells, wherever they are indented."""
        lines: dict[int, str] = {}
        for cell in self._job["cells"]:
            for text, (file, line, _) in zip(
                cell["code"].split("\n"), cell["origins"], strict=False
            ):
                if file == self._job["file"]:
                    lines[line] = text
        source = [lines.get(number, "") + "\n" for number in range(1, max(lines, default=0) + 1)]
        linecache.cache[self._job["file"]] = (
            sum(map(len, source)),
            None,
            source,
            self._job["file"],
        )

    def _know_classes(self) -> None:
        """Let `inspect` find the source of a class: Python looks for it in a module's file."""
        find = inspect.findsource

        def findsource(thing: Any) -> Any:
            name = thing.__qualname__ if isinstance(thing, type) else ""
            if name in self._classes and thing.__module__ == "__main__":
                file, line = self._classes[name]
                return linecache.getlines(file), line - 1
            return find(thing)

        inspect.findsource = findsource  # type: ignore[assignment]


class _ValueError(Exception):
    """A value of the prose that cannot be evaluated."""

    def __init__(self, expression: str, said: str) -> None:
        super().__init__(f"cannot compute the value `{expression}`: {said}")
