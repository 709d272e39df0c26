"""End to end: what a session writes to its pipes, by mistake or not, and how much of it.

Each test of a cell has its note beside it; one pass over all notes runs before the first.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from counted import loops
from hypothesis import given
from hypothesis import strategies as st
from projects import Notes, ProjectDir

from notewright.run import runner
from notewright.run.assembly import assemble, limited
from notewright.run.engine import Engine, Run
from notewright.run.verdicts import CellResult
from notewright.run.warm_parent import WarmParent
from notewright.run.worker import live as live_sessions
from notewright.run.worker.outputs import EVENTS_LIMIT, Marks, Output, plain_text
from notewright.run.worker.processes import kill_leader
from notewright.run.worker.wire import receive, send
from notewright.settings import Settings
from notewright.vault.vault import Vault

note = Notes()
NOTICE = "[output truncated: a session can print at most 1 KiB]\n"
LIMIT = 4.0
"""Time limit of a cell in the pass over all notes."""


def write(root: Path, notes: dict[str, str], **options: object) -> ProjectDir:
    """Write a project of some cells, by the names of their notes."""
    project = ProjectDir(root, warm=False)
    project.configure(options)
    cells = {name: f"```python\n{code}\n```\n" for name, code in notes.items()}
    project.write({f"docs/{name}.md": text for name, text in cells.items()})
    return project


def run(project: ProjectDir) -> Run:
    """Run all notes of a project in a pass of their own."""
    settings = Settings.load(project.root)
    with Engine(settings) as engine:
        return engine.run(Vault.scan(settings))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All notes of this module, run once."""
    project = ProjectDir(tmp_path_factory.mktemp("pipes"))
    project.configure({"timeout": LIMIT, "output_limit": 1, "workers": 2})
    forged = {f"docs/{name}.md": forge(line) for name, line in FORGED.items()}
    project.write({**note.paths(), **forged, "docs/index.md": "# Home\n"})
    return run(project)


@pytest.fixture
def cells(done: Run, request: pytest.FixtureRequest) -> Sequence[CellResult]:
    """The cells of the test's own note."""
    return done.cells[f"{note.name(request.node.name)}.md"]


def texts(outputs: Sequence[Output]) -> list[str]:
    """Text of each output."""
    return [plain_text([output]) for output in outputs]


def problem(cells: Sequence[CellResult]) -> str:
    """The first problem of a session, with its remedy."""
    return str(next(problem for cell in cells for problem in cell.problems))


# What is printed, and its limit.

MARKS = (Marks("c0ffee"), Marks("0decaf"))
CHANNELS = st.sampled_from(["stdout", "stderr", "end"])
PRINTED = st.lists(st.tuples(CHANNELS, st.text("aé\n;:\x1e€", max_size=9)), max_size=9)


def raw(pieces: list[tuple[str, str]], marks: Marks) -> bytes:
    """What a worker would write of some pieces; its last word is a mark."""
    written = b""
    for number, (channel, text) in enumerate(pieces):
        if channel == "end":
            written += marks.event(number)
        elif channel == "stdout":
            written += text.encode()
        else:
            written += marks.channel("stderr") + text.encode() + marks.channel("stdout")
    return written + marks.event(len(pieces))


@given(PRINTED, st.integers(0, 60))
def test_a_cut_is_the_same_whatever_the_marks(pieces: list[tuple[str, str]], limit: int) -> None:
    """Marks are random and do not count; what stays is the beginning, in whole characters."""
    ends = [{"kind": "end", "number": n} for n, (kind, _) in enumerate(pieces) if kind == "end"]
    shown = []
    for marks in MARKS:
        cut, size = limited(raw(pieces, marks), limit, "[cut]\n", marks)
        shown.append(assemble(cut, ends, marks))
    whole = "".join(text for kind, text in pieces if kind != "end").encode()
    assert shown[0] == shown[1]
    assert size == len(whole)
    text = "".join(plain_text(cell) for cell in shown[0])
    if size <= limit:
        assert text.encode() == whole
    else:
        kept = text.removesuffix("[cut]\n").removesuffix("\n").rstrip("\n")
        assert "\N{REPLACEMENT CHARACTER}" not in kept
        assert whole.decode().startswith(kept)
        assert len(kept.encode()) <= limit


