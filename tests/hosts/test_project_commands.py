"""`list`, `clean` and `doctor`: what a project holds, and what it lacks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts.diagnosis import diagnose

pytestmark = pytest.mark.gate

NOTE = "# A\n\n```python\nx = 1\nprint(x)\n```\n\n```python continuation\nx + 1\n```\n"
OTHER = "# B\n\n```python\nprint('b')\n```\n"


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Two notes with a session each."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/a.md": NOTE, "docs/b.md": OTHER, "docs/c.md": "# C\n"})
    return made


@pytest.mark.nightly
def test_list_says_what_is_stale(project: ProjectDir) -> None:
    """Before a run all is; afterwards nothing, until a note is edited."""
    listed = json.loads(project.notewright("list", "--json").output)
    counts = {"note": "docs/a.md", "cells": 2, "sessions": 1, "fresh": 0, "stale": 1}
    assert listed[0] == counts | {"shared": 0, "seconds": 0, "longest": 0}
    assert [row["stale"] for row in listed] == [1, 1, 0]
    project.notewright("run")
    table = project.notewright("list")
    assert table.lines("3 notes, 0 sessions would run") and table.lines("docs/c.md", "0")
    project.write({"docs/b.md": OTHER.replace("'b'", "'c'")})
    stale = project.notewright("list", "--stale")
    assert stale.lines("docs/b.md") and not stale.lines("docs/a.md")
    assert stale.lines("1 note, 1 session would run")
    assert project.notewright("list", "a").lines("1 note, 0 sessions")


def test_list_says_what_would_be_taken(tmp_path: Path) -> None:
    """From shared records: it runs in no clone; a place that cannot be asked is told."""
    one, two = (ProjectDir(tmp_path / name) for name in ("one", "two"))
    for each in (one, two):
        each.configure({"shared_records": "../store"})
        each.write({"docs/a.md": NOTE, "docs/b.md": OTHER})
    one.notewright("run")
    two.write({"docs/b.md": OTHER.replace("'b'", "'c'")})
    told = two.notewright("list", "--stale")
    assert told.lines("2 notes, 1 session would run; 1 would come from the shared records")
    assert told.lines("note")[0].split()[-1] == "shared"
    assert told.lines("docs/a.md")[0].split()[-2:] == ["1", "1"]
    assert told.lines("docs/b.md")[0].split()[-2:] == ["1", "0"]
    assert not list(two.root.glob(".notewright/records/*")), "to list takes nothing"
    gone = two.notewright("list", NOTEWRIGHT_SHARED_RECORDS=str(tmp_path / "no/such/store"))
    assert gone.status == 0 and gone.lines("2 notes, 2 sessions would run")
    assert gone.lines("shared records at", "no longer read")


def test_list_says_what_takes_longest(project: ProjectDir) -> None:
    """The note whose session took longest comes first; one without cells took nothing."""
    slow = "```python\nimport time\n\ntime.sleep(0.1)\n```\n"
    project.write({"docs/b.md": f"# B\n\n{slow}\n{slow}"})
    project.notewright("run")
    listed = json.loads(project.notewright("list", "--slowest", "--json").output)
    took = [row["longest"] for row in listed]
    assert took == sorted(took, reverse=True) and took[-1] == 0
    (slowest,) = (row for row in listed if row["note"] == "docs/b.md")
    assert slowest["seconds"] > slowest["longest"] >= 0.1
    (told,) = project.notewright("list", "--slowest").lines("docs/b.md")
    assert told.split()[-2:] == [str(slowest["seconds"]), str(slowest["longest"])]


def test_clean_removes_the_records_and_nothing_else(project: ProjectDir) -> None:
    """Only if asked in earnest; then every cell runs again."""
    assert project.notewright("run").counts == (2, 0, 0)
    told = project.notewright("clean", "--dry-run")
    assert told.status == 0 and told.lines("would delete", "from .notewright/")
    assert project.notewright("run").counts == (0, 2, 0)
    notes = {path.name: path.read_text() for path in (project.root / "docs").glob("*.md")}
    assert project.notewright("clean").status == 0
    assert not (project.root / ".notewright").exists()
    assert notes == {path.name: path.read_text() for path in (project.root / "docs").glob("*.md")}
    assert project.notewright("clean").lines("0 files")
    (project.root / ".notewright/pages").mkdir(parents=True)  # of a vault without cells
    assert project.notewright("clean").status == 0
    assert not (project.root / ".notewright").exists()
    assert project.notewright("run").counts == (2, 0, 0)


def test_clean_needs_a_project(tmp_path: Path) -> None:
    """Somebody is in a wrong place, and nothing is clean."""
    done = ProjectDir(tmp_path).notewright("clean")
    assert done.status == 1 and done.lines("/.notewright found. Change to the project folder")


def test_doctor_tells_where_records_cannot_be_kept(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the folder that does not take them."""
    able = os.access

    def access(path: Path, *mode: int) -> bool:
        return Path(path) != project.root and able(path, *mode)

    monkeypatch.setattr(os, "access", access)
    told = [each for each in diagnose(project.root) if "not writable" in each.what]
    assert [each.what for each in told] == [f"{project.root}: not writable"]
    assert told[0].is_missing and "--state-dir" in told[0].remedy


