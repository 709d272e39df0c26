"""A second look at a vault: what did not change is not read again, and what changed always is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.found_files import Stamp
from notewright.vault.reading import read_note
from notewright.vault.vault import Vault

Look = Callable[[Vault], tuple[set[str], Vault]]

HOUR = 3_600 * 10**9


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """The notes of a project."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("one\n")
    (docs / "b.md").write_text("two\n")
    (docs / "nb.py").write_text("# %% [markdown]\n# A notebook\n")
    (docs / "script.py").write_text("x = 1\n")
    return docs


@pytest.fixture
def look(docs: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Looks at the vault, knowing an earlier look; returns the names of the notes it read, too."""

    def look(known: Vault) -> tuple[set[str], Vault]:
        names: set[str] = set()

        def noted(path: Path, settings: Settings, known: Note | None = None) -> Note:
            names.add(path.name)
            return read_note(path, settings, known)

        monkeypatch.setattr("notewright.vault.vault.read_note", noted)
        return names, Vault.scan(Settings(docs.parent, docs), known=known)

    return look


def _later(vault: Vault) -> Vault:
    """The vault as if it had been looked at an hour after all was written."""
    vars(vault)["looked"] = vault.looked + HOUR
    return vault


@pytest.fixture
def known(docs: Path) -> Vault:
    """The vault, looked at long after it was written."""
    return _later(Vault.scan(Settings(docs.parent, docs)))


def test_what_did_not_change_is_not_read_again(known: Vault, look: Look) -> None:
    """The second look gives the same vault, and opens no file."""
    read, again = look(known)
    assert (read, again.attachments) == (set(), known.attachments)
    assert [*map(id, again.notes.values())] == [*map(id, known.notes.values())]


def test_a_note_of_the_same_size_and_time_is_read_again(
    docs: Path, known: Vault, look: Look
) -> None:
    """A tool that puts the time back, as `rsync -t` and `git` hooks do, hides no edit."""
    before = (docs / "a.md").stat()
    (docs / "a.md").write_text("six\n")
    os.utime(docs / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    read, now = look(known)
    assert (read, now.notes["a.md"].text) == ({"a.md"}, "six\n")
    assert list(known.changes()) == []  # by time and size alone: who asks for these reads nothing


def test_a_note_that_was_written_just_before_the_look_is_read_again(docs: Path, look: Look) -> None:
    """Two edits within a tick of the clock look the same from outside."""
    soon = time.time_ns()
    os.utime(docs / "a.md", ns=(soon, soon))
    vault = Vault.scan(Settings(docs.parent, docs))
    assert not vault.is_same("a.md", vault.stamps["a.md"])
    assert "a.md" in look(vault)[0]


def test_a_notebook_that_becomes_a_script_and_one_that_comes_are_seen(
    docs: Path, known: Vault, look: Look
) -> None:
    """Whether Python is a note is asked again when it changed."""
    assert "nb.py" in known.notes
    assert "script.py" in known.attachments
    (docs / "nb.py").write_text("x = 2\n")
    (docs / "script.py").write_text("# %% [markdown]\n# Another\n")
    read, now = look(known)
    assert read == {"script.py"}
    assert ("nb.py" in now.attachments, "script.py" in now.notes) == (True, True)


def test_what_goes_and_what_is_put_in_its_place_is_seen(
    docs: Path, known: Vault, look: Look
) -> None:
    """A note that another replaces, with an older time; and one that is gone."""
    (docs / "new.md").write_text("new\n")
    os.utime(docs / "new.md", ns=(1, 1))
    (docs / "new.md").replace(docs / "a.md")
    (docs / "b.md").unlink()
    read, now = look(known)
    assert (read, set(now.notes)) == ({"a.md"}, {"a.md", "nb.py"})


def test_a_note_that_could_not_be_read_is_tried_again(docs: Path, look: Look) -> None:
    """Its text may be there now, though nothing of the file changed."""
    (docs / "a.md").write_bytes(b"\xff\n")
    vault = _later(Vault.scan(Settings(docs.parent, docs)))
    assert vault.notes["a.md"].problems
    read, now = look(vault)
    assert read == {"a.md"}
    assert now.notes["a.md"].problems


def test_other_settings_take_nothing_over(docs: Path, known: Vault, look: Look) -> None:
    """What a note includes is looked for elsewhere then."""
    vars(known)["settings"] = Settings(docs.parent, docs, snippets="elsewhere")
    assert look(known)[0] == {"a.md", "b.md", "nb.py"}


def test_files_come_in_the_order_of_their_folders(docs: Path) -> None:
    """A folder's notes stand together, whatever signs its neighbours' names hold."""
    for name in ("a b.md", "a-b.md", "a/z.md", "a/b/c.md", "a!.md"):
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text("x\n")
    found = list(Vault.scan(Settings(docs.parent, docs)).notes)
    paths = sorted(Path(path) for path in found)
    assert found == [path.as_posix() for path in paths]


def test_links_are_taken_as_what_they_lead_to(docs: Path, tmp_path: Path) -> None:
    """A link to a note inside is a note; others are told, and a link to a folder too."""
    (tmp_path / "out.md").write_text("out\n")
    (docs / "in.md").symlink_to("a.md")
    (docs / "out.md").symlink_to(tmp_path / "out.md")
    (docs / "none.md").symlink_to("nothing.md")
    (docs / "sub").mkdir()
    (docs / "sub" / "c.md").write_text("c\n")
    (docs / "linked").symlink_to("sub", target_is_directory=True)
    (docs / "folder.md").mkdir()
    os.mkfifo(docs / "pipe.md")
    found = Vault.scan(Settings(tmp_path, docs))
    assert {"in.md", "sub/c.md"} <= found.notes.keys()
    told = {problem.file: problem.message for problem in found.problems}
    assert {
        file.removeprefix("docs/"): message.partition(",")[0] for file, message in told.items()
    } == {
        "out.md": "a symbolic link to a file outside the vault",
        "none.md": "a broken symbolic link",
        "linked": "a symbolic link to a folder",
        "folder.md": "a folder with a note's name",
        "pipe.md": "neither a file nor a folder",
    }


def test_a_note_behind_a_link_is_read_again_when_its_file_changed(docs: Path, look: Look) -> None:
    """Its stamp is that of the file, not of the link."""
    (docs / "in.md").symlink_to("a.md")
    vault = _later(Vault.scan(Settings(docs.parent, docs)))
    (docs / "a.md").write_text("three\n")
    assert look(vault)[0] == {"a.md", "in.md"}


def test_a_file_that_is_gone_has_no_stamp(docs: Path) -> None:
    """Between the look and the question, anything may happen."""
    assert Stamp.of(docs / "gone.md") is None