@given(PRINTED, st.integers(0, 60), st.lists(st.integers(1, 20), max_size=30))
def test_a_cut_is_the_same_however_the_pipe_is_read(
    pieces: list[tuple[str, str]], limit: int, lengths: list[int]
) -> None:
    """The warm parent keeps as much as the build needs, in whatever parts it comes."""
    marks = MARKS[0]
    written = raw(pieces, marks)
    job = {"output": limit, "cells": []}
    live = live_sessions.Live(job, marks, 0, 0, 0, 0.0)
    start = 0
    for length in (*lengths, len(written)):
        live_sessions.keep(live, written[start : start + length])
        start += length
    ends = [{"kind": "end", "number": n} for n, (kind, _) in enumerate(pieces) if kind == "end"]
    found, wanted = (
        assemble(limited(each, limit, "[cut]\n", marks)[0], ends, marks)
        for each in (bytes(live.printed), written)
    )
    assert found == wanted


def test_half_a_mark_is_no_text() -> None:
    """A process that is killed while it writes leaves one."""
    for marks in MARKS:
        for length in range(1, len(marks.channel("stderr"))):
            written = b"text" + marks.channel("stderr")[:length]
            assert limited(written, 100, "", marks) == (b"text", 4)
    assert limited(b"a\x1e;", 100, "", MARKS[0]) == (b"a\x1e;", 3)


def test_half_an_address_is_no_text() -> None:
    """It differs from run to run, as the whole one does."""
    cuts = {
        limited(f"<object at {address}>\n".encode(), limit, "", MARKS[0])[0]
        for address in ("0x7f12ab34cd56", "0x7f98ef76ab12")
        for limit in range(13, 24)
    }
    assert cuts == {b"<object\n" + MARKS[0].channel("stderr")}


@note("""
    ```python
    import sys

    for number in range(300):
        print(f"é{number}", file=sys.stderr)
    ```
    """)
def test_marks_do_not_count(cells: Sequence[CellResult]) -> None:
    """As many lines of standard error are kept as of standard output."""
    (shown,) = cells[0].outputs
    whole = "".join(f"é{number}\n" for number in range(300))
    kept = whole.encode()[:1024].decode("utf-8", "ignore")
    assert shown["text"] == f"{kept.rstrip()}\n{NOTICE}"
    assert shown["name"] == "stderr"


@note("""
    ```python
    print("x" * 3000)
    ```

    ```python continuation
    print("second")
    1
    ```
    """)
def test_the_notice_stands_where_the_text_ends(cells: Sequence[CellResult]) -> None:
    """Not below the cell that happened to be the last."""
    assert texts(cells[0].outputs) == ["x" * 1024 + "\n", NOTICE]
    assert texts(cells[1].outputs) == ["1\n"]


@pytest.mark.gate
def test_another_limit_runs_what_it_cuts_otherwise(tmp_path: Path) -> None:
    """And nothing else: neither what was not cut, nor what still fits."""
    codes = {"long": "print('x' * 3000)", "short": "print('x' * 30)"}

    def seen(limit: int, **environment: bool) -> tuple[int, int, str]:
        result = run(write(tmp_path, codes, output=limit, workers=1, **environment))
        return result.ran, result.fresh, texts(result.cells["long.md"][0].outputs)[-1]

    whole = "x" * 3000 + "\n"
    assert seen(1) == (2, 0, NOTICE)
    assert seen(1) == (0, 2, NOTICE)
    assert seen(4096, execute=False) == (0, 2, NOTICE)
    assert seen(4096) == (1, 1, whole)
    assert seen(3) == (0, 2, whole)
    assert seen(2) == (1, 1, NOTICE.replace("1 KiB", "2 KiB"))
    assert seen(1) == (1, 1, NOTICE)


# Values and figures.


