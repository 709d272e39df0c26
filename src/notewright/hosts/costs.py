"""What cells cost: processor time by cell and by note, for `notewright check --costs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notewright.note.cells import Cell
from notewright.run.engine import Run

CELL = 3.0
"""Seconds of processor time above which a cell should say why: `#| cost: reason`."""

NOTE = 10.0
"""Seconds of processor time that a note may take with all its cells."""

PROJECT = 15.0
"""The same for a note below a folder `projects`, which goes through a larger task."""

DEAREST = 10
"""Cells that are listed at least, if there are so many."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The processor time of one cell when it ran last.

    Attributes:
        note: The path of its note in the vault.
        cell: The cell.
        seconds: Its processor time, with that of its frames, threads and child processes.
    """

    note: str
    cell: Cell
    seconds: float

    @property
    def where(self) -> str:
        """Its note and line."""
        return f"{self.cell.file}:{self.cell.line}"

    @property
    def lacks_reason(self) -> bool:
        """Whether it is dear and does not say why."""
        return self.seconds > CELL and not self.cell.options.cost


def costs(run: Run) -> list[Cost]:
    """The costs of all cells that have a record, the dearest first."""
    found = [
        Cost(path, result.cell, result.record.processor)
        for path, results in run.cells.items()
        for result in results
        if result.record is not None
    ]
    return sorted(found, key=lambda cost: (-cost.seconds, cost.cell.file, cost.cell.line))


def budget(note: str) -> float:
    """Seconds that a note may take, by its path in the vault."""
    return PROJECT if "projects" in note.split("/")[:-1] else NOTE


def cost_table(found: Sequence[Cost]) -> str:
    """The dearest cells, the notes above their budgets, and the sum of all cells."""
    rows = [cost for number, cost in enumerate(found) if number < DEAREST or cost.seconds > CELL]
    lines = [f"{cost.seconds:8.2f} s  {cost.where}{_reason(cost)}" for cost in rows]
    lines += [
        f"{seconds:8.2f} s  {file}, above the limit of {budget(note):g} s per note"
        for note, file, seconds in _dear_notes(found)
    ]
    total = sum(cost.seconds for cost in found)
    return "\n".join([*lines, f"{total:8.2f} s  total processor time of all {len(found)} cells"])


def cost_notices(found: Sequence[Cost]) -> Iterator[str]:
    """Yield each cell that lacks a reason, and each note above its budget, with a remedy."""
    for cost in found:
        if cost.lacks_reason:
            yield (
                f"{cost.where}: the cell takes {cost.seconds:.1f} s of processor time, but "
                "no reason is given. Make it faster, or give the reason with `#| cost: …`"
            )
    for note, file, seconds in _dear_notes(found):
        yield (
            f"{file}: the cells take {seconds:.1f} s of processor time, more than the "
            f"limit of {budget(note):g} s per note. Make the slowest cells faster"
        )


def _dear_notes(found: Sequence[Cost]) -> list[tuple[str, str, float]]:
    """Notes above their budgets, the dearest first: path in the vault, file, and seconds."""
    sums: dict[tuple[str, str], float] = {}
    for cost in found:
        name = cost.note, cost.cell.file
        sums[name] = sums.get(name, 0.0) + cost.seconds
    above = [(*name, seconds) for name, seconds in sums.items() if seconds > budget(name[0])]
    return sorted(above, key=lambda row: (-row[2], row[1]))


def _reason(cost: Cost) -> str:
    """The reason for the cost of a cell, as the end of its line."""
    reason = cost.cell.options.cost or ("no reason given" if cost.lacks_reason else "")
    return f"  {reason}" if reason else ""
