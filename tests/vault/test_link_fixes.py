"""What works here but not in Obsidian is rewritten so that it works in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.vault.link_fixes import plan_fixes
from notewright.vault.rename import write_edits
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]
NOTE = "---\naliases: [Al]\n---\n# H\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[[Al]]", "[[n|Al]]"),
        ("[[al|text]]", "[[n|text]]"),
        ("[[Al#H]]", "[[n#H|Al > H]]"),
        ("![[Al]]", "![[n]]"),
        ("| [[Al]] | b |\n|---|---|\n| [[Al\\|t]] | c |",
         "| [[n\\|Al]] | b |\n|---|---|\n| [[n\\|t]] | c |"),
        ("---\nup: '[[Al]]'\n---\n", "---\nup: '[[n|Al]]'\n---\n"),
        ("`[[Al]]` [[n]] [[n|Al]] [[gone]]", None),
    ],
)  # fmt: skip
def test_an_alias_becomes_the_name_with_the_alias_as_text(
    vault: Scan, text: str, after: str | None
) -> None:
    """The link reads as before; a second run has nothing to do."""
    scanned = vault({"n.md": NOTE, "a.md": text})
    write_edits(scanned, plan_fixes(scanned))
    assert (scanned.settings.docs_dir / "a.md").read_text() == (after or text)
    assert plan_fixes(Vault.scan(scanned.settings)) == {}


def test_an_address_that_obsidian_reads_from_the_root(vault: Scan) -> None:
    """`[x](n.md)` in a folder means the neighbour here: with `./` it does so in Obsidian."""
    scanned = vault({"s/a.md": "[x](n.md#H)", "s/n.md": "", "n.md": "", "s/t/n.md": ""})
    before = plan_fixes(scanned)
    write_edits(scanned, before)
    again = Vault.scan(scanned.settings)
    assert plan_fixes(again) == {}
    assert again.notes["s/a.md"].text == "[x](./n.md#H)"


@pytest.mark.gate
def test_check_fixes_only_when_asked(tmp_path: Path) -> None:
    """`check` tells the alias, `check --fix` rewrites it, and then there is nothing to tell."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/n.md": NOTE, "docs/a.md": "See [[Al]].\n"})
    told = project.notewright("check")
    assert "docs/a.md:1:5: `Al` is an alias of `n.md`" in told.output
    assert (tmp_path / "docs/a.md").read_text() == "See [[Al]].\n"
    fixed = project.notewright("check", "--fix")
    assert fixed.status == 0
    assert "docs/a.md: 1 link rewritten" in fixed.output
    assert (tmp_path / "docs/a.md").read_text() == "See [[n|Al]].\n"
    assert "alias" not in project.notewright("check", "--fix").output