@pytest.mark.nightly
def test_values_have_a_limit_of_their_own(tmp_path: Path) -> None:
    """Far above a large figure; beyond it the session ends, and nobody holds all of it."""
    large = EVENTS_LIMIT // 2
    codes = {
        "large": f"'x' * {large}",
        "many": f"for _ in range(20):\n    display('y' * {EVENTS_LIMIT // 6})",
    }
    started = time.monotonic()
    result = run(write(tmp_path, codes, output=1, workers=1))
    assert time.monotonic() - started < 30
    assert len(texts(result.cells["large.md"][0].outputs)[0]) > large
    (found,) = result.problems
    assert str(found).startswith("docs/many.md:1: the session outputs more than 64 MiB of values")
    assert "Show less data" in str(found)
    assert len(list(tmp_path.glob(".notewright/records/*.json"))) == 1


def test_a_long_line_of_events_is_searched_once() -> None:
    """Time grows with the text, not with its square."""
    job = {"output": 0, "cells": [{"timeout": 5}]}
    live = live_sessions.Live(job, MARKS[0], 0, 0, 0, 0.0)

    def read() -> None:
        for _ in range(16 * 50):
            live_sessions.follow(live, b"x" * (1 << 16))
        live_sessions.follow(live, b"\n" + MARKS[0].report + b'{"kind": "begin"}\n')

    assert loops(read) < 20
    assert live.begun == 1 and live.deadline > 0


@note("""
    ```python
    import math

    class Gap:
        def _repr_mimebundle_(self, include=None, exclude=None):
            values = [1.5, math.nan, {"most": math.inf}]
            return {"text/plain": "gap", "application/json": values}

    Gap()
    ```
    """)
def test_what_is_no_number_is_null_in_json(cells: Sequence[CellResult]) -> None:
    """As JavaScript writes it, and pandas; a notebook with NaN in it could not be opened."""
    (shown,) = cells[0].outputs
    assert shown["data"]["application/json"] == [1.5, None, {"most": None}]
    assert not cells[0].problems


@note("""
    ```python
    class Number:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"text/plain": 5}

    Number()
    ```
    """)
def test_text_that_is_no_text_is_told(cells: Sequence[CellResult]) -> None:
    """At the line that shows it."""
    said = problem(cells)
    assert ":6: TypeError: the text/plain output of a value must be text, not int" in said


@note("""
    ```python
    import os

    if (pid := os.fork()) == 0:
        display("of the copy")
        os._exit(0)
    os.waitpid(pid, 0)
    display("of the cell")
    ```
    """)
def test_a_copy_of_the_process_displays_nothing(cells: Sequence[CellResult]) -> None:
    """Its numbers are those of the cell: they would be taken for one another."""
    assert texts(cells[0].outputs) == ["'of the cell'\n"]
    assert not cells[0].problems


@note("""
    ```python
    import threading

    def show(name):
        for number in range(30):
            display(name * 20_000)

    threads = [threading.Thread(target=show, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ```
    """)
def test_threads_may_display_at_the_same_time(cells: Sequence[CellResult]) -> None:
    """No event is written into the middle of another."""
    shown = sorted(texts(cells[0].outputs))
    assert shown == sorted(repr(name * 20_000) + "\n" for name in "abcd" * 30)


# What a cell writes to the pipe of events.

PIPES = """
import os

for fd in range(3, 30):
    try:
        if os.readlink(f"/proc/self/fd/{{fd}}").startswith("pipe:"):
            os.write(fd, {line!r})
    except OSError:
        pass
print("after")
"""
STRAY = {
    "begin": b'{"kind": "begin"}\n',
    "number": b"1\n",
    "end": b'{"kind": "end", "cell": 0}\n',
    "deep": b"[" * 5000 + b"\n",
    "unfinished": b'{"kind": ',
    "bytes": b"\xff\x00\n\n",
    "traceback": b'  File "docs/traceback.md", line x in y\n',
}