def test_clean_takes_no_other_folder(project: ProjectDir, tmp_path: Path) -> None:
    """Neither one without records, nor one behind a link."""
    (tmp_path / "other").mkdir()
    refused = project.notewright("--state-dir", str(tmp_path / "other"), "clean")
    assert refused.status == 1 and refused.lines("does not contain records")
    (project.root / ".notewright").symlink_to(project.root / "docs")
    assert project.notewright("clean").status == 1
    assert (project.root / "docs" / "a.md").exists()


def test_clean_of_another_place_removes_only_what_is_ours(
    project: ProjectDir, tmp_path: Path
) -> None:
    """Whoever names a folder of his own for records keeps his other files."""
    place = tmp_path / "other"
    kept = {place / "thesis.txt", place / "records" / "mine.json", place / "locks" / "a.lock"}
    assert project.notewright("--state-dir", str(place), "run").counts == (2, 0, 0)
    for path in kept:
        path.write_text("precious", "utf-8")
    told = project.notewright("--state-dir", str(place), "clean", "--dry-run")
    assert told.lines("2 files", "would delete"), told.output
    assert project.notewright("--state-dir", str(place), "clean").lines("deleted 2 files")
    assert {path for path in place.rglob("*") if path.is_file()} == kept


@pytest.mark.parametrize("place", [".", "docs", "docs/sub", "/"])
@pytest.mark.parametrize("command", ["run", "clean"])
def test_no_records_are_kept_among_notes(project: ProjectDir, place: str, command: str) -> None:
    """Nor in a folder that holds them: `clean` would see to it."""
    before = set(project.root.rglob("*"))
    told = project.notewright("--state-dir", place, command)
    assert told.status == 1 and told.lines("contains the notes folder, or is inside it"), (
        told.output
    )
    assert set(project.root.rglob("*")) == before


@pytest.mark.parametrize(
    "command", [("build",), ("stage", "there"), ("export", "a", "--output", "a.pdf"), ("doctor",)]
)
def test_what_keeps_nothing_elsewhere_says_so(project: ProjectDir, command: tuple[str]) -> None:
    """It would keep it in the usual place, without a word."""
    told = project.notewright("--state-dir", "there", *command)
    assert told.status == 1 and told.lines("Remove the option"), told.output


def test_doctor_tells_what_is_there(project: ProjectDir) -> None:
    """A line for each finding; nothing is missing, and nothing runs."""
    found = project.notewright("doctor")
    assert found.status == 0, found.output
    assert found.lines("ok", "the notewright plugin is enabled")
    assert found.lines("ok", "docs/: a vault; 3 notes, 0 attachments, 3 cells in 2 sessions")
    assert found.lines("ok", "packages for the site", "mkdocs") and found.lines("no problems found")
    assert not (project.root / ".notewright").exists()


