"""`notewright build` and `notewright serve`: the site by one program's name, whoever makes it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from projects import ProjectDir
from served import Served

NOTE = "# B\n\n```python\nprint(6 * 7)\n```\n"


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A project that was written long ago, and never built."""
    found = ProjectDir(tmp_path / "project", warm=False)  # it matters how a build starts
    found.write({"docs/b.md": NOTE, "docs/folder/a.md": "# A\n\n[[b]]\n"})
    found.configure(theme={"name": "material", "font": False}, plugins=["search", "notewright"])
    long_ago = time.time() - 60
    for path in found.root.rglob("*.*"):
        os.utime(path, (long_ago, long_ago))
    return found


def site(project: ProjectDir) -> dict[str, bytes]:
    """The files of the site."""
    root = project.root / "site"
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.nightly
def test_build_makes_what_mkdocs_makes(project: ProjectDir) -> None:
    """The same bytes; and of what the one left, the other makes nothing anew."""
    assert project.command("-m", "mkdocs", "build").status == 0
    before = site(project)
    again = project.notewright("-C", str(project.root / "docs"), "build")
    assert again.status == 0 and "nothing changed: 0 pages built" in again.output, again.output
    elsewhere = project.notewright("build", "-q", "-d", "other")
    assert elsewhere.status == 0 and "made" not in elsewhere.output
    (project.root / "site").rename(project.root / "first")
    (project.root / "other").rename(project.root / "site")
    assert site(project) == before


BUILD = """\
import sys
from notewright.hosts.cli import main
status = main(["build", "-q"])
sys.exit(str(sorted({"notewright.run.engine", "notewright.hosts.exporting"} & sys.modules.keys())))
"""


@pytest.mark.nightly
def test_a_build_loads_what_it_needs(project: ProjectDir) -> None:
    """Nothing of the engine where nothing changed, and nothing of other commands."""
    first, second = project.command("-c", BUILD), project.command("-c", BUILD)
    assert first.output.endswith("['notewright.run.engine']\n"), first.output
    assert second.output.endswith("[]\n"), second.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["build", "--sarif"], "`build` has no option `--sarif`, but"),
        (["serve", "--generator", "nothing"], "invalid choice: 'nothing'"),
        (["build", "a", "-C", "there"], "put the option `-C` before the command"),
        (["stage"], "DIR"),
    ],
)
def test_what_is_wrong_is_told_in_sight_of_all_commands(
    project: ProjectDir, words: list[str], told: str
) -> None:
    """A word that these commands do not know may be another's."""
    found = project.notewright(*words)
    assert found.status == 2 and told in found.output, found.output


@pytest.mark.nightly
def test_a_strict_build_with_a_warning_fails(project: ProjectDir) -> None:
    """With MkDocs' status, and the site as it was."""
    assert project.notewright("build", "--strict").status == 0
    before = site(project)
    project.write({"docs/folder/a.md": "# A\n\n[[nobody]]\n"})
    failed = project.notewright("build", "--strict")
    assert failed.status == 1 and "folder/a.md:3" in failed.output, failed.output
    assert site(project) == before


@pytest.mark.gate
def test_serve_shows_what_is_saved(project: ProjectDir) -> None:
    """As `mkdocs serve` does, until Ctrl+C."""
    project.write({"run.py": "from notewright.hosts.cli import main\n\nraise SystemExit(main())\n"})
    served = Served(project, program=("run", "serve"))
    try:
        served.wait_for("b", "42")
        project.write({"docs/folder/a.md": "# A\n\nSaved just now.\n"})
        served.wait_for("folder/a", "Saved just now.")
    finally:
        served.end()


def test_a_project_that_is_none_is_named(tmp_path: Path) -> None:
    """Before anything is loaded."""
    found = ProjectDir(tmp_path).notewright("build")
    assert found.status == 1 and "mkdocs.yml" in found.output


@pytest.mark.parametrize(
    "words",
    [
        ["build"],
        ["stage", "../stage"],
        ["serve", "--generator", "zensical"],
        ["export", "--output", "../book.html"],
    ],
)
def test_without_a_project_nothing_is_made(tmp_path: Path, words: list[str]) -> None:
    """One line says what is not there, and what to do."""
    empty = ProjectDir(tmp_path / "empty")
    empty.write({"docs/a.md": "# A\n"})
    done = empty.notewright(*words)
    assert done.status == 1
    assert done.output.startswith(f"no {empty.root / 'mkdocs.yml'} found."), done.output
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
