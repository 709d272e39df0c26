"""Planning of a vault: what its cells import is imported while the other notes are parsed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir

from notewright.note.sessions import Session
from notewright.run import own_programs, planning
from notewright.run.engine import Engine, Run
from notewright.run.warm_parent import WarmParent
from notewright.settings import Settings
from notewright.vault.vault import Vault

CELL = "# Cell\n\n```python\nimport {0}\n\nprint({0}.__name__)\n```\n"
NOTES = {
    "docs/a.md": "# Prose\n\nText.\n",
    "docs/b.md": CELL.format("yaml"),
    "docs/c.md": "# More\n\n```text\nno cell\n```\n",
    "docs/d.md": CELL.format("markupsafe").replace("```python", "``` {.Python}"),
}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault in which nothing ran yet."""
    project = ProjectDir(tmp_path, warm=False)
    project.configure({})
    project.write(NOTES)
    return Vault.scan(Settings.load(tmp_path))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The warm parents that are started."""
    found: list[subprocess.Popen[bytes]] = []
    start = own_programs.start

    def started(module: str) -> Any:
        process, connection = start(module)
        found.append(process)
        return process, connection

    monkeypatch.setattr(own_programs, "start", started)
    return found


def printed(vault: Vault) -> tuple[dict[str, str], Run]:
    """What the cells of a vault print, by their notes; and the pass."""
    with Engine(vault.settings) as engine:
        run = engine.run(vault)
    assert not run.problems
    return {path: str(cells[0].outputs) for path, cells in run.cells.items() if cells}, run


def is_right(found: dict[str, str]) -> bool:
    """Whether each cell shows what it should."""
    return "yaml" in found["b.md"] and "markupsafe" in found["d.md"] and len(found) == 2


def test_imports_begin_before_notes_without_cells_are_parsed(
    vault: Vault, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what began is waited for, not begun again."""
    parsed: list[list[str]] = []
    begin = WarmParent.begin

    def begun(self: WarmParent, sessions: Iterable[Session]) -> None:
        parsed.append([path for path, note in vault.notes.items() if "parse" in vars(note)])
        begin(self, sessions)

    monkeypatch.setattr(WarmParent, "begin", begun)
    assert is_right(printed(vault)[0])
    assert parsed == [["b.md", "d.md"]]
    assert len(started) == 1


def test_other_imports_than_those_that_began_are_waited_for(
    vault: Vault, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fence that looks like none is found by the parse."""
    monkeypatch.setattr(planning, "_may_hold_cells", lambda note: note.path == "b.md")
    found, run = printed(vault)
    assert is_right(found) and not run.notices
    assert len(started) == 2


def test_a_warm_parent_that_dies_before_it_is_waited_for_is_replaced(
    vault: Vault, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is told that nothing is imported for all."""
    begin = WarmParent.begin

    def killed(self: WarmParent, sessions: Iterable[Session]) -> None:
        begin(self, sessions)
        os.kill(started[-1].pid, signal.SIGKILL)

    monkeypatch.setattr(WarmParent, "begin", killed)
    found, run = printed(vault)
    assert is_right(found)
    assert [each for each in run.notices if "was killed by signal 9" in each]
    assert len(started) == 2


def test_where_no_cell_is_nothing_starts(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    """A vault of prose needs no process beside the build's."""
    project = ProjectDir(tmp_path, warm=False)
    project.configure({})
    project.write({path: text for path, text in NOTES.items() if "print" not in text})
    assert printed(Vault.scan(Settings.load(tmp_path)))[0] == {}
    assert not started
