"""End to end: builds that are killed, interrupted, run side by side, or out of disk.

Whatever happens to a build, the next one publishes what a clean one would. The number of
killed builds is `NOTEWRIGHT_KILLS` (12 by default).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hanging import output_of
from projects import ProjectDir, Result, texts
from small_disks import fill, small_disk

from notewright.errors import EngineError
from notewright.run.engine import Engine
from notewright.run.records import CellRecord, Record, Records
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(
        sys.platform != "linux", reason="runs on Linux: it looks into /proc, and mounts"
    ),
]

KILLS = int(os.environ.get("NOTEWRIGHT_KILLS", "12"))
SOON = 20.0
"""Seconds within which a busy machine does what takes a moment."""

FIGURE = """\
# Home

![[fig-line.svg|A line]]

```python
#| label: fig-line
#| fig-cap: A line
#| fig-alt: A line that rises
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```
"""


@dataclass(frozen=True)
class Place:
    """A project, and the processes that were started in it, known by their environment."""

    root: Path

    @property
    def project(self) -> ProjectDir:
        """The project."""
        return ProjectDir(self.root / "project", warm=False)

    @property
    def state(self) -> Path:
        """Where its records are."""
        return self.project.root / ".notewright"

    @property
    def environment(self) -> dict[str, str]:
        """What tells our processes from others; their pages name no time."""
        return {
            "ROBUSTNESS": str(self.root),
            "RUNS": str(self.root / "told/runs"),
            "SOURCE_DATE_EPOCH": "1",
        }

    def configure(self, options: Mapping[str, object] | None = None) -> None:
        """Set options beside the one that lets cells count."""
        (self.root / "told").mkdir(exist_ok=True)
        self.project.configure({"writable": ["../told"], **(options or {})})

    def note(self, name: str, code: str, session: str = "python") -> None:
        """Write a note of one cell, which counts its runs outside the project."""
        count = f'open(__import__("os").environ["RUNS"], "a").write("{name}\\n")'
        cell = textwrap.dedent(code).strip()
        self.project.write({f"docs/{name}.md": f"# {name}\n\n```{session}\n{count}\n{cell}\n```\n"})

    def runs(self) -> Counter[str]:
        """How often each cell ran since this was asked before."""
        path = Path(self.environment["RUNS"])
        names = path.read_text().split() if path.exists() else []
        path.write_text("")
        return Counter(names)

    def start(self, *words: str, **environment: str) -> Started:
        """Start a command in a process group of its own, as a shell does."""
        return Started(self.project.start(*words, **self.environment, **environment))

    def build(self, *words: str) -> Result:
        """Build the site to its end."""
        return self.project.build("--quiet", *words, **self.environment)

    def command(self, *words: str) -> Result:
        """Use the command line."""
        return self.project.notewright(*words, **self.environment)

    def site(self, name: str = "site") -> dict[str, bytes]:
        """Every file of a site."""
        directory = self.project.root / name
        return {
            path.relative_to(directory).as_posix(): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }

    def processes(self, command: str = "") -> list[int]:
        """Processes that a command in this project started, by a part of their command line."""
        mark = f"ROBUSTNESS={self.root}".encode()
        found = []
        for directory in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                ours = mark in directory.joinpath("environ").read_bytes().split(b"\0")
                if ours and command.encode() in directory.joinpath("cmdline").read_bytes():
                    found.append(int(directory.name))
        return found

    def forget(self) -> None:
        """Remove all that a build makes."""
        for name in (".notewright", "site", "docs/assets"):
            shutil.rmtree(self.project.root / name, ignore_errors=True)


class Started:
    """A command that runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process, which leads its group."""
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Signal its whole process group, as a terminal does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait(self) -> Result:
        """Wait for its end."""
        output = output_of(self._process)
        return Result(self._process.returncode, output.decode("utf-8", "replace"))


def wait_until(condition: Callable[[], object], limit: float = SOON) -> None:
    """Wait for what has to happen soon."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty project; after the test, nothing that it started may run on."""
    place = Place(tmp_path)
    place.configure()
    place.project.write({"docs/index.md": "# Home\n"})
    yield place
    left = place.processes()
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert not left, "processes outlived the test"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, bytes], float]:
    """A project of six sessions, the bytes of its site, and how long its cold build takes."""
    place = Place(tmp_path_factory.mktemp("killed"))
    place.configure()
    for number in range(5):
        place.note(f"n{number}", f"print('shown by {number}')")
    place.project.write({"docs/index.md": FIGURE})
    started = time.monotonic()
    result = place.build()
    seconds = time.monotonic() - started
    assert result.status == 0, result.output
    assert place.runs() == {f"n{number}": 1 for number in range(5)}
    return place, place.site(), seconds


