"""Sessions on a cluster give the records of a run at home, whatever becomes of its workers."""

from __future__ import annotations

import importlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir

from notewright.errors import EngineError
from notewright.run.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
ClusterRunner = importlib.import_module("notewright.run.cluster.cluster_runner").ClusterRunner

FILES = {
    "helper.py": "from deeper import FACTOR\n\n\ndef times(n):\n    return FACTOR * n\n",
    "deeper.py": "FACTOR = 7\n",
    "data/a.csv": "1,2\n",
    "data/b.csv": "3\n",
    "told/.keep": "",
}
CELLS = {
    "imports": "from helper import times\n\nprint(times(6))",
    "reads": "name = 'data/' + 'a.csv'\nprint(open(name).read())",
    "lists": "import os\n\nprint(sorted(os.listdir('data')))",
    "misses": "import os\n\nprint(os.path.exists('data/c.csv'))",
    "shows": "from IPython.display import HTML\n\nHTML('<b>bold</b>')",
    "draws": (
        "#| fig-alt: A line\nimport matplotlib.pyplot as plt\n\n"
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nax.set(xlabel='x', ylabel='y');"
    ),
    "raises": "#| error: ZeroDivisionError\n1 / 0",
    "fails": "import helper\n\nhelper.nothing",
    "outside": "print(open('/etc/hostname').read() == open('/etc/hostname').read())",
    "writes": "with open('told/written.txt', 'w') as file:\n    file.write('here')\nprint('wrote')",
}

MOST_KILLED = 4
"""Workers that die in one run: where a new one needs longer than the next lives, none works."""


def note(code: str) -> str:
    return f"# Note\n\n```python\n{code}\n```\n"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process of its own, and a scheduler in this one."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A project with a note for each cell."""
    made = ProjectDir(tmp_path / "project", warm=False)
    made.configure({"writable": ["told"]})
    made.write(FILES | {f"docs/{name}.md": note(code) for name, code in CELLS.items()})
    return made


def run(project: ProjectDir, scheduler: str, kept_in: str) -> Run:
    """Run what is stale, with records in a folder of their own."""
    settings = replace(Settings.load(project.root), scheduler=scheduler)
    with Engine(settings, kept_in=project.root / kept_in) as engine:
        return engine.run(Vault.scan(settings))


def records(project: ProjectDir, kept_in: str) -> dict[str, Any]:
    """All records by their keys, but for the time that cells took."""
    found = {}
    for path in (project.root / kept_in / "records").glob("*.json"):
        content = json.loads(path.read_bytes())
        del content["digest"]
        for cell in content["cells"]:
            cell["seconds"] = cell["processor"] = 0
        found[path.name] = content
    return found


@pytest.mark.nightly
def test_records_of_a_cluster_are_those_of_a_run_at_home(project: ProjectDir, cluster: Any) -> None:
    """Byte for byte but for seconds; the same cells fail, at the same lines."""
    there = run(project, cluster.scheduler_address, "state-there")
    here = run(project, "", "state-here")
    assert list(map(str, there.problems)) == list(map(str, here.problems))
    assert len(there.problems) == 1 and there.ran == here.ran == len(CELLS)
    assert records(project, "state-there") == records(project, "state-here")
    assert (project.root / "told/written.txt").read_text("utf-8") == "here"
    assert any("ran" in notice and "tcp://" in notice for notice in there.notices)
    assert cluster.scheduler_address in there.notices[0]


@pytest.mark.nightly
def test_a_command_names_a_cluster(project: ProjectDir, cluster: Any) -> None:
    """For itself alone; the configuration says nothing of one."""
    address = cluster.scheduler_address
    told = project.notewright("--scheduler", address, "run", "imports")
    assert told.status == 0 and told.lines(f"sessions run on the cluster at {address}")
    project.write({"docs/imports.md": note(f"{CELLS['imports']}\n1")})
    assert not project.notewright("run", "imports").lines("on the cluster")


@pytest.mark.nightly
def test_what_changed_here_is_what_runs_there(project: ProjectDir, cluster: Any) -> None:
    """A module two imports away, and a file whose name only the run knows."""
    run(project, cluster.scheduler_address, "state")
    project.write({"deeper.py": "FACTOR = 8\n", "data/a.csv": "5\n", "data/c.csv": ""})
    again = run(project, cluster.scheduler_address, "state")
    texts = {path: str(cells[0].outputs) for path, cells in again.cells.items()}
    assert "48" in texts["imports.md"] and "'5\\n" in texts["reads.md"].replace('"', "'")
    assert "c.csv" in texts["lists.md"] and "True" in texts["misses.md"]
    assert again.ran == 5  # the failed one, too


@pytest.mark.nightly
def test_the_second_run_runs_nothing(project: ProjectDir, cluster: Any) -> None:
    """Records of a cluster are fresh at home."""
    (project.root / "docs/fails.md").unlink()
    run(project, cluster.scheduler_address, "state")
    assert run(project, "", "state").ran == 0