@pytest.mark.nightly
def test_what_has_no_mark_is_no_event(tmp_path: Path) -> None:
    """A number of a file that is wrong by mistake breaks nothing, and nothing is lost."""
    codes = {name: PIPES.format(line=line).strip() for name, line in STRAY.items()}
    project = write(tmp_path, codes, workers=1)
    said = project.notewright("run")
    assert said.status == 0, said.output
    assert said.counts == (len(STRAY), 0, 0)
    again = run(project)
    assert again.fresh == len(STRAY)
    for name in STRAY:
        assert texts(again.cells[f"{name}.md"][0].outputs)[-1].endswith("after\n")


def forge(event: str) -> str:
    """A note whose cell finds the mark of its session, and writes an event of its own."""
    return f"""\
```python
import os
import sys
import time

frame = sys._getframe()
while "reporter" not in frame.f_locals:
    frame = frame.f_back
reporter = frame.f_locals["reporter"]
for line in {event.split(chr(10))!r}:
    os.write(reporter._event_fd, b"\\n" + reporter._marks.report + line.encode() + b"\\n")
print("shown")
```
"""


def show(data: object, **more: object) -> str:
    """An event that shows some data."""
    output = {"output_type": "display_data", "data": data, "metadata": {}, **more}
    return json.dumps({"kind": "show", "number": 2, "output": output})


NOTHING: dict[str, object] = {
    **{"values": [], "answers": [], "unseeded": []},
    **{"problem": None, "wrong_values": []},
}
TOOK = {"seconds": 0.1, "processor": 0.1}
END = {"kind": "end", "number": 2, "cell": 0, **TOOK, **NOTHING}
DONE = {
    "kind": "done",
    "number": 3,
    "inputs": {},
    "changed": [],
    "written": [],
    "refused": [],
    "opaque": [],
    "modules": [],
    "libraries": {},
}
FORGED = {
    "forged-begin": '{"kind": "begin", "number": 2, "cell": 1}',
    "forged-bare-begin": '{"kind": "begin"}',
    "forged-number": "1",
    "forged-null": "null",
    "forged-text": "no JSON",
    "forged-depth": "[" * 5000,
    "forged-kind": '{"kind": ["begin"]}',
    "forged-order": json.dumps(END | {"number": 1}),
    "forged-cell": json.dumps(END | {"cell": 7}),
    "forged-values": json.dumps(END | {"values": ["1"]}),
    "forged-nan": json.dumps(END | {"seconds": float("nan")}),
    "forged-seconds": json.dumps(END | {"seconds": 10**400}),
    "forged-processor": json.dumps(END | {"processor": 10**400}),
    "forged-processor-text": json.dumps(END | {"processor": "long"}),
    "forged-problem": json.dumps(END | {"problem": {"message": 1}}),
    "forged-twice": json.dumps(END),
    "forged-done": json.dumps(DONE),
    "forged-both": json.dumps(END) + "\n" + json.dumps(DONE),
    "forged-all": "\n".join(map(json.dumps, (END, DONE, DONE | {"number": 4}))),
    "forged-text-of-no-text": show({"text/plain": 5}),
    "forged-show": show(None),
    "forged-output": show({}, output_type="shown"),
}


@note("""
    ```python
    import subprocess
    import sys
    import time

    spin = "import time\\nwhile time.process_time() < 0.1: pass"
    time.sleep(0.1)
    ```

    ```python continuation
    done = subprocess.run([sys.executable, "-c", spin])
    ```

    ```python continuation
    #| vary: {share: [0.05, 0.1]}
    #| vary-caption: "{share}"
    end = time.process_time() + share
    while time.process_time() < end: pass
    print(share)
    ```
""")
def test_processor_time_is_recorded_for_cells_and_frames(cells: Sequence[CellResult]) -> None:
    """It includes child processes and frames, and leaves out what a cell waits for."""
    waits, starts, varies = (cell.record for cell in cells)
    assert waits is not None and starts is not None and varies is not None
    assert waits.processor < waits.seconds >= 0.1
    assert starts.processor >= 0.08
    assert [frame.processor >= frame.at[0] * 0.05 for frame in varies.frames] == [True, True]
    assert varies.frames[1].processor >= 0.1
    assert varies.processor >= 0.13


