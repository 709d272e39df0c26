"""Code backlinks: for each library symbol, the notes and figures that use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from notewright.note.note import Note
from notewright.note.symbols import symbols_of
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import is_image


@dataclass(frozen=True, slots=True)
class Use:
    """A cell that uses a symbol.

    Attributes:
        note: Path of its note.
        label: Its label; empty if it has none.
        figures: What is said of each figure that it shows.
    """

    note: str
    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class CodeIndex:
    """Which cells of a vault use which symbol.

    Attributes:
        uses: Cells by the full name of a symbol, in order of place.
        notes: Full names of the symbols of each note, sorted.
    """

    uses: Mapping[str, Sequence[Use]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run, notes: Mapping[str, Note]) -> CodeIndex:
        """Read the cells of a run, of those notes that have a page."""
        uses: dict[str, list[Use]] = {}
        by_note: dict[str, list[str]] = {}
        for path, results in run.cells.items():
            if path not in notes:
                continue
            if not results:  # as most notes of a large vault
                by_note[path] = []
                continue
            read = partial(symbols_of, [result.cell for result in results])
            found = notes[path].remembered("symbols", notes[path].code_digest, read)
            by_note[path] = sorted(set().union(*found))
            for result, names in zip(results, found, strict=True):
                use = Use(path, result.cell.label, _figures(result))
                for name in names:
                    uses.setdefault(name, []).append(use)
        return cls({name: uses[name] for name in sorted(uses)}, by_note)

    @cached_property
    def by_cell(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """Full names of the symbols of each cell that has a label, by its note and label."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, uses in self.uses.items():
            for use in uses:
                if use.label:
                    found.setdefault((use.note, use.label), []).append(name)
        return found

    def libraries(self) -> Mapping[str, Sequence[str]]:
        """Symbols by the package that they come from, sorted."""
        found: dict[str, list[str]] = {}
        for name in self.uses:
            found.setdefault(name.partition(".")[0], []).append(name)
        return dict(sorted(found.items(), key=lambda entry: (entry[0].casefold(), entry[0])))


def _figures(result: CellResult) -> tuple[str, ...]:
    options = result.cell.options
    count = sum(is_image(output) for output in result.outputs)
    if not options.include:
        return ()
    captions = result.said("fig-cap")
    texts = [*captions, *result.said("fig-alt")[len(captions) :]]
    return tuple(texts[n] if n < len(texts) else f"Figure {n + 1}" for n in range(count))
