"""End to end: what came in a state directory makes nobody read, write or remove elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ProjectDir, Result

pytestmark = pytest.mark.gate

NOTE = "# Home\n\n```python\nprint(40 + 2)\n```\n\n```mermaid\nflowchart LR\n  A --> B\n```\n"
READERS: list[Callable[[ProjectDir], Result]] = [
    lambda project: project.build(),
    lambda project: project.notewright("run"),
    lambda project: project.notewright("check"),
    lambda project: project.pytest("-q"),
]


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault of one cell, beside a folder with JSON that is somebody else's."""
    project = ProjectDir(tmp_path / "project")
    project.root.mkdir()
    project.configure()
    project.write({"docs/index.md": NOTE})
    (tmp_path / "mine").mkdir()
    for name in ("a.json", f"{'a' * 32}.json", f"{'b' * 32}.lock", f"{'c' * 32}.svg"):
        (tmp_path / "mine" / name).write_text("mine")
    return project


FOLDERS = [
    "",
    "records",
    *(
        pytest.param(name, marks=pytest.mark.nightly)
        for name in ("pages", "downloads", "diagrams", "locks", "plotly")
    ),
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_link_in_the_state_directory_is_refused(project: ProjectDir, folder: str) -> None:
    """git keeps such links: every command says so, and nothing is written or removed there."""
    mine = project.root.parent / "mine"
    before = sorted((path.name, path.read_text()) for path in mine.iterdir())
    link = project.root / ".notewright" / folder
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(mine)
    for reader in READERS:
        said = reader(project)
        assert said.status != 0
        assert said.lines(
            f".notewright/{folder}".rstrip("/") + " is a symbolic link", "Remove the link"
        )
        assert "Traceback (most" not in said.output
    assert sorted((path.name, path.read_text()) for path in mine.iterdir()) == before
    link.unlink()
    assert project.build().status == 0


def test_a_pipe_in_the_state_directory_is_refused(project: ProjectDir) -> None:
    """Nothing waits for it."""
    (project.root / ".notewright").mkdir()
    os.mkfifo(project.root / ".notewright/records")
    said = project.build()
    assert said.status == 1
    assert said.lines(".notewright/records is neither a file nor a folder. Remove it")


def test_a_record_that_is_no_file_is_none(project: ProjectDir) -> None:
    """A pipe, a folder, or a link to what never ends in the place of a record: it runs again."""
    assert project.notewright("run").status == 0
    (record,) = (project.root / ".notewright/records").glob("*.json")
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        record.unlink()
        make(record)
        said = project.notewright("run")
        assert said.counts == (1, 0, 0)
        assert record.is_file() and not record.is_symlink()
