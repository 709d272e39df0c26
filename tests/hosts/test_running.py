"""`notewright run`: one cell, up to the first failure, or again after each save."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import ProjectDir

NOTE = """\
# A

```python
print("first session")
```

```python
x = 20
```

```python continuation
#| label: twice
x * 2
```

```python continuation
#| label: fig-x
#| fig-alt: "A line."
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```

Here 40<!--= x * 2 -->.
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note with two sessions, and one that fails."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/a.md": NOTE, "docs/b.md": "# B\n\n```python\n1 / 0\n```\n"})
    made.write({"docs/c.md": "# C\n\n```python\nprint('c')\n```\n"})
    return made


@pytest.mark.nightly
def test_one_cell_runs_with_those_of_its_session(project: ProjectDir) -> None:
    """It prints what the cell showed; the record is that of any run."""
    ran = project.notewright("run", "--cell", "twice")
    assert ran.status == 0 and ran.counts == (1, 0, 0), ran.output
    assert ran.output.split("\n")[0] == "40"
    assert project.notewright("run", "a", "--cell", "fig-x").lines("(a figure")
    assert project.notewright("run", "a").counts == (1, 1, 0)
    none = project.notewright("run", "--cell", "twicee")
    assert none.status == 1 and none.lines(
        "no cell in", "has the label `twicee`. Did you mean `twice`"
    )


@pytest.mark.nightly
def test_a_run_goes_on_unless_told_otherwise(project: ProjectDir) -> None:
    """`--keep-going` is what it does; `--fail-fast` ends with the note that fails."""
    first = project.notewright("run", "--fail-fast")
    assert first.status == 1 and first.lines("docs/b.md:4: ZeroDivisionError")
    assert project.notewright("list", "--stale").lines("docs/c.md")
    going = project.notewright("run", "--keep-going")
    assert going.status == 1 and going.counts == (2, 2, 1), going.output
    assert project.notewright("run", "--keep-going", "--fail-fast").status == 2
    project.write({"docs/b.md": "# B\n"})
    assert project.notewright("run", "--fail-fast").status == 0


@pytest.mark.nightly
def test_check_speaks_to_machines(project: ProjectDir) -> None:
    """Cells and links, with file, line, column and remedy."""
    project.write({"docs/c.md": "# C\n\nSee [[gone]].\n"})
    checked = project.notewright("check", "--json")
    found = json.loads(checked.output)
    assert checked.status == 1 and found["failed"] == 1
    places = [(each["file"], each["line"], each["column"]) for each in found["problems"]]
    assert places == [("docs/b.md", 4, 0), ("docs/c.md", 3, 5)]
    assert all(each["message"] for each in found["problems"])
    project.write({"docs/c.md": "# C\n", "docs/b.md": "# B\n"})
    assert json.loads(project.notewright("check", "--json").output)["problems"] == []


@pytest.fixture
def watched(project: ProjectDir) -> Iterator[subprocess.Popen[bytes]]:
    """`run --watch` of a note that reads a file."""
    code = "print(open('data.txt').read())"
    project.write({"docs/c.md": f"# C\n\n```python\n{code}\n```\n", "data.txt": "1"})
    process = project.start("-m", "notewright", "run", "--watch", "c")
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def heard(process: subprocess.Popen[bytes], words: str, seconds: float = 100) -> str:
    """What a process says up to a line with some words."""
    assert process.stdout is not None
    said, until = "", time.monotonic() + seconds
    while words not in said and time.monotonic() < until:
        if select.select([process.stdout], [], [], 1)[0]:
            said += os.read(process.stdout.fileno(), 65536).decode()
    assert words in said, said
    return said


@pytest.mark.gate
def test_watch_runs_again_after_each_change(
    project: ProjectDir, watched: subprocess.Popen[bytes]
) -> None:
    """Of the note, and of a file that its cells read; Ctrl+C ends it."""
    heard(watched, "1 run, 0 fresh; no problems")
    project.write({"data.txt": "2"})
    heard(watched, "1 run, 0 fresh; no problems")
    note = project.root / "docs/c.md"
    note.write_text(note.read_text("utf-8").replace("print(", "assert 0, ("), "utf-8")
    heard(watched, "; 1 problem")
    note.write_text(note.read_text("utf-8").replace("assert 0, (", "print("), "utf-8")
    heard(watched, "; no problems")
    watched.send_signal(signal.SIGINT)
    heard(watched, "stopped. Finished sessions are saved")
    assert watched.wait(60) == 130