def test_doctor_tells_what_init_would_do_otherwise(tmp_path: Path) -> None:
    """A site that is older than a default of `init` is told of it, with the line to add."""
    project = ProjectDir(tmp_path)
    plain = "site_name: A\ndocs_dir: .\nsite_dir: .site\nplugins: [notewright]\n"
    daily = {".obsidian/daily-notes.json": '{"folder": "Diary"}', "Diary/2026-01-01.md": "# Day\n"}
    project.write({"mkdocs.yml": plain, "index.md": "# Home\n", **daily})
    told = project.notewright("doctor")
    add = "daily notes. To exclude them, add `/Diary/` to `exclude_docs`"
    assert told.lines("note", "public: 1 file", add), told.output
    project.write({"mkdocs.yml": f"{plain}exclude_docs: /Diary/\n"})
    assert not project.notewright("doctor").lines("daily notes")
    other = ProjectDir(tmp_path / "other")
    other.write({"mkdocs.yml": "site_name: A\nplugins: [notewright]\n", "docs/index.md": "# A\n"})
    assert other.notewright("doctor").lines("note", "read as MkDocs does", "`dialect: obsidian`")
    named = "site_name: A\nplugins: [notewright: {dialect: mkdocs}]\n"
    other.write({"mkdocs.yml": named})
    assert not other.notewright("doctor").lines("read as MkDocs does")


MAKING = "plugins: [notewright]\nmarkdown_extensions:\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"docs/x.md": "```python\nimport no_such_thing.part\n```\n"}, "`no_such_thing`"),
        (
            {"mkdocs.yml": "site_name: A\nplugins: [search]\n"},
            ("the notewright plugin is not enabled"),
        ),
        ({"mkdocs.yml": "site_name: A\nplugins: [notewright: {timeot: 3}]\n"}, "Did you mean"),
        ({"mkdocs.yml": "site_name: [A\n"}, "not valid YAML"),
        (
            {"mkdocs.yml": "theme: {name: materail}\nplugins: [search, notewright]\n"},
            "mkdocs.yml:1: the theme `materail` is not installed. Did you mean `material`?",
        ),
        (
            {"mkdocs.yml": "theme: material\nplugins:\n  - xyzzy: {}\n  - notewright\n"},
            "mkdocs.yml:3: the plugin `xyzzy` is not installed. Install the package",
        ),
        (
            {"mkdocs.yml": "plugins:\n  - search\n  - mermaid9\n  - notewright\n"},
            "mkdocs.yml:3: the plugin `mermaid9` is not installed. Install the package",
        ),
        (
            {"mkdocs.yml": MAKING + "  - pymdownx.highlight: {}\n  - tables\n  - mdx_maths\n"},
            "mkdocs.yml:5: the Markdown extension `mdx_maths` is not installed. Install",
        ),
        (
            {"mkdocs.yml": MAKING + "  codehilit:\n  markdown.extensions.toc: {}\n"},
            "mkdocs.yml:3: the Markdown extension `codehilit` is not installed. Did you mean",
        ),
        ({"mkdocs.yml": "docs_dir: gone\nplugins: [notewright]\n"}, "this folder does not exist"),
    ],
)
def test_doctor_tells_what_is_missing(
    project: ProjectDir, files: dict[str, str], words: str
) -> None:
    """With what to do, and the exit status 1."""
    project.write(files)
    found = project.notewright("doctor")
    assert found.status == 1 and found.lines("lacks", words), found.output
    assert found.lines("1 problem found")


def test_doctor_in_no_project_names_init(tmp_path: Path) -> None:
    """The first thing that a newcomer types."""
    found = ProjectDir(tmp_path).notewright("doctor")
    assert found.status == 1 and found.lines("lacks", "no mkdocs.yml", "`notewright init`")