@pytest.mark.parametrize("name", FORGED)
def test_an_event_that_makes_no_sense_fails_its_session(done: Run, name: str) -> None:
    """Clearly, and only its own: no traceback, and nothing is recorded."""
    said = problem(done.cells[f"{name}.md"])
    assert f"docs/{name}.md:1: the session sent unreadable data" in said
    assert "may have written to a file descriptor that it did not open" in said


@note("""
    ```python
    import os
    import time

    line = b'{"kind": "begin", "number": 2, "cell": 0, "timeout": 1000}'
    for fd in range(3, 30):
        try:
            if os.readlink(f"/proc/self/fd/{fd}").startswith("pipe:"):
                os.write(fd, line + b"\\n")
        except OSError:
            pass
    while True: pass
    ```
    """)
def test_no_event_lifts_the_time_limit(cells: Sequence[CellResult]) -> None:
    """How long a cell may take is told by its note."""
    assert ":12: the cell was stopped after 4 s of processor time" in problem(cells)


# The worker and the warm parent.


@note("""
    ```python
    from notewright.run.worker.session import SessionRun

    SessionRun._unseeded = None
    ```
    """)
def test_a_worker_that_fails_itself_is_told(cells: Sequence[CellResult]) -> None:
    """With where it was: nobody looks for an `os._exit` that is not there."""
    said = problem(cells)
    assert ":1: the process that ran the cell failed: TypeError: 'NoneType'" in said
    assert "in session.py:" in said and ", run_cell: " in said
    assert "os._exit" not in said


CHILD = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])"
WORK = """\
import time
end = time.process_time() + {}
while time.process_time() < end:
    pass
print(1)"""


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time\ntime.sleep(1)\nprint(1)", ""),
        ("import time\ntime.sleep(60)", "was stopped after it waited for 1.5 s, probably"),
        (CHILD, "was stopped after 0.5 s of processor time"),
        (
            (f"import os\nif os.fork():\n    os.wait()\nos.setsid()\n{WORK.format(60)}"),
            "stopped after 0.5 s",
        ),
        (WORK.format(0.2), ""),
        (WORK.format(9), "was stopped after 0.5 s of processor time"),
    ],
    ids=["pauses", "waits", "child", "fork", "works little", "works"],
)
def test_a_cell_is_measured_by_what_it_works(tmp_path: Path, code: str, said: str) -> None:
    """And by what it waits, not by the clock, which goes on while others work; children count."""
    result = run(write(tmp_path, {"a": code}, timeout=0.5))
    if said:
        (problem,) = result.problems
        assert said in str(problem)
    else:
        assert not result.problems
        assert texts(result.cells["a.md"][0].outputs) == ["1\n"]


@pytest.mark.nightly
def test_each_cell_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """What the cells above it worked does not count."""
    again = "\n```\n\n```python continuation\n"
    project = write(tmp_path, {"a": again.join([WORK.format(0.4)] * 4)}, timeout=1)
    assert not run(project).problems


def test_a_time_limit_of_weeks_is_no_limit(tmp_path: Path) -> None:
    """It is more milliseconds than the system takes."""
    result = run(write(tmp_path, {"a": "print(1)"}, timeout=3_000_000))
    assert not result.problems
    assert texts(result.cells["a.md"][0].outputs) == ["1\n"]
    largest = run(write(tmp_path, {"a": "print(2)"}, timeout=1e300))
    assert texts(largest.cells["a.md"][0].outputs) == ["2\n"]


