"""Runs one session in a process of its own.

Started by name, by `zygote.py`; nothing else imports it. The process prints to its first
pipe and reports events to its second, one JSON object a line (see `outputs.py`).
"""

from __future__ import annotations
import __future__

import ast
import atexit
import base64
import builtins
import faulthandler
import gc
import importlib.abc
import linecache
import os
import random
import signal
import sys
import threading
import time
import traceback
import types
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from itertools import takewhile
from typing import Any

from notewright import doctests, figures, outputs
from notewright.echoes import echoes_figure, is_figure
from notewright.outputs import Marks
from notewright.printed import without_addresses
from notewright.reporter import Reporter
from notewright.statements import UnparsableError, is_silenced, relocate
from notewright.tracing import Tracer

WATCHDOG = signal.SIGUSR2 if hasattr(signal, "SIGUSR2") else None
"""On this signal a worker writes where it is to its event pipe: the line that hangs."""

_FUTURES = [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names]


def run(job: Mapping[str, Any], event_fd: int) -> None:
    """Run the session of a job, reporting to `event_fd`, then leave the process to the caller.

    Args:
        job: `root`, `state_dir`, `file`, `nonce` and `cells`, each with `code`, `origins`
            (file, line and the note's line for each line of code), `error` and `timeout`.
        event_fd: The pipe for events.
    """
    newest, loaded = next(reversed(sys.modules)), len(sys.modules)
    os.chdir(job["root"])
    if WATCHDOG is not None:
        faulthandler.register(WATCHDOG, file=event_fd, all_threads=False)
    reporter = Reporter(event_fd, Marks(job["nonce"]))
    tracer = Tracer(job["root"], job["state_dir"])
    for cell in job["cells"]:
        tracer.declare(cell["deps"])
    session = SessionRun(job, reporter, tracer)
    session.prepare()
    for index, cell in enumerate(job["cells"]):
        problem = session.run_cell(index, cell, is_last=cell is job["cells"][-1])
        if problem is not None:
            break
    if tracer.has_written:
        session.let_go()  # so that files which it did not close are written
    inputs, changed = tracer.inputs()
    reporter.event(
        "done",
        inputs=inputs,
        changed=changed,
        opaque=tracer.opaque,
        modules=_new_modules(newest, loaded),
    )


def _new_modules(newest: str, loaded: int) -> list[str]:
    """Names of the modules loaded since there were so many, the last of them `newest`."""
    # To touch the names of all would copy the pages on which they lie.
    found = list(takewhile(lambda name: name != newest, reversed(sys.modules)))
    return found if len(found) >= len(sys.modules) - loaded else list(sys.modules)


