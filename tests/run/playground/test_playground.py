"""The playground runs edited cells in the state that those above left, and leaves nothing."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from notewright.errors import EngineError
from notewright.note.sessions import Session, group
from notewright.run.playground.playground import IDLE, MOST, Playground, Shown
from notewright.run.worker import confinement
from notewright.run.worker.outputs import plain_text
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

NOTE = """# Note

```python
import random

x = [1, 2]
print("made", random.random())
```

Between.

```python continuation
x.append(3)
print(x, random.random())
```

```python continuation
#| timeout: 1
sum(x)
```
"""
Play = Callable[..., tuple[Playground, Session]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Write a note, and make a playground for its first session."""
    monkeypatch.delenv("NOTEWRIGHT_EXECUTE", raising=False)
    made: list[Playground] = []

    def begin(
        note: str = NOTE, options: Mapping[str, object] | None = None, **named: object
    ) -> tuple[Playground, Session]:
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / "note.md").write_text(note, "utf-8")
        settings = Settings.from_options(tmp_path, tmp_path / "docs", options or {})
        vault = Vault.scan(settings)
        made.append(Playground(settings, **named))  # type: ignore[arg-type]
        return made[-1], group(vault.notes["note.md"].cells)[0]

    yield begin
    for each in made:
        each.close()


def printed(shown: Shown) -> str:
    """What the run of a cell printed; it has to have ended well."""
    assert not shown.result.problems, shown.result.problems
    return plain_text(shown.result.outputs)


def children(pid: int) -> set[int]:
    """The processes right below one."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text("latin-1").rpartition(")")[2].split()[1]) == pid:
                found.add(int(path.parent.name))
    return found


def family(pid: int) -> set[int]:
    """A process and all below it."""
    return {pid}.union(*map(family, children(pid)))


def running() -> set[int]:
    """All processes below this one that came with the test: others may have left theirs."""
    strangers = {each for pid in BEFORE for each in family(pid)}
    return family(os.getpid()) - {os.getpid()} - strangers


BEFORE: set[int] = set()
"""What ran below this process when the test began."""


@pytest.fixture(autouse=True)
def strangers() -> None:
    """Look at what runs before anything of the test does."""
    BEFORE.clear()
    BEFORE.update(running())


def open_files() -> int:
    """How many files this process holds open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_cell_runs_in_the_state_that_the_cells_above_left(play: Play) -> None:
    """It finds their names, and the random numbers that come next; nobody else sees its own."""
    playground, session = play()
    first = printed(playground.run(session, 1, {}))
    assert first.startswith("[1, 2, 3] 0.")
    other = printed(playground.run(session, 1, {1: "x.clear()\nx"}))
    assert other == "[]\n"
    assert printed(playground.run(session, 1, {})) == first
    assert printed(playground.run(session, 2, {})) == "6\n"
    assert printed(playground.run(session, 2, {1: "x.append(10)"})) == "13\n"
    assert (
        printed(playground.run(session, 2, {0: "import random\nx = [5]", 2: "sum(x) * 2"}))
        == "16\n"
    )


def test_what_a_run_shows_is_what_the_build_shows(play: Play, tmp_path: Path) -> None:
    """Each cell of the note, as it is."""
    from notewright.run.engine import Engine

    playground, session = play()
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {})
    with Engine(settings) as engine:
        built = engine.run(Vault.scan(settings)).cells["note.md"]
    shown = [playground.run(session, number, {}).result.outputs for number in range(3)]
    assert shown == [result.outputs for result in built]


def test_cells_of_all_kinds_run(play: Play) -> None:
    """One that varies, for its first value, another, or all; one with steps; and a doctest."""
    note = (
        "```python\n#| vary: {k: [2, 3]}\n#| vary-caption: k is {k}\nprint('k', k)\n```\n\n"
        "```python continuation\n#| steps: true\nfor n in range(k):\n    print(n)\n"
        "    yield f'at {n}'\n```\n\n"
        "```pycon continuation\n>>> k + 1\n3\n```\n"
    )
    playground, session = play(note)
    assert printed(playground.run(session, 0, {})) == "k 2\n"
    assert printed(playground.run(session, 0, {0: "k = k * 2\nprint('now', k)"})) == "now 4\n"
    other = playground.run(session, 0, {0: "print('so', k)"}, {0: [1]})
    assert printed(other) == "so 3\n"
    assert list(other.result.said("vary-caption")) == ["k is 3"]
    all_of_it = playground.run(session, 0, {0: "print('each', k)"}, every=True).result.record
    assert all_of_it is not None and len(all_of_it.frames) == 2
    assert [plain_text(all_of_it.outputs_of(at)) for at in (0, 1)] == ["each 2\n", "each 3\n"]
    below = playground.run(session, 1, {}, {0: [1]}).result.record
    assert below is not None and len(below.frames) == 3
    with pytest.raises(LookupError):
        playground.run(session, 0, {}, {0: [2]})
    steps = playground.run(session, 1, {}).result.record
    assert steps is not None and len(steps.frames) == 2
    doctest = playground.run(session, 2, {2: ">>> k + 2\n4\n"}).result.record
    assert doctest is not None and doctest.answers == ["4\n"]
    wrong = playground.run(session, 2, {2: ">>> k + 2\n4\n>>> k\n1\n"})
    assert (wrong.line, wrong.said) == (3, "the result is different")


