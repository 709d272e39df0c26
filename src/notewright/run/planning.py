"""Planning of a vault: which sessions notes form; what runs them starts while that is found out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from notewright.note.note import Note
from notewright.note.sessions import Session
from notewright.run.note_plans import NotePlan

if TYPE_CHECKING:
    from notewright.run.cluster.cluster_runner import ClusterRunner
    from notewright.run.warm_parent import WarmParent


def planned(
    notes: Iterable[Note], root: Path | None, parent: WarmParent | ClusterRunner | None = None
) -> Sequence[NotePlan]:
    """Plan notes.

    Args:
        notes: The notes.
        root: Where cells look for their own modules; None if no cell may run.
        parent: What is going to run all of them; None if that is not known. It imports what they
            need while the notes without cells are parsed, which in large vaults are most.
    """
    plans = [NotePlan(note, root) for note in notes]
    if parent is not None:
        sessions: list[Session] = []
        for plan in plans:
            if _may_hold_cells(plan.note):
                if plan.sessions:
                    parent.launch()
                sessions += plan.able
        if sessions:
            parent.begin(sessions)
    for plan in plans:
        _ = plan.sessions
    return plans


def _may_hold_cells(note: Note) -> bool:
    """Whether a line looks like the beginning of a fence of Python: to see it takes no parse."""
    fences = [line for line in note.text.split("\n") if "```" in line or "~~~" in line]
    return note.is_notebook or any("py" in line.lower() for line in fences)