class SessionRun:
    """The names, streams and displays that the cells of one session share."""

    def __init__(self, job: Mapping[str, Any], reporter: Reporter, tracer: Tracer) -> None:
        self._job = job
        self._reporter = reporter
        self._tracer = tracer
        self._module = types.ModuleType("__main__")
        self._flags = 0
        self._statement_line = 0
        self._pid = os.getpid()
        self._at_exit: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []

    def prepare(self) -> None:
        """Make the process look fresh: streams, path, random state, `display`."""
        self._reporter.open_streams()
        sys.path[:] = [path for path in sys.path if path not in ("", self._job["root"])]
        sys.path.insert(0, self._job["root"])
        sys.argv = [""]
        self._module.__dict__["__builtins__"] = builtins
        self._module.__dict__["display"] = self.display
        sys.modules["__main__"] = self._module
        self._seed_linecache()
        if "IPython.display" in sys.modules:
            for name in ("IPython.display", "IPython.core.display_functions"):
                vars(sys.modules[name])["display"] = self.display
        random.seed(0)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(0)
        else:
            sys.meta_path.insert(0, _NumpySeeder())
        # What the warm parent registered is for it alone.
        atexit.register = self._register  # type: ignore[assignment]
        atexit.unregister = self._unregister
        figures.on_show = self._show_now
        warnings.showwarning = _show_warning
        threading.excepthook = _show_thread_error
        self._tracer.install()

    def let_go(self) -> None:
        """Let go of all that the cells made, as Python does when it ends."""
        self._module.__dict__.clear()
        gc.collect()

    def run_cell(
        self, index: int, cell: Mapping[str, Any], *, is_last: bool
    ) -> dict[str, Any] | None:
        """Run one cell and report it; returns what failed, if anything did."""
        self._reporter.event("begin", cell=index)
        started = time.perf_counter()
        problem: dict[str, Any] | None = None
        answers: list[str] = []
        values: list[str | None] = []
        wrong_values: list[dict[str, Any]] = []
        try:
            if cell["doctest"]:
                answers = self._answers(cell)
            else:
                self._execute(cell)
            self._end_copy()
            self._show_figures()
            if cell["error"]:
                problem = self._problem(f"the cell should raise {cell['error']}, but ended well")
            for value in cell["values"]:
                try:
                    values.append(self._value(value))
                except _ValueError as error:  # the others, and the cells below, are still told
                    values.append(None)
                    wrong_values.append(self._problem(str(error)))
            if is_last:
                threading._shutdown()  # type: ignore[attr-defined]  # late prints belong to us
                self._end()
        except BaseException as exception:
            self._end_copy(exception)
            try:
                problem = self._judge(exception, cell)
            except Exception as second:  # such as a figure that cannot be drawn
                problem = self._problem(_said(second), self._frames(second))
        self._reporter.event(
            "end",
            mark=True,
            cell=index,
            seconds=time.perf_counter() - started,
            values=values,
            answers=answers,
            problem=problem,
            wrong_values=wrong_values,
        )
        return problem

    def _end(self) -> None:
        """Call what the session registered with `atexit`, the last first."""
        while self._at_exit:
            function, args, kwargs = self._at_exit.pop()
            try:
                function(*args, **kwargs)
            except Exception as error:  # as in Python, the others are still called
                print(f"Exception ignored in atexit: {_said(error)}", file=sys.stderr)

    def _register(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        self._at_exit.append((function, args, kwargs))
        return function

    def _unregister(self, function: Any) -> None:
        self._at_exit = [entry for entry in self._at_exit if entry[0] != function]

    def _end_copy(self, exception: BaseException | None = None) -> None:
        """End a copy of the process that the cell forked: it has run off its end."""
        if os.getpid() == self._pid:
            return
        if exception is not None and not isinstance(exception, SystemExit):
            print(f"in a forked process: {_said(exception)}", file=sys.stderr)
        os._exit(0 if exception is None else 1)

    def display(self, *values: Any, **_: Any) -> None:
        """Show values where `display` was called, in order with what is printed."""
        for value in values:
            self._show(value, is_result=False)

    def _answers(self, cell: Mapping[str, Any]) -> list[str]:
        lines = [note_line for _, _, note_line in cell["origins"]]
        self._statement_line = lines[0] if lines else 0
        found = doctests.answers(cell["code"], self._job["file"], lines, self._module.__dict__)
        return [without_addresses(answer) for answer in found]

    def _value(self, value: Mapping[str, Any]) -> str:
        """Evaluate a value of the prose; in brackets, so that it may span lines."""
        self._statement_line = value["line"]
        source = "\n" * (value["line"] - 1) + f"({value['expression']})"
        try:
            code = compile(source, self._job["file"], "eval", self._flags, True)
        except SyntaxError as error:
            raise _ValueError(value["expression"], f"SyntaxError: {error.msg}") from None
        try:
            result = eval(code, self._module.__dict__)
        except Exception as error:
            said = traceback.format_exception_only(error)[-1].strip()
            raise _ValueError(value["expression"], said) from None
        return without_addresses(str(result))

    def _execute(self, cell: Mapping[str, Any]) -> None:
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
            if shows_value and statement is body[-1]:
                assert isinstance(statement, ast.Expr)
                code = self._compile(ast.Expression(statement.value), filename, "eval")
                self._show_value(eval(code, self._module.__dict__))
            else:
                module = ast.Module([statement], [])
                exec(self._compile(module, filename, "exec"), self._module.__dict__)

    def _compile(self, tree: ast.AST, filename: str, mode: str) -> types.CodeType:
        code = compile(tree, filename, mode, self._flags, True)  # type: ignore[call-overload]
        for flag in _FUTURES:  # `from __future__ import …` holds for what follows
            self._flags |= code.co_flags & flag
        assert isinstance(code, types.CodeType)
        return code

    def _show_value(self, value: Any) -> None:
        if value is None or echoes_figure(value):
            return
        self._module.__dict__["_"] = value
        self._show(value, is_result=True)

    def _show(self, value: Any, *, is_result: bool) -> None:
        with self._untraced():
            if is_figure(value):
                self._show_figure(value)
                return
            from IPython.core import formatters

            vars(formatters)["get_ipython"] = _Shell
            formatter = formatters.DisplayFormatter()
        data, metadata = formatter.format(value)  # type: ignore[no-untyped-call]  # may read files
        bundle = {mime: _plain(content) for mime, content in data.items()}
        self._reporter.show(outputs.display(bundle, metadata, is_result=is_result))

    def _show_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        with self._untraced():
            for number in pyplot.get_fignums():
                self._show_figure(pyplot.figure(number))

    def _show_now(self, figure: Any) -> None:
        """Show a figure, or all, where the cell says `show`."""
        if figure is None:
            self._show_figures()
        else:
            with self._untraced():
                self._show_figure(figure)

    def _show_figure(self, figure: Any) -> None:
        svg, metadata = figures.draw(figure)
        self._reporter.show(outputs.display({"image/svg+xml": svg}, metadata, is_result=False))
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(figure)

    def _judge(self, exception: BaseException, cell: Mapping[str, Any]) -> dict[str, Any] | None:
        """Decide whether an exception is the one that the cell was to raise."""
        with self._untraced():
            problem: dict[str, Any] | None = None
            if isinstance(exception, UnparsableError):
                problem = exception.problem
                exception = exception.error
            name, _, message = _said(exception).partition(": ")
            message = without_addresses(_without_root(message, self._job["root"]))
            wanted, _, part = (text.strip() for text in cell["error"].partition(":"))
            names = {kind.__name__ for kind in type(exception).__mro__}
            if wanted and wanted.rpartition(".")[2] in names and part in message:
                self._show_figures()
                self._reporter.show(outputs.error(name, message))
                return None
            if problem is not None and not wanted:
                return problem
            said = f"{name}: {message}" if message else name
            if wanted:
                said = f"the cell should raise {cell['error']}, but raised {said}"
            return self._problem(said, self._frames(exception))

    def _problem(self, message: str, frames: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        frames = frames or []
        lines = [frame["line"] for frame in frames if frame["file"] == self._job["file"]]
        line = lines[-1] if lines else self._statement_line
        return {"message": message, "line": line, "frames": frames}

    def _frames(self, exception: BaseException) -> list[dict[str, Any]]:
        """The writer's own frames: cells and modules of the project."""
        root = self._job["root"] + os.sep
        frames = []
        for frame in traceback.extract_tb(exception.__traceback__):
            file = os.path.join(self._job["root"], frame.filename)
            if (
                file.startswith(root)
                and not file.startswith(_ENGINE)
                and not frame.filename.startswith("<frozen ")
                and ("site-packages" not in file)
            ):
                frames.append(
                    {
                        "file": file.removeprefix(root).replace(os.sep, "/"),
                        "line": frame.lineno,
                        "name": frame.name,
                        "text": (frame.line or "").strip(),
                    }
                )
        return frames

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

    @contextmanager
    def _untraced(self) -> Iterator[None]:
        self._tracer.pause()
        try:
            yield
        finally:
            self._tracer.resume()


class _ValueError(Exception):
    """A value of the prose that cannot be evaluated."""

    def __init__(self, expression: str, said: str) -> None:
        super().__init__(f"the value `{expression}` fails: {said}")


_ENGINE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class _NumpySeeder(importlib.abc.MetaPathFinder):
    """Lets the random state of NumPy start at 0 where a cell is the first to import it."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "numpy.random":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_seed(module: types.ModuleType) -> None:
                execute(module)
                module.__dict__["seed"](0)

            spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec


class _Shell:
    """Stands in for IPython's shell: what goes wrong while a value is shown fails the cell."""

    def showtraceback(self, exc_info: tuple[Any, BaseException, Any]) -> None:
        raise exc_info[1]


def _said(exception: BaseException) -> str:
    """Name and message of an exception, even of one that cannot say its message."""
    try:
        # What Python adds to a syntax error names a line, and lines move.
        message = exception.msg if isinstance(exception, SyntaxError) else str(exception)
    except Exception:
        message = ""
    name = type(exception).__name__
    return f"{name}: {message}" if message else name


def _plain(content: Any) -> Any:
    if isinstance(content, bytes):
        return base64.b64encode(content).decode("ascii")
    if isinstance(content, str):  # half of a surrogate pair cannot be written to a file
        content = content.encode("utf-8", "backslashreplace").decode("utf-8")
        return without_addresses(content)
    return content


def _without_root(text: str, root: str) -> str:
    return text.replace(root + os.sep, "")


def _show_thread_error(args: threading.ExceptHookArgs) -> None:
    """Say what ended a thread, without the paths of this machine."""
    name = args.thread.name if args.thread else "a thread"
    if args.exc_value is not None:
        print(f"Exception in {name}: {_said(args.exc_value)}", file=sys.stderr)


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    print(f"{category.__name__}: {message}", file=sys.stderr)
