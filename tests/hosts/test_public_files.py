"""What `doctor` and the first build say of what readers see."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts.public_files import by_folder, summary
from notewright.settings import Settings
from notewright.vault.vault import Vault


def scanned(root: Path, files: dict[str, str], config: str) -> Vault:
    """A vault of Obsidian below `docs`."""
    (root / "docs/.obsidian").mkdir(parents=True)
    (root / "mkdocs.yml").write_text(config, "utf-8")
    for name, text in files.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Vault.scan(Settings.load(root))


CONFIG = """
site_name: Test
exclude_docs: |
  /Journal/
draft_docs: |
  later.*
plugins: [notewright]
"""
FILES = {
    "Journal/a.md": "",
    "Journal/b.png": "",
    "templates/new.md": "",
    "Notes/one.md": "![[shown.png]]",
    "Notes/two.md": "---\npublish: false\n---\n![[hidden.png]]",
    "three.md": "---\ndraft: true\n---\n",
    "later.md": "",
    "later.png": "",
    "Files/shown.png": "",
    "Files/hidden.png": "",
}


def test_what_is_public_and_what_is_not_is_counted(tmp_path: Path) -> None:
    """By folder, and by the reason."""
    assert [*summary(scanned(tmp_path, FILES, CONFIG))] == [
        "public: Notes/  1 note; Files/  1 other file",
        "not public: 2 files by `exclude_docs`; 1 file in template folders; "
        "1 note with `publish: false`; 2 drafts (`draft: true` or `draft_docs`); "
        "1 other file used only by private notes; 1 other file in `draft_docs`",
    ]


def test_of_many_folders_the_largest_are_named(tmp_path: Path) -> None:
    """Of the others, their number."""
    files = {f"f{number:02}/{name}.md": "" for number in range(14) for name in "ab"}
    listed = [*by_folder(scanned(tmp_path, files, CONFIG))]
    assert listed[0] == "f00/  2 notes"
    assert listed[11:] == ["f11/  2 notes", "and 4 notes in 2 other folders"]


@pytest.mark.parametrize("dialect", ["obsidian", "mkdocs"])
def test_the_first_build_of_a_vault_says_it(tmp_path: Path, dialect: str) -> None:
    """Once, and not where all pages were public before."""
    project = ProjectDir(tmp_path)
    project.configure({"dialect": dialect})
    project.write({"docs/a.md": "# A\n"})
    first, second = project.build(), project.build()
    assert ("public: ./  1 note" in first.output) == (dialect == "obsidian")
    assert "public:" not in second.output
