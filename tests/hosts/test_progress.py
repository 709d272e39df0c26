"""Progress on the terminal: no command is silent while cells run."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts.mkdocs.heartbeat import Heartbeat
from notewright.hosts.progress import Bar, duration
from notewright.note.note import Note
from notewright.note.sessions import group

NOTE = Note("a.md", "docs/a.md", "# A\n\n```python\n#| timeout: 90\n1\n```\n\n```python\n2\n```\n")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59, "59 s"), (80.2, "1 min 20 s"), (120, "2 min"), (850, "14 min")],
)
def test_a_time_is_said_as_exactly_as_it_helps(seconds: float, said: str) -> None:
    """No seconds beside ten minutes."""
    assert duration(seconds) == said


def test_what_runs_long_is_named_with_its_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where nothing ends, as with a cell that waits: a line each half minute."""
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    long, short = group(NOTE.cells)
    bar = Bar()
    bar.start(2, 30.0)
    bar.finish()  # no second thread: what follows is decided by the times given
    bar.begin(long)
    bar.begin(short)
    bar.tell(now + 29)
    assert capsys.readouterr().err == ""
    bar.tell(now + 30)
    assert capsys.readouterr().err == (
        "notewright: 0 of 2 sessions: docs/a.md:3 for 30 s (limit per cell: 90 s), "
        "docs/a.md:8 for 30 s (limit per cell: 30 s)\n"
    )
    now += 45
    bar.advance(long)
    assert "notewright: 1 of 2 sessions: docs/a.md:8 for 45 s" in capsys.readouterr().err


def test_a_server_says_how_far_its_cells_are() -> None:
    """At once, each minute with an estimate, and at the end; an edit that is quick says nothing."""
    said: list[str] = []
    now_run = [(0, 0, 600)]
    heart = Heartbeat(lambda: now_run[-1], said.append)

    def beat(done: int, failed: int, left: int, now: float) -> None:
        now_run.append((done, failed, left))
        heart.beat(now)

    beat(0, 0, 600, 0.0)
    assert said == [
        "notewright: running 600 sessions. Pages are updated as results arrive; Ctrl+C keeps the "
        "results so far"
    ]
    beat(100, 1, 500, 59.0)
    assert len(said) == 1
    beat(100, 1, 500, 60.0)
    assert said[1] == "notewright: 100 of 600 sessions done, about 5 min left"
    beat(600, 2, 0, 400.0)
    beat(600, 2, 0, 401.0)
    assert said[2:] == ["notewright: ran 600 sessions in 6 min 40 s, 2 failed"]

    beat(0, 0, 1, 500.0)
    beat(0, 0, 1, 504.0)
    beat(1, 0, 0, 504.5)
    assert len(said) == 3
    beat(0, 0, 1, 600.0)
    beat(0, 0, 1, 605.0)
    beat(1, 0, 0, 650.0)
    assert said[3].startswith("notewright: running 1 session.")
    assert said[4:] == ["notewright: ran 1 session in 50 s, 0 failed"]


@pytest.mark.gate
def test_a_port_in_use_is_refused_before_the_build(tmp_path: Path) -> None:
    """Else a long build would end with it."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# A\n\n```python\nopen('data/ran', 'w').close()\n```\n"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = project.command("-m", "mkdocs", "serve", "--dev-addr", address)
    assert done.status == 1 and done.lines(f"cannot listen on {address}"), done.output
    assert not (project.root / ".notewright").exists()
