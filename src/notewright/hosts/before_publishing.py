"""Before publishing: what readers would see otherwise, and which notes are private.

`notewright diff --published` says it in words: pages that come and go, what changes on the
others, numbers with the notes that say them, and each note that has no page, with the reason.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notewright.errors import counted
from notewright.note.note import Note
from notewright.render.articles import SHOWN
from notewright.run.comparison import OTHER, CellChange, Comparison, compare, numbers
from notewright.run.engine import Run
from notewright.run.manifest import of_records
from notewright.vault.private_looks import private_looks
from notewright.vault.published import is_draft, is_hidden, is_published, published
from notewright.vault.vault import Vault

_PROPERTIES = {*SHOWN, "aliases", "permalink", "redirect_from", "created", "updated", "modified"}
"""Properties that a page shows, or that decide how it is found."""
SAME = "Nothing would change for readers."
_NAMED = 5
"""Notes that are named for a number; of more, how many there are."""


@dataclass(frozen=True)
class State:
    """A vault with what its cells showed."""

    vault: Vault
    run: Run

    @property
    def pages(self) -> Mapping[str, Note]:
        """The notes that have a page, by file."""
        return _pages(self.vault)

    @property
    def private(self) -> Mapping[str, Note]:
        """The notes that have none."""
        return _hidden(self.vault)


def _pages(vault: Vault) -> dict[str, Note]:
    return {note.file: note for note in published(vault).notes.values()}


def _hidden(vault: Vault) -> dict[str, Note]:
    return {note.file: note for note in vault.notes.values() if is_hidden(vault, note)}


def told(old: State, new: State) -> Iterator[str]:
    """Yield the lines that say what publishing would change.

    Args:
        old: What is published.
        new: What would be.
    """
    changes = [
        *_section("new pages", _coming(old, new)),
        *_section("removed pages", _going(old, new)),
        *_section("changed pages", _changing(old, new)),
    ]
    found = _compared(old, new)
    changes += _section("numbers", _numbers(found))
    changes += _section("figures", _outputs(found, figures=True))
    changes += _section("other outputs", _outputs(found, figures=False))
    yield from changes or [SAME]
    yield from _suspects(new.vault)
    yield from _private(new.vault)


def told_first(vault: Vault) -> Iterator[str]:
    """Yield the lines that say what is published where nothing is yet.

    Args:
        vault: What would be.
    """
    pages = [f"{file}: {note.title}" for file, note in sorted(_pages(vault).items())]
    yield f"Nothing is published yet. {counted(len(pages), 'page')} would be published:"
    yield from (f"  {line}" for line in pages)
    yield from _suspects(vault)
    yield from _private(vault)


def _suspects(vault: Vault) -> list[str]:
    return _section(
        "public notes that look private", [each.headline for each in private_looks(vault)]
    )


def _private(vault: Vault) -> list[str]:
    lines = [f"{file}: {_why(vault, note)}" for file, note in sorted(_hidden(vault).items())]
    return _section("private notes (not published)", lines)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    return [f"{title[0].upper()}{title[1:]}: {len(listed)}", *listed] if listed else []


def _coming(old: State, new: State) -> Iterator[str]:
    for file, note in sorted(new.pages.items()):
        if file not in old.pages:
            was = " — previously private" if file in old.private else ""
            yield f"{file}: {note.title}{was}"


def _going(old: State, new: State) -> Iterator[str]:
    for file, note in sorted(old.pages.items()):
        if file not in new.pages:
            now = f" — {_why(new.vault, new.private[file])}" if file in new.private else ""
            yield f"{file}: {note.title}{now}"


def _changing(old: State, new: State) -> Iterator[str]:
    """Yield pages whose words or properties change; the outputs of cells are told apart."""
    for file, note in sorted(new.pages.items()):
        before = old.pages.get(file)
        if before is None:
            continue
        said = [*_words(before, note), *_properties(before, note)]
        if said:
            yield f"{file}: {'; '.join(said)}"


def _words(old: Note, new: Note) -> Iterator[str]:
    if old.title != new.title:
        yield f"the title changes from `{old.title}` to `{new.title}`"
    before, after = (_body(note) for note in (old, new))
    if before == after:
        return
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    plus, minus = len(after) - same, len(before) - same
    yield f"{plus} line{'s' if plus != 1 else ''} added, {minus} removed"


def _body(note: Note) -> Sequence[str]:
    return [line.rstrip() for line in note.text.split("\n")[note.body_line :] if line.strip()]


def _properties(old: Note, new: Note) -> Iterator[str]:
    for name in sorted(_PROPERTIES):
        before, after = old.properties.get(name), new.properties.get(name)
        if before != after and name != "title":
            yield f"`{name}` changes from {_value(before)} to {_value(after)}"


def _value(value: Any) -> str:
    return "(none)" if value is None else f"`{value}`"


def _compared(old: State, new: State) -> Comparison:
    """What the cells of pages show otherwise that are there before and after."""
    both = old.pages.keys() & new.pages.keys()
    manifests = []
    for state in (old, new):
        paths = {note.path for file, note in state.pages.items() if file in both}
        manifests.append(of_records({path: state.run.cells[path] for path in sorted(paths)}))
    return compare(*manifests)


def _numbers(found: Comparison) -> Iterator[str]:
    """Yield each number that becomes another one, with the notes that show it."""
    notes: dict[tuple[str, str], dict[str, None]] = {}
    for note in found.notes:
        for pair in numbers(note):
            notes.setdefault(pair, {})[note.note] = None
    for (before, after), named in notes.items():
        many = f"{len(named)} notes: " if len(named) > 1 else ""
        names = ", ".join([*named][:_NAMED]) + (" …" if len(named) > _NAMED else "")
        yield f"{before} changes to {after} in {many}{names}"


def _outputs(found: Comparison, *, figures: bool) -> Iterator[str]:
    """Yield where a figure, or the words of another output, are others than they were."""
    for note in found.notes:
        for cell in note.cells:
            for part in cell.parts:
                thing = part.new or part.old
                is_figure = thing is not None and thing.kind == "figure"
                if is_figure == figures and (is_figure or part.amount.kind == OTHER):
                    yield f"{note.note}:{_place(cell)}: {part.amount.words}"


def _place(cell: CellChange) -> str:
    shown = cell.new or cell.old
    assert shown is not None
    return f"{shown.line} ({shown.label})" if shown.label else f"{shown.line}"


def _why(vault: Vault, note: Note) -> str:
    """Why a note has no page."""
    if not is_published(note):
        return "it has `publish: false`"
    if is_draft(note):
        return "it is a draft (`draft: true`)"
    return "it is listed in `draft_docs` in mkdocs.yml"
