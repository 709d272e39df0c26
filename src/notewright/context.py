"""What a note's conversion knows of its vault; hosts fill it in, one for each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from notewright.engine import Run
from notewright.errors import Problem
from notewright.linked import Linked
from notewright.rendering import Renderer
from notewright.tags import Tags
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult


@dataclass
class Page:
    """The note that is being converted, and what the host needs to know afterwards.

    Attributes:
        vault: The vault.
        note: The note.
        run: What the cells of the vault showed.
        renderer: Makes the HTML of outputs.
        tags: The tags of the vault.
        problems: What was found wrong during conversion.
        linked: The notes around it, and the code index; None leaves the foot of the page out.
        is_altered: Whether the page holds other cells than the note: then it shows no result.
        embedded: Paths of the notes of which the page shows a part.
        anchors: Ids that those parts bring into the page.
        consulted: Paths of the notes whose text or results the conversion looked at.
        downloads: Paths in the site of what it offers, by what the links say.
    """

    vault: Vault
    note: Note
    run: Run
    renderer: Renderer = field(default_factory=Renderer)
    tags: Tags = field(default_factory=Tags)
    problems: list[Problem] = field(default_factory=list)
    linked: Linked | None = None
    is_altered: bool = False
    embedded: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)
    consulted: set[str] = field(default_factory=set)
    downloads: Mapping[str, str] = field(default_factory=dict)

    @property
    def results(self) -> Sequence[CellResult]:
        """What the note's own cells showed, in order."""
        return self.run.cells[self.note.path]

    def report(self, text: str, message: str, remedy: str = "") -> None:
        """Report a problem at the line where some text of the note stands."""
        line = self.note.text[: max(self.note.text.find(text), 0)].count("\n") + 1
        self.problems.append(Problem(self.note.file, line, message, remedy))