@pytest.mark.skipif(sys.platform != "linux", reason="runs on Linux, where the warm parent forks")
def test_a_stopped_warm_parent_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session that stops it is found; the others are shown."""
    monkeypatch.setattr(runner, "SLACK", 2.0)
    codes = {
        "stops": f"import os\nos.kill(os.getppid(), {int(signal.SIGSTOP)})",
        **{f"other{number}": f"print({number})" for number in range(3)},
    }
    started = time.monotonic()
    result = run(write(tmp_path, codes, timeout=1.5, workers=2))
    assert time.monotonic() - started < 60
    assert [str(found).partition("\n")[0] for found in result.problems] == [
        "docs/stops.md:1: the cell stopped the process that runs notes. "
        "Do not stop or kill processes that the cell did not start"
    ]
    for number in range(3):
        assert texts(result.cells[f"other{number}.md"][0].outputs) == [f"{number}\n"]


def test_who_has_handed_out_all_sessions_only_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask again and again for another would keep a processor awake until the last one ends."""
    asked: list[float] = []
    silent = WarmParent.ask_while_silent
    monkeypatch.setattr(
        WarmParent, "ask_while_silent", lambda *given: asked.append(0) or silent(*given)
    )
    codes = {f"n{number}": "import time\ntime.sleep(0.2)" for number in range(3)}
    assert run(write(tmp_path, codes, workers=2)).ran == 3
    assert asked == []


def test_a_worker_that_leads_no_group_yet_ends() -> None:
    """It was only just forked."""
    process = subprocess.Popen(["sleep", "60"])
    assert os.getpgid(process.pid) != process.pid
    kill_leader(process.pid)
    assert process.wait(20) == -signal.SIGKILL


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="runs on Linux, where the warm parent forks")
def test_a_warm_parent_ends_with_a_build_that_just_sent_jobs(tmp_path: Path) -> None:
    """Whatever its workers have come to."""
    cell = {"code": "while True: pass", "origins": [["a.md", 1, 1]], "doctest": False}
    cell |= {"error": "", "deps": [], "values": [], "timeout": 60}
    job = {"root": str(tmp_path), "state_dir": str(tmp_path), "file": "a.md", "nonce": "ab"}
    job |= {"memory": 512, "output": 1024, "imports": [], "cells": [cell]}
    for _ in range(8):
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "notewright.run.worker.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        send(ours, {"preload": [], "sessions": [], "fork": True, "parallel": 2})
        assert receive(ours)
        for number in (1, 2):
            send(ours, job | {"id": number})
        ours.close()
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_change_of_the_vault_while_cells_run_is_told(tmp_path: Path) -> None:
    """Whoever made it: what was built is made of what the files held before."""
    code = "from pathlib import Path\nPath('docs/{}').write_text('# Other')"
    notes = {"a": code.format("b.md"), "b": "print(1)", "c": "print(2)"}
    project = write(tmp_path, notes, writable=["docs"])
    project.write({"docs/data.csv": "1", "docs/gone.csv": "1"})
    project.write({"docs/d.md": f"```python\n{code.format('data.csv')}\n```\n"})
    project.write({"docs/e.md": "```python\nimport os\nos.remove('docs/gone.csv')\n```\n"})
    told = [notice for notice in run(project).notices if "changed while the cells ran" in notice]
    assert [notice.partition(":")[0] for notice in told] == [
        "docs/b.md",
        "docs/data.csv",
        "docs/gone.csv",
    ]
    assert not [notice for notice in run(project).notices if "docs/c.md" in notice]


def test_imports_of_notes_that_run_later_are_loaded_once(tmp_path: Path) -> None:
    """The process that forks sessions starts once, not again for each note with another import."""

    def parents(folder: str, *, is_expected: bool) -> set[str]:
        project = write(
            tmp_path / folder,
            {
                "a": "import os, tomlkit\nprint(os.getppid())",
                "b": "import os, pathspec\nprint(os.getppid())",
            },
        )
        settings = Settings.load(project.root)
        vault = Vault.scan(settings)
        a, b = (vault.notes[name] for name in ("a.md", "b.md"))
        with Engine(settings) as engine:
            first = engine.run(vault, [a], later=[b] if is_expected else [])
            second = engine.run(vault, [b])
        cells = [*first.cells["a.md"], *second.cells["b.md"]]
        return {plain_text(cell.outputs) for cell in cells}

    assert len(parents("expected", is_expected=True)) == 1
    assert len(parents("not expected", is_expected=False)) == 2
