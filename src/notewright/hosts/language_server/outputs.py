"""Outputs of the cells of a note, for editors that show them below the code."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from notewright.hosts.language_server.diagnostics import stale, words
from notewright.hosts.language_server.project import Project
from notewright.hosts.running import as_text
from notewright.note.note import Note
from notewright.render.figure_html import on_paper

_WIDE = 60
"""Most characters of an output in the line below its cell."""
_PICTURES = "image/svg+xml", "image/png", "image/jpeg"


@dataclass(frozen=True)
class Part:
    """A part of an output.

    Attributes:
        text: As a terminal shows it.
        image: Address of a picture that holds its data; empty for none.
    """

    text: str
    image: str = ""


@dataclass(frozen=True)
class CellOutput:
    """The output of a cell.

    Attributes:
        line: The line of its closing fence, counted from 0.
        parts: Its parts; none if the cell shows nothing.
        is_error: Whether the cell failed when it last ran.
    """

    line: int
    parts: tuple[Part, ...]
    is_error: bool = False

    @property
    def headline(self) -> str:
        """The output in one line."""
        first = next(iter(self.parts), Part(""))
        lines = first.text.strip().split("\n")
        shown = lines[0] if len(lines[0]) <= _WIDE else f"{lines[0][: _WIDE - 1]}…"
        if first.image:
            shown = "Figure"
        more = len(lines) - 1 if not first.image else 0
        others = len(self.parts) - 1
        if others:
            return f"{shown} … and {others} more output{'s' * (others != 1)}"
        return f"{shown} … and {more} more line{'s' * (more != 1)}" if more else shown


def outputs(project: Project, note: Note) -> Iterator[CellOutput]:
    """Yield the outputs of fresh cells, and the errors of failed ones."""
    failed: dict[int, list[Part]] = {}
    for session, _ in stale(project, note):
        for number, problem in project.engine.failed_runs.find(session):
            cell = session.cells[number]
            failed.setdefault(cell.last_line, []).append(Part(words(problem)))
    run = project.engine.run(project.vault, [note])
    for result in run.cells[note.path]:
        line = result.cell.last_line
        if parts := failed.get(line):
            yield CellOutput(line - 1, tuple(parts), is_error=True)
        elif result.record is not None and result.outputs:
            yield CellOutput(line - 1, tuple(map(part_of, result.outputs)))


def part_of(output: dict[str, Any]) -> Part:
    """A part of an output, from one in the form of nbformat."""
    data = output.get("data", {})
    kind = next((kind for kind in _PICTURES if kind in data), "")
    return Part(as_text(output), f"data:{kind};base64,{_encoded(data, kind)}" if kind else "")


def _encoded(data: dict[str, Any], kind: str) -> str:
    if kind != "image/svg+xml":
        return str(data[kind]).replace("\n", "")
    return b64encode(on_paper(data[kind]).encode("utf-8", "replace")).decode()
