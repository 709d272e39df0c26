"""Edited notes: what a pass would give for a note of which the prose alone is another."""

from __future__ import annotations

from dataclasses import replace

from notewright.note.note import Note
from notewright.run.engine import Engine, Run
from notewright.run.kept_spreads import KeptSpreads
from notewright.run.note_plans import NotePlan
from notewright.run.verdicts import CellResult, recorded


def edited_run(engine: Engine, run: Run, note: Note) -> Run | None:
    """The pass, had a note been so; nothing runs for it, and no other note is looked at.

    Args:
        engine: The engine that made the pass.
        run: The pass.
        note: The note as it is now.

    Returns:
        The pass; None if it cannot be told so, since a cell is another or has to run.

    Raises:
        EngineError: If no spread can be read.
    """
    last = run.cells.get(note.path, [])
    if [(each.cell.label, each.cell.code) for each in last] != [
        (each.label, each.code) for each in note.cells
    ]:
        return None
    engine.records.forget_digests()
    plan = NotePlan(note, engine.settings.root)
    found: dict[str, list[CellResult]] = {}
    for session in plan.able:
        record, reasons = engine.records.find(session)
        if record is None or reasons:
            return None
        found[session.where] = recorded(session, record)
    results = KeptSpreads.read(engine.settings).told(note.path, plan.arrange(found))
    made = replace(run, cells={**run.cells, note.path: results})
    vars(made)["makers"] = run.makers
    return made
