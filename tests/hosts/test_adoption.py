"""`notewright init --check`: a project of MkDocs learns what its pages would lose, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

CONFIG = """\
site_name: Theirs
theme: {name: material}
plugins: [search]
markdown_extensions:
  - admonition
  - attr_list
  - tables
"""
SAME = "# Home\n\nA paragraph on one line, and a [link](guide.md).\n\n- one\n- two\n"
GUIDE = """\
# Guide

A paragraph that is
wrapped by its writer.

#No space behind the sign

```python
print(1)
```
"""


@pytest.fixture
def theirs(tmp_path: Path) -> ProjectDir:
    """A project of MkDocs that never heard of notewright, in a vault of Obsidian."""
    project = ProjectDir(tmp_path / "theirs")
    (project.root / "docs/.obsidian").mkdir(parents=True)
    project.write({"mkdocs.yml": CONFIG, "docs/index.md": SAME, "docs/guide.md": GUIDE})
    return project


def files(project: ProjectDir) -> set[str]:
    return {path.relative_to(project.root).as_posix() for path in project.root.rglob("*")}


def test_losses_are_named_by_file_and_line_and_nothing_is_written(theirs: ProjectDir) -> None:
    """The page that keeps everything is counted; the exit status is 1."""
    there = files(theirs)
    said = theirs.command("-m", "notewright", "init", "--check", "--json")
    assert said.status == 1, said.output
    found = json.loads(said.output)
    assert (found["pages"], found["identical"], found["failed"]) == (2, 1, "")
    lost = {(each["kind"], each["file"], each["line"]) for each in found["losses"]}
    assert ("headings", "guide.md", 6) in lost
    assert {file for _, file, _ in lost} == {"guide.md"}
    assert files(theirs) == there
    text = theirs.command("-m", "notewright", "init", "--check")
    assert "2 pages compared, 1 without losses" in text.output
    assert "guide.md:6: h1: No space" in text.output and "nothing was written" in text.output


def test_a_project_that_mkdocs_cannot_build_is_an_error_of_its_own(theirs: ProjectDir) -> None:
    """It is not put down to notewright."""
    theirs.write({"mkdocs.yml": CONFIG.replace("[search]", "[search, no-such-plugin]")})
    said = theirs.command("-m", "notewright", "init", "--check")
    assert (
        said.status == 1
        and "MkDocs cannot build this project even without notewright" in said.output
    )
    assert "no-such-plugin" in said.output


def test_a_folder_without_a_project_is_told_so(tmp_path: Path) -> None:
    """There is nothing to compare."""
    project = ProjectDir(tmp_path)
    said = project.command("-m", "notewright", "init", "--check")
    assert said.status == 1 and "no mkdocs.yml" in said.output
