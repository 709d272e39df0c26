"""What is asked of the playground while its vault changes is answered by what holds then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from projects import ProjectDir
from served import Served

from tests.hosts.playground.test_guard import Client

pytestmark = pytest.mark.gate

NOTE = """# Home

```python
from pathlib import Path

print("began with", Path("given.txt").read_text())
```
"""
WAITS = """from pathlib import Path
import time

given = Path("given.txt").read_text()
with Path(".out/begun.txt").open("a") as begun:
    begun.write("begun ")
while not Path("go.txt").exists():
    time.sleep(0.02)
print("went on with", given)
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A note whose cell reads a file that no folder of the server has."""
    project = ProjectDir(tmp_path)
    project.configure({"playground": True, "writable": [".out"]})
    project.write({"docs/index.md": NOTE, "given.txt": "one", ".out/kept.txt": ""})
    server = Served(project)
    server.wait(lambda: "Serving on" in server.output)
    server.wait_for("", "began with one")
    yield server
    if server.is_alive:
        server.end()


@pytest.mark.parametrize("change", ["what a cell has read", "the configuration"])
def test_a_run_begins_anew_where_its_program_is_old(served: Served, change: str) -> None:
    """Who waits for it gets what the new one gives, and no word of the old one's end."""
    root = served.project.root
    client = Client(served)
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(client.ask, "run", {"cell": 1, "codes": {"1": WAITS}, "values": {}})
        served.wait((root / ".out" / "begun.txt").exists)
        before = served.builds
        if change == "the configuration":
            served.project.configure({"playground": True, "writable": [".out"], "timeout": 29})
        else:
            served.project.write({"given.txt": "two"})
        served.wait(lambda: served.builds > before)
        served.project.write({"go.txt": ""})
        told = waits.result()[2]
    assert "error" not in told, told
    wanted = "one" if change == "the configuration" else "two"
    assert f"went on with {wanted}" in told["html"]


def test_who_leaves_a_page_ends_no_run_of_another(served: Served) -> None:
    """Another tab may show the same note, or the same tab has loaded it anew."""
    root = served.project.root
    client = Client(served)
    wanted = {"cell": 1, "codes": {"1": WAITS}, "values": {}, "reader": "stays"}
    with ThreadPoolExecutor() as pool:
        client.ask("alive", {"reader": "leaves"})
        waits = pool.submit(client.ask, "run", wanted)
        served.wait((root / ".out" / "begun.txt").exists)
        client.ask("end", {"reader": "leaves"})
        served.project.write({"go.txt": ""})
        told = waits.result()[2]
    assert "went on with one" in told["html"], told
    assert (root / ".out" / "begun.txt").read_text("utf-8") == "begun "


def test_who_leaves_a_page_ends_what_it_runs(served: Served) -> None:
    """Nobody waits for it: it is not begun anew."""
    root = served.project.root
    client = Client(served)
    wanted = {"cell": 1, "codes": {"1": WAITS}, "values": {}, "reader": "leaves"}
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(client.ask, "run", wanted)
        served.wait((root / ".out" / "begun.txt").exists)
        client.ask("end", {"reader": "leaves"})
        told = waits.result()[2]
    assert told == {"error": "the playground was stopped. Run the cell again"}
    assert (root / ".out" / "begun.txt").read_text("utf-8") == "begun "