def kill_group(started: Started, place: Place) -> None:
    """As a terminal that is closed by force: the warm parent is in no group but its own."""
    started.send(signal.SIGKILL)


def kill_build(started: Started, place: Place) -> None:
    """The build alone."""
    os.kill(started.pid, signal.SIGKILL)


def kill_all(started: Started, place: Place) -> None:
    """As a machine that goes down: everything, in any order."""
    for pid in place.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


KINDS = (kill_group, kill_build, kill_all)


@pytest.mark.nightly
@pytest.mark.parametrize("kill", KINDS)
def test_the_build_after_a_killed_one_is_as_a_clean_one(
    clean: tuple[Place, dict[str, bytes], float], kill: Callable[[Started, Place], None]
) -> None:
    """Same bytes, no process left over, and nothing but records that are whole.

    It is killed at any moment, every other time at one at which it runs sessions and writes
    records. The next build does not wait for what the killed one left running.
    """
    place, site, cold = clean
    chance = random.Random(kill.__name__)
    recorded: Counter[int] = Counter()
    rounds = len(range(KINDS.index(kill), KILLS, len(KINDS)))
    for number in range(rounds):
        place.forget()
        started = place.start("-m", "mkdocs", "build", "--quiet")
        delay = chance.uniform(0, cold if number % 2 else cold / 4)
        if not number % 2:
            wait_until((place.state / "locks").exists)
        time.sleep(delay)
        kill(started, place)
        started.wait()
        recorded[len(records(place))] += 1

        where = f"round {number}, killed after {delay:.3f} s"
        result = place.build()
        assert result.status == 0, f"{where}: {result.output}"
        assert not result.output, where
        assert place.site() == site, where
        wait_until(lambda: not place.processes())
        kept = {path.suffix for path in place.state.rglob("*") if path.is_file()}
        assert kept <= {".json", ".lock", ".pack", ".pickle", ".tmp"}, where
        assert all(Records(place.state, place.root).load(path.stem) for path in records(place))

        for path in leftovers(place):
            os.utime(path, (1, 1))  # as if the next build came a day later
        assert place.build().status == 0 if leftovers(place) else True
        assert not leftovers(place), where
    print(f"{kill.__name__}: {rounds} killed, by their records: {sorted(recorded.items())}")


def records(place: Place) -> list[Path]:
    """Files of all records."""
    return sorted(place.state.glob("records/*.json"))


def leftovers(place: Place) -> list[Path]:
    """Files that were never put in place."""
    return sorted(place.project.root.rglob("*.tmp"))


DIES = """
import os, signal, sys
from pathlib import Path

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace = die
from notewright.hosts.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["run", "accept"])
def test_a_build_killed_while_it_writes_changes_nothing(place: Place, command: str) -> None:
    """Its half-written file is in nobody's way, is not published, and is removed by the next.

    One of which nobody knows whether its process runs, somewhere, is removed in time.
    """
    place.note("a", "print('a')")
    place.project.write({"docs/index.md": FIGURE})
    if command == "accept":
        assert place.command("run").status == 0
        text = place.project.root.joinpath("docs/a.md").read_text() + "```output\nb\n```\n"
        place.project.write({"docs/a.md": text})
    result = place.project.command("-c", DIES, command, **place.environment)
    assert result.status == -signal.SIGKILL, result.output
    (left,) = leftovers(place)
    other = left.with_name(".notewright-other.tmp")
    other.write_text("half")
    if command == "accept":
        assert place.project.root.joinpath("docs/a.md").read_text() == text
        assert place.command("accept").status == 0
    assert place.build().status == 0
    assert not [name for name in place.site() if name.endswith(".tmp")]
    assert leftovers(place) == [other], "it could belong to a build that runs just now"
    wait_until(lambda: not place.processes())
    if command == "run":
        os.utime(other, (1, 1))
        assert place.build().status == 0
        assert leftovers(place) == []


DIES_AT = """
import os, signal, sys
from pathlib import Path