@pytest.mark.nightly
def test_a_program_that_is_ended_while_it_starts_is_gone(play: Play) -> None:
    """A tab may be closed before anything ran."""
    import threading

    playground, session = play("```python\nimport sklearn.cluster\nx = 1\nx\n```\n")
    failures: list[EngineError] = []

    def run() -> None:
        try:
            playground.run(session, 0, {})
        except EngineError as error:
            failures.append(error)

    for pause in (0.0, 0.05, 0.5, 1.0):
        asking = threading.Thread(target=run)
        asking.start()
        time.sleep(pause)
        playground.end()
        asking.join(timeout=60)
        assert not asking.is_alive()
        playground.end()
        assert running() == set()
    assert printed(playground.run(session, 0, {})) == "1\n"


def test_a_failure_has_its_line(play: Play) -> None:
    """By the lines of the cell as it was edited, also where it is no Python; the state stays."""
    playground, session = play()
    failed = playground.run(session, 1, {1: "y = 1\n\ny / 0"})
    assert failed.line == 3 and not failed.is_above
    assert [each.message for each in failed.result.problems] == [
        "ZeroDivisionError: division by zero"
    ]
    assert playground.run(session, 1, {1: "if x\n    pass"}).line == 1
    above = playground.run(session, 2, {1: "raise ValueError('here')"})
    assert above.is_above and above.result.cell.line == session.cells[1].line
    assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


@pytest.mark.nightly
@pytest.mark.parametrize("code", ["while True: pass", "import time\ntime.sleep(1000)"])
def test_an_endless_loop_ends_by_its_limit_and_says_so(play: Play, code: str) -> None:
    """The limit of the cell; what waits instead of working has three times as much."""
    playground, session = play()
    shown = playground.run(session, 2, {2: f"y = 1\n{code}"})
    said = shown.result.problems[0].message
    assert said.startswith(
        (
            "the cell was stopped after 1 s of processor time",
            "the cell was stopped after it waited for 3 s",
        )
    )
    assert shown.line == code.count("\n") + 2
    assert printed(playground.run(session, 2, {})) == "6\n"


@pytest.mark.nightly
def test_what_runs_can_be_stopped(play: Play) -> None:
    """By whoever waits for it; the state that it began with stays."""
    import threading

    playground, session = play(options={"timeout": 600})
    printed(playground.run(session, 1, {}))
    threading.Timer(1.0, playground.stop, [session]).start()
    began = time.monotonic()
    shown = playground.run(session, 1, {1: "while True: pass"})
    assert shown.is_stopped and time.monotonic() - began < 30
    assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


def test_a_run_has_the_limits_and_the_sandbox_of_a_session(play: Play, tmp_path: Path) -> None:
    """Memory, what is printed, and where may be written."""
    playground, session = play(options={"memory": 64, "output_limit": 1})
    big = playground.run(session, 1, {1: "b = bytearray(10**9)"})
    assert "MemoryError" in big.result.problems[0].message
    much = playground.run(session, 1, {1: "print('a' * 100_000)"})
    assert "output truncated" in printed(much) and len(printed(much)) < 2000
    if confinement.is_possible():
        code = "open('docs/note.md', 'a').write('x')"
        refused = playground.run(session, 1, {1: code})
        assert "PermissionError" in refused.result.problems[0].message
        assert (tmp_path / "docs" / "note.md").read_text("utf-8") == NOTE


