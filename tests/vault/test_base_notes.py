"""Base files as notes of a vault: read, named and renamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.note.parse import Parse
from notewright.settings import Settings
from notewright.vault import base_notes
from notewright.vault.vault import Vault

BASE = "views:\n  - name: One\n  - type: list\n  - name: Two\n"


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A base, and a note that links to it."""
    found = ProjectDir(tmp_path)
    found.configure()
    found.write({"docs/books.base": BASE, "docs/index.md": "# Home\n\n![[books.base#Two]]\n"})
    return found


def vault_of(project: ProjectDir) -> Vault:
    """Its vault as it is now."""
    return Vault.scan(Settings.load(project.root))


@given(st.text(st.characters(exclude_characters="\r\0"), max_size=60))
def test_the_fence_holds_the_file(source: str) -> None:
    """Whatever it holds, backticks too: it is what the fence holds, in one block."""
    (token,) = Parse(base_notes.as_markdown(source)).blocks
    assert (token.type, token.info) == ("fence", "base")
    assert token.content == (source if source.endswith("\n") or not source else f"{source}\n")


def test_its_headings_are_the_names_of_its_views(project: ProjectDir) -> None:
    """With their lines in the file; what is no YAML has none."""
    note = vault_of(project).notes["books.base"]
    assert [(each.text, each.line) for each in note.outline] == [("One", 2), ("Two", 4)]
    assert (note.name, note.title) == ("books.base", "books")
    project.write({"docs/books.base": "views: ["})
    assert vault_of(project).notes["books.base"].outline == []


def test_only_its_whole_name_finds_it(project: ProjectDir) -> None:
    """As in Obsidian: without `.base` a link means a note."""
    vault = vault_of(project)
    home = vault.notes["index.md"]
    assert vault.resolve("books.base", home) == "books.base"
    assert vault.resolve("Books.BASE", home) == "books.base"
    assert vault.resolve("books", home) is None


def test_a_base_is_renamed_as_it_is(project: ProjectDir) -> None:
    """Its links follow; into the file itself nothing is written."""
    renamed = project.notewright("rename", "books.base", "library")
    assert renamed.status == 0, renamed.output
    assert (project.root / "docs/library.base").read_text("utf-8") == BASE
    assert not (project.root / "docs/books.base").exists()
    home = (project.root / "docs/index.md").read_text("utf-8")
    assert home == "# Home\n\n![[library.base#Two]]\n"


def test_a_base_that_cannot_be_read_lists_nothing(project: ProjectDir) -> None:
    """Its error is told; an empty base would list the whole vault."""
    (project.root / "docs/books.base").write_bytes(b"views: \xff\n")
    note = vault_of(project).notes["books.base"]
    assert note.text == "" and "not valid UTF-8" in str(note.problems[0])
