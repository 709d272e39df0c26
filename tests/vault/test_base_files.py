"""What a base is told of the files of a vault."""

from __future__ import annotations

from pathlib import Path

import pytest

from notewright.settings import Settings
from notewright.vault.base_files import VaultFiles
from notewright.vault.published import published
from notewright.vault.vault import Vault

NOTES = {
    "a.md": "---\ntags: [model]\nyear: 2001\nof: ['[[n|N]]']\n---\n# A\n\n"
    "[[b#Part|the b]] #inline ![[figure.png]]",
    "folder/b.md": "# B\n\n## Part\n\n[up](../a.md) and [[hidden]]\n",
    "folder/hidden.md": "---\npublish: false\ntags: [secret]\n---\n# Hidden\n\n[[a]]\n",
    "n.py": "# %% [markdown]\n# # N\n#\n# [[a]]\n",
}


@pytest.fixture
def files(tmp_path: Path) -> VaultFiles:
    """The published files of a small vault."""
    for path, text in NOTES.items():
        file = tmp_path / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (tmp_path / "docs/figure.png").write_bytes(b"1234")
    vault = Vault.scan(Settings.from_options(tmp_path, tmp_path / "docs", {}))
    return VaultFiles(published(vault))


def test_what_is_published_is_listed_in_order(files: VaultFiles) -> None:
    """Notes, notebooks and attachments; no note that has no page."""
    assert [each.path for each in files.all()] == ["a.md", "figure.png", "folder/b.md", "n.py"]


def test_a_file_tells_of_itself(files: VaultFiles) -> None:
    """Its names, its tags and links as they are written, its properties; no time."""
    file = files.at("a.md")
    assert file is not None
    assert (file.name, file.basename, file.ext, file.folder) == ("a.md", "a", "md", "")
    assert list(file.tags) == ["model", "inline"] and file.properties["year"] == 2001
    assert list(file.links) == ["n|N", "b#Part|the b", "figure.png|figure.png"]
    assert list(file.embeds) == ["figure.png|figure.png"]
    assert file.size == len(NOTES["a.md"]) and file.ctime is file.mtime is None
    figure = files.at("figure.png")
    assert figure is not None and (figure.size, list(figure.tags)) == (4, [])


def test_links_lead_to_what_is_published(files: VaultFiles) -> None:
    """By any way to write them; backlinks come from files that readers see."""
    a, b = files.at("a.md"), files.at("folder/b.md")
    assert a is not None and b is not None
    assert [each.path for each in a.backlinks] == ["folder/b.md", "n.py"]
    assert [each.path for each in b.backlinks] == ["a.md"]
    n = files.at("n.py")
    assert n is not None and [each.path for each in n.backlinks] == ["a.md"]
    assert files.find("b", "a.md") is b and files.find("folder/b.md", "n.py") is b
    assert files.find("hidden", "folder/b.md") is None
    assert files.find("a.md", "of-no-note.base") is a


def test_links_come_as_in_the_app(tmp_path: Path) -> None:
    """Those of properties, then of the text in its order, then embeds; each with what it shows."""
    text = (
        "---\nof: '[[b]]'\nsee: ['[Up](c%20d.md)', '[out](https://e.org)', plain]\n---\n"
        "![[p.png]] [one *two*](./c%20d.md) [[b#Part]]\n\n![alt](p.png) [[f/b|x]] [w](//e.org)\n"
    )
    for name, content in {"a.md": text, "b.md": "## Part\n", "c d.md": "", "p.png": "-"}.items():
        (tmp_path / "docs" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_text(content, "utf-8")
    files = VaultFiles(Vault.scan(Settings.from_options(tmp_path, tmp_path / "docs", {})))
    file, other = files.at("a.md"), files.at("c d.md")
    assert file is not None and other is not None
    embeds = ["p.png|p.png", "p.png|alt"]
    assert list(file.embeds) == embeds
    assert list(file.links) == [
        *("b|b", "c d.md|Up"),
        *("./c d.md|one two", "b#Part|b > Part", "f/b|x"),
        *embeds,
    ]
    assert [each.path for each in other.backlinks] == ["a.md"]
