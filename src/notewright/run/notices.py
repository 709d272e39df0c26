"""Notices of a pass: what the writer should know of sessions and files, though nothing failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from notewright.errors import counted
from notewright.note.note import Note
from notewright.note.sessions import Session
from notewright.run import sandbox
from notewright.run.verdicts import CellResult
from notewright.run.worker.displays import WIDGET
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from notewright.run.runner import Outcome


def session_notices(session: Session, outcome: Outcome) -> Iterator[str]:
    """Yield what to say of a session that ended well."""
    if outcome.changed:
        names = ", ".join(outcome.changed)
        yield (
            f"{session.where}: {names} changed while the cells ran. "
            "Their results are not stored, and they will run again in the next build"
        )
    for name in outcome.refused:
        said = f"the sandbox blocked writing to {name}, and the cell continued. {sandbox.REMEDY}"
        yield f"{session.where}: {said}"
    for reason in outcome.opaque:
        yield (
            f"{session.where}: the session {reason}, so changes to the files that it reads are "
            "not detected"
        )


def widget_notices(results: Iterable[CellResult]) -> Iterator[str]:
    """Yield a line for each cell that shows a widget, of which a page has only the text."""
    for result in results:
        cell = result.cell
        kinds = {mime for output in result.outputs for mime in output.get("data", {})}
        if WIDGET not in kinds or not cell.options.include:
            continue
        said = (
            "a widget needs a running kernel, so it is shown as text. For a slider, use `#| vary`"
        )
        yield f"{cell.file}:{cell.line}: {said}"


def unasked_notices(notes: Iterable[Note]) -> Iterator[str]:
    """Yield a line with the number of Python fences that nothing marks to run, if there are any."""
    counts = [count for note in notes if (count := note.unasked)]
    if counts:
        fences, files = counted(sum(counts), "Python fence"), counted(len(counts), "note")
        yield f"{fences} in {files} did not run: to run one, write `python run` after its backticks"


def change_notices(vault: Vault) -> Iterator[str]:
    """Yield what to say of files of the vault that changed while cells ran."""
    for path in vault.changes():
        file = vault.settings.relative(vault.settings.docs_dir / path)
        yield (
            f"{file}: changed while the cells ran (by a cell or an editor). "
            "The build uses the earlier content"
        )