replace = Path.replace

def die(path, target):
    if Path(target).name == os.environ["DIES_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)

Path.replace = die
from mkdocs.__main__ import cli
cli(["build", "--quiet"])
"""


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["notes.pickle", "site.pickle", "receipt.json"])
def test_what_a_killed_build_left_beside_its_records_is_removed(place: Place, name: str) -> None:
    """By the next build: what speeds it up stands beside the folders, each written whole."""
    place.project.configure(theme={"name": "material", "font": False})
    for path in place.project.root.rglob("*"):
        os.utime(path, (1, 1))  # only what was left alone for a while can be told from a change
    result = place.project.command("-c", DIES_AT, **place.environment, DIES_AT=name)
    assert result.status == -signal.SIGKILL, result.output
    wait_until(lambda: not place.processes())
    (left,) = leftovers(place)
    assert left.parent == place.state

    assert place.build().status == 0
    assert leftovers(place) == []
    wait_until(lambda: not place.processes())


@pytest.mark.nightly
def test_figure_files_of_killed_builds_are_removed(place: Place) -> None:
    """Also those beside the figures that Obsidian shows; they were never published."""
    place.project.write({"docs/index.md": FIGURE})
    assert place.build().status == 0
    wait_until(lambda: not place.processes())
    figures = place.project.root / "docs/assets/figures"
    old, new = figures / ".notewright-old.tmp", figures / ".notewright-new.tmp"
    for path in (old, new):
        path.write_text("<svg")
    os.utime(old, (1, 1))
    assert place.build().status == 0
    assert {path.name for path in figures.iterdir()} == {"fig-line.svg", new.name}
    assert not [name for name in place.site() if name.endswith(".tmp")]


SLOW = "import pathlib, time\npathlib.Path(__import__('os').environ['RUNS'] + '-slow').touch()\n"


def start_slow(place: Place, *words: str, code: str = "") -> Started:
    """Start a command on a vault with a session that takes a minute; returns once that runs."""
    place.note("quick", "print('quick')")
    place.note("slow", SLOW + code + "\ntime.sleep(60)")
    place.configure({"timeout": 90, "workers": 2})
    started = place.start(*(words or ("-m", "mkdocs", "build", "--quiet")))
    slow = Path(place.environment["RUNS"] + "-slow")
    wait_until(lambda: slow.exists() and len(records(place)) == 1)
    return started


CHILDREN = """
import subprocess
for own_group in (False, True):
    subprocess.Popen(["sleep", "61"], start_new_session=own_group)
"""


@pytest.mark.parametrize("kill", [kill_group, kill_build])
def test_sessions_end_with_a_killed_build(
    place: Place, kill: Callable[[Started, Place], None]
) -> None:
    """At once, with all that their cells started, even in groups of their own."""
    started = start_slow(place, code=CHILDREN)
    wait_until(lambda: len(place.processes("sleep\0" + "61")) == 2)
    kill(started, place)
    started.wait()
    wait_until(lambda: not place.processes(), limit=SOON)


HANGS = """
import os, pathlib, time
pathlib.Path(os.environ["RUNS"] + "-import").touch()
time.sleep(60)
"""


def start_import(place: Place) -> Started:
    """Start a build whose warm parent is busy importing for a minute."""
    packages = place.root / "site-packages"
    packages.mkdir()
    packages.joinpath("hangs.py").write_text(HANGS)
    place.note("a", "try:\n    import hangs\nexcept KeyboardInterrupt:\n    pass")
    started = place.start("-m", "mkdocs", "build", "--quiet", PYTHONPATH=str(packages))
    wait_until(Path(place.environment["RUNS"] + "-import").exists)
    assert place.processes("notewright.run.worker.zygote")
    return started


def test_a_warm_parent_that_imports_ends_with_a_killed_build(place: Place) -> None:
    """Even if what it imports never ends."""
    started = start_import(place)
    kill_build(started, place)
    started.wait()
    wait_until(lambda: not place.processes())


def test_an_interrupt_does_not_wait_for_imports(place: Place) -> None:
    """The warm parent has nothing to end in good order yet."""
    started = start_import(place)
    since = time.monotonic()
    started.send(signal.SIGINT)
    result = started.wait()
    assert time.monotonic() - since < SOON
    assert result.status not in (0, -signal.SIGINT)
    assert "Traceback" not in result.output
    wait_until(lambda: not place.processes())


COMMANDS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "build": (("-m", "mkdocs", "build", "--quiet"), 1),
    "run": (("-m", "notewright", "run"), 130),
    "pytest": (("-m", "pytest", "-p", "no:cacheprovider", "--markdown-docs", "docs", "-q"), 2),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interrupted_build_ends_at_once(place: Place, command: str) -> None:
    """With few words; what had finished is recorded and does not run again."""
    words, status = COMMANDS[command]
    started = start_slow(place, *words, code=CHILDREN)
    wait_until(lambda: len(place.processes("sleep\0" + "61")) == 2)
    since = time.monotonic()
    started.send(signal.SIGINT)
    result = started.wait()
    assert time.monotonic() - since < SOON / 2
    assert result.status == status, result.output
    assert "Traceback" not in result.output
    wait_until(lambda: not place.processes())
    assert place.runs() == {"quick": 1, "slow": 1}
    place.note("slow", "print('now quick')")
    assert place.build().status == 0
    assert place.runs() == {"slow": 1}


INTERRUPTED = """
import glob, os, runpy, signal, sys
import filelock

free = filelock.BaseFileLock.__del__

def ask(lock):
    if glob.glob(".notewright/records/*.json"):
        filelock.BaseFileLock.__del__ = free
        os.killpg(0, signal.SIGINT)
    free(lock)

filelock.BaseFileLock.__del__ = ask
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@pytest.mark.nightly
@pytest.mark.parametrize("command", COMMANDS)
def test_an_interrupt_is_heard_where_python_drops_it(place: Place, command: str) -> None:
    """Such as while a lock goes whose session has just been recorded."""
    words, status = COMMANDS[command]
    place.note("quick", "print('quick')")
    place.note("slow", "import time\ntime.sleep(60)")
    place.configure({"timeout": 90})
    result = place.start("-c", INTERRUPTED, *words[1:]).wait()
    assert result.status == status, result.output
    assert place.runs()["quick"] == 1
    assert "Traceback" not in result.output


def kill_parent(place: Place) -> None:
    """Kill the warm parent: the one zygote that has our command for its parent."""
    for pid in place.processes("notewright.run.worker.zygote"):
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if int(status[1]) not in place.processes("notewright.run.worker.zygote"):
            os.kill(pid, signal.SIGKILL)


def test_a_warm_parent_killed_from_outside_is_replaced(place: Place) -> None:
    """The build succeeds all the same, with every session shown and nothing left over."""
    flag = place.root / "flag"
    waits = (
        f"import pathlib, time\nwhile not pathlib.Path('{flag}').exists():\n    time.sleep(0.01)"
    )
    for number in range(4):
        place.note(f"n{number}", f"{waits}\nprint('shown by {number}')")
    place.configure({"workers": 2})
    started = place.start("-m", "mkdocs", "build")
    runs = Path(place.environment["RUNS"])
    wait_until(lambda: runs.exists() and len(runs.read_text().split()) == 2)
    kill_parent(place)
    flag.touch()
    result = started.wait()
    assert result.status == 0, result.output
    assert result.counts == (4, 0, 0)
    for number in range(4):
        assert texts(place.project.page(f"n{number}"), "stdout") == f"shown by {number}"
    assert sum(place.runs().values()) == 6
    wait_until(lambda: not place.processes())


def test_what_a_cell_started_ends_with_a_killed_warm_parent(place: Place) -> None:
    """A session of it runs once more; what it had started does not run on beside it."""
    started = start_slow(place, code="import subprocess\nsubprocess.Popen(['sleep', '61'])")
    wait_until(lambda: len(place.processes("sleep\0" + "61")) == 1)
    first = place.processes("sleep\0" + "61")
    kill_parent(place)
    wait_until(lambda: set(place.processes("sleep\0" + "61")).isdisjoint(first))
    kill_group(started, place)
    started.wait()
    wait_until(lambda: not place.processes())


def test_a_warm_parent_killed_while_it_imports_is_replaced(place: Place) -> None:
    """The second one starts without the imports; the cell then meets them itself."""
    started = start_import(place)
    place.root.joinpath("site-packages/hangs.py").write_text("")
    kill_parent(place)
    result = started.wait()
    assert result.status == 0, result.output
    assert place.runs() == {"a": 1}


@pytest.mark.nightly
def test_two_builds_at_once_share_every_run(clean: tuple[Place, dict[str, bytes], float]) -> None:
    """Both sites are right, and each session ran once over both."""
    place, site, _ = clean
    place.runs()
    for _ in range(2):
        place.forget()
        builds = [
            place.start("-m", "mkdocs", "build", "--strict", "--site-dir", name)
            for name in ("one", "two")
        ]
        results = [build.wait() for build in builds]
        assert [result.status for result in results] == [0, 0], results
        assert sum(result.counts[0] for result in results) == 6
        assert sum(result.counts[1] for result in results) == 6
        assert place.runs() == {f"n{number}": 1 for number in range(5)}
        assert place.site("one") == site
        assert place.site("two") == site
    assert leftovers(place) == []


@pytest.mark.nightly
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_build_and_the_tests_at_once_share_every_run(
    clean: tuple[Place, dict[str, bytes], float], workers: str
) -> None:
    """Also with the tests spread over processes by pytest-xdist."""
    place, site, _ = clean
    place.runs()
    place.forget()
    words, _ = COMMANDS["pytest"]
    tests = place.start(*words, "-n", workers)
    build = place.start("-m", "mkdocs", "build", "--strict")
    results = [tests.wait(), build.wait()]
    assert [result.status for result in results] == [0, 0], results
    assert "12 passed" in results[0].output
    assert place.runs() == {f"n{number}": 1 for number in range(5)}
    assert place.site() == site


def test_a_build_takes_over_what_a_killed_one_was_at(place: Place) -> None:
    """Who waits for a session of another build runs it once that build is gone."""
    place.note(
        "a",
        """
        import os, time
        if open(os.environ["RUNS"]).read().count("a") == 1:
            time.sleep(60)
        print("done")
        """,
    )
    first = place.start("-m", "mkdocs", "build", "--quiet")
    runs = Path(place.environment["RUNS"])
    wait_until(runs.exists)
    before = set(place.processes("notewright.run.worker.zygote"))
    second = place.start("-m", "mkdocs", "build")
    wait_until(lambda: set(place.processes("notewright.run.worker.zygote")) - before)
    kill_build(first, place)
    first.wait()
    result = second.wait()
    assert result.status == 0, result.output
    assert place.runs() == {"a": 2}
    assert texts(place.project.page("a"), "stdout") == "done"
    wait_until(lambda: not place.processes())


def assert_refused(result: Result, reason: int) -> None:
    """One clear error that names what to do, and no traceback."""
    assert result.status == 1, result.output
    assert "Traceback" not in result.output
    told = result.lines("cannot write to .notewright/", os.strerror(reason), "Free some space")
    assert len(told) == (2 if "short test summary" in result.output else 1), result.output


def run_all(place: Place) -> Iterator[Result]:
    """Every command that would write a record."""
    yield place.build()
    yield place.command("accept")
    yield place.project.pytest("-q", "-k", "big", **place.environment)


def test_a_full_disk_is_one_clear_error_and_loses_nothing(place: Place) -> None:
    """The old records stay; with room, only what is missing runs."""
    place.note("a", "print('a')")
    place.note("b", "print('b')")
    with small_disk(place.state, "size=256k") as change:
        assert place.command("run").status == 0
        assert place.runs() == {"a": 1, "b": 1}
        kept = {path: path.read_bytes() for path in records(place)}
        assert len(kept) == 2
        place.note("big", "print('big ' * 150_000)")
        for result in run_all(place):
            assert_refused(result, errno.ENOSPC)
            assert place.runs() == {"big": 1}
        assert {path: path.read_bytes() for path in records(place)} == kept
        assert leftovers(place) == []
        fill(place.state)
        place.note("b", "print('new')")
        assert_refused(place.command("run"), errno.ENOSPC)
        place.runs()
        assert {path: path.read_bytes() for path in records(place)} == kept
        change("size=8m")
        assert place.build().status == 0
        assert place.runs() == {"b": 1, "big": 1}
        assert texts(place.project.page("a"), "stdout") == "a"
        wait_until(lambda: not place.processes())


@pytest.mark.nightly
def test_a_disk_without_room_for_a_lock_is_one_clear_error(place: Place) -> None:
    """Not even an empty file, or a directory, can be made any more."""
    for number in range(8):
        place.note(f"n{number}", f"print({number})")
    for inodes in (2, 4):  # of the disk itself, its directories, one file in them
        with small_disk(place.state, f"size=1m,nr_inodes={inodes}") as change:
            assert_refused(place.command("run"), errno.ENOSPC)
            change("size=1m,nr_inodes=100")
            place.runs()
            assert place.command("run").status == 0
            assert place.runs() == {f"n{number}": 1 for number in range(8)}
            wait_until(lambda: not place.processes())


@pytest.mark.nightly
def test_records_that_cannot_be_written_can_be_read(place: Place) -> None:
    """A read-only directory builds what is fresh, and says what is wrong for the rest."""
    place.note("a", "print('a')")
    with small_disk(place.state, "size=1m") as change:
        assert place.command("run").status == 0
        kept = {path: path.read_bytes() for path in records(place)}
        change("ro")
        place.runs()
        assert place.build().status == 0
        assert place.runs() == {}
        place.note("b", "print('b')")
        for result in (place.build(), place.command("run")):
            assert_refused(result, errno.EROFS)
            assert place.runs() == {}, "a cell whose record cannot be kept does not run"
        assert {path: path.read_bytes() for path in records(place)} == kept
        change("rw")
        assert place.command("run").status == 0
        assert place.runs() == {"b": 1}
        wait_until(lambda: not place.processes())


def test_a_full_disk_for_the_site_loses_no_record(place: Place) -> None:
    """MkDocs says what it could not write; the next build runs nothing."""
    place.note("a", "print('a')")
    place.note("b", "print('b')")
    with small_disk(place.project.root / "site", "size=64k"):
        result = place.build()
        assert result.status == 1, result.output
        assert os.strerror(errno.ENOSPC) in result.output
    assert place.runs() == {"a": 1, "b": 1}
    assert place.build("--site-dir", "roomy").status == 0
    assert place.runs() == {}
    wait_until(lambda: not place.processes())


def test_accept_on_a_full_disk_leaves_the_note_as_it_was(place: Place) -> None:
    """It says so, and leaves nothing behind; with room it does what was asked."""
    with small_disk(place.project.root / "docs", "size=64k"):
        place.note("a", "print('right')")
        note = place.project.root / "docs/a.md"
        with note.open("a") as file:
            file.write("\n```output\nwrong\n```\n")
        place.project.write({"docs/index.md": "# Home\n"})
        before = note.read_bytes()
        filler = fill(note.parent)
        for _ in range(2):
            result = place.command("accept")
            assert result.status == 1, result.output
            assert "Traceback" not in result.output
            assert result.lines("docs/a.md", os.strerror(errno.ENOSPC), "unchanged")
            assert note.read_bytes() == before
            assert {path.name for path in note.parent.iterdir()} == {"a.md", "index.md", "filler"}
        filler.unlink()
        result = place.command("accept")
        assert result.status == 0, result.output
        assert note.read_text() == before.decode().replace("wrong", "right")
        assert place.runs() == {"a": 1}
        wait_until(lambda: not place.processes())


@pytest.mark.nightly
def test_a_full_disk_for_figures_says_what_to_do(place: Place) -> None:
    """The file that Obsidian shows cannot be written: no traceback, and the record is kept."""
    with small_disk(place.project.root / "docs", "size=64k"):
        place.project.write({"docs/index.md": FIGURE})
        fill(place.project.root / "docs")
        for result in (place.build(), place.command("run")):
            assert result.status == 1, result.output
            assert "Traceback" not in result.output
            (told,) = result.lines("cannot write", "assets/figures", os.strerror(errno.ENOSPC))
            assert "Free some space" in told
    assert len(records(place)) == 1


@pytest.mark.nightly
def test_large_sessions_on_many_processors_do_not_block_each_other(place: Place) -> None:
    """More jobs and answers than a socket holds are under way in both directions."""
    place.configure({"workers": 48})
    comments = "\n".join(f"x{line} = {line}  # a line of a long cell" for line in range(150))
    for number in range(48):
        place.note(f"n{number}", f"print('{number} ' * 100_000)\n{comments}")
    result = place.command("run")
    assert result.status == 0, result.output
    assert result.counts == (48, 0, 0)


def test_what_a_session_prints_is_never_that_of_another(place: Place) -> None:
    """Nor lost: the one closes all that it prints to, while the other starts."""
    place.configure({"workers": 2})
    waits = "import os, time\nwhile not os.path.exists(os.environ['RUNS'] + '-{}'):\n    "
    waits += "time.sleep(0.01)\n"
    tells = "open(os.environ['RUNS'] + '-{}', 'w').close()\n"
    closes = """
        import os
        null, pipe = os.open(os.devnull, os.O_WRONLY), os.fstat(1)
        for fd in range(3, 64):
            try:
                if os.path.samestat(os.fstat(fd), pipe):
                    os.dup2(null, fd)
            except OSError:
                pass
        os.dup2(null, 1)
        os.dup2(null, 2)
        """
    place.note("a", textwrap.dedent(closes) + tells.format("closed") + waits.format("second"))
    place.note("b", waits.format("closed") + "time.sleep(0.2)\nprint('shown by b')")
    second = "time.sleep(0.5)\nprint('more of c')"
    place.note("c", "import os, time\nprint('shown by c')\n" + tells.format("second") + second)
    result = place.build()
    assert result.status == 0, result.output
    for name, shown in {"a": "", "b": "shown by b", "c": "shown by c\nmore of c"}.items():
        assert texts(place.project.page(name), "stdout") == shown


def test_a_pass_that_broke_off_leaves_no_answer_to_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under `serve` and pytest the warm parent stays: what still ran belongs to no later cell."""
    place.configure({"workers": 2})
    monkeypatch.setenv("RUNS", place.environment["RUNS"])
    for name in ("a", "b", "c", "d"):
        place.note(name, f"import time\ntime.sleep(0.2)\nprint('shown by {name}')")
    settings = Settings.load(place.project.root)
    save = Records.save
    fails = itertools.chain([True], itertools.repeat(False))

    def save_later(self: Records, key: str, record: Record) -> None:
        if next(fails):
            raise EngineError("the disk is full")
        save(self, key, record)

    monkeypatch.setattr(Records, "save", save_later)
    with Engine(settings) as engine:
        vault = Vault.scan(settings)
        with pytest.raises(EngineError):
            engine.run(vault)
        run = engine.run(vault)
    assert run.failed == 0
    for name in ("a", "b", "c", "d"):
        (result,) = run.cells[f"{name}.md"]
        assert [output["text"] for output in result.outputs] == [f"shown by {name}\n"]


def key_of(letter: str) -> str:
    """A key of the form that records have: nothing else is read or removed."""
    return letter * 32


def saved(records: Records, state: Path, size: int, ages: Mapping[str, float]) -> None:
    """Save records of a size under a letter each, last used some seconds ago."""
    now = time.time()
    for letter, age in ages.items():
        key = key_of(letter)
        output = {"output_type": "stream", "name": "stdout", "text": "x" * size}
        records.save(key, Record([CellRecord([output])]))
        os.utime(state / "records" / f"{key}.json", (now - age, now - age))


def names(state: Path) -> set[str]:
    """Keys of all records."""
    return {path.stem for path in (state / "records").glob("*.json")}


def letters(state: Path) -> set[str]:
    """The letters of keys that `saved` made."""
    return {name[0] for name in names(state)}


def test_records_longest_out_of_use_are_removed_first(tmp_path: Path) -> None:
    """Just as many as the limit asks for, and never one that this build used."""

    def used(keys: str, limit: int) -> None:
        again = Records(tmp_path, tmp_path, limit=limit)
        assert all(again.load(key_of(letter)) for letter in keys)
        again.prune()

    saved(
        Records(tmp_path, tmp_path),
        tmp_path,
        1000,
        {"a": 500, "b": 400, "c": 300, "d": 200, "e": 100},
    )
    size = sum(path.stat().st_size for path in tmp_path.glob("records/*.json")) // 5
    used("a", size * 5)
    assert letters(tmp_path) == set("abcde"), "all fit"
    used("b", size * 4)
    assert letters(tmp_path) == set("abde"), "`a` and `b` were used since `c` was"
    used("bd", size)
    assert letters(tmp_path) == set("bd"), "what this build used stays, even above the limit"
    used("", 0)
    assert letters(tmp_path) == set()


def test_pruning_beside_another_build_is_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that is removed meanwhile counts as removed; a file being written stays."""
    saved(Records(tmp_path, tmp_path), tmp_path, 1000, {"a": 300, "b": 200, "c": 100})
    written = tmp_path / "records" / ".notewright-written.tmp"
    written.write_text("{")
    unlink = Path.unlink

    def unlink_twice(self: Path, missing_ok: bool = False) -> None:
        unlink(self)
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink_twice)
    size = (tmp_path / "records" / f"{key_of('a')}.json").stat().st_size
    Records(tmp_path, tmp_path, limit=size).prune()
    assert letters(tmp_path) == {"c"}
    assert written.exists()