@pytest.mark.nightly
def test_killed_workers_cost_time_only(project: ProjectDir) -> None:
    """Each session has its record in the end; no process is left of the dead."""
    count = 12
    for name in CELLS:
        (project.root / f"docs/{name}.md").unlink()
    code = "import time\n\ntime.sleep(0.3)\nprint('number {0}')"
    project.write({f"docs/n{n}.md": note(code.format(n)) for n in range(count)})
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        is_over = threading.Event()

        def kill() -> None:
            for _ in range(MOST_KILLED):
                if is_over.wait(1.5):
                    return
                pids = [each.pid for each in cluster.workers.values() if getattr(each, "pid", 0)]
                for pid in sorted(pids)[:1]:
                    os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            done = run(project, cluster.scheduler_address, "state")
        finally:
            is_over.set()
            killer.join()
    assert not done.problems and done.ran == count
    for number in range(count):
        assert f"number {number}" in str(done.cells[f"n{number}.md"][0].outputs)


@pytest.mark.nightly
def test_a_worker_that_dies_with_its_answer_is_not_waited_for(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was the last, too: the session runs here."""
    monkeypatch.setattr("notewright.run.cluster.cluster_runner.CONNECT", 3.0)
    for name in CELLS:
        (project.root / f"docs/{name}.md").unlink()
    project.write({"docs/one.md": note("print('number 1')")})
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        hand_over = distributed.Future.result

        def dies_before(future: Any, timeout: float | None = None) -> Any:
            for nanny in list(cluster.workers.values()):
                cluster.sync(nanny.close)
            return hand_over(future, timeout)

        monkeypatch.setattr(distributed.Future, "result", dies_before)
        done = run(project, cluster.scheduler_address, "state")
    assert not done.problems and done.ran == 1
    assert "number 1" in str(done.cells["one.md"][0].outputs)


@pytest.mark.nightly
def test_a_scheduler_that_ends_leaves_the_rest_to_us(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and each session has its record."""
    monkeypatch.setattr("notewright.run.cluster.cluster_runner.CONNECT", 3.0)
    code = "import time\n\ntime.sleep(0.5)\nprint('number {0}')"
    project.write({f"docs/n{n}.md": note(code.format(n)) for n in range(8)})
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
    )

    def end() -> None:
        time.sleep(3)
        cluster.close()

    ending = threading.Thread(target=end)
    ending.start()
    done = run(project, cluster.scheduler_address, "state")
    ending.join()
    assert len(done.problems) == 1 and done.ran == 8 + len(CELLS)
    assert len(records(project, "state")) == 7 + len(CELLS)


def test_a_cluster_that_never_answers_is_left(
    project: ProjectDir, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its workers are there, and none of them ever takes the session: it runs here."""
    for name in CELLS:
        (project.root / f"docs/{name}.md").unlink()
    project.configure({"timeout": 0.1})
    project.write({"docs/one.md": note("print('number 1')")})
    monkeypatch.setattr("notewright.run.cluster.cluster_runner.CONNECT", 0.5)
    monkeypatch.setattr("notewright.run.runner.SLACK", 0.5)
    nobody = ["tcp://127.0.0.1:1"]
    monkeypatch.setattr(ClusterRunner, "_allowed", lambda self: nobody)
    done = run(project, cluster.scheduler_address, "state")
    assert not done.problems and done.ran == 1
    assert any("has stopped responding" in notice for notice in done.notices)
    assert "number 1" in str(done.cells["one.md"][0].outputs)


def test_a_worker_with_other_packages_is_refused_with_the_difference(
    project: ProjectDir, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named; where no other worker is left, so is what to do."""
    for module in ("notewright.run.records", "notewright.run.cluster.cluster_runner"):
        monkeypatch.setattr(f"{module}.packages_of", lambda _: {"matplotlib": "1.0"})
    monkeypatch.setattr("notewright.run.cluster.remote.installed", lambda: "another")
    with pytest.raises(EngineError, match=r"package matplotlib: 1\.0 changed to \d"):
        run(project, cluster.scheduler_address, "state")


def test_no_scheduler_is_told(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address, and what to do."""
    monkeypatch.setattr("notewright.run.cluster.cluster_runner.CONNECT", 1.0)
    with pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:9 does not respond"):
        run(project, "tcp://127.0.0.1:9", "state")


@pytest.mark.parametrize("address", ["cluster", "tcp://cluster", "a:b:c"])
def test_an_address_without_a_port_is_told_at_once(project: ProjectDir, address: str) -> None:
    """Nobody waits for who cannot answer."""
    with pytest.raises(
        EngineError,
        match=(f"`{address}` is not a valid scheduler address: .* tcp://localhost:8786"),
    ):
        run(project, address, "state")
