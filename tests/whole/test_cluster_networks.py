"""Workers in a network of their own: nothing but the scheduler's address is shared with them.

To lay a network changes this machine's, and a browser gives up what it is asking for when that
happens. So this runs where it is asked for: `nox -s networks`, part of `nox -s nightly`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hanging import LIMIT
from projects import ProjectDir

from notewright.note.sessions import Session
from notewright.run.engine import Engine, Run
from notewright.run.progress import Silent
from notewright.settings import Settings
from notewright.vault.vault import Vault

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
dask = pytest.importorskip("dask")

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        "NOTEWRIGHT_NETWORKS" not in os.environ,
        reason="changes the network of the machine: `nox -s networks` runs it",
    ),
]

COUNT = 6
CELL = "import time\nfrom helper import times\n\ntime.sleep(0.2)\nprint(times({0}))"


@dataclass(frozen=True)
class Network:
    """A network namespace, and the pair of addresses by which it and this one see each other.

    Attributes:
        name: What the namespace is called, and how the name of its link begins.
        here: The address on this side.
        there: The address on the other side.
    """

    name: str
    here: str
    there: str

    def lay(self) -> None:
        """Make it, with a cable to this network."""
        _ip("netns", "add", self.name)
        _ip("link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _ip("addr", "add", f"{self.here}/30", "dev", self.name)
        _ip("link", "set", self.name, "up")
        _ip("-n", self.name, "addr", "add", f"{self.there}/30", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-n", self.name, "link", "set", device, "up")

    def cut(self) -> None:
        """Pull the cable: nobody is told, and nothing arrives any more."""
        _ip("link", "set", self.name, "down")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@pytest.fixture
def network() -> Iterator[Network]:
    """A network of this test alone; its addresses are those kept for measurements (RFC 2544)."""
    if not shutil.which("ip") or os.geteuid() != 0:
        pytest.skip("needs root and `ip netns` of Linux")
    own = os.getpid() % 16384  # a subnet of four addresses
    first = 4 * own
    addresses = [f"198.18.{(first + n) // 256}.{(first + n) % 256}" for n in (1, 2)]
    found = Network(f"nw{os.getpid()}", *addresses)
    try:
        try:
            found.lay()
        except OSError as error:
            pytest.skip(f"needs network namespaces: {error}")
        yield found
    finally:
        for words in (["netns", "del", found.name], ["link", "del", found.name]):
            subprocess.run(["ip", *words], capture_output=True, check=False)


@contextmanager
def running(words: Sequence[str], **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process, until its end."""
    with subprocess.Popen(
        words,
        env={**os.environ, **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def scheduler(network: Network, tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler here whose one worker is there."""
    dask = (sys.executable, "-m", "dask")
    told = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        words = ["--host", network.here, "--port", "0", "--scheduler-file", str(told)]
        # Who says nothing for so long is gone; Dask itself waits five minutes.
        soon = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"}
        soon["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "5s"
        started = [*dask, "scheduler", *words, "--no-dashboard"]
        process = stack.enter_context(running(started, **soon))
        end = time.monotonic() + LIMIT
        while not told.is_file():
            assert process.poll() is None, f"the scheduler ended with {process.returncode}"
            assert time.monotonic() < end, "the scheduler says nothing"
            time.sleep(0.05)
        address = str(json.loads(told.read_text("utf-8"))["address"])
        folder = ["--local-directory", str(tmp_path / "worker")]
        worker = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", *folder]
        stack.enter_context(running(["ip", "netns", "exec", network.name, *worker]))
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=LIMIT)
        yield address


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Some notes that import a module."""
    made = ProjectDir(tmp_path / "project", warm=False)
    made.configure()
    made.write({"helper.py": "def times(n):\n    return 7 * n\n"})
    cells = (f"# N\n\n```python\n{CELL.format(n)}\n```\n" for n in range(COUNT))
    made.write({f"docs/n{number}.md": cell for number, cell in enumerate(cells)})
    return made


class Then(Silent):
    """Does something once the first session has ended."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._acts = [act]

    def advance(self, session: Session) -> None:
        """One has ended."""
        while self._acts:
            self._acts.pop()()


def run(
    project: ProjectDir, scheduler: str, then: Callable[[], None] = lambda: None
) -> tuple[Run, list[str]]:
    """Run what is stale; returns the run, and what was shown."""
    settings = replace(Settings.load(project.root), scheduler=scheduler)
    vault = Vault.scan(settings)
    with Engine(settings) as engine:
        done = engine.run(vault, progress=Then(then))
    return done, [str(done.cells[f"n{n}.md"][0].outputs) for n in range(COUNT)]


def assert_right(done: Run, shown: Sequence[str]) -> None:
    """All notes have what they have at home."""
    assert not done.problems and done.ran == COUNT
    for number, outputs in enumerate(shown):
        assert f"'{7 * number}\\n'" in outputs.replace('"', "'")


def test_a_worker_elsewhere_gives_the_same(
    project: ProjectDir, scheduler: str, network: Network
) -> None:
    """It has no file of the project but those that are sent."""
    done, shown = run(project, scheduler)
    assert_right(done, shown)
    assert any(f"{network.there}:" in told and "ran 6 sessions" in told for told in done.notices)


def test_a_network_that_is_cut_leaves_the_rest_to_us(
    project: ProjectDir, scheduler: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is not heard of any more: what it has not ended runs here, and it is said."""

    def cut() -> None:
        monkeypatch.setattr("notewright.run.cluster.cluster_runner.CONNECT", 3.0)
        network.cut()

    with dask.config.set({"distributed.comm.timeouts.connect": "5s"}):
        done, shown = run(project, scheduler, cut)
    assert_right(done, shown)
    assert any("the sessions run locally" in told for told in done.notices), done.notices
