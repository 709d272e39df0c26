"""Counts of the public files of a site by folder, and of its private files by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from notewright.errors import counted
from notewright.vault.exclusions import Exclusions, template_folders
from notewright.vault.found_files import find_files
from notewright.vault.published import is_hidden, is_published, published
from notewright.vault.vault import Vault

SUFFIX = ".ipynb"
"""Of notebooks, of which mkdocs-jupyter makes pages."""
SHOWN = 12
"""Folders that are listed; of more, how many there are."""


def by_folder(vault: Vault) -> Iterator[str]:
    """Yield the top folders of a published vault, each with how much is in it.

    Args:
        vault: What readers see.
    """
    notes = Counter(_top(path) for path in vault.notes)
    notebooks = Counter(_top(path) for path in vault.attachments if path.endswith(SUFFIX))
    others = Counter(_top(path) for path in vault.attachments) - notebooks
    names = sorted(
        {*notes, *notebooks, *others},
        key=lambda name: (-notes[name] - notebooks[name], -others[name], name),
    )
    for name in names[:SHOWN]:
        kinds = (notes[name], "note"), (notebooks[name], "notebook"), (others[name], "other file")
        yield f"{name or './'}  {', '.join(counted(*each) for each in kinds if each[0])}"
    if len(names) > SHOWN:
        rest = names[SHOWN:]
        number = counted(sum(notes[name] for name in rest), "note")
        yield f"and {number} in {counted(len(rest), 'other folder')}"


def summary(vault: Vault) -> Iterator[str]:
    """Yield a line on what is public, and one on what is not, if there is something.

    Args:
        vault: All notes, private ones too.
    """
    yield f"public: {'; '.join(by_folder(published(vault))) or 'nothing'}"
    if withheld := "; ".join(_withheld(vault)):
        yield f"not public: {withheld}"


def _withheld(vault: Vault) -> Iterator[str]:
    found = find_files(vault.settings, Exclusions())[0].keys()
    left_out = found - vault.notes.keys() - vault.attachments
    folders = template_folders(vault.settings.docs_dir)
    templates = {path for path in left_out if path.startswith(folders)}
    hidden = [note for note in vault.notes.values() if is_hidden(vault, note)]
    private = sum(not is_published(note) for note in hidden)
    withheld = vault.attachments - published(vault).attachments
    drafts = sum(map(vault.exclusions.draft, withheld))
    kinds = {
        "by `exclude_docs`": (len(left_out - templates), "file"),
        "in template folders": (len(templates), "file"),
        "with `publish: false`": (private, "note"),
        "(`draft: true` or `draft_docs`)": (len(hidden) - private, "draft"),
        "used only by private notes": (len(withheld) - drafts, "other file"),
        "in `draft_docs`": (drafts, "other file"),
    }
    yield from (f"{counted(*number)} {why}" for why, number in kinds.items() if number[0])


def _top(path: str) -> str:
    first, slash, _ = path.partition("/")
    return f"{first}/" if slash else ""
