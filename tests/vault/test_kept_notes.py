"""Notes that another process read are what this one would read; nothing else is taken for them."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from notewright.note import cells, note
from notewright.note.note import Note
from notewright.note.symbols import symbols_of
from notewright.settings import Settings
from notewright.vault.kept_notes import NAME, KeptNotes
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
READ = (
    *("cells", "values", "code_digest", "wikilinks", "markdown_links", "unseen_images"),
    *("tags", "outline", "headings", "block_ids", "properties", "problems", "title", "aliases"),
)
FILES = {
    "a.md": "---\ntags: [one]\ndate: 2026-01-02\n---\n# A\n\n[[b]] ![x](c.py)\n\n"
    "```python\n#| label: sum\n#| vary: {n: [1, 2]}\n#| vary-caption: for {n}\n1 + 1\n```\n\n"
    "It is 2<!--= _ -->. ^id\n",
    "b.md": '# B\n\n```python\n--8<-- "help.py"\nK\n```\n',
    "c.py": "# %% [markdown]\n# # C\n\n# %%\n1 + 1\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small vault."""
    for path, text in {
        **{f"docs/{p}": t for p, t in FILES.items()},
        "snippets/help.py": "K = 1\n",
    }.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (tmp_path / ".notewright").mkdir()
    return Settings.from_options(tmp_path, tmp_path / "docs", {"snippets": "snippets"})


def read(settings: Settings, given: str = "1") -> Vault:
    """What a new process finds, all of it read; and kept."""
    kept = KeptNotes(settings.state_dir, given)
    vault = Vault.scan(settings, known=kept)
    for each in vault.notes.values():
        for name in READ:
            getattr(each, name)
        each.remembered("symbols", each.code_digest, lambda each=each: symbols_of(each.cells))
    kept.keep(vault.notes)
    return vault


def test_notes_are_kept_before_anything_else_is(settings: Settings) -> None:
    """A server that ends at once has run nothing and made no page yet."""
    settings.state_dir.rmdir()
    read(settings)
    assert KeptNotes(settings.state_dir, "1").notes.keys() == FILES.keys()


def told(found: Note) -> dict[str, object]:
    """All that a note tells."""
    return {name: getattr(found, name) for name in READ}


def forbid(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what is read out of texts from now on."""
    asked: list[str] = []
    for module, name in ((note, "find_cells"), (note, "find_links"), (note, "find_headings")):
        real = getattr(module, name)

        def counted(*given: object, real=real, name=name, **named: object) -> object:  # type: ignore[no-untyped-def]
            asked.append(name)
            return real(*given, **named)

        monkeypatch.setattr(module, name, counted)
    return asked


@pytest.mark.gate
def test_notes_of_this_vault_come_back_as_they_were_read(tmp_path: Path) -> None:
    """Cells, values, links, headings and tags of real notes."""
    settings = Settings.from_options(ROOT, ROOT / "docs", {"snippets": "snippets"})
    docs = sorted((ROOT / "docs").rglob("*.md"))[::6]
    notes = Vault.scan(settings).notes
    chosen = {path.relative_to(ROOT / "docs").as_posix() for path in docs}
    some = {path: found for path, found in notes.items() if path in chosen}
    before = {path: told(found) for path, found in some.items()}
    KeptNotes(tmp_path, "1").keep(some)
    after = KeptNotes(tmp_path, "1").notes
    assert len(some) > 15
    assert {path: told(found) for path, found in after.items()} == before


def test_a_note_that_did_not_change_is_not_read_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notebooks neither; one that was edited is, and no other."""
    before = {path: told(found) for path, found in read(settings).notes.items()}
    asked = forbid(monkeypatch)
    again = read(settings).notes
    assert {path: told(found) for path, found in again.items()} == before
    assert asked == [] and not any("parse" in vars(found) for found in again.values())
    (settings.docs_dir / "a.md").write_text("# Other\n\n[[c]]\n", "utf-8")
    changed = read(settings).notes
    assert sorted(asked) == ["find_cells", "find_headings", "find_links"]
    assert changed["a.md"].title == "Other"
    assert [link.path for link in changed["a.md"].wikilinks] == ["c"]
    assert told(changed["b.md"]) == before["b.md"]


def test_a_file_that_a_cell_includes_is_looked_at(settings: Settings) -> None:
    """The text of the note is the same, and its code is not."""
    read(settings)
    (settings.root / "snippets" / "help.py").write_text("K = 2\n", "utf-8")
    assert "K = 2" in read(settings).notes["b.md"].cells[0].code


def test_what_is_none_of_ours_is_not_read(settings: Settings, tmp_path: Path) -> None:
    """A damaged file, that of another version, and one that would call a function."""
    read(settings)
    place = settings.state_dir / NAME
    whole = place.read_bytes()
    assert set(KeptNotes(settings.state_dir, "1").notes) == set(FILES)
    assert not KeptNotes(settings.state_dir, "2").notes
    for damaged in (b"", whole[:-1], whole[:40], whole[:-3] + b"abc"):
        place.write_bytes(damaged)
        assert not KeptNotes(settings.state_dir, "1").notes

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "called",))

    for content in (pickle.dumps({"a.md": Hostile()}), pickle.dumps([1]), b"\x80\x05.", b"garbage"):
        place.write_bytes(hashlib.sha256(b"1" + content).digest() + content)
        assert not KeptNotes(settings.state_dir, "1").notes
        assert read(settings).notes["a.md"].title == "A"
    assert not (tmp_path / "called").exists()


def test_what_does_not_fit_is_made_anew(settings: Settings) -> None:
    """A place where nothing can be written keeps no note, and hides none."""
    settings.state_dir.rmdir()
    settings.state_dir.write_bytes(b"")
    assert read(settings).notes["a.md"].title == "A"
    assert settings.state_dir.read_bytes() == b""


@pytest.mark.nightly
@pytest.mark.parametrize("execute", [True, False])
def test_a_build_keeps_notes_unless_the_vault_is_a_strangers(
    settings: Settings, execute: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one reads none of them again; in a stranger's state directory nothing is read."""
    monkeypatch.delenv("NOTEWRIGHT_EXECUTE", raising=False)
    plugin = f"notewright: {{snippets: snippets, execute: {str(execute).lower()}}}"
    theme = "theme: {name: material, font: false}"
    config = f"site_name: S\n{theme}\nplugins:\n  - search\n  - {plugin}\n"
    (settings.root / "mkdocs.yml").write_text(config, "utf-8")

    def made() -> bytes:
        config = load_config(str(settings.root / "mkdocs.yml"))
        config.plugins.on_startup(command="build", dirty=True)
        build(config)
        config.plugins.on_shutdown()
        return (settings.root / "site" / "a" / "index.html").read_bytes()

    first = made()
    assert (settings.state_dir / NAME).exists() == execute
    asked: list[str] = []
    real = cells.find_cells
    monkeypatch.setattr(
        note, "find_cells", lambda *given, **named: asked.append("") or real(*given, **named)
    )
    assert made() == first
    assert bool(asked) != execute
