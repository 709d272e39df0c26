"""Fewer digits: has the expression of a number write those alone that other seeds support."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notewright.errors import Problem
from notewright.note.values import Value
from notewright.run.engine import Run
from notewright.run.supported_digits import Scatter
from notewright.vault.edits import Edit, write_note
from notewright.vault.vault import Vault

_DIGITS = re.compile(r"(?P<format>\.\d+(?=[f%]))|, *\d+(?=\)\s*-->)")
"""Where an expression says how many digits it writes: `:.2f`, `:.1%`, or `round(…, 2)`."""


def write_fewer(vault: Vault, run: Run, lucky: Iterable[Scatter]) -> list[Problem]:
    """Rewrite expressions in the notes; what they say is for `accept` to write, after a run.

    Returns:
        The numbers that a human has to write: their expression does not say how many digits they
        have, or with fewer they would be farther off than other seeds are.

    Raises:
        EngineError: If a file changed since it was read, or cannot be written.
    """
    edits: dict[str, list[Edit]] = {}
    left: list[Problem] = []
    for luck in lucky:
        note = vault.notes[luck.written.path]
        edit = _edit(note.text, _value(run, luck), luck)
        if edit is not None:
            edits.setdefault(note.path, []).append(edit)
        else:
            remedy = "Write fewer digits, use more samples, or state the range"
            left.append(Problem(note.file, luck.written.line, str(luck), remedy))
    for path, found in edits.items():
        file = vault.settings.docs_dir / path
        write_note(file, vault.notes[path], sorted(found), "changed while its cells ran")
    return left


def _value(run: Run, luck: Scatter) -> Value:
    """The value that gives a number."""
    results = run.cells[luck.written.path]
    cell = next(each.cell for each in results if each.cell.line == luck.written.cell)
    return cell.values[luck.written.place]


def _edit(text: str, value: Value, luck: Scatter) -> Edit | None:
    """The edit of an expression that says once how many digits it writes, if some are left."""
    found = list(_DIGITS.finditer(text, value.start, value.end))
    if len(found) != 1 or luck.places < 0 or not luck.supported:
        return None
    if abs(float(luck.supported) - luck.written.number) > luck.spread:
        return None  # the fewer digits would be farther off than other seeds are
    places = f".{luck.places}" if found[0]["format"] else f", {luck.places}"
    is_whole = luck.places == 0 and not found[0]["format"]  # `round(x, 0)` writes a `.0`
    return Edit(found[0].start(), found[0].end(), "" if is_whole else places)