def test_a_package_whose_import_hangs_is_left_to_the_cell(
    play: Play, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that copies states does not wait for it for ever."""
    monkeypatch.setattr("notewright.run.playground.programs.PRELOAD_LIMIT", 2.0)
    site = tmp_path_factory.mktemp("installed") / "site-packages"
    (site / "hangs").mkdir(parents=True)
    first = f"from pathlib import Path\nflag = Path({str(site / 'flag')!r})\n"
    waits = "if not flag.exists():\n    flag.touch()\n    __import__('time').sleep(1000)\n"
    (site / "hangs" / "__init__.py").write_text(first + waits, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    playground, session = play("# N\n\n```python\nimport hangs\nprint('shown')\n```\n")
    assert printed(playground.run(session, 0, {})) == "shown\n"
    assert (site / "flag").exists()


def test_a_cell_that_ends_its_process_costs_only_its_run(play: Play) -> None:
    """Whatever way it goes about it."""
    playground, session = play()
    for code in (
        "import os\nos._exit(3)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import sys\nsys.exit(1)",
        "import os\nfor fd in range(3, 200):\n    try: os.close(fd)\n    except OSError: pass",
    ):
        shown = playground.run(session, 1, {1: code})
        assert shown.result.problems, code
        assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


def test_a_cell_that_ends_the_state_it_was_copied_from_costs_only_its_run(play: Play) -> None:
    """Each state can be made again."""
    playground, session = play()
    printed(playground.run(session, 1, {}))
    code = (
        "import os, signal\n"
        "for name in os.listdir('/proc'):\n"
        "    if name.isdigit() and int(name) != os.getpid():\n"
        "        stat = open(f'/proc/{name}/stat').read().rpartition(')')[2].split()\n"
        "        if int(stat[1]) == os.getppid():\n"
        "            os.kill(int(name), signal.SIGKILL)\n"
    )
    playground.run(session, 1, {1: code})
    assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


@pytest.mark.nightly
def test_a_state_that_ends_while_it_is_asked_is_made_again(play: Play) -> None:
    """It may be killed at any moment, also after it was found alive."""
    playground, session = play()
    printed(playground.run(session, 1, {}))
    wait = random.Random(0)
    for _ in range(40):
        states = running() - children(os.getpid())
        assert states

        def kill(states: set[int] = states, after: float = wait.uniform(0, 0.004)) -> None:
            time.sleep(after)
            for pid in states:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        shown = playground.run(session, 1, {})
        killer.join()
        assert printed(shown).startswith("[1, 2, 3]")


def test_a_process_that_somebody_kills_is_begun_anew(play: Play, tmp_path: Path) -> None:
    """Who waits for a cell gets what it gives, though the machine ran out of memory, say."""
    waits = (
        "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.02)\nprint('well', x)"
    )
    playground, session = play()
    printed(playground.run(session, 0, {}))
    [keeper] = children(os.getpid()) - BEFORE
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(playground.run, session, 1, {1: waits})
        while len(running()) < 4 and not waiting.done():  # it, what ran above, and the cell
            time.sleep(0.02)
        os.kill(keeper, signal.SIGKILL)
        (tmp_path / "go").touch()
        assert printed(waiting.result()) == "well [1, 2]\n"


def test_a_cell_that_ends_the_process_of_all_states_is_told_so(play: Play) -> None:
    """It would do so each time; others go on."""
    playground, session = play()
    with pytest.raises(EngineError, match=r"stopped \(signal 9\)\. If a cell stopped it"):
        playground.run(session, 1, {1: "import os\nos.kill(os.getppid(), 9)"})
    assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


def test_a_start_goes_on_where_somebody_stops_the_run(
    play: Play, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run needs what it imports, and would wait for it from the beginning."""
    outside = tmp_path_factory.mktemp("outside")
    site = outside / "site-packages"
    (site / "slow").mkdir(parents=True)
    place = f"from pathlib import Path\nplace = Path({str(outside)!r})\n"
    waits = (
        "with (place / 'begun').open('a') as begun:\n    begun.write('begun ')\n"
        "while not (place / 'go').exists():\n    __import__('time').sleep(0.02)\n"
    )
    (site / "slow" / "__init__.py").write_text(place + waits, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    playground, session = play("# N\n\n```python\nimport slow\nprint('shown')\n```\n")
    with ThreadPoolExecutor() as pool:
        ran = pool.submit(playground.run, session, 0, {})
        while not (outside / "begun").exists() and not ran.done():
            time.sleep(0.02)
        playground.stop(session)
        (outside / "go").touch()
        assert printed(ran.result()) == "shown\n"
    assert (outside / "begun").read_text("utf-8") == "begun "


def test_threads_above_do_not_hang_the_cells_below(play: Play) -> None:
    """A copy of a process with threads could: then all above runs again, in one process."""
    playground, session = play()
    thread = (
        "import threading\nstop = threading.Event()\n"
        "threading.Thread(target=stop.wait, daemon=True).start()"
    )
    shown = playground.run(session, 2, {1: thread, 2: "threading.active_count(), sum(x)"})
    assert printed(shown) == "(2, 3)\n"


def test_names_and_documentation_are_those_of_the_live_state(play: Play) -> None:
    """What the cells above made; no file says so."""
    playground, session = play()
    codes = {0: "class Thing:\n    'A thing.'\nthing = Thing()\nthing.colour = 3\nx = [1, 2]"}
    question = {"code": "thing.col", "line": 1, "column": 9, "wants": "names"}
    told = playground.ask(session, 1, codes, question)  # type: ignore[arg-type]
    assert b'"colour"' in told and b'"our"' in told
    question = {"code": "sorted(", "line": 1, "column": 7, "wants": "help"}
    assert b"ascending order" in playground.ask(session, 1, codes, question)  # type: ignore[arg-type]


def test_nothing_is_left_of_what_cells_started(play: Play) -> None:
    """A process of a run ends with the run, in whatever group it is."""
    playground, session = play()
    code = (
        "import subprocess\n"
        "p = subprocess.Popen(['sleep', '1000'], start_new_session=True)\nprint(p.pid)"
    )
    pid = int(printed(playground.run(session, 1, {1: code})))
    printed(playground.run(session, 1, {}))
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.nightly
def test_after_a_thousand_runs_nothing_is_left(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No process, no open file, no temporary file; and most answers come at once."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    playground, session = play()
    printed(playground.run(session, 1, {}))
    files, processes = open_files(), len(running())
    took = []
    for number in range(1000):
        began = time.perf_counter()
        shown = playground.run(session, 1, {1: f"x.append({number})\nx[-1]"})
        took.append(time.perf_counter() - began)
        assert printed(shown) == f"{number}\n"
    hundreds = (sorted(took[at : at + 100]) for at in range(0, 1000, 100))
    assert min(each[95] for each in hundreds) < 0.3  # where nothing else keeps the machine busy
    assert open_files() <= files + 2
    assert len(running()) <= processes + 9
    playground.end()
    assert running() == set()
    assert open_files() <= files
    assert list((tmp_path / "temporary").iterdir()) == []


def test_who_says_nothing_for_a_while_is_gone(play: Play) -> None:
    """A tab that was closed without a word; whoever still says something stays."""
    now = [0.0]
    playground, session = play(clock=lambda: now[0])
    printed(playground.run(session, 0, {}))
    now[0] = IDLE - 1
    playground.touch(session.where)
    now[0] = IDLE + 1
    playground.sweep()
    assert running()
    now[0] = 2 * IDLE + 1
    playground.sweep()
    assert running() == set()
    assert printed(playground.run(session, 1, {})).startswith("[1, 2, 3]")


@pytest.mark.nightly
def test_few_programs_run_at_a_time(play: Play, tmp_path: Path) -> None:
    """The one that was used longest ago ends first."""
    sessions = "".join(f"```python\nprint({number})\n```\n\n" for number in range(MOST + 2))
    playground, _ = play(f"# Note\n\n{sessions}")
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {})
    note = Vault.scan(settings).notes["note.md"]
    for number, session in enumerate(group(note.cells)):
        assert printed(playground.run(session, 0, {})) == f"{number}\n"
    assert len(running()) <= 3 * MOST  # each with its first state, and the one that ran


@pytest.mark.nightly
def test_who_is_at_something_goes_on(play: Play, tmp_path: Path) -> None:
    """Though others were used since: somebody waits for what it gives."""
    waits = "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.05)\nprint('well')"
    others = "".join(f"```python\nprint({number})\n```\n\n" for number in range(MOST + 1))
    playground, first = play(f"# Note\n\n```python\n{waits}\n```\n\n{others}")
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {})
    sessions = group(Vault.scan(settings).notes["note.md"].cells)
    with ThreadPoolExecutor() as pool:
        long = pool.submit(playground.run, first, 0, {})
        while not running():
            time.sleep(0.02)
        for number, session in enumerate(sessions[1:]):
            assert printed(playground.run(session, 0, {})) == f"{number}\n"
        (tmp_path / "go").touch()
        assert printed(long.result()) == "well\n"


def test_all_ends_with_the_process_that_serves(play: Play, tmp_path: Path) -> None:
    """Also when that is killed."""
    import subprocess
    import sys

    play()
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from notewright.note.sessions import group\n"
        "from notewright.run.playground.playground import Playground\n"
        "from notewright.settings import Settings\nfrom notewright.vault.vault import Vault\n"
        "settings = Settings.load(Path.cwd())\n"
        "session = group(Vault.scan(settings).notes['note.md'].cells)[0]\n"
        "Playground(settings).run(session, 1, {})\nprint('ran', flush=True)\ntime.sleep(1000)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None and server.stdout.readline() == "ran\n"
    below = family(server.pid) - {server.pid}
    assert below
    server.kill()
    server.wait()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in below):
        assert time.monotonic() < end
        time.sleep(0.1)