def test_a_build_prunes_to_its_limit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of edited cells go, the oldest first; those of the vault as it is stay."""
    monkeypatch.setenv("RUNS", place.environment["RUNS"])
    settings = Settings.load(place.project.root)
    seen: list[set[str]] = []
    with Engine(settings) as engine:
        for version in range(3):
            place.note("edited", f"print('{version} ' * 1000)")
            place.note("same", "print('same ' * 1000)")
            assert engine.run(Vault.scan(settings)).failed == 0
            seen.append(names(place.state))
            for path in records(place):
                status = path.stat()
                os.utime(path, (status.st_atime - 100, status.st_mtime - 100))
        assert [len(each) for each in seen] == [2, 3, 4]
        total = sum(path.stat().st_size for path in records(place))
        (gone,) = {
            key
            for key in seen[0]
            if "0 0 0" in (place.state / "records" / f"{key}.json").read_text()
        }
        engine.records = Records(place.state, settings.root, limit=total - 1)
        assert engine.run(Vault.scan(settings)).ran == 0
        assert names(place.state) == seen[2] - {gone}
        engine.records = Records(place.state, settings.root, limit=0)
        assert engine.run(Vault.scan(settings)).ran == 0
        assert names(place.state) == (seen[2] - seen[1]) | (seen[0] - {gone})
        assert engine.run(Vault.scan(settings)).ran == 0
    assert json.loads(records(place)[0].read_text())["cells"]
